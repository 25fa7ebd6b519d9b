//! The task of a run: data and targets, as a spec names them.

use crate::data::augment::Augmentation;
use crate::data::text::corpus::Corpus;
use crate::data::tokens::Labels;
use crate::error::{Error, Result};
use crate::identity::is_default;
use serde::{Deserialize, Serialize};

/// The task: data and targets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Task {
    /// Image classification: ten classes; pixels / 255, then (x - mean) / sd.
    Images {
        /// "mnist", "fashion-mnist" or "synthetic".
        dataset: String,
        /// How many training images.
        n_train: usize,
        /// Subtracted from every pixel.
        mean: f64,
        /// Divides every pixel after that.
        sd: f64,
        /// Which of the training images.
        #[serde(default, skip_serializing_if = "is_default")]
        choice: Choice,
        /// Chance that a training image is given a wrong class, each of the nine alike; the seed decides
        /// which images, and those of a smaller share are among those of a larger one. Test labels stay
        /// right.
        #[serde(default, skip_serializing_if = "is_default")]
        wrong_labels: f64,
        /// How training images are changed each time.
        #[serde(default, skip_serializing_if = "is_default")]
        augmentation: Augmentation,
    },
    /// Token prediction on the synthetic sequences of original 000; the seed draws them.
    Tokens {
        /// Number of words.
        vocabulary: u32,
        /// Tokens of a sequence.
        sequence: usize,
        /// How many training sequences.
        n_train: usize,
        /// How many held-out sequences.
        n_test: usize,
        /// What should be said at a place.
        labels: Labels,
    },
    /// Predicting the next word of a text, in windows of its tokens; cross-entropy.
    Text {
        /// Which text.
        corpus: Corpus,
        /// Words of the vocabulary, `<unk>` included: the most frequent of the training split.
        vocabulary: u32,
        /// Tokens of a window.
        sequence: usize,
        /// How many training windows: the first of a permutation that the seed decides, so that subsets are
        /// nested within a seed.
        n_train: usize,
        /// How many validation windows, from the beginning of the split.
        n_validation: usize,
        /// How many test windows, from the beginning of the split.
        n_test: usize,
        /// What is said to be the next token in training; held-out windows have their own next tokens.
        #[serde(default, skip_serializing_if = "is_default")]
        targets: TextTargets,
    },
    /// Regression on the noisy sine of original 001; the seed draws the points.
    Sine {
        /// Deviation of the noise on every y, test points included.
        noise_sd: f64,
        /// How many training points.
        n_train: usize,
        /// How many fresh points the run is tested on, against noisy y and against the truth.
        n_test: usize,
        /// How training points are changed each time.
        #[serde(default, skip_serializing_if = "is_default")]
        augmentation: Augmentation,
    },
}

/// Which of a dataset's training images make up the training subset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The first of a permutation that the seed decides: nested subsets within a seed.
    #[default]
    Permuted,
    /// The first in the order of the file: the same for every seed.
    First,
}

/// What a text's training batches have as targets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextTargets {
    /// At every place the token after it: a language model.
    #[default]
    Next,
    /// Original 004's slip: inputs are turned from `sequence × rows` to `rows × sequence`, targets are not.
    /// Place `n` of row `b` is taught the next token of row `k mod rows`, place `k div rows`, with `k = b ·
    /// sequence + n`.
    Misaligned,
}

impl Task {
    /// Classifying the first `n_train` images of a permutation of MNIST's, pixels standardised by MNIST's
    /// mean and standard deviation, labels and images as they are.
    pub fn mnist(n_train: usize) -> Self {
        Self::Images {
            dataset: "mnist".to_owned(),
            n_train,
            mean: 0.1307,
            sd: 0.3081,
            choice: Choice::Permuted,
            wrong_labels: 0.0,
            augmentation: Augmentation::None,
        }
    }

    /// Training samples.
    pub fn n_train(&self) -> usize {
        match self {
            Self::Images { n_train, .. }
            | Self::Tokens { n_train, .. }
            | Self::Text { n_train, .. }
            | Self::Sine { n_train, .. } => *n_train,
        }
    }

    /// Whether tokens are predicted at every place.
    pub fn is_language(&self) -> bool {
        matches!(self, Self::Tokens { .. } | Self::Text { .. })
    }

    /// Checks that the numbers make sense.
    ///
    /// # Errors
    /// [`Error::Failed`] with what is wrong.
    pub fn check(&self) -> Result<()> {
        let (augmentation, wrong) = match *self {
            Self::Tokens { .. } => return Ok(()),
            Self::Text { vocabulary, sequence, n_validation, n_test, .. } => {
                let sound = vocabulary > 2 && sequence > 0 && n_validation > 0 && n_test > 0;
                let say = || {
                    format!(
                        "three words or more, and windows to train, validate and test on: {vocabulary} words, \
                         windows of {sequence}, {n_validation} and {n_test} of them held out"
                    )
                };
                (Augmentation::None, (!sound).then(say))
            }
            Self::Images { wrong_labels, augmentation, .. } => {
                let sound = (0.0..=1.0).contains(&wrong_labels);
                (
                    augmentation,
                    (!sound).then(|| format!("a share of wrong labels from 0 to 1, not {wrong_labels}")),
                )
            }
            Self::Sine { noise_sd, n_test, augmentation, .. } => {
                let sound = noise_sd >= 0.0 && noise_sd.is_finite() && n_test > 0;
                let say =
                    || format!("noise of a deviation not below 0, and test points: {noise_sd}, {n_test}");
                (augmentation, (!sound).then(say))
            }
        };
        let jitter = match augmentation {
            Augmentation::Jitter(size) if !(size > 0.0 && size.is_finite()) => {
                Some(format!("a jitter above 0, not {size}"))
            }
            _ => None,
        };
        match wrong.or(jitter) {
            Some(needed) => Err(Error::Failed(format!("a task needs {needed}"))),
            None => Ok(()),
        }
    }

    /// Whether the targets are numbers, not classes.
    pub fn is_regression(&self) -> bool {
        matches!(self, Self::Sine { .. })
    }
}
