//! What was published of study 04, with its source.

/// What the paper's figure 1 (arXiv 2405.19454, 12 layers, width 400) shows of one size, read from the plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// Training images.
    pub n_train: usize,
    /// Step with a training accuracy of 0.95, where it can be read.
    pub memorization: Option<f64>,
    /// Step at which the test accuracy breaks away, where it can be read.
    pub breaks: Option<f64>,
    /// Steps, and the test accuracy there.
    pub test: &'static [(u64, f64)],
    /// Stages of the rise of the test accuracy, where they are counted.
    pub stages: Option<usize>,
    /// In words.
    pub words: &'static str,
}

/// Linear layers, hidden units and steps of the figure's runs.
pub const NETWORK: (usize, usize, u64) = (12, 400, 100_000);

/// The three sizes of the figure.
pub const FIGURE: [Shown; 3] = [
    Shown {
        n_train: 2000,
        memorization: Some(47e3),
        breaks: None,
        test: &[(60_000, 0.80), (100_000, 0.91)],
        stages: None,
        words: "training 0.95 near 47 k, test 0.8 at 60 k, 0.91 at the end",
    },
    Shown {
        n_train: 5000,
        memorization: None,
        breaks: Some(44e3),
        test: &[(60_000, 0.95)],
        stages: None,
        words: "break near 44 k, test 0.95 by 60 k",
    },
    Shown {
        n_train: 7000,
        memorization: None,
        breaks: None,
        test: &[(46_000, 0.78), (70_000, 0.95)],
        stages: Some(2),
        words: "training and test rise together, test rests at 0.78 near 46 k, 0.95 by 70 k: two stages",
    },
];

/// Steps at which the README of original 002 sees the test accuracy rise: 2000 and 5000 images.
pub const README_RISE: [(usize, f64); 2] = [(2000, 40e3), (5000, 35e3)];

/// Steps to which the plot can be read.
pub const READING: f64 = 2e3;
/// Accuracy to which the plot can be read.
pub const READING_ACCURACY: f64 = 0.02;
