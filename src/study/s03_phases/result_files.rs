//! Our runs of the original's protocol in the original's layout: `gpu_scaling_results-n.json`.
//!
//! ```text
//! train_loss = mean over the batches of the last epoch, dropout on
//! val_loss   = mean over the held-out tokens              gen_gap = val_loss − train_loss
//! training_time = wall seconds of the run
//! ```
//!
//! That is the original's gap: two modes of one network, at two times. The losses of both sides in one mode
//! are in the records. The original's `val_loss` gives its last, shorter batch the weight of a whole one;
//! ours does not, and `training_time` counts our measurements along the run.

use crate::error::{Error, Result};
use crate::run::RunRecord;
use crate::study::runs::Runs;
use crate::study::s03_phases::design::{Arm, Design};
use crate::study::s03_phases::models::OriginalModel;
use std::fmt::Write;

/// Number and text of every result file; number n is seed n − 1.
///
/// # Errors
/// As [`result_file`].
///
/// # Panics
/// As [`result_file`].
pub fn result_files(design: &Design, runs: &Runs) -> Result<Vec<(u64, String)>> {
    let seeds = 0..design.seeds[Arm::Original as usize];
    seeds.map(|seed| Ok((seed + 1, result_file(design, runs, seed)?))).collect()
}

/// The text of the result file of one seed.
///
/// # Errors
/// [`Error::Failed`] where a record lacks its running loss.
///
/// # Panics
/// Where one of its runs is not recorded.
pub fn result_file(design: &Design, runs: &Runs, seed: u64) -> Result<String> {
    let mut text = "{".to_owned();
    for (i, &size) in design.sizes.iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        write!(text, "{comma}\n    \"{size}\": {{").expect("a text takes it");
        for (k, model) in OriginalModel::all().enumerate() {
            let comma = if k == 0 { "" } else { "," };
            let run = &runs[&design.spec(Arm::Original, model, size, 1.0, seed)];
            let metrics = metrics(model, run)?;
            write!(text, "{comma}\n        \"{model}\": {{\n{metrics}\n        }}").expect("a text takes it");
        }
        text += "\n    }";
    }
    Ok(text + "\n}\n")
}

fn metrics(model: OriginalModel, run: &RunRecord) -> Result<String> {
    let train_loss = run.last.running_loss.ok_or_else(|| {
        Error::Failed(format!("run {} has no running loss: it is no run of a language model", run.id))
    })?;
    let val_loss = run.last.test_loss;
    let number = |x: f64| serde_json::to_string(&x).expect("a measured loss is finite");
    let lines = [
        ("arch_type", format!("{:?}", model.architecture.name())),
        ("n_params", run.n_params.to_string()),
        ("train_loss", number(train_loss)),
        ("val_loss", number(val_loss)),
        ("gen_gap", number(val_loss - train_loss)),
        ("training_time", number(run.seconds)),
    ];
    Ok(lines.map(|(name, value)| format!("            \"{name}\": {value}")).join(",\n"))
}
