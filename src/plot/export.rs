//! Export of figures: PNG, files, and a notebook's output.

use crate::error::{Error, Result};
use crate::notebook_output::{marked, show};
use crate::paths::write_whole;
use crate::plot::figure::Figure;
use crate::plot::stamp::RECORDS_KEYWORD;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, Source};
use resvg::usvg::{Options, Tree};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

/// Dots per inch at which a CSS pixel is one dot.
const CSS_DOTS_PER_INCH: u32 = 96;
const METRES_PER_INCH: f64 = 0.0254;
/// A larger picture is surely a mistake: 16 384 × 16 384 take a gigabyte.
const MOST_PIXELS: u64 = 1 << 28;

/// The only faces there are: a system's own would make the same figure look different elsewhere.
static FACES: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut faces = Database::new();
    for bytes in [dejavu::sans::regular(), dejavu::sans::bold(), dejavu::sans::oblique()] {
        faces.load_font_source(Source::Binary(Arc::new(bytes)));
    }
    faces.set_sans_serif_family("DejaVu Sans");
    Arc::new(faces)
});

impl Figure {
    /// The SVG's twin in pixels. At 96 dots per inch it has the figure's size; at 300, 300/96 times that.
    ///
    /// # Errors
    /// Those of [`Figure::svg`]; [`Error::Usage`] for a resolution no printer has.
    pub fn png(&self, dots_per_inch: u32) -> Result<Vec<u8>> {
        let svg = self.svg()?;
        let scale = f64::from(dots_per_inch) / f64::from(CSS_DOTS_PER_INCH);
        let dots = |pixels: u32| (f64::from(pixels) * scale).round() as u32;
        let (width, height) = (dots(self.size.0), dots(self.size.1));
        if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MOST_PIXELS {
            return Err(Error::Usage(format!(
                "figure {:?} at {dots_per_inch} dots per inch would be {width} by {height} pixels: use 96 for a screen, 300 for paper",
                self.name
            )));
        }
        let rgb = self.pixels(&svg, width, height)?;
        self.encode(&rgb, width, height, dots_per_inch).map_err(|e| self.refused(&e))
    }

    /// Red, green and blue of every pixel of `svg`, row by row.
    fn pixels(&self, svg: &str, width: u32, height: u32) -> Result<Vec<u8>> {
        let options =
            Options { fontdb: FACES.clone(), font_family: "DejaVu Sans".into(), ..Options::default() };
        let tree = Tree::from_str(svg, &options).map_err(|e| self.refused(&e))?;
        let mut pixmap =
            Pixmap::new(width, height).ok_or_else(|| self.refused(&"no memory for its pixels"))?;
        let stretch =
            Transform::from_scale(width as f32 / self.size.0 as f32, height as f32 / self.size.1 as f32);
        resvg::render(&tree, stretch, &mut pixmap.as_mut());
        Ok(pixmap.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect())
    }

    fn encode(
        &self,
        rgb: &[u8],
        width: u32,
        height: u32,
        dpi: u32,
    ) -> std::result::Result<Vec<u8>, png::EncodingError> {
        let per_metre = (f64::from(dpi) / METRES_PER_INCH).round() as u32;
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
        if !self.records.is_empty() {
            encoder.add_text_chunk(RECORDS_KEYWORD.into(), self.records.clone())?;
        }
        let mut writer = encoder.write_header()?;
        writer.write_image_data(rgb)?;
        writer.finish()?;
        Ok(bytes)
    }

    fn refused(&self, reason: &dyn std::fmt::Display) -> Error {
        Error::Failed(format!("figure {:?} could not be made a PNG: {reason}", self.name))
    }

    /// Writes `NAME.svg` and `NAME.png` into `folder` and returns their paths.
    ///
    /// # Errors
    /// Those of [`Figure::png`] before anything is written; [`Error::Usage`] for a name that is no
    /// file name; [`Error::Io`] where a file cannot be written.
    pub fn save(&self, folder: &Path, dots_per_inch: u32) -> Result<Vec<PathBuf>> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if self.name.is_empty() || self.name.starts_with('.') || !self.name.chars().all(plain) {
            return Err(Error::Usage(format!(
                "{:?} cannot name a figure's files: use letters, digits, - _ and . as in \"01-samples\"",
                self.name
            )));
        }
        let files = [("svg", self.svg()?.into_bytes()), ("png", self.png(dots_per_inch)?)];
        let mut written = Vec::new();
        for (ending, bytes) in files {
            let path = folder.join(format!("{}.{ending}", self.name));
            write_whole(&path, &bytes)?;
            written.push(path);
        }
        Ok(written)
    }

    /// Shows the figure below a notebook's cell.
    ///
    /// # Panics
    /// With the reason, where it cannot be drawn: a cell without its figure must not pass for a good one.
    pub fn evcxr_display(&self) {
        let formats = self.formats().unwrap_or_else(|error| panic!("{error}"));
        show(&formats);
    }

    /// What [`Figure::evcxr_display`] prints: the figure as SVG, PNG and a line of text.
    ///
    /// # Errors
    /// As [`Figure::svg`].
    pub fn notebook_output(&self) -> Result<String> {
        Ok(marked(&self.formats()?))
    }

    fn formats(&self) -> Result<[(&'static str, String); 3]> {
        let png = STANDARD.encode(self.png(CSS_DOTS_PER_INCH)?);
        let words = format!("Figure {}. {}", self.name, self.description());
        Ok([("image/svg+xml", self.svg()?), ("image/png", png), ("text/plain", words)])
    }
}
