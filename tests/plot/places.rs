//! Where ticks, labels and words stand.

use crate::{HASH, one, poster};
use lawbook::plot::{Axis, Colour, Figure, Mark, Panel};

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
