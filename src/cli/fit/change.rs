//! `lawbook fit change`: is there a break?

use crate::fit::args::{Axes, Change, Counts, Shape, SmoothName};
use crate::fit::draw;
use crate::fit::points;
use crate::fit::table::wrapped;
use crate::say;
use lawbook::error::Result;
use lawbook::fit::change::{self, Break, Onset, Smooth};
use lawbook::law_figure::{self, digits};
use lawbook::plot::Axis;
use serde_json::json;

pub fn change(ask: &Change) -> Result<()> {
    let none = Counts { weights: None, group: None };
    let points = points::curve(&ask.curve, &none, [ask.axes != Axes::Linear, ask.axes == Axes::Log])?;
    let (x, y) = (&points.columns.numbers[0], &points.columns.numbers[1]);
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
    let sorted: Vec<(f64, f64)> = order.iter().map(|&i| (x[i], y[i])).collect();
    let log_x = |v: f64| if ask.axes == Axes::Linear { v } else { v.ln() };
    let log_y = |v: f64| if ask.axes == Axes::Log { v.ln() } else { v };
    let (u, v): (Vec<f64>, Vec<f64>) = sorted.iter().map(|&(x, y)| (log_x(x), log_y(y))).unzip();
    let shape = match ask.shape {
        Shape::Kink => Break::Kink,
        Shape::Step => Break::Step,
    };
    let smooth = match (ask.smooth, shape) {
        (Some(SmoothName::Logistic), _) | (None, Break::Step) => Smooth::Logistic,
        (Some(SmoothName::Cubic), _) => Smooth::Polynomial(3),
        (Some(SmoothName::Quadratic), _) | (None, Break::Kink) => Smooth::Polynomial(2),
    };
    let found = change::onset(&u, &v, shape, smooth, ask.seed).map_err(|e| points.named_in(e))?;
    let place = |v: f64| if ask.axes == Axes::Linear { v } else { v.exp() };
    let onset =
        Onset { place: place(found.place), low: place(found.low), high: place(found.high), ..found.clone() };
    if ask.output.json {
        let end = |v: f64| {
            if v.is_finite() && (ask.axes == Axes::Linear || v > 0.0) { json!(v) } else { json!(null) }
        };
        say(serde_json::to_string_pretty(&json!({
            "law": "change",
            "space": axes_key(ask.axes),
            "n": onset.n,
            "params": { "place": onset.place },
            "intervals": { "place": [end(onset.low), end(onset.high)] },
            "objective": onset.broken_sse,
            "shape": onset.shape,
            "smooth": onset.smooth,
            "smooth_objective": onset.smooth_sse,
            "p_smooth": onset.p_smooth,
            "p_broken": onset.p_broken,
            "verdict": onset.verdict,
            "notes": points.notes,
            "file": points.columns.file.display().to_string(),
        }))
        .expect("an answer holds numbers and words"));
    } else {
        say(text(ask, &onset, &points));
    }
    let axis = |name: &str, log: bool| if log { Axis::log(name) } else { Axis::linear(name) };
    let figure = law_figure::change(
        &onset,
        sorted,
        axis(&points.columns.names[0], ask.axes != Axes::Linear),
        axis(&points.columns.names[1], ask.axes == Axes::Log),
    );
    draw(&figure, &ask.output.figure)
}

fn text(ask: &Change, onset: &Onset, points: &points::Points) -> String {
    let shape = match onset.shape {
        Break::Kink => "a kink: two straight lines that meet",
        Break::Step => "a step: two levels",
    };
    let smooth = match onset.smooth {
        Smooth::Polynomial(degree) => format!("a polynomial of degree {degree}"),
        Smooth::Logistic => "a logistic curve".to_owned(),
    };
    let axes = match ask.axes {
        Axes::Log => "ln y against ln x",
        Axes::Semilog => "y against ln x",
        Axes::Linear => "y against x",
    };
    let mut lines = vec![
        format!(
            "Is there a break?   {}, {} rows of {}",
            points.subject(),
            onset.n,
            points.columns.file.display()
        ),
        String::new(),
    ];
    let chance = |p: f64| if p < 1e-4 { "< 0.0001".to_owned() } else { format!("{p:.4}") };
    let facts = [
        ("looked for", format!("{shape}, in {axes}")),
        ("against", smooth),
        (
            "place",
            format!(
                "{} = {}, 95 % from {} to {} if there is one break",
                ask.curve.x,
                digits(onset.place, 4),
                digits(onset.low, 4),
                digits(onset.high, 4)
            ),
        ),
        ("squares", format!("{:.6e} with the break, {:.6e} smooth", onset.broken_sse, onset.smooth_sse)),
        (
            "chances",
            format!(
                "p {} that a smooth curve looks so broken, p {} that a broken one looks so smooth",
                chance(onset.p_smooth),
                chance(onset.p_broken)
            ),
        ),
        ("verdict", onset.verdict.clone()),
    ];
    lines.extend(facts.iter().flat_map(|(name, words)| wrapped(name, words)));
    lines.extend(points.notes.iter().flat_map(|words| wrapped("note", words)));
    lines.join("\n")
}

fn axes_key(axes: Axes) -> &'static str {
    match axes {
        Axes::Log => "log",
        Axes::Semilog => "semilog",
        Axes::Linear => "linear",
    }
}
