//! Tick positions and tick labels of linear and logarithmic axes.
//!
//! Linear axes take a step of 1, 2 or 5 times a power of ten. Log axes take the sparsest of a few
//! ladders of mantissas (every k-th decade; 1 3; 1 2 5; …) that gives at least four labels, so that
//! a range within one decade, such as 1.5 to 12 %, is labelled as well as one of ten decades.
//!
//! One rule for writing numbers, decided per axis by its largest tick:
//!
//! ```text
//! below 10 000            in full                  0.5   2   2500
//! from 10 000             k, M, B for thousands    1k    60k   2.5M
//! log, below 0.001        powers of ten            10⁻⁴  3×10⁻³
//! from 10¹²               powers of ten            10¹²  5×10¹⁴
//! ```
//!
//! A linear axis keeps as many decimals as its step needs; a log axis writes each number shortest.

/// A place on an axis and what is written there.
pub type Tick = (f64, String);

/// Ladders of mantissas for log axes, sparsest first.
const LADDERS: [&[f64]; 5] = [
    &[1.0, 3.0],
    &[1.0, 2.0, 5.0],
    &[1.0, 1.5, 2.0, 3.0, 5.0, 7.0],
    &[1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0],
    &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
];

/// Below this ratio of its ends a log axis is nearly straight and takes linear ticks.
const NEARLY_LINEAR: f64 = 3.0;

/// Ticks of a linear axis from `lo` to `hi`: about five, seldom more than `most`.
pub fn linear(lo: f64, hi: f64, most: usize) -> Vec<Tick> {
    let step = linear_step(lo, hi, most);
    let (first, last) = ((lo / step - 1e-9).ceil(), (hi / step + 1e-9).floor());
    let places: Vec<f64> = (0..=(last - first) as i64).map(|i| (first + i as f64) * step).collect();
    let largest = places.iter().fold(0.0, |m: f64, v| m.max(v.abs()));
    let write = |v: f64| -> String {
        let (unit, suffix) = match largest {
            m if !(1e-3..1e12).contains(&m) => return power(v),
            m if m < 1e4 => (1.0, ""),
            m if m < 1e6 => (1e3, "k"),
            m if m < 1e9 => (1e6, "M"),
            _ => (1e9, "B"),
        };
        let text = format!("{:.*}", decimals(step / unit), (v / unit).abs());
        if v == 0.0 { "0".into() } else { format!("{}{text}{suffix}", sign(v)) }
    };
    places.iter().map(|&v| (v, write(v))).collect()
}

/// Ticks of a log axis from `lo` to `hi`, both above 0.
pub fn log(lo: f64, hi: f64, most: usize) -> Vec<Tick> {
    let decades = every_kth_decade(lo, hi, most);
    let ladders = LADDERS.iter().map(|rungs| on_ladder(lo, hi, rungs));
    let candidates: Vec<Vec<f64>> = std::iter::once(decades).chain(ladders).collect();
    let enough = 4.min(most);
    if let Some(places) = candidates.iter().find(|c| (enough..=most).contains(&c.len())) {
        return write_log(places);
    }
    if hi / lo < NEARLY_LINEAR {
        return linear(lo, hi, most);
    }
    let fullest = candidates.iter().rev().filter(|c| c.len() <= most).max_by_key(|c| c.len());
    write_log(fullest.map_or(&[], Vec::as_slice))
}

/// The small unlabelled ticks of a log axis: 1 to 9 in each decade, or the decades of a long axis.
pub fn log_minor(lo: f64, hi: f64) -> Vec<f64> {
    match hi / lo {
        ratio if ratio < NEARLY_LINEAR => Vec::new(),
        ratio if ratio < 1e6 => on_ladder(lo, hi, LADDERS[4]),
        _ => on_ladder(lo, hi, &[1.0]),
    }
}

/// The step whose number of ticks lies nearest to the middle between 4 and `most`.
fn linear_step(lo: f64, hi: f64, most: usize) -> f64 {
    let target = (most as f64 + 4.0) / 2.0;
    let magnitude = (hi - lo).log10().floor() as i32;
    let steps =
        (magnitude - 2..=magnitude + 1).rev().flat_map(|e| [5.0, 2.0, 1.0].map(|m| m * 10f64.powi(e)));
    let miss = |step: f64| ((hi / step + 1e-9).floor() - (lo / step - 1e-9).ceil() + 1.0 - target).abs();
    let nearest = steps.filter(|step| *step > 0.0).min_by(|&a, &b| miss(a).total_cmp(&miss(b)));
    nearest.unwrap_or(hi - lo)
}

/// How many decimals show `step` exactly.
fn decimals(step: f64) -> usize {
    (0..12)
        .find(|&d| ((step * 10f64.powi(d)).round() / (step * 10f64.powi(d)) - 1.0).abs() < 1e-6)
        .unwrap_or(12) as usize
}

fn every_kth_decade(lo: f64, hi: f64, most: usize) -> Vec<f64> {
    let all = exponents(lo, hi);
    let within = |k: i32| -> Vec<f64> {
        let on_step = all.clone().filter(|e| e.rem_euclid(k) == 0);
        on_step.map(|e| 10f64.powi(e)).filter(|v| inside(*v, lo, hi)).collect()
    };
    (1..).map(within).find(|places| places.len() <= most).unwrap_or_default()
}

fn on_ladder(lo: f64, hi: f64, rungs: &[f64]) -> Vec<f64> {
    let all = exponents(lo, hi).flat_map(|e| rungs.iter().map(move |m| m * 10f64.powi(e)));
    all.filter(|v| inside(*v, lo, hi)).collect()
}

fn exponents(lo: f64, hi: f64) -> std::ops::RangeInclusive<i32> {
    lo.log10().floor() as i32..=hi.log10().ceil() as i32
}

fn inside(v: f64, lo: f64, hi: f64) -> bool {
    v >= lo * (1.0 - 1e-9) && v <= hi * (1.0 + 1e-9)
}

fn write_log(places: &[f64]) -> Vec<Tick> {
    let smallest = places.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = places.iter().copied().fold(0.0, f64::max);
    let write = |v: f64| match largest {
        m if m >= 1e12 || smallest < 0.999e-3 => power(v),
        m if m < 1e4 || v < 1e3 => shortest(v),
        _ if v < 1e6 => format!("{}k", shortest(v / 1e3)),
        _ if v < 1e9 => format!("{}M", shortest(v / 1e6)),
        _ => format!("{}B", shortest(v / 1e9)),
    };
    places.iter().map(|&v| (v, write(v))).collect()
}

/// A positive number without needless zeros, to six figures.
fn shortest(v: f64) -> String {
    let digits = (5 - v.log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{v:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}

/// A number as `3×10⁻⁵`; 1 and 10 stay as they are.
fn power(v: f64) -> String {
    if v == 0.0 {
        return "0".into();
    }
    let scientific = format!("{:.5e}", v.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
    let raised = match exponent {
        "0" => return format!("{}{mantissa}", sign(v)),
        "1" => "10".to_owned(),
        e => format!("10{}", e.chars().map(superscript).collect::<String>()),
    };
    if mantissa == "1" { format!("{}{raised}", sign(v)) } else { format!("{}{mantissa}×{raised}", sign(v)) }
}

fn sign(v: f64) -> &'static str {
    if v < 0.0 { "−" } else { "" }
}

fn superscript(c: char) -> char {
    match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '0' => '⁰',
        digit => char::from_u32('⁰' as u32 + digit as u32 - '0' as u32).unwrap_or(digit),
    }
}
