//! Colours, markers and dashes: one palette for the whole book.
//!
//! The hues are Okabe and Ito's, which stay apart under every common colour blindness; their yellow
//! is left out because it fades on white paper. Text takes a darker shade of the same hue, so that a
//! label beside a pale line still reads.

/// A colour of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Colour {
    /// Nearly black: measured data, axes, words.
    Ink,
    /// Reference lines, what is not the point.
    Grey,
    /// The first series.
    Blue,
    /// The second series.
    Vermilion,
    /// The third series.
    Green,
    /// The fourth series.
    Purple,
    /// The fifth series.
    Orange,
    /// The sixth series.
    Sky,
}

impl Colour {
    /// The hues for series, in the order they should be used.
    pub const SERIES: [Self; 6] =
        [Self::Blue, Self::Vermilion, Self::Green, Self::Purple, Self::Orange, Self::Sky];

    /// The hue of series number `i`, counted from 0; after the sixth they begin again.
    pub fn nth(i: usize) -> Self {
        Self::SERIES[i % Self::SERIES.len()]
    }

    /// Red, green and blue, as drawn.
    pub fn rgb(self) -> (u8, u8, u8) {
        match self {
            Self::Ink => (0x22, 0x22, 0x22),
            Self::Grey => (0x8a, 0x8a, 0x8a),
            Self::Blue => (0x00, 0x72, 0xb2),
            Self::Vermilion => (0xd5, 0x5e, 0x00),
            Self::Green => (0x00, 0x9e, 0x73),
            Self::Purple => (0xcc, 0x79, 0xa7),
            Self::Orange => (0xe6, 0x9f, 0x00),
            Self::Sky => (0x56, 0xb4, 0xe9),
        }
    }

    /// The shade for words: contrast with white at least 4.5 to 1.
    pub fn text_rgb(self) -> (u8, u8, u8) {
        match self {
            Self::Ink => (0x22, 0x22, 0x22),
            Self::Grey => (0x66, 0x66, 0x66),
            Self::Blue => (0x00, 0x68, 0xa3),
            Self::Vermilion => (0xb0, 0x4c, 0x00),
            Self::Green => (0x00, 0x77, 0x57),
            Self::Purple => (0x9c, 0x47, 0x78),
            Self::Orange => (0x8f, 0x62, 0x00),
            Self::Sky => (0x1d, 0x72, 0xa6),
        }
    }
}

/// The shape of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
}

impl Marker {
    /// Every marker, in the order series should use them.
    pub const SERIES: [Self; 5] = [Self::Circle, Self::Square, Self::Triangle, Self::Diamond, Self::Cross];

    /// The marker of series number `i`, counted from 0; after the fifth they begin again.
    pub fn nth(i: usize) -> Self {
        Self::SERIES[i % Self::SERIES.len()]
    }
}

/// Whether a marker is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fill {
    /// Filled with its colour.
    Solid,
    /// An outline filled with white.
    Hollow,
}

/// The pattern of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Dash {
    Solid,
    Dashed,
    Dotted,
}
