//! Tables and lines of words that fit a terminal.

use lawbook::fit::fitted::Parameter;
use lawbook::fit::select::Comparison;
use lawbook::numerals::digits;

/// Columns before words go on in the next line.
const WIDTH: usize = 100;

/// The column where words begin.
const INDENT: usize = 12;

/// A parameter as a table shows it.
pub struct ParameterRow {
    name: String,
    value: String,
    interval: String,
}

impl ParameterRow {
    pub fn fitted(parameter: &Parameter) -> Self {
        let end = |v: f64| if v.is_finite() { digits(v, 4) } else { "unbounded".to_owned() };
        Self {
            name: parameter.name.clone(),
            value: digits(parameter.value, 5),
            interval: format!("{} … {}", end(parameter.low), end(parameter.high)),
        }
    }

    pub fn given(name: &str, value: f64) -> Self {
        Self { name: name.to_owned(), value: digits(value, 5), interval: "given".to_owned() }
    }
}

/// Names, values, intervals in columns.
pub fn parameters(rows: Vec<ParameterRow>) -> Vec<String> {
    let mut cells = vec![[String::new(), "value".to_owned(), "95 % interval".to_owned()]];
    cells.extend(rows.into_iter().map(|row| [row.name, row.value, row.interval]));
    columns(&cells, &[false, true, false])
}

/// Laws from best to worst.
pub fn ranking(found: &Comparison) -> Vec<String> {
    let held_out = found.holdout_above.is_some();
    let mut cells = vec![vec![
        "law".to_owned(),
        "parameters".to_owned(),
        "ΔAICc".to_owned(),
        "weight".to_owned(),
        "RMSE ln y".to_owned(),
    ]];
    if let Some(limit) = found.holdout_above {
        cells[0].push(format!("beyond {}", digits(limit, 3)));
    }
    for candidate in &found.candidates {
        let fit = &candidate.fit;
        let mut row = vec![
            fit.law.to_string(),
            fit.p().to_string(),
            candidate.delta_aicc.map_or("-".to_owned(), |delta| format!("{delta:.2}")),
            format!("{:.3}", candidate.weight),
            format!("{:.4}", fit.rmse_log),
        ];
        if held_out {
            row.push(candidate.holdout_rmse_log.map_or("-".to_owned(), |rmse| format!("{rmse:.4}")));
        }
        cells.push(row);
    }
    let right: Vec<bool> = (0..cells[0].len()).map(|column| column > 0).collect();
    columns(&cells, &right)
}

/// Cells in columns as wide as they need, two spaces at the left.
fn columns<R: AsRef<[String]>>(rows: &[R], right: &[bool]) -> Vec<String> {
    let width = |c: usize| rows.iter().map(|row| row.as_ref()[c].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..right.len()).map(width).collect();
    let line = |row: &R| {
        let cells = row.as_ref().iter().zip(&widths).zip(right);
        let cells = cells.map(
            |((cell, &width), &right)| {
                if right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            },
        );
        format!("  {}", cells.collect::<Vec<_>>().join("   ")).trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// "verdict     words that go on\n            below themselves".
pub fn wrapped(name: &str, words: &str) -> Vec<String> {
    let mut lines = vec![format!("{name:<INDENT$}")];
    let mut begun = false;
    for word in words.split_whitespace() {
        let last = lines.last_mut().expect("one line from the beginning");
        if begun && last.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(" ".repeat(INDENT) + word);
        } else {
            if begun {
                last.push(' ');
            }
            last.push_str(word);
        }
        begun = true;
    }
    lines
}
