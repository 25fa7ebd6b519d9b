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

/// Whether every pixel of the outermost 3 rows and columns is white: words cut off would touch them.
fn has_a_white_edge(figure: &Figure) -> bool {
    let bytes = figure.png(96).unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rgb).unwrap();
    let (width, height) = (info.width as usize, info.height as usize);
    let inner = |i: usize, n: usize| (3..n - 3).contains(&i);
    (0..width * height)
        .filter(|i| !inner(i % width, width) || !inner(i / width, height))
        .all(|i| rgb[3 * i..3 * i + 3] == [255, 255, 255])
}

#[test]
fn long_words_are_broken_before_they_leave_the_page() {
    let long = "a_very_long_name_without_any_space_".repeat(6);
    let sentence = "many words that need more than one line ".repeat(4);
    let mark =
        Mark::points(vec![(0.0, 1.0), (1.0, 2.0)]).values(vec!["first value".into(), "last value".into()]);
    let marks = vec![
        mark.label(&long),
        Mark::text((1.0, 1.0), "at the right end"),
        Mark::vertical(0.99).label("edge"),
    ];
    let x = Axis::linear(&sentence).ticks_at([
        (0.0, "one category"),
        (0.5, "another one"),
        (1.0, "the last of them"),
    ]);
    let panel = Panel::new(&long, x, Axis::linear(&sentence), marks);
    let mut figure = Figure::new("long", &long, vec![panel.clone(), panel]).records(HASH).note(&sentence);
    figure.size = (900, 600);
    assert!(has_a_white_edge(&figure));
    assert!(has_a_white_edge(&poster()));
}

#[test]
fn lines_and_bands_are_cut_at_a_given_range() {
    let steep = vec![(-100.0, -1e9), (100.0, 1e9)];
    let band = Mark::band(vec![-50.0, 50.0], vec![-1e6, -1e6], vec![1e6, 1e6]);
    let axis = |name: &str| Axis::linear(name).range(-1.0, 1.0);
    let panel =
        Panel::new("", axis("x"), axis("y"), vec![band, Mark::line(steep.clone()), Mark::points(steep)]);
    let figure = Figure::new("cut", "", vec![panel]);
    assert!(has_a_white_edge(&figure));
    assert!(!figure.svg().unwrap().contains("<circle"), "points outside the range are left out");
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

#[test]
fn words_of_every_kind_keep_the_svg_well_formed() {
    let odd = "<&>\"' \u{0}\u{7}\u{ffff} ]]> --> α × n⁻⁰·³⁷";
    let mut figure =
        one(vec![Mark::points(vec![(1.0, 1.0)]).label(odd).values(vec![odd.into()])]).note(odd).records(odd);
    (figure.title, figure.name) = (odd.into(), odd.into());
    let svg = figure.svg().unwrap();
    let parsed = resvg::usvg::roxmltree::Document::parse(&svg).unwrap();
    let title = parsed.descendants().find(|n| n.has_tag_name("title")).unwrap();
    assert!(title.text().unwrap().contains("]]> --> α × n⁻⁰·³⁷"));
}

#[test]
fn a_notebook_gets_svg_png_and_words_or_stops_with_the_reason() {
    let shown = poster().notebook_output().unwrap();
    let kinds: Vec<&str> = shown.lines().filter_map(|l| l.strip_prefix("EVCXR_BEGIN_CONTENT ")).collect();
    assert_eq!(kinds, ["image/svg+xml", "image/png", "text/plain"]);
    assert_eq!(shown.lines().filter(|l| *l == "EVCXR_END_CONTENT").count(), 3);
    let refused = one(vec![]).notebook_output().unwrap_err().to_string();
    assert!(refused.contains("nothing finite"), "{refused}");
    // In a notebook that sentence stops the cell.
    assert!(std::panic::catch_unwind(|| one(vec![]).evcxr_display()).is_err());
}

#[test]
fn words_in_every_hue_contrast_with_white_at_least_four_and_a_half_to_one() {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    for hue in [Colour::Ink, Colour::Grey].into_iter().chain(Colour::SERIES) {
        let (r, g, b) = hue.text_rgb();
        let luminance = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        let contrast = 1.05 / (luminance + 0.05);
        assert!(contrast >= 4.5, "{hue:?}: {contrast}");
    }
}

#[test]
fn a_value_at_the_right_end_of_a_falling_line_stands_beside_it() {
    let points = vec![(1e3, 9.7), (5e3, 5.26), (1e4, 3.74), (3e4, 2.81), (6e4, 2.07)];
    let values = vec!["9.7".into(), "5.26".into(), "3.74".into(), "2.81".into(), "2.07".into()];
    let marks = vec![Mark::line(points.clone()), Mark::points(points).values(values)];
    let panel = Panel::new("", Axis::log("images"), Axis::log("error (%)"), marks);
    let svg = Figure::new("values", "", vec![panel]).svg().unwrap();
    let parsed = resvg::usvg::roxmltree::Document::parse(&svg).unwrap();
    let number = |node: &resvg::usvg::roxmltree::Node, name: &str| {
        node.attribute(name).unwrap().parse::<f64>().unwrap()
    };
    let text = parsed.descendants().find(|n| n.has_tag_name("text") && n.text() == Some("2.07")).unwrap();
    let last = parsed.descendants().rfind(|n| n.has_tag_name("circle")).unwrap();
    assert!(number(&text, "x") > number(&last, "cx"), "left of its point the value would lie on the line");
}
