//! Figures: ticks, determinism, stamps, refusals, nothing outside the page, and the gallery.

mod formats;
mod gallery;
mod places;
mod refusals;

use lawbook::plot::{Axis, Colour, Figure, Mark, Panel};

const HASH: &str = "0123456789abcdef";

fn poster() -> Figure {
    let panel = |title: &str, points: Vec<(f64, f64)>| {
        let values = points.iter().map(|p| format!("{:.2}%", p.1)).collect();
        let marks = vec![
            Mark::line(points.clone()).colour(Colour::Blue),
            Mark::points(points).colour(Colour::Blue).values(values).label("α = 0.37"),
        ];
        Panel::new(title, Axis::log("Training images"), Axis::log("Test error (%)"), marks)
    };
    let data = panel("A & <data>", vec![(1e3, 9.7), (5e3, 5.26), (1e4, 3.74), (3e4, 2.81), (6e4, 2.07)]);
    let size = panel("B", vec![(26_506.0, 3.22), (118_282.0, 2.12), (669_706.0, 2.0), (5_824_522.0, 2.15)]);
    Figure::new("poster", "Scaling laws", vec![data, size]).records(HASH).note("means over 10 seeds")
}

fn one(marks: Vec<Mark>) -> Figure {
    Figure::new("one", "One", vec![Panel::new("panel", Axis::linear("x"), Axis::linear("y"), marks)])
}
