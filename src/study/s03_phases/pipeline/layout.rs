//! One file of the original's experiment: `gpu_scaling_results-n.json`.
//!
//! ```text
//! {"400": {"transformer_nano": {"arch_type": "transformer", "n_params": 3243968, "train_loss": 10.39,
//!                               "val_loss": 10.58, "gen_gap": 0.19, "training_time": 0.88}, …}, "800": …}
//! ```
//!
//! A size is the total number of sequences, 80 % of them for training. Sizes, models and metrics may be
//! others than the original's eight models at four sizes; a metric that is `null` or left out is missing.

use crate::study::s03_phases::pipeline::tree::{Tree, Wrong, joined};

/// The original's metrics, in the order of its tables.
pub const METRICS: [&str; 4] = ["train_loss", "val_loss", "gen_gap", "training_time"];

/// The columns of the original's tables that are no metrics.
pub const KEYS: [&str; 5] = ["run_id", "dataset_size", "model_name", "arch_type", "n_params"];

/// What one model did at one dataset size.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Sequences for training and validation together.
    pub dataset_size: u64,
    /// "transformer_nano".
    pub model_name: String,
    /// "transformer".
    pub arch_type: String,
    /// Parameters.
    pub n_params: u64,
    /// Metrics in the order of the file.
    pub metrics: Vec<(String, f64)>,
    /// What else stands there, by name: words, lists, and what is a key of the tables already.
    pub other: Vec<String>,
}

/// The cells of one file, in its order.
///
/// # Errors
/// [`Wrong`] at the first place where the text is no JSON or not of this layout.
pub fn cells(text: &str) -> Result<Vec<Cell>, Wrong> {
    let tree = Tree::parse(text)?;
    let wrong = |path: &[&str], problem: String| Err(Wrong { path: joined(path), problem });
    let Tree::Object(sizes) = &tree else {
        let later = if matches!(tree, Tree::List(_)) {
            "; the original's later lists of records have one model a record and are not read here"
        } else {
            ""
        };
        let problem = format!(
            "{} stands where an object belongs whose keys are dataset sizes, like {{\"400\": {{…}}}}{later}",
            tree.kind()
        );
        return wrong(&[], problem);
    };
    let mut cells = Vec::new();
    for (key, models) in sizes {
        let Some(dataset_size) = key.parse().ok().filter(|&n: &u64| n > 0 && n.to_string() == *key) else {
            let later = match models {
                Tree::Object(fields) if fields.iter().any(|(name, _)| name == "full_history") => {
                    "; this is the later layout of transformer_architecture_scaling_results-n.json, which is not read here"
                }
                _ => "",
            };
            return wrong(
                &[key],
                format!("the key is no dataset size: a whole number like \"400\" belongs here{later}"),
            );
        };
        let Tree::Object(models) = models else {
            return wrong(
                &[key],
                format!("{} stands where an object belongs whose keys are models", models.kind()),
            );
        };
        for (model, fields) in models {
            cells.push(cell(dataset_size, model, fields).map_err(|(field, problem)| {
                let path: Vec<&str> = [key.as_str(), model].into_iter().chain(field).collect();
                Wrong { path: joined(&path), problem }
            })?);
        }
    }
    if cells.is_empty() {
        return wrong(&[], "there is no model at any dataset size".to_owned());
    }
    Ok(cells)
}

/// One model at one size; an error names its field, if it is about one.
fn cell<'a>(dataset_size: u64, model: &str, fields: &'a Tree) -> Result<Cell, (Option<&'a str>, String)> {
    let Tree::Object(fields) = fields else {
        return Err((
            None,
            format!("{} stands where an object belongs with the model's metrics", fields.kind()),
        ));
    };
    let needed = |name: &'static str| match fields.iter().find(|(field, _)| field == name) {
        Some((_, value)) => Ok(value),
        None => Err((None, format!("{name} is not there: each model needs arch_type and n_params"))),
    };
    let arch_type = match needed("arch_type")? {
        Tree::Text(text) if !text.is_empty() => text.clone(),
        other => {
            let problem = format!("{} stands where the architecture's name belongs", other.kind());
            return Err((Some("arch_type"), problem));
        }
    };
    let n_params = match needed("n_params")? {
        &Tree::Number(n) if n >= 0.0 && n.fract() == 0.0 && n < 9e15 => n as u64,
        other => {
            let problem = format!("{} stands where the number of parameters belongs", other.kind());
            return Err((Some("n_params"), problem));
        }
    };
    let (mut metrics, mut other) = (Vec::new(), Vec::new());
    for (name, value) in fields.iter().filter(|(name, _)| name != "arch_type" && name != "n_params") {
        match value {
            Tree::Number(number) if !KEYS.contains(&name.as_str()) => metrics.push((name.clone(), *number)),
            Tree::Null => {}
            _ if METRICS.contains(&name.as_str()) => {
                return Err((Some(name), format!("{} stands where a number belongs", value.kind())));
            }
            _ => other.push(name.clone()),
        }
    }
    Ok(Cell { dataset_size, model_name: model.to_owned(), arch_type, n_params, metrics, other })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_the_order_of_the_file_and_miss_what_is_null() {
        let text = r#"{"800": {"b": {"n_params": 7, "arch_type": "gru", "val_loss": null, "bits": 2, "gpu": "T4"},
                               "a": {"arch_type": "mlp", "n_params": 5, "val_loss": 1.5}},
                       "400": {}}"#;
        let cells = cells(text).unwrap();
        assert_eq!(cells.iter().map(|c| c.model_name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
        assert_eq!(cells[0].metrics, [("bits".to_owned(), 2.0)]);
        assert_eq!((cells[0].other.as_slice(), cells[0].dataset_size), (&["gpu".to_owned()][..], 800));
    }

    #[test]
    fn another_layout_is_refused_with_its_place_and_what_belongs_there() {
        for (text, path, said) in [
            (r#"[{"model_name": "decoder", "n_layer": 2}]"#, "the whole of it", "lists of records"),
            (
                r#"{"decoder_small_n1000": {"config": {}, "n_params": 5, "full_history": {}}}"#,
                "decoder_small_n1000",
                "later layout",
            ),
            (r#"{"0400": {}}"#, "\"0400\"", "no dataset size"),
            (r#"{"400": [1]}"#, "\"400\"", "keys are models"),
            (r#"{"400": {"a": 3}}"#, "\"400\".a", "metrics"),
            (r#"{"400": {"a": {"arch_type": "mlp"}}}"#, "\"400\".a", "n_params is not there"),
            (r#"{"400": {"a": {"arch_type": 1, "n_params": 5}}}"#, "\"400\".a.arch_type", "name"),
            (r#"{"400": {"a": {"arch_type": "x", "n_params": 0.5}}}"#, "\"400\".a.n_params", "0.5"),
            (
                r#"{"400": {"a": {"arch_type": "x", "n_params": 5, "val_loss": "1"}}}"#,
                "\"400\".a.val_loss",
                "the text \"1\"",
            ),
            ("{}", "the whole of it", "no model"),
        ] {
            let wrong = cells(text).unwrap_err();
            assert_eq!(wrong.path, path, "{text}: {wrong:?}");
            assert!(wrong.problem.contains(said), "{text}: {wrong:?}");
        }
    }
}
