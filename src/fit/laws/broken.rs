//! The broken power law of Caballero et al. 2022 (arXiv 2210.14891), with any number of breaks.
//!
//! ```text
//! y = a + b x^-c0 Π (1 + (x/d_i)^(1/f_i))^(-c_i f_i)
//! ln(y - a) = ln b - c0 u - Σ c_i f_i softplus((u - δ_i) / f_i)        u = ln x   δ = ln d
//! ```
//!
//! The slope in logarithms is -c0 far left and falls by c_i around x = d_i; f_i is the width of the turn in
//! ln x. The second form has softplus in place of the power that overflows: as f → 0 a term becomes c_i max(u
//! - δ_i, 0), a kink.

use crate::error::{Error, Result};
use crate::fit::fitted::Fit;
use crate::fit::formula::{Course, Formula, Nesting, exp, sigmoid, softplus};
use crate::fit::law::Law;
use crate::fit::matrix;
use crate::fit::observations::{Observations, span};
use crate::fit::param::{Description, Exponent, Param, Role};
use crate::fit::points::Points;
use crate::fit::projection::Projection;
use crate::fit::space::Space;
use crate::numerals::four_figures as number;

/// By how much AICc must prefer a law with breaks before one is asserted: a place that is free to move finds
/// something in noise.
const BREAK_GAIN: f64 = 6.0;

/// Parameters before those of the breaks: a, ln b, c0.
const HEAD: usize = 3;

/// Parameters of one break: c, ln d, ln f.
const TURN: usize = 3;

/// Sets of places that are carried on, beyond two breaks.
const MOST_SETS: usize = 120;

/// Fits a power law with `breaks` breaks.
///
/// # Errors
/// As [`Points::curve`] and [`Law::fit`].
pub fn fit(x: &[f64], y: &[f64], breaks: usize, space: Space) -> Result<Fit> {
    Law::Broken { breaks }.fit(&Points::curve(x, y)?, space)
}

/// Parameters (a, ln b, c0) and for each break (c, ln d, ln f).
pub struct Broken {
    /// Number of breaks.
    pub breaks: usize,
}

impl Formula for Broken {
    fn description(&self) -> Description {
        let plural = if self.breaks == 1 { "" } else { "s" };
        Description {
            key: "broken",
            formula: format!("y = a + b x^-c0 with {} break{plural}", self.breaks),
            name: match self.breaks {
                1 => "a power law with a break".to_owned(),
                breaks => format!("a power law with {breaks} breaks"),
            },
            short: format!("{} break{plural}", self.breaks),
            numbers: format!("broken power law, {} break{plural}", self.breaks),
        }
    }

    fn params(&self) -> Vec<Param> {
        let mut params = vec![
            Param::new("a", Role::Floor),
            Param::new("b", Role::Amplitude { axis: 0, exponent: Exponent::Fitted(2), gamma: None }),
            Param::new("c0", Role::Segment),
        ];
        for i in 1..=self.breaks {
            params.push(Param::new(format!("c{i}"), Role::Segment));
            params.push(Param::new(format!("d{i}"), Role::Place));
            params.push(Param::new(format!("f{i}"), Role::Width));
        }
        params
    }

    fn n_params(&self) -> usize {
        self.breaks.saturating_mul(TURN).saturating_add(HEAD)
    }

    fn course(&self) -> Course {
        Course::Free
    }

    fn at(&self, theta: &[f64], u: f64, _: f64, gradient: Option<&mut [f64]>) -> f64 {
        let (head, turns) = theta.split_at(HEAD);
        let mut ln_term = head[1] - head[2] * u;
        let Some(gradient) = gradient else {
            for turn in turns.chunks_exact(TURN) {
                let width = exp(turn[2]);
                ln_term -= turn[0] * width * softplus((u - turn[1]) / width);
            }
            return head[0] + exp(ln_term);
        };
        for (turn, own) in turns.chunks_exact(TURN).zip(gradient[HEAD..].chunks_exact_mut(TURN)) {
            let width = exp(turn[2]);
            let at = (u - turn[1]) / width;
            let (soft, share) = (softplus(at), sigmoid(at));
            ln_term -= turn[0] * width * soft;
            own.copy_from_slice(&[-width * soft, turn[0] * share, -turn[0] * width * (soft - at * share)]);
        }
        let term = exp(ln_term);
        gradient[..HEAD].copy_from_slice(&[1.0, term, -term * u]);
        gradient[HEAD..].iter_mut().for_each(|d| *d *= term);
        head[0] + term
    }

    fn starts(&self, from: &Projection) -> Vec<Vec<f64>> {
        let points = from.points;
        let ((_, range), (least, _)) = (span(&points.u), span(&points.y));
        let mut starts = Vec::new();
        for set in &sets_of_places(points, self.breaks, from.fine) {
            for width in [0.02, 0.1] {
                for floor in [0.0, 0.5, 0.9, 0.99] {
                    starts.extend(kinked(points, set, width * range, floor * least).map(|k| k.0));
                }
            }
        }
        starts
    }

    fn contains(&self, small: Law) -> Option<Nesting> {
        let nested = match small {
            Law::Power | Law::PowerFixed { .. } | Law::Floor | Law::FloorFixed { .. } => true,
            Law::Broken { breaks } => breaks < self.breaks,
            _ => false,
        };
        nested.then_some(Nesting::Degenerate)
    }

    fn check(&self) -> Result<()> {
        if self.breaks == 0 {
            return Err(Error::Failed("a broken power law needs at least one break".to_owned()));
        }
        Ok(())
    }

    /// Breaks in ascending order of their places.
    fn in_order(&self, mut theta: Vec<f64>) -> Vec<f64> {
        let mut turns: Vec<[f64; TURN]> =
            theta[HEAD..].chunks_exact(TURN).map(|c| [c[0], c[1], c[2]]).collect();
        turns.sort_by(|[_, a, _], [_, b, _]| a.total_cmp(b));
        theta.truncate(HEAD);
        theta.extend(turns.concat());
        theta
    }

    fn remarks(&self, fit: &Fit, points: &Points, unbroken: f64) -> Vec<String> {
        if unbroken - fit.aicc > BREAK_GAIN {
            (1..=self.breaks).map(|i| of_break(fit, points, i)).collect()
        } else {
            vec!["a break is not established; `lawbook fit change` tests it".to_owned()]
        }
    }
}

/// What may be said of break `i`.
fn of_break(fit: &Fit, points: &Points, i: usize) -> String {
    let (turn, place) = (&fit[format!("c{i}").as_str()], &fit[format!("d{i}").as_str()]);
    if turn.low <= 0.0 && turn.high >= 0.0 {
        return format!("break {i} is not established: its change of slope {} includes 0", turn.range());
    }
    let (first, last) =
        points.x.iter().fold((f64::INFINITY, 0.0f64), |(low, high), &x| (low.min(x), high.max(x)));
    if place.value <= first * (1.0 + 1e-6) || place.value >= last * (1.0 - 1e-6) {
        return format!(
            "break {i} is not established: its place, x = {}, is an end of the points; `lawbook fit change` tests it",
            number(place.value)
        );
    }
    format!("break {i} lies at x = {} and changes the slope by {}", place.range(), turn.range())
}

/// All places of one or two breaks, or one break more in the best sets with one fewer; each leaves room for
/// the breaks to come.
fn sets_of_places(points: &Observations, breaks: usize, fine: usize) -> Vec<Vec<f64>> {
    let (first, range) = span(&points.u);
    let inside = fine.clamp(6, 14).max(breaks + 2);
    let places: Vec<f64> = (1..=inside).map(|i| first + range * i as f64 / (inside + 1) as f64).collect();
    let mut sets: Vec<Vec<f64>> = places.iter().take(inside + 1 - breaks).map(|&place| vec![place]).collect();
    for already in 1..breaks {
        let beyond = |set: &Vec<f64>| -> Vec<Vec<f64>> {
            let room = places.iter().take(inside + 1 + already - breaks);
            room.filter(|&&place| place > set[set.len() - 1])
                .map(|&place| [set.as_slice(), &[place]].concat())
                .collect()
        };
        sets = sets.iter().flat_map(beyond).collect();
        if sets.len() > MOST_SETS {
            // Only the sets that do well with sharp turns and no floor are carried on.
            let score =
                |set: &Vec<f64>| kinked(points, set, 0.05 * range, 0.0).map_or(f64::INFINITY, |k| k.1);
            let mut scored: Vec<(f64, Vec<f64>)> = sets.into_iter().map(|set| (score(&set), set)).collect();
            scored.sort_by(|a, b| a.0.total_cmp(&b.0));
            sets = scored.into_iter().take(MOST_SETS).map(|s| s.1).collect();
        }
    }
    sets
}

/// For given places, widths and floor, ln(y - a) is linear in ln b and the c: their least squares, and the
/// sum.
fn kinked(points: &Observations, places: &[f64], width: f64, floor: f64) -> Option<(Vec<f64>, f64)> {
    let q = 2 + places.len();
    let mut theta = vec![floor, 0.0, 0.0];
    theta.extend(places.iter().flat_map(|&place| [0.0, place, width.ln()]));
    let p = theta.len();
    let law = Broken { breaks: places.len() };
    let (_, jacobian) = law.values_and_jacobian(&theta, &points.u, &points.v);
    // ln b, c0 and the c of each break.
    let linear: Vec<usize> = [1, 2].into_iter().chain((0..places.len()).map(|i| HEAD + TURN * i)).collect();
    let (mut gram, mut target) = (vec![0.0; q * q], vec![0.0; q]);
    let logs: Vec<f64> = points.y.iter().map(|y| (y - floor).max(1e-3 * y).ln()).collect();
    // ln b = 0 and all c = 0 there, so the rows over the term (1) are the columns of the linear problem.
    for (row, (ln_y, w)) in jacobian.chunks_exact(p).zip(logs.iter().zip(&points.weights)) {
        for i in 0..q {
            target[i] += w * row[linear[i]] * ln_y;
            for j in 0..q {
                gram[i * q + j] += w * row[linear[i]] * row[linear[j]];
            }
        }
    }
    for i in 0..q {
        gram[i * q + i] *= 1.0 + 1e-9;
    }
    if !matrix::solve(&mut gram, &mut target) {
        return None;
    }
    for (&k, c) in linear.iter().zip(&target) {
        theta[k] = *c;
    }
    let fitted = |row: &[f64]| linear.iter().zip(&target).map(|(&k, c)| row[k] * c).sum::<f64>();
    let squares = jacobian.chunks_exact(p).zip(&logs).map(|(row, y)| (fitted(row) - y).powi(2)).sum();
    Some((theta, squares))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_break_of_no_width_is_a_kink_and_nothing_overflows() {
        let theta = [0.0, 0.0, 0.1, 0.5, 1.0, -200.0];
        let u = [-5.0, 1.0, 6.0];
        let (sharp, jacobian) = Broken { breaks: 1 }.values_and_jacobian(&theta, &u, &[]);
        for (f, u) in sharp.iter().zip(u) {
            assert!((f.ln() + 0.1 * u + 0.5 * (u - 1.0f64).max(0.0)).abs() < 1e-12, "{f}");
        }
        assert!(jacobian.iter().all(|d| d.is_finite()));
    }
}
