//! Figures: ticks, determinism, stamps, refusals, and nothing outside the page.

use lawbook::plot::{Align, Axis, Colour, Figure, Mark, Marker, Panel, records_of};

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

#[test]
fn the_same_figure_gives_the_same_bytes_in_both_formats() {
    assert_eq!(poster().svg().unwrap(), poster().svg().unwrap());
    assert_eq!(poster().png(96).unwrap(), poster().png(96).unwrap());
}

#[test]
fn both_formats_carry_the_hash_of_the_records() {
    let folder = tempfile::tempdir().unwrap();
    let saved = poster().save(folder.path(), 150).unwrap();
    assert_eq!(saved.len(), 2);
    for path in saved {
        assert_eq!(records_of(&path).unwrap().as_deref(), Some(HASH), "{}", path.display());
    }
    let none = folder.path().join("none.svg");
    std::fs::write(&none, "<svg/>").unwrap();
    assert_eq!(records_of(&none).unwrap(), None);
    std::fs::write(folder.path().join("broken.png"), b"\x89PNG\r\n\x1a\nno").unwrap();
    assert!(records_of(&folder.path().join("broken.png")).is_err());
}

#[test]
fn a_png_at_300_dots_per_inch_has_its_size_and_says_its_density() {
    let bytes = poster().png(300).unwrap();
    let reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
    let info = reader.info();
    let expected = |css: u32| (f64::from(css) * 300.0 / 96.0).round();
    assert!((f64::from(info.width) - expected(poster().size.0)).abs() <= 1.0);
    assert!((f64::from(info.height) - expected(poster().size.1)).abs() <= 1.0);
    // 300 dots per inch are 11 811 per metre.
    assert_eq!(info.pixel_dims.unwrap().xppu, 11_811);
}

#[test]
fn an_svg_is_well_formed_loads_nothing_and_keeps_its_words_inside_the_page() {
    let svg = poster().svg().unwrap();
    let parsed = resvg::usvg::roxmltree::Document::parse(&svg).unwrap();
    let view: Vec<f64> =
        parsed.root_element().attribute("viewBox").unwrap().split(' ').map(|n| n.parse().unwrap()).collect();
    let (width, height) = (view[2], view[3]);
    let mut texts = 0;
    for node in parsed.descendants().filter(|n| n.has_tag_name("text")) {
        let place = |name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
        if node.attribute("transform").is_none() {
            assert!((0.0..=width).contains(&place("x")), "{:?}", node.text());
            assert!((0.0..=height).contains(&place("y")), "{:?}", node.text());
        }
        texts += 1;
    }
    assert!(texts > 15, "ticks, labels and titles are there: {texts}");
    assert!(svg.contains("A &amp; &lt;data>") || svg.contains("A &amp; &lt;data&gt;"), "words are escaped");
    assert!(!svg.contains("href") && !svg.contains("url("), "nothing is fetched");
    assert!(svg.contains("<title>") && svg.contains("<desc>"), "it can be read aloud");
}

#[test]
fn a_log_axis_within_one_decade_has_four_to_seven_labels() {
    for (low, high) in
        [(1.5, 12.0), (2.0, 9.7), (1.9, 3.3), (0.004, 0.03), (26_506.0, 5_824_522.0), (1.0, 1e9)]
    {
        let ticks = Axis::log("y").ticks_within(low, high, 7);
        assert!((3..=7).contains(&ticks.len()), "{low} to {high}: {ticks:?}");
        assert!(ticks.iter().all(|(at, _)| (low..=high).contains(at)), "{ticks:?}");
    }
}

#[test]
fn numbers_at_ticks_are_written_plainly() {
    let words =
        |axis: Axis, low, high| axis.ticks_within(low, high, 6).into_iter().map(|t| t.1).collect::<Vec<_>>();
    assert_eq!(words(Axis::linear("x"), 0.0, 1.0), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    assert_eq!(words(Axis::linear("x"), -20.0, 20.0), ["−20", "−10", "0", "10", "20"]);
    assert_eq!(words(Axis::log("x"), 1e3, 1e6), ["1k", "10k", "100k", "1M"]);
    assert_eq!(words(Axis::log("x"), 1.0, 1000.0), ["1", "10", "100", "1000"]);
}

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
fn labels_that_end_at_one_place_do_not_cover_each_other() {
    let series = |y: f64, name: &str| Mark::line(vec![(0.0, 0.0), (1.0, y)]).label(name);
    let svg = one(vec![series(1.0, "first"), series(1.001, "second"), series(0.999, "third")]).svg().unwrap();
    let parsed = resvg::usvg::roxmltree::Document::parse(&svg).unwrap();
    let mut heights: Vec<f64> = parsed
        .descendants()
        .filter(|n| {
            n.has_tag_name("text")
                && ["first", "second", "third"].contains(&n.text().unwrap_or_default().trim())
        })
        .map(|n| n.attribute("y").unwrap().parse().unwrap())
        .collect();
    heights.sort_by(f64::total_cmp);
    assert_eq!(heights.len(), 3, "every label is drawn");
    assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= 10.0), "{heights:?}");
}
