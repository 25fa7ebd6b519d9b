//! An evaluation: means over the samples of one split, without dropout or augmentation.

use crate::feed::{BatchLoader, Split, TargetKind};
use crate::learner::Learner;
use crate::ops::loss::Score;
use crate::task::Task;

/// Means over the samples of one split.
#[derive(Debug, Clone, PartialEq)]
pub struct Means {
    /// Mean loss of a target.
    pub loss: f64,
    /// Share of right answers, 0..1.
    pub accuracy: f64,
    /// What early stopping watches: the absolute error of a regression, the loss of a language model, the
    /// share of wrong answers otherwise.
    pub error: f64,
    /// Mean loss of every group of samples that the loader tells apart; none of a group that is empty.
    pub groups: Vec<Option<f64>>,
}

/// The means of a learner over one split.
pub fn evaluate(
    task: &Task,
    loader: &mut dyn BatchLoader,
    learner: &mut dyn Learner,
    split: Split,
    targets: TargetKind,
) -> Means {
    let (mut total, mut n_targets, mut groups) = (Score::default(), 0, Vec::new());
    for group in loader.groups(split) {
        let (mut score, mut n) = (Score::default(), 0);
        for places in group.chunks(loader.evaluation_rows()) {
            let batch = loader.batch(split, targets, places);
            score += learner.evaluate(&batch);
            n += batch.n_targets();
        }
        groups.push((n > 0).then(|| score.loss / n as f64));
        total += score;
        n_targets += n;
    }
    let n = n_targets as f64;
    let (loss, accuracy) = (total.loss / n, total.correct as f64 / n);
    let error = match task {
        task if task.is_regression() => total.absolute / n,
        task if task.is_language() => loss,
        _ => 1.0 - accuracy,
    };
    Means { loss, accuracy, error, groups }
}
