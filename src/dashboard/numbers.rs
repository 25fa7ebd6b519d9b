//! The numbers of a plot as tables: what is drawn can be read without seeing it, and without a script.
//!
//! Series over a shared x become the columns of one table. Where points have labels (a path through two
//! measures, with the step beside each point), every point is a row.

use crate::dashboard::page::{PageCell, PageTable};
use crate::dashboard::plot::{Plot, PlotRow, PlotSeries};
use crate::numerals::six_digits;

/// One table for each row of the plot.
pub fn tables(plot: &Plot) -> Vec<PageTable> {
    plot.rows.iter().map(|row| table(plot, row)).collect()
}

fn table(plot: &Plot, row: &PlotRow) -> PageTable {
    let caption = format!("{} against {}", row.y.title, plot.x.title);
    if row.series.iter().any(|series| !series.labels.is_empty()) {
        return PageTable { caption, ..points(plot, row) };
    }
    let mut places: Vec<f64> = row.series.iter().flat_map(|series| series.x.iter().copied()).collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let mut head = vec![plot.x.title.clone()];
    let mut columns: Vec<Vec<String>> = Vec::new();
    for series in &row.series {
        let name = name(plot, series);
        columns.push(column(&places, series, &series.y));
        head.push(name.clone());
        for (end, word) in ["lowest", "highest"].into_iter().enumerate() {
            if !series.whiskers.is_empty() {
                let ends: Vec<f64> = series.whiskers.iter().map(|whisker| whisker[end]).collect();
                columns.push(column(&places, series, &ends));
                head.push(format!("{name}, {word}"));
            }
        }
    }
    let cells = |i: usize| columns.iter().map(move |column| PageCell::Words(column[i].clone()));
    let rows = (0..places.len())
        .map(|i| [PageCell::Words(six_digits(places[i]))].into_iter().chain(cells(i)).collect());
    PageTable { caption, head, rows: rows.collect() }
}

/// The values of a series at all places of its table.
fn column(places: &[f64], series: &PlotSeries, values: &[f64]) -> Vec<String> {
    let at = |place: &f64| series.x.iter().position(|x| x == place).map(|i| six_digits(values[i]));
    places.iter().map(|place| at(place).unwrap_or_default()).collect()
}

/// One row a point.
fn points(plot: &Plot, row: &PlotRow) -> PageTable {
    let head = ["series", "point", &plot.x.title, &row.y.title].map(str::to_owned).to_vec();
    let mut rows = Vec::new();
    for series in &row.series {
        for (i, (x, y)) in series.x.iter().zip(&series.y).enumerate() {
            let label = series.labels.get(i).cloned().unwrap_or_default();
            rows.push(
                [name(plot, series), label, six_digits(*x), six_digits(*y)].map(PageCell::Words).to_vec(),
            );
        }
    }
    PageTable { caption: String::new(), head, rows }
}

/// The name of a series with its choice: "step 5000", "tail begins, step 5000".
fn name(plot: &Plot, series: &PlotSeries) -> String {
    match (&plot.choice, series.choice) {
        (Some((what, choices)), Some(i)) => format!("{}, {what} {}", series.name, choices[i]),
        _ => series.name.clone(),
    }
}
