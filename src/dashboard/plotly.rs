//! A plot as plotly.js reads it: traces and a layout. Fonts, margins and paper are the script's.

use crate::dashboard::plot::{Plot, PlotAxis, PlotRow, PlotScale, PlotSeries, SeriesKind};
use crate::numerals::{json, rounded, six_digits};
use crate::plot::{Colour, Dash, Fill, Marker};
use serde_json::{Map, Value, json};

/// Share of the height between two rows.
const GAP: f64 = 0.035;

/// `{"data": […], "layout": {…}, "choices": […]}`; `choices[i]` is the choice that shows trace i, or null.
pub fn spec(plot: &Plot) -> Value {
    let count = plot.rows.len();
    let mut layout = Map::new();
    let (mut shapes, mut annotations) = (Vec::new(), Vec::new());
    let mut data = Vec::new();
    let mut choices = Vec::new();
    let height = (1.0 - GAP * (count - 1) as f64) / count as f64;
    for (r, row) in plot.rows.iter().enumerate() {
        let number = if r == 0 { String::new() } else { (r + 1).to_string() };
        let top = 1.0 - r as f64 * (height + GAP);
        let mut y = axis(&row.y);
        y["domain"] = json!([json((top - height).max(0.0)), json(top)]);
        layout.insert(format!("yaxis{number}"), y);
        for line in &row.lines {
            shapes.push(json!({"type": "line", "xref": "paper", "x0": 0, "x1": 1,
                "yref": format!("y{number}"), "y0": json(*line), "y1": json(*line)}));
        }
        for series in &row.series {
            data.push(trace(series, &number));
            choices.push(series.choice);
        }
    }
    let mut x = axis(&plot.x);
    x["anchor"] = Value::from(if count == 1 { "y".to_owned() } else { format!("y{count}") });
    layout.insert("xaxis".to_owned(), x);
    for (k, mark) in plot.marks.iter().enumerate() {
        shapes.push(json!({"type": "line", "yref": "paper", "y0": 0, "y1": 1, "xref": "x",
            "x0": json(mark.at), "x1": json(mark.at)}));
        let side = if mark.at > middle(plot) { "right" } else { "left" };
        annotations.push(json!({"xref": "x", "x": json(mark.at), "xanchor": side, "yref": "paper", "y": 1,
            "yanchor": "bottom", "yshift": lift(plot, k), "text": mark.words}));
    }
    layout.insert("shapes".to_owned(), shapes.into());
    layout.insert("annotations".to_owned(), annotations.into());
    layout.insert("barmode".to_owned(), if beside(plot) { "group" } else { "stack" }.into());
    layout.insert("height".to_owned(), (if count == 1 { 400 } else { 60 + 215 * count }).into());
    json!({"data": data, "layout": layout, "choices": choices})
}

/// How far above the plot the words of mark `k` stand: long ones one above the other.
fn lift(plot: &Plot, k: usize) -> usize {
    let long = plot.marks.iter().any(|mark| mark.words.len() > 6);
    if long { 14 * (plot.marks.len() - 1 - k) } else { 0 }
}

/// Whether bars of several series share a place.
fn beside(plot: &Plot) -> bool {
    plot.rows.iter().flat_map(|row| &row.series).any(|series| matches!(series.kind, SeriesKind::Beside(_)))
}

/// The middle of the values along x.
fn middle(plot: &Plot) -> f64 {
    let all =
        plot.rows.iter().flat_map(|row: &PlotRow| &row.series).flat_map(|series| series.x.iter().copied());
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
    (low + high) / 2.0
}

fn axis(axis: &PlotAxis) -> Value {
    let mut value = json!({"title": {"text": axis.title}});
    if axis.scale == PlotScale::Log {
        value["type"] = "log".into();
        value["exponentformat"] = "power".into();
    }
    if !axis.ticks.is_empty() {
        value["tickvals"] = axis.ticks.iter().map(|x| json(*x)).collect();
        value["ticktext"] = axis.ticks.iter().map(|x| six_digits(*x)).collect();
    }
    value
}

/// One series as a trace at the y axis with this number.
fn trace(series: &PlotSeries, number: &str) -> Value {
    let numbers = |values: &[f64]| Value::from(values.iter().map(|x| json(*x)).collect::<Vec<_>>());
    let mut trace = json!({"name": series.name, "x": numbers(&series.x), "y": numbers(&series.y),
        "yaxis": format!("y{number}"), "legendgroup": series.group, "showlegend": series.legend});
    let colour = hex(series.style.colour);
    let line = |width: f64| json!({"color": colour, "width": width, "dash": dash(series.style.dash)});
    let marker =
        json!({"color": colour, "symbol": symbol(series.style.marker, series.style.fill), "size": 7});
    match series.kind {
        SeriesKind::Bars(width) | SeriesKind::Beside(width) => {
            trace["type"] = "bar".into();
            if matches!(series.kind, SeriesKind::Bars(_)) {
                trace["width"] = json(width);
            }
            trace["marker"] = json!({"color": colour,
                "pattern": {"shape": pattern(series.style.marker), "fillmode": "overlay", "size": 6}});
        }
        SeriesKind::Line => {
            trace["mode"] = "lines+markers".into();
            trace["line"] = line(2.0);
            trace["marker"] = marker;
        }
        SeriesKind::Curve => {
            trace["mode"] = "lines".into();
            trace["line"] = line(2.0);
        }
        SeriesKind::Thin => {
            trace["mode"] = "lines".into();
            trace["line"] = line(1.0);
            trace["opacity"] = json(0.6);
            trace["legendrank"] = 1001.into();
        }
        SeriesKind::Points => {
            trace["mode"] = "markers".into();
            trace["marker"] = marker;
        }
        SeriesKind::Outline => {
            trace["mode"] = "lines".into();
            trace["line"] = line(2.0);
            trace["line"]["shape"] = "hvh".into();
        }
    }
    if !series.labels.is_empty() {
        trace["text"] = series.labels.clone().into();
    }
    if !series.whiskers.is_empty() {
        let reach = |end: usize| -> Vec<f64> {
            let ends = series.whiskers.iter().zip(&series.y);
            ends.map(|(whisker, y)| (rounded(whisker[end], 6) - rounded(*y, 6)).abs()).collect()
        };
        trace["error_y"] = json!({"type": "data", "symmetric": false, "array": numbers(&reach(1)),
            "arrayminus": numbers(&reach(0)), "thickness": 1, "width": 3});
    }
    trace
}

fn hex(colour: Colour) -> String {
    let (red, green, blue) = colour.rgb();
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn dash(dash: Dash) -> &'static str {
    match dash {
        Dash::Solid => "solid",
        Dash::Dashed => "dash",
        Dash::Dotted => "dot",
    }
}

fn symbol(marker: Marker, fill: Fill) -> String {
    let shape = match marker {
        Marker::Circle => "circle",
        Marker::Square => "square",
        Marker::Triangle => "triangle-up",
        Marker::Diamond => "diamond",
        Marker::Cross => "x-thin",
    };
    // A cross has no inside: only its outline is seen.
    let open = fill == Fill::Hollow || marker == Marker::Cross;
    format!("{shape}{}", if open { "-open" } else { "" })
}

/// Bars differ by their hatching where points differ by their marker.
fn pattern(marker: Marker) -> &'static str {
    match marker {
        Marker::Circle => "",
        Marker::Square => "/",
        Marker::Triangle => "x",
        Marker::Diamond => "\\",
        Marker::Cross => "-",
    }
}
