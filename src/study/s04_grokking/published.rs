//! What was published of study 04, with its source.

/// What the paper's figure 1 (arXiv 2405.19454, 12 layers, width 400) shows of one size, read from the plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shown {
    /// Training images.
    pub n_train: usize,
    /// Step of memorization, or where the accuracies break away; none where both rise together.
    pub memorization: Option<f64>,
    /// A test accuracy, and the step by which it is reached.
    pub reached: (f64, f64),
    /// Stages of the rise of the test accuracy, where they are counted.
    pub stages: Option<usize>,
    /// In words.
    pub words: &'static str,
}

/// The three sizes of the figure.
pub const FIGURE: [Shown; 3] = [
    Shown {
        n_train: 2000,
        memorization: Some(47e3),
        reached: (0.90, 100e3),
        stages: None,
        words: "training 0.95 near 47 k, test 0.9 at the end",
    },
    Shown {
        n_train: 5000,
        memorization: Some(44e3),
        reached: (0.95, 60e3),
        stages: None,
        words: "break near 44 k, test 0.95 by 60 k",
    },
    Shown {
        n_train: 7000,
        memorization: None,
        reached: (0.95, 70e3),
        stages: Some(2),
        words: "training and test rise together near 27 k, rest at 0.78 until 46 k, test 0.95 by 70 k",
    },
];

/// Steps at which the README of seed 002 sees the fall of the loss: 2000 and 5000 images.
pub const README_FALL: [(usize, f64); 2] = [(2000, 40e3), (5000, 35e3)];

/// A plot is read to about this many steps.
pub const READING: f64 = 2e3;
