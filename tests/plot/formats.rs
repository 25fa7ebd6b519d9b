//! SVG, PNG and a notebook's output: the same bytes, stamped, well formed.

use crate::{HASH, one, poster};
use lawbook::plot::{Mark, records_of};

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
