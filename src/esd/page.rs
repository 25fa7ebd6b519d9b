//! One page about a checkpoint: a table of its layers, alpha by depth, and a figure per layer.
//!
//! The page is a single file that loads nothing: figures stand in it as SVG.

use crate::error::Result;
use crate::esd::analysis::Analysis;
use crate::markup::escaped;
use crate::numerals::four_digits;
use crate::plot::{Axis, Colour, Figure, Mark, Panel, spectrum};
use crate::spectrum::row::{SpectrumOptions, SpectrumRow};
use crate::spectrum::verdict::{OVER_TRAINED, READING, UNDER_TRAINED, Warning};

const STYLE: &str = "
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 1040px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin-top: 2.5rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .25rem .6rem; text-align: right; border-bottom: 1px solid #ddd; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; } td { border-bottom: none; }
tr.words td { border-bottom: 1px solid #ddd; padding: 0 .6rem .4rem; white-space: normal; color: #444; } .doubt { color: #804000; } a { color: #0068a3; } a:focus { outline: 2px solid #0068a3; }
svg { width: 100%; min-width: 640px; height: auto; } p.small { font-size: .9rem; color: #555; }
";

/// The HTML page of an analysis made with these options.
///
/// # Errors
/// As [`Figure::svg`].
pub fn page(analysis: &Analysis, options: &SpectrumOptions) -> Result<String> {
    let file = escaped(&analysis.file);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Spectra of {file}</title><style>{STYLE}</style></head><body>\n<h1>Spectra of {file}</h1>\n"
    );
    page += &format!("<p>{}</p>\n<p class=\"small\">{}</p>\n", escaped(&summary(analysis)), escaped(READING));
    if analysis.layers.iter().filter(|l| l.row.tail.is_some()).count() > 1 {
        page += &drawn(&by_depth(analysis))?;
    }
    page += &table(analysis);
    for (class, said) in [("", &analysis.left_out), ("doubt", &analysis.damaged)] {
        if !said.is_empty() {
            let items: Vec<String> = said.iter().map(|s| format!("<li>{}</li>", escaped(s))).collect();
            page += &format!("<p>Not analysed:</p><ul class=\"{class}\">{}</ul>\n", items.concat());
        }
    }
    for (i, layer) in analysis.layers.iter().enumerate() {
        page += &format!("<h2 id=\"layer-{i}\">{}</h2>\n", escaped(&layer.row.name));
        // Its name stands above it already.
        let figure = spectrum::figure(&format!("layer-{i}"), layer);
        page += &drawn(&Figure { title: String::new(), ..figure })?;
    }
    page += &format!(
        "<p class=\"small\">lawbook {}; seed {}; eigenvalues of W Wᵀ in double precision; the tail is fitted as WeightWatcher fits it. \
         An alpha means something where the tail is a power law (goodness of fit) and the layer differs from its shuffle.</p>\n</body></html>\n",
        env!("CARGO_PKG_VERSION"),
        options.seed
    );
    Ok(page)
}

/// A sentence about all layers: their number, mean alpha, and counts by WeightWatcher's words.
pub fn summary(analysis: &Analysis) -> String {
    let rows: Vec<&SpectrumRow> = analysis.layers.iter().map(|l| &l.row).collect();
    let alphas: Vec<f64> = rows.iter().filter_map(|r| r.tail.map(|t| t.alpha)).collect();
    if alphas.is_empty() {
        return format!("{} layers, none with a tail.", rows.len());
    }
    let called = |w: Warning| rows.iter().filter(|r| r.verdict.warning == w).count();
    let (over, under) = (called(Warning::OverTrained), called(Warning::UnderTrained));
    let doubted = rows.iter().filter(|r| !r.verdict.doubts.is_empty()).count();
    let layers = if rows.len() == 1 { "layer" } else { "layers" };
    format!(
        "{} {layers}; mean alpha {:.2}; {over} over-trained (alpha < 2), {} good, {under} under-trained (alpha > 6); {doubted} with doubts.",
        rows.len(),
        alphas.iter().sum::<f64>() / alphas.len() as f64,
        alphas.len() - over - under
    )
}

fn drawn(figure: &Figure) -> Result<String> {
    Ok(format!("<div class=\"wide\">{}</div>\n", figure.svg()?))
}

/// The figure of alpha by layer, in the order of the file, with lines at 2 and 6.
pub fn by_depth(analysis: &Analysis) -> Figure {
    let mut points = (Vec::new(), Vec::new());
    let (mut x, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
    for (i, layer) in analysis.layers.iter().enumerate() {
        let Some(tail) = layer.row.tail else { continue };
        let at = (i as f64 + 1.0, tail.alpha);
        if layer.row.verdict.doubts.is_empty() {
            points.0.push(at)
        } else {
            points.1.push(at)
        }
        x.push(at.0);
        low.push((tail.alpha - tail.sigma).max(1.0));
        high.push(tail.alpha + tail.sigma);
    }
    let mut marks = vec![
        Mark::horizontal(OVER_TRAINED).dashed().label("below 2:\nover-trained"),
        Mark::horizontal(UNDER_TRAINED).dashed().label("above 6:\nunder-trained"),
        Mark::error_bars(x, low, high).colour(Colour::Blue).width(1.0),
    ];
    if !points.0.is_empty() {
        marks.push(Mark::points(points.0).colour(Colour::Blue));
    }
    if !points.1.is_empty() {
        marks.push(Mark::points(points.1).colour(Colour::Blue).hollow());
    }
    let panel = Panel::new("", Axis::linear("layer, in the order of the file"), Axis::log("alpha"), marks);
    let mut figure = Figure::new("alpha-by-layer", "Alpha by layer", vec![panel])
        .note("± sigma, the edge taken as given; hollow: there are doubts (see the table)");
    figure.size = (980, 330);
    figure
}

fn table(analysis: &Analysis) -> String {
    let rows: Vec<&SpectrumRow> = analysis.layers.iter().map(|l| &l.row).collect();
    let mp = rows.iter().any(|r| r.bulk.is_some());
    let randomized = rows.iter().any(|r| r.baseline.is_some());
    let gof = rows.iter().any(|r| r.gof_p.is_some());
    let mut heads =
        vec!["layer", "shape", "alpha", "sigma", "D", "xmin", "in tail", "λ max", "stable rank", "rank"];
    heads.extend(mp.then_some("spikes"));
    heads.extend(randomized.then_some("distance to shuffle"));
    heads.extend(randomized.then_some("alpha of shuffle"));
    heads.extend(randomized.then_some("traps"));
    heads.extend(gof.then_some("p"));
    let head: Vec<String> = heads.iter().map(|h| format!("<th scope=\"col\">{h}</th>")).collect();
    let mut html = format!("<div class=\"wide\"><table><thead><tr>{}</tr></thead><tbody>\n", head.concat());
    for (i, row) in rows.iter().enumerate() {
        let number = |x: Option<f64>| x.map_or("–".to_owned(), four_digits);
        let tail = |f: fn(&crate::spectrum::alpha::Alpha) -> f64| number(row.tail.as_ref().map(f));
        let rf = if row.rf > 1 { format!("{} × ", row.rf) } else { String::new() };
        let mut cells = vec![
            format!("<a href=\"#layer-{i}\">{}</a>", escaped(&row.name)),
            format!("{rf}{} × {}", row.rows, row.cols),
            tail(|t| t.alpha),
            tail(|t| t.sigma),
            tail(|t| t.ks),
            tail(|t| t.xmin),
            tail(|t| t.num_pl_spikes as f64),
            four_digits(row.lambda_max),
            four_digits(row.norms.stable_rank),
            row.norms.matrix_rank.to_string(),
        ];
        cells.extend(mp.then(|| number(row.bulk.map(|b| b.num_spikes as f64))));
        if let Some(b) = row.baseline {
            cells.extend([four_digits(b.rand_distance), number(b.rand_alpha), b.num_traps.to_string()]);
        }
        cells.extend(gof.then(|| number(row.gof_p)));
        let cells: Vec<String> = cells.iter().map(|c| format!("<td>{c}</td>")).collect();
        let doubts: Vec<String> = row
            .verdict
            .doubts
            .iter()
            .map(|d| format!("<br><span class=\"doubt\">but {}</span>", escaped(d)))
            .collect();
        html += &format!(
            "<tr>{}</tr>\n<tr class=\"words\"><td colspan=\"{}\">{}{}</td></tr>\n",
            cells.concat(),
            heads.len(),
            escaped(&row.verdict.verdict),
            doubts.concat()
        );
    }
    html + "</tbody></table></div>\n"
}
