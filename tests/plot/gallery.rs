//! The gallery of `examples/gallery/`: what is committed is what the examples draw.

use lawbook::plot::Figure;
use std::fs;
use std::path::Path;

#[path = "../../examples/gallery/band.rs"]
mod band;
#[path = "../../examples/gallery/change.rs"]
mod change;
#[path = "../../examples/gallery/esd.rs"]
mod esd;
#[path = "../../examples/gallery/panels.rs"]
mod panels;
#[path = "../../examples/gallery/surface.rs"]
mod surface;
#[path = "../../examples/gallery/tail.rs"]
mod tail;

#[test]
fn every_committed_figure_of_the_gallery_is_what_its_example_draws() {
    let all: [fn() -> Figure; 6] =
        [band::figure, surface::figure, tail::figure, esd::figure, change::figure, panels::figure];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    for figure in all.map(|draw| draw()) {
        let path = format!("figures/gallery/{}.svg", figure.name);
        let committed = fs::read_to_string(root.join(&path)).unwrap_or_else(|e| panic!("{path}: {e}"));
        assert!(committed == figure.svg().unwrap(), "{path} is another figure: run `just gallery`");
        assert!(readme.contains(&path), "the README does not show {path}");
    }
}
