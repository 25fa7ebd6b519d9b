//! A grid of panels from recorded runs: curves of ten seeds, width by width, with the records' hash.

use lawbook::prelude::*;
use lawbook::run::seal;

pub fn figure() -> Figure {
    let mut runs = recorded("02");
    runs.retain(|run| run.spec.n_train() == 60_000);
    let widths = [(32, 26_506), (128, 118_282), (512, 669_706), (2048, 5_824_522)];
    let panels = widths.map(|(width, n_params)| {
        let curve = |run: &RunRecord| {
            let point = |p: &lawbook::run::Point| (p.step as f64 / 938.0, 100.0 * (1.0 - p.test_accuracy));
            Mark::line(run.curve.iter().map(point).collect()).colour(Colour::Blue).width(1.0).opacity(0.6)
        };
        let curves = runs.iter().filter(|run| run.n_params == n_params).map(curve).collect();
        let error = Axis::log("Test error (%)").range(1.6, 12.0);
        Panel::new(format!("{width} units, {n_params} parameters"), Axis::linear("Epoch"), error, curves)
    });
    Figure::new("panels", "Ten seeds, width by width", panels.to_vec()).records(seal(&runs))
}
