//! What cannot be drawn, and what is odd and can.

use crate::{one, poster};
use lawbook::plot::{Align, Axis, Figure, Mark, Marker, Panel, records_of};

#[test]
fn a_figure_that_cannot_be_drawn_says_which_panel_and_why() {
    let message = one(vec![Mark::points(vec![(f64::NAN, 1.0)])]).svg().unwrap_err().to_string();
    assert!(message.contains("one") && message.contains("panel"), "{message}");
    let log =
        Panel::new("rates", Axis::log("x"), Axis::log("y"), vec![Mark::points(vec![(1.0, 2.0), (3.0, 0.0)])]);
    let message = Figure::new("fig", "", vec![log]).svg().unwrap_err().to_string();
    assert!(message.contains("rates"), "{message}");
}

#[test]
fn odd_marks_are_drawn_or_passed_over_but_never_panic() {
    let fine = |marks: Vec<Mark>| one(marks).svg().unwrap();
    fine(vec![Mark::points(vec![(1.0, 1.0)])]);
    fine(vec![Mark::line(vec![(0.0, 2.0), (1.0, 2.0), (2.0, 2.0)])]);
    fine(vec![
        Mark::line(vec![]),
        Mark::points(vec![(0.0, 1.0), (1.0, f64::INFINITY), (f64::NAN, 0.0), (2.0, 3.0)]),
    ]);
    fine(vec![
        Mark::band(vec![0.0, 1.0], vec![0.0, f64::NEG_INFINITY], vec![1.0, f64::INFINITY]),
        Mark::points(vec![(0.5, 0.5)]),
    ]);
    fine(vec![
        Mark::points(vec![(0.0, -1e300), (1.0, 1e300)]).marker(Marker::Cross).label("far"),
        Mark::text((0.5, 0.0), "x⁻⁰·³⁷ × α − β").align(Align::Right),
        Mark::vertical(0.5).dotted().label("v"),
        Mark::horizontal(0.0).dashed().label("h"),
    ]);
}

#[test]
fn no_ticks_stand_on_an_axis_that_cannot_be_drawn() {
    for (lo, hi) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (-1.7e308, 1.7e308)] {
        assert!(Axis::linear("x").ticks_within(lo, hi, 5).is_empty(), "{lo} to {hi}");
    }
    assert!(Axis::log("x").ticks_within(0.0, 10.0, 5).is_empty());
    assert!(Axis::log("x").minor_ticks_within(-1.0, 10.0).is_empty());
    assert!(Axis::log("x").ticks_within(0.5, 2e9, 0).len() <= 2, "asking for none gives at most two");
}

#[test]
fn a_refusal_names_the_axis_and_the_value_or_the_lengths() {
    let refusal = |x: Axis, y: Axis, mark: Mark| {
        Figure::new("05-loss", "", vec![Panel::new("by width", x, y, vec![mark])])
            .svg()
            .unwrap_err()
            .to_string()
    };
    let two = || Mark::points(vec![(1.0, 2.0), (-3.0, 4.0)]);
    let said = refusal(Axis::log("n"), Axis::linear("loss"), two());
    for part in ["05-loss", "panel 1", "by width", "x axis", "-3"] {
        assert!(said.contains(part), "{part} in: {said}");
    }
    let said = refusal(Axis::linear("n"), Axis::linear("loss"), two().values(vec!["only one".into()]));
    assert!(said.contains("2 points") && said.contains("1 written"), "{said}");
    let said =
        refusal(Axis::linear("n"), Axis::linear("loss"), Mark::band(vec![1.0, 2.0], vec![0.0], vec![1.0]));
    assert!(said.contains("2 x, 1 low and 1 high"), "{said}");
    let said = refusal(Axis::linear("n").range(3.0, 1.0), Axis::linear("loss"), two());
    assert!(said.contains("from 3 to 1"), "{said}");
    assert!(Figure::new("empty", "", vec![]).svg().unwrap_err().to_string().contains("no panels"));
}

#[test]
fn a_figure_too_small_for_its_panels_or_too_large_for_memory_is_refused() {
    let mut small = poster();
    small.size = (120, 100);
    assert!(small.svg().unwrap_err().to_string().contains("leave no room"));
    assert!(poster().png(0).is_err());
    assert!(poster().png(u32::MAX).is_err());
}

#[test]
fn a_refused_figure_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut named = poster();
    named.name = "../outside".into();
    assert!(named.save(folder.path(), 96).unwrap_err().to_string().contains("../outside"));
    assert!(one(vec![]).save(folder.path(), 96).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_that_is_no_figure_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "just words").unwrap();
    assert!(records_of(&path).unwrap_err().to_string().contains("neither an SVG nor a PNG"));
    assert!(records_of(&folder.path().join("absent.svg")).unwrap_err().to_string().contains("absent.svg"));
}
