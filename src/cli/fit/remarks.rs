//! What is worth saying about a table: repeats, cells, rises, columns that move together.

use crate::fit::points::TablePoints;
use lawbook::numerals::digits;
use lawbook::stats::correlation;

/// A rise of y by less than this factor passes for noise.
const MOST_RISE: f64 = 1.5;

/// N and D that are correlated more than this are one variable.
const MOST_CORRELATION: f64 = 0.98;

/// How many rows a note names.
const NAMED: usize = 8;

impl TablePoints {
    /// "line 3, line 7 and 4 more".
    pub fn named(&self, rows: &[usize]) -> String {
        let shown: Vec<String> = rows.iter().take(NAMED).map(|&row| self.columns.place(row)).collect();
        let more = rows.len().saturating_sub(NAMED);
        if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
    }

    /// Says when repeats of a cell pass for independent points.
    pub fn passing_for_independent(&self, what: &str) -> Option<String> {
        let (rows, cells) = (self.rows(), self.cell_count());
        (cells > 0 && cells < rows).then(|| {
            format!("{rows} rows are repeats of {cells} cells, and {what} takes rows as independent")
        })
    }

    /// The largest rise of a curve from one x to a larger one, where it is more than half as much again.
    pub fn rise(&self) -> Option<String> {
        let (x, y) = (&self.columns.numbers[0], &self.columns.numbers[1]);
        let mut order: Vec<usize> = (0..x.len()).collect();
        order.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
        // One row and the mean of ln y for each x.
        let means: Vec<(usize, f64)> = order
            .chunk_by(|&a, &b| x[a] == x[b])
            .map(|rows| (rows[0], rows.iter().map(|&row| y[row].ln()).sum::<f64>() / rows.len() as f64))
            .collect();
        let mut least = *means.first()?;
        let mut rise = (least, least);
        for &mean in &means {
            if mean.1 < least.1 {
                least = mean;
            }
            if mean.1 - least.1 > rise.1.1 - rise.0.1 {
                rise = (least, mean);
            }
        }
        let factor = (rise.1.1 - rise.0.1).exp();
        let names = &self.columns.names;
        let at = |(row, mean): (usize, f64)| {
            format!("{} at {} = {} ({})", digits(mean.exp(), 3), names[0], x[row], self.columns.place(row))
        };
        (factor > MOST_RISE).then(|| {
            format!(
                "{} rises from {} to {}, a factor of {}: this law only falls; look at --figure, and at lawbook fit broken",
                names[1],
                at(rise.0),
                at(rise.1),
                digits(factor, 2)
            )
        })
    }

    /// Whether parameters and tokens move together, so that what each adds can hardly be told apart.
    pub fn entangled(&self) -> Option<String> {
        let logs =
            |column: usize| -> Vec<f64> { self.columns.numbers[column].iter().map(|v| v.ln()).collect() };
        let correlation = correlation(&logs(0), &logs(1))?;
        (correlation.abs() > MOST_CORRELATION).then(|| {
            format!(
                "N and D move together (correlation of their logarithms {correlation:.3}): what each adds can hardly be told apart; runs of one N with several D would tell"
            )
        })
    }

    /// Asks what many rows with the same x are: several curves, or repeats?
    pub fn note_several(&mut self) {
        let mut x = self.columns.numbers[0].clone();
        x.sort_by(f64::total_cmp);
        x.dedup();
        let (rows, different) = (self.rows(), x.len());
        if 2 * different <= rows {
            let name = &self.columns.names[0];
            self.notes.push(format!(
                "{rows} rows have {different} different {name}: of several curves pick one with --where COL=VALUE, and tell repeats by --group {name}"
            ));
        }
    }

    /// Notes rows that repeat another exactly.
    pub fn note_repeats(&mut self) {
        let repeats = self.columns.repeats();
        if repeats.is_empty() {
            return;
        }
        let pairs: Vec<String> = repeats
            .iter()
            .take(NAMED)
            .map(|&(row, first)| format!("{} repeats {}", self.columns.place(row), self.columns.place(first)))
            .collect();
        let more = repeats.len().saturating_sub(NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let rows = if repeats.len() == 1 { "a duplicate row" } else { "duplicate rows" };
        self.notes.push(format!(
            "{rows}, kept: {}{more}; take out what is the same measurement, for it counts twice",
            pairs.join(", ")
        ));
    }
}
