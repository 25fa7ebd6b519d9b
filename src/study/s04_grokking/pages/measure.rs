//! The three measures of a layer's spectrum that the original draws.

use crate::dashboard::PlotAxis;
use crate::snapshot::LayerSnapshot;

/// A measure of a layer's spectrum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerMeasure {
    /// The exponent of the tail.
    Alpha,
    /// The distance between tail and power law.
    Ks,
    /// The largest eigenvalue.
    SpectralNorm,
}

/// WeightWatcher's reading, against the original's.
pub const READING: &str = "WeightWatcher reads alpha below 2 as over-trained, 2 to 6 as well trained, and above 6 as \
    under-trained. The original's README has the last of these the other way round: it takes alpha above 6 for overfitting.";

/// The two fits.
const MEDIAN: &str = "The exhaustive fit tries every eigenvalue as the edge of the tail and takes the one whose law lies \
    closest. The median mode takes the median eigenvalue as the edge, whatever the spectrum: to it even layers that were \
    never trained look well trained.";

/// Where the original draws lines across alpha.
pub const LINES: [f64; 3] = [2.0, 4.0, 6.0];

impl LayerMeasure {
    /// All of them, in the original's order.
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

    /// What is drawn.
    pub fn shown(self) -> &'static str {
        match self {
            Self::Alpha => {
                "Alpha is the exponent of the power law in the tail of the eigenvalues of W Wᵀ. Solid: the exhaustive fit, as WeightWatcher makes it. Dashed: the original's median mode. Dotted: alpha 2, 4 and 6."
            }
            Self::Ks => {
                "D is the Kolmogorov–Smirnov distance between the tail of the eigenvalues of W Wᵀ and its power law: the smaller, the better the law. Solid: the exhaustive fit. Dashed: the original's median mode."
            }
            Self::SpectralNorm => {
                "The largest eigenvalue of W Wᵀ, which the original calls the spectral norm."
            }
        }
    }

    /// How to read it.
    pub fn reading(self) -> String {
        match self {
            Self::Alpha => format!("{READING} {MEDIAN}"),
            Self::Ks => MEDIAN.to_owned(),
            Self::SpectralNorm => {
                "It is the square of the largest factor by which the layer can stretch its input.".to_owned()
            }
        }
    }

    /// Its value; not a number where the layer has no tail.
    pub fn of(self, layer: &LayerSnapshot) -> f64 {
        match self {
            Self::Alpha => layer.row.tail.map_or(f64::NAN, |tail| tail.alpha),
            Self::Ks => layer.row.tail.map_or(f64::NAN, |tail| tail.ks),
            Self::SpectralNorm => layer.row.norms.spectral_norm,
        }
    }

    /// Its value by the original's median mode, for the measures that depend on the fit.
    pub fn median(self, layer: &LayerSnapshot) -> Option<f64> {
        match self {
            Self::Alpha => Some(layer.median_alpha.unwrap_or(f64::NAN)),
            Self::Ks => Some(layer.median_ks.unwrap_or(f64::NAN)),
            Self::SpectralNorm => None,
        }
    }

    /// Its axis.
    pub fn axis(self) -> PlotAxis {
        match self {
            Self::Alpha => {
                PlotAxis::log("alpha").ticks(vec![1.0, 2.0, 4.0, 6.0, 10.0, 20.0, 40.0, 100.0, 300.0, 1000.0])
            }
            Self::Ks => PlotAxis::linear("D"),
            Self::SpectralNorm => PlotAxis::log("spectral norm"),
        }
    }

    /// The values that the original draws lines at.
    pub fn lines(self) -> Vec<f64> {
        if self == Self::Alpha { LINES.to_vec() } else { Vec::new() }
    }
}
