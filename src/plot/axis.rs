//! An axis: label with units, scale, range and ticks.

use crate::plot::ticks::{self, Tick};

/// Linear or logarithmic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scale {
    /// Equal differences are equal distances.
    Linear,
    /// Equal ratios are equal distances; every value must be above 0.
    Log,
}

/// Where ticks stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Ticks {
    /// At round numbers, four to seven of them where there is room.
    Auto,
    /// Exactly here, with these words; an automatic range includes them all.
    At(Vec<(f64, String)>),
}

/// One axis of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// What is measured, with its unit: "test error (%)".
    pub label: String,
    /// Linear or log.
    pub scale: Scale,
    /// First and last value; `None` takes the data's, with a small margin.
    pub range: Option<(f64, f64)>,
    /// Where ticks stand.
    pub ticks: Ticks,
}

impl Axis {
    /// A linear axis that finds its own range and ticks.
    pub fn linear(label: impl Into<String>) -> Self {
        Self { label: label.into(), scale: Scale::Linear, range: None, ticks: Ticks::Auto }
    }

    /// A log axis that finds its own range and ticks.
    pub fn log(label: impl Into<String>) -> Self {
        Self { scale: Scale::Log, ..Self::linear(label) }
    }

    /// The same axis from `lo` to `hi` and no further; marks outside are cut off.
    pub fn range(mut self, lo: f64, hi: f64) -> Self {
        self.range = Some((lo, hi));
        self
    }

    /// The same axis with ticks exactly at `places`, each with its words.
    pub fn ticks_at<'a>(mut self, places: impl IntoIterator<Item = (f64, &'a str)>) -> Self {
        self.ticks = Ticks::At(places.into_iter().map(|(at, words)| (at, words.to_owned())).collect());
        self
    }

    /// The labelled ticks from `lo` to `hi`; of automatic ones about five, seldom more than `most`.
    ///
    /// ```
    /// use lawbook::plot::Axis;
    /// let ticks = Axis::log("error (%)").ticks_within(1.5, 12.0, 7);
    /// let words: Vec<_> = ticks.into_iter().map(|t| t.1).collect();
    /// assert_eq!(words, ["1.5", "2", "3", "5", "7", "10"]);
    /// ```
    pub fn ticks_within(&self, lo: f64, hi: f64, most: usize) -> Vec<Tick> {
        if !self.can_span(lo, hi) {
            return Vec::new();
        }
        let most = most.max(2);
        match (&self.ticks, self.scale) {
            (Ticks::At(places), _) => {
                places.iter().filter(|(at, _)| (lo..=hi).contains(at)).cloned().collect()
            }
            (Ticks::Auto, Scale::Linear) => ticks::linear(lo, hi, most),
            (Ticks::Auto, Scale::Log) => ticks::log(lo, hi, most),
        }
    }

    /// The small ticks without words from `lo` to `hi`: only automatic log axes have them.
    pub fn minor_ticks_within(&self, lo: f64, hi: f64) -> Vec<f64> {
        match (&self.ticks, self.scale) {
            (Ticks::Auto, Scale::Log) if self.can_span(lo, hi) => ticks::log_minor(lo, hi),
            _ => Vec::new(),
        }
    }

    /// Whether this axis can be drawn from `lo` to `hi`.
    pub(crate) fn can_span(&self, lo: f64, hi: f64) -> bool {
        lo < hi && (hi - lo).is_finite() && (self.scale == Scale::Linear || lo > 0.0)
    }
}
