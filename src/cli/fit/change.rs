//! `lawbook fit change`: is there a break?

use crate::fit::args::{Axes, ChangeArgs, Shape, SmoothName};
use crate::fit::object::{Object, finite};
use crate::fit::options::WeightArgs;
use crate::fit::points::{self, TablePoints};
use crate::fit::table::wrapped;
use crate::output::say;
use lawbook::change::{self, Break, Onset, Smooth};
use lawbook::error::Result;
use lawbook::law_figure;
use lawbook::numerals::digits;
use lawbook::plot::Axis;
use serde_json::json;

pub fn change(ask: &ChangeArgs) -> Result<()> {
    let none = WeightArgs { weights: None, group: None };
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
    let mut onset =
        Onset { place: place(found.place), low: place(found.low), high: place(found.high), ..found };
    onset.verdict = onset.words().replace("x = ", &format!("{} = ", ask.curve.x));
    if ask.output.json {
        say(object(ask, &onset, &points).pretty());
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
    ask.output.draw(&figure)
}

fn object(ask: &ChangeArgs, onset: &Onset, points: &TablePoints) -> Object {
    let mut object = Object::default();
    object.add("law", json!("change"));
    object.add("space", json!(axes_key(ask.axes)));
    object.add("n", json!(onset.n));
    object.add(
        "params",
        json!({ "place": finite(onset.place), "before": finite(onset.before), "after": finite(onset.after) }),
    );
    object.add("intervals", json!({ "place": [finite(onset.low), finite(onset.high)] }));
    object.add("objective", finite(onset.broken_sse));
    object.add("verdict", json!(onset.verdict));
    object.add("shape", json!(onset.shape));
    object.add("smooth", json!(onset.smooth));
    object.add("smooth_objective", finite(onset.smooth_sse));
    object.add("p_smooth", finite(onset.p_smooth));
    object.add("p_broken", finite(onset.p_broken));
    object.add("notes", json!(points.notes));
    object.add("file", json!(points.columns.file.display().to_string()));
    object
}

fn text(ask: &ChangeArgs, onset: &Onset, points: &TablePoints) -> String {
    let shape = match onset.shape {
        Break::Kink => "a kink: two straight lines that meet",
        Break::Step => "a step: two levels",
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
        ("against", format!("a {}", onset.smooth)),
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
        (
            "sides",
            format!(
                "{} {} before, {} after",
                if onset.shape == Break::Kink { "slope" } else { "level" },
                digits(onset.before, 3),
                digits(onset.after, 3)
            ),
        ),
        (
            "squares",
            format!("{} with the break, {} smooth", digits(onset.broken_sse, 4), digits(onset.smooth_sse, 4)),
        ),
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
