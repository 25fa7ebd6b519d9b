//! The verdict on a tail, in words: is it a power law, and what speaks against it.
//!
//! | goodness of fit | rivals | verdict |
//! |---|---|---|
//! | p ≤ 0.1 | | not a power law |
//! | p > 0.1, or not asked | one is better, p ≤ 0.1 | another law fits better |
//! | p > 0.1 | none better, some not told apart | plausible, and so are those |
//! | p > 0.1 | all worse, p ≤ 0.1 | a power law |
//!
//! Source: Clauset, Shalizi & Newman, §6, who read their tables so.

use crate::tail::bootstrap::{Goodness, REJECTED_BELOW};
use crate::tail::compare::RivalTest;
use crate::tail::fitted::{Kind, Tail};
use std::fmt;

/// The p-value below which the sign of a likelihood ratio is believed (Clauset, Shalizi & Newman).
pub const DECIDED_BELOW: f64 = 0.1;
/// The fewest values of a tail that tests can reject.
pub const FEW: usize = 50;

/// Edges from which on counts may be fitted as continuous (they recommend 6 at least; the bias falls as 1 /
/// x_min²).
const SMALL_EDGE: f64 = 30.0;

/// The verdict on a tail. Where rivals are named they are the laws' names.
#[derive(Debug, Clone, PartialEq)]
pub enum TailVerdict {
    /// Goodness of fit and rivals were not asked for.
    Untested,
    /// Data with a power-law tail seldom lie so far from their law.
    Rejected,
    /// These rivals fit significantly better.
    RivalBetter(Vec<&'static str>),
    /// Nothing speaks against a power law; these rivals fit as well (none, where no rival was asked for).
    Plausible(Vec<&'static str>),
    /// Goodness of fit was not asked for, and none of the rivals, or only some, can be told apart.
    CannotTell(Vec<&'static str>),
    /// It may be a power law, and every rival is significantly worse.
    PowerLaw,
}

/// The standing of a rival against the power law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The rival is significantly better.
    Better,
    /// The rival is significantly worse.
    Worse,
    /// The data cannot tell.
    Undecided,
    /// The best such rival is the power law itself.
    Same,
}

impl RivalTest {
    /// The standing of the rival against the power law.
    pub fn standing(&self) -> Standing {
        match self {
            c if c.same => Standing::Same,
            c if c.p > DECIDED_BELOW => Standing::Undecided,
            c if c.ratio < 0.0 => Standing::Better,
            _ => Standing::Worse,
        }
    }
}

/// "exponential: R = 12.755, normalised 1.433, p = 0.152: cannot be told apart from the power law".
impl fmt::Display for RivalTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let standing = match self.standing() {
            Standing::Better => "better than the power law",
            Standing::Worse => "worse than the power law",
            Standing::Undecided => "cannot be told apart from the power law",
            Standing::Same => "the best one is the power law",
        };
        let (name, normalized) = (self.rival.law.name(), self.normalized_ratio);
        write!(f, "{name}: R = {:.3}, normalised {normalized:.3}, p = {:.3}: {standing}", self.ratio, self.p)
    }
}

/// The verdict on a tail, from whatever tests were made.
pub fn verdict(goodness: Option<&Goodness>, comparisons: &[RivalTest]) -> TailVerdict {
    let standing = |wanted: Standing| -> Vec<&'static str> {
        comparisons.iter().filter(|c| c.standing() == wanted).map(|c| c.rival.law.name()).collect()
    };
    let (better, undecided) = (standing(Standing::Better), standing(Standing::Undecided));
    match goodness {
        Some(g) if g.p <= REJECTED_BELOW => TailVerdict::Rejected,
        _ if !better.is_empty() => TailVerdict::RivalBetter(better),
        Some(_) if !undecided.is_empty() || comparisons.is_empty() => TailVerdict::Plausible(undecided),
        Some(_) => TailVerdict::PowerLaw,
        None if comparisons.is_empty() => TailVerdict::Untested,
        None => TailVerdict::CannotTell(undecided),
    }
}

/// The verdict as a sentence.
impl fmt::Display for TailVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Untested => f.write_str(
                "Not tested: any data have a best-fitting power law. --gof 1000 asks whether it is plausible, --compare whether another law fits better.",
            ),
            Self::Rejected => f.write_str("Not a power law: data that have one seldom lie so far from it."),
            Self::RivalBetter(names) => write!(f, "Another law fits better: {}.", list(names)),
            Self::Plausible(names) if names.is_empty() => {
                f.write_str("A power law is plausible; other laws were not tried (--compare).")
            }
            Self::Plausible(names) => {
                write!(f, "A power law is plausible, and cannot be told apart from {}.", list(names))
            }
            Self::CannotTell(names) if names.is_empty() => f.write_str(
                "A power law fits better than its rivals; whether it fits well was not tested (--gof 1000).",
            ),
            Self::CannotTell(names) => write!(
                f,
                "A power law cannot be told apart from {}; whether it fits well was not tested (--gof 1000).",
                list(names)
            ),
            Self::PowerLaw => f.write_str("A power law is plausible, and every rival fits worse."),
        }
    }
}

/// What the reader of a tail should know before believing it.
pub fn warnings(values: &[f64], kind: Kind, tail: &Tail) -> Vec<String> {
    let mut warnings = Vec::new();
    if tail.n_tail < FEW {
        warnings.push(format!(
            "only {} values in the tail: fewer than {FEW} pass almost any test, and alpha is biased upwards",
            tail.n_tail
        ));
    }
    if kind == Kind::Continuous && values.iter().all(|x| x.fract() == 0.0) && tail.x_min < SMALL_EDGE {
        warnings.push(
            "all values are whole numbers and the edge is small: if they are counts, fit them as discrete"
                .to_owned(),
        );
    }
    let largest = values.iter().copied().fold(0.0, f64::max);
    if largest < 10.0 * tail.x_min {
        warnings.push(format!(
            "the tail spans a factor of only {:.1} in x: over less than a decade most laws look alike",
            largest / tail.x_min
        ));
    }
    warnings
}

/// "a, b and c".
fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
