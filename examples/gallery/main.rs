//! Draws the gallery (`just gallery`). One figure a file, with the lines that draw it.

mod band;
mod change;
mod esd;
mod panels;
mod surface;
mod tail;

use lawbook::prelude::*;
use std::path::Path;

/// Dots per inch of the PNGs: those of a screen.
const SCREEN: u32 = 96;

fn main() -> lawbook::error::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("figures/gallery");
    let all: [fn() -> Figure; 6] =
        [band::figure, surface::figure, tail::figure, esd::figure, change::figure, panels::figure];
    for figure in all.map(|draw| draw()) {
        for path in figure.save(&folder, SCREEN)? {
            println!("{}", path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(&path).display());
        }
    }
    Ok(())
}
