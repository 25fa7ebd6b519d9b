//! A law with a floor, its 95 % band, and the points that it was fitted to.

use lawbook::prelude::*;

pub fn figure() -> Figure {
    let n = [1e3, 2e3, 4e3, 8e3, 16e3, 32e3, 64e3];
    let error = [9.90, 6.70, 5.60, 3.90, 3.30, 2.50, 2.40];
    let fit = floor::fit(&n, &error, Space::Log).unwrap();
    let along: Vec<f64> = (0..=60).map(|i| 1e3 * 64f64.powf(f64::from(i) / 60.0)).collect();
    let [low, high] = [0, 1].map(|side| along.iter().map(|&n| fit.band_at(n)[side]).collect());
    let marks = vec![
        Mark::band(along.clone(), low, high).colour(Colour::Blue),
        Mark::line(along.iter().map(|&n| (n, fit.at(n))).collect()).colour(Colour::Blue).label("E + A / n^α"),
        Mark::points(n.into_iter().zip(error).collect()).hollow(),
    ];
    let panel = Panel::new("", Axis::log("Training samples n"), Axis::log("Test error (%)"), marks);
    let note = format!("α = {:.3}, E = {:.2} %; band: 95 %", fit["alpha"].value, fit["E"].value);
    Figure::new("band", "A law with a floor", vec![panel]).note(note)
}
