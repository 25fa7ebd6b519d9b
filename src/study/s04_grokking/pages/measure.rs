//! The three measures of a layer's spectrum that the seed draws.

use crate::dashboard::{Axis, Line};
use crate::probe::LayerLook;

/// A measure of a layer's spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The exponent of the tail.
    Alpha,
    /// The distance between tail and power law.
    Ks,
    /// The largest eigenvalue.
    SpectralNorm,
}

/// WeightWatcher's reading, against the seed's.
pub const READING: &str = "WeightWatcher reads alpha below 2 as over-trained, 2 to 6 as well trained, and above 6 as \
    under-trained. The seed's README has the last of these the other way round: it takes alpha above 6 for overfitting.";

impl Measure {
    /// All of them, in the seed's order.
    pub const ALL: [Self; 3] = [Self::Alpha, Self::Ks, Self::SpectralNorm];

    /// In names of files.
    pub fn file(self) -> &'static str {
        match self {
            Self::Alpha => "alpha",
            Self::Ks => "D",
            Self::SpectralNorm => "spectral_norm",
        }
    }

    /// In headings.
    pub fn words(self) -> &'static str {
        match self {
            Self::Alpha => "alpha",
            Self::Ks => "D",
            Self::SpectralNorm => "spectral norm",
        }
    }

    /// What it is and how to read it.
    pub fn reading(self) -> String {
        match self {
            Self::Alpha => format!(
                "Alpha is the exponent of the power law fitted to the largest eigenvalues of W Wᵀ. Solid: the fit whose edge lies closest to the data, as WeightWatcher makes it. Dashed: the seed's median mode, whose edge is the median eigenvalue; it calls layers well trained that were never trained. {READING}"
            ),
            Self::Ks => "D is the Kolmogorov–Smirnov distance between the largest eigenvalues of W Wᵀ and the power law fitted to them: the smaller, the more they are one. Solid: the fit whose edge lies closest to the data. Dashed: the seed's median mode.".to_owned(),
            Self::SpectralNorm => "What the seed calls the spectral norm is the largest eigenvalue of W Wᵀ: the square of the largest factor by which the layer can stretch its input.".to_owned(),
        }
    }

    /// Its value; not a number where the layer has no tail.
    pub fn of(self, layer: &LayerLook) -> f64 {
        match self {
            Self::Alpha => layer.row.tail.map_or(f64::NAN, |tail| tail.alpha),
            Self::Ks => layer.row.tail.map_or(f64::NAN, |tail| tail.ks),
            Self::SpectralNorm => layer.row.norms.spectral_norm,
        }
    }

    /// Its value by the seed's median mode, for the measures that depend on the fit.
    pub fn median(self, layer: &LayerLook) -> Option<f64> {
        match self {
            Self::Alpha => Some(layer.median_alpha.unwrap_or(f64::NAN)),
            Self::Ks => Some(layer.median_ks.unwrap_or(f64::NAN)),
            Self::SpectralNorm => None,
        }
    }

    /// Its axis.
    pub fn axis(self) -> Axis {
        match self {
            Self::Alpha => Axis::linear("alpha"),
            Self::Ks => Axis::linear("D"),
            Self::SpectralNorm => Axis::log("spectral norm (largest eigenvalue)"),
        }
    }

    /// The values that the seed draws lines at.
    pub fn lines(self) -> Vec<Line> {
        if self == Self::Alpha { lines() } else { Vec::new() }
    }
}

/// Alpha 2, 4 and 6.
pub fn lines() -> Vec<Line> {
    [2.0, 4.0, 6.0].map(|at| Line { at, words: at.to_string() }).to_vec()
}
