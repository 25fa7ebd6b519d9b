//! A claim: what was published, what was found, how sure, and what may be said.
//!
//! What may be said follows from an interval by one of few rules, and they all stand here:
//!
//! ```text
//! above, below    the quantity lies above (below) a bound: its whole interval does, or all of it lies beyond
//! inside          the quantity lies in a range: its whole interval does, or all of it lies outside
//! holds_if, …     a condition that no interval expresses, in the claim's own words
//! all             several parts, each of them needed: the worst of their verdicts
//! unanimous       several ways to measure one thing: what all of them say
//! ```
//!
//! A claim holds on the first and fails on the second; on neither, nothing is established. Its `reason` says
//! which rule was used.

use crate::markup::escaped;
use crate::notebook_output::show;
use crate::stats::Mean;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One line of the table of claims.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// "02.1": study and number.
    pub id: String,
    /// What is claimed, in a sentence.
    pub statement: String,
    /// The value the original gives, with its source.
    pub published: String,
    /// Our value, with its unit.
    pub found: String,
    /// 95 % interval of our value, in the same unit.
    pub interval: Option<[f64; 2]>,
    /// What may be said.
    pub verdict: Verdict,
    /// Why, and against which control.
    pub reason: String,
}

/// What may be said of a claim; from the best to the worst, so that several parts are as good as the worst of
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Our runs show it too.
    Holds,
    /// Our runs show neither.
    NotEstablished,
    /// Our runs show the contrary, or the claim does not follow from what it is said to follow from.
    Fails,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::NotEstablished => "not established",
            Self::Fails => "fails",
        }
    }

    /// Holds on one condition and fails on another; on neither, nothing is established.
    pub fn of(holds: bool, fails: bool) -> Self {
        match (holds, fails) {
            (true, _) => Self::Holds,
            (false, true) => Self::Fails,
            (false, false) => Self::NotEstablished,
        }
    }

    /// Holds on a condition; nothing could make it fail.
    pub fn holds_if(condition: bool) -> Self {
        Self::of(condition, false)
    }

    /// Fails on a condition; nothing could make it hold.
    pub fn fails_if(condition: bool) -> Self {
        Self::of(false, condition)
    }

    /// Holds on a condition and fails without it.
    pub fn holds_or_fails(condition: bool) -> Self {
        Self::of(condition, !condition)
    }

    /// Holds or fails where that is known at all.
    pub fn where_known(holds: Option<bool>) -> Self {
        holds.map_or(Self::NotEstablished, Self::holds_or_fails)
    }

    /// "The quantity is above `bound`": 0 for a sign.
    pub fn above(quantity: &Mean, bound: f64) -> Self {
        Self::of(quantity.low > bound, quantity.high < bound)
    }

    /// "The quantity is below `bound`": 0 for a sign.
    pub fn below(quantity: &Mean, bound: f64) -> Self {
        Self::of(quantity.high < bound, quantity.low > bound)
    }

    /// "The quantity lies between these ends": holds where its whole interval does.
    pub fn inside(interval: [f64; 2], [least, most]: [f64; 2]) -> Self {
        let [low, high] = interval;
        Self::of(low > least && high < most, low > most || high < least)
    }

    /// The verdict on the contrary claim.
    pub fn denied(self) -> Self {
        match self {
            Self::Holds => Self::Fails,
            Self::Fails => Self::Holds,
            Self::NotEstablished => Self::NotEstablished,
        }
    }

    /// Every part is needed: the worst of their verdicts.
    pub fn all(parts: &[Self]) -> Self {
        parts.iter().copied().max().unwrap_or(Self::NotEstablished)
    }

    /// Several ways to look at one thing: what they all say; not established where they differ.
    pub fn unanimous(ways: &[Self]) -> Self {
        let first = ways.first().copied().unwrap_or(Self::NotEstablished);
        if ways.iter().all(|way| *way == first) { first } else { Self::NotEstablished }
    }
}

impl Claim {
    /// Claim `number` of a study; nothing is found yet.
    pub fn new(study: &str, number: u32, statement: impl Into<String>) -> Self {
        Self {
            id: format!("{study}.{number}"),
            statement: statement.into(),
            published: String::new(),
            found: String::new(),
            interval: None,
            verdict: Verdict::NotEstablished,
            reason: String::new(),
        }
    }

    /// The same claim with the value the original gives.
    pub fn published(self, published: impl Into<String>) -> Self {
        Self { published: published.into(), ..self }
    }

    /// The same claim with what was found.
    pub fn found(self, found: impl Into<String>) -> Self {
        Self { found: found.into(), ..self }
    }

    /// The same claim with the interval of a mean, where it has one.
    pub fn interval(self, of: &Mean) -> Self {
        self.ends(Some([of.low, of.high]))
    }

    /// The same claim with the ends of an interval; one that is unbounded is left out.
    pub fn ends(self, interval: Option<[f64; 2]>) -> Self {
        let interval = interval.filter(|ends| ends.iter().all(|end| end.is_finite()));
        Self { interval, ..self }
    }

    /// The same claim with what may be said, and why.
    pub fn verdict(self, verdict: Verdict, reason: impl Into<String>) -> Self {
        Self { verdict, reason: reason.into(), ..self }
    }
}

/// "0.72 [0.65, 0.79]", with this many digits.
pub fn with_interval(m: &Mean, digits: usize) -> String {
    format!("{:.digits$} [{:.digits$}, {:.digits$}]", m.mean, m.low, m.high)
}

/// "+0.02 [-0.05, 0.09]", with this many digits: a difference.
pub fn signed(m: &Mean, digits: usize) -> String {
    format!("{:+.digits$} [{:.digits$}, {:.digits$}]", m.mean, m.low, m.high)
}

/// A mean of logarithms as a factor: "0.63 [0.60, 0.66]".
pub fn factor(m: &Mean) -> String {
    format!("{:.2} [{:.2}, {:.2}]", m.mean.exp(), m.low.exp(), m.high.exp())
}

/// The claims of a study, as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims(pub Vec<Claim>);

impl Claims {
    /// The verdict on one claim, in words.
    ///
    /// # Panics
    /// When there is no claim with this id.
    pub fn verdict(&self, id: &str) -> &'static str {
        let claim = self.0.iter().find(|claim| claim.id == id);
        claim.unwrap_or_else(|| panic!("there is no claim {id:?}")).verdict.words()
    }

    /// Shows the claims in a notebook.
    pub fn evcxr_display(&self) {
        let mut html = String::from(
            "<table><thead><tr><th></th><th>claim</th><th>published</th><th>found</th><th>95 % interval</th><th>verdict</th></tr></thead><tbody>",
        );
        for claim in &self.0 {
            let interval =
                claim.interval.map_or(String::new(), |[low, high]| format!("{low:.3} to {high:.3}"));
            html += &format!(
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{interval}</td><td><b>{}</b>: {}</td></tr>",
                claim.id,
                escaped(&claim.statement),
                escaped(&claim.published),
                escaped(&claim.found),
                claim.verdict.words(),
                escaped(&claim.reason)
            );
        }
        html += "</tbody></table>";
        show(&[("text/html", html), ("text/plain", self.to_string())]);
    }
}

/// Each claim a short paragraph.
impl fmt::Display for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, claim) in self.0.iter().enumerate() {
            let interval =
                claim.interval.map_or(String::new(), |[low, high]| format!("   95 % [{low:.3}, {high:.3}]"));
            let gap = if i > 0 { "\n\n" } else { "" };
            writeln!(f, "{gap}{}  {}", claim.id, claim.statement)?;
            writeln!(f, "      published   {}", claim.published)?;
            writeln!(f, "      found       {}{interval}", claim.found)?;
            write!(f, "      verdict     {}: {}", claim.verdict.words().to_uppercase(), claim.reason)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::mean;
    use Verdict::{Fails, Holds, NotEstablished};

    #[test]
    fn a_bound_is_passed_by_a_whole_interval_or_nothing_is_established() {
        let (above, around, below) =
            (mean(&[1.0, 1.1, 1.2]), mean(&[-1.0, 0.0, 1.2]), mean(&[-1.0, -1.1, -1.2]));
        assert_eq!([&above, &around, &below].map(|m| Verdict::above(m, 0.0)), [Holds, NotEstablished, Fails]);
        assert_eq!([&above, &around, &below].map(|m| Verdict::below(m, 0.0)), [Fails, NotEstablished, Holds]);
        // One seed has an unbounded interval, and a missing value has none.
        assert_eq!(Verdict::above(&mean(&[5.0]), 0.0), NotEstablished);
        assert_eq!(Verdict::below(&mean(&[f64::NAN, 1.0]), 0.0), NotEstablished);
    }

    #[test]
    fn a_range_holds_a_whole_interval_or_misses_it_or_neither() {
        let said = |low: f64, high: f64| Verdict::inside([low, high], [0.9, 1.1]);
        assert_eq!([said(0.95, 1.05), said(1.2, 1.3), said(0.5, 0.8)], [Holds, Fails, Fails]);
        assert_eq!([said(0.8, 1.0), said(0.5, 1.5), said(0.9, 1.0)], [NotEstablished; 3]);
        assert_eq!(said(0.95, 1.05).denied(), Fails);
    }

    #[test]
    fn parts_are_as_good_as_the_worst_and_ways_to_look_must_agree() {
        assert_eq!(Verdict::all(&[Holds, NotEstablished, Fails]), Fails);
        assert_eq!(Verdict::all(&[Holds, NotEstablished]), NotEstablished);
        assert_eq!(Verdict::all(&[Holds, Holds]), Holds);
        assert_eq!(Verdict::unanimous(&[Fails, Fails]), Fails);
        assert_eq!(Verdict::unanimous(&[Fails, Holds]), NotEstablished);
        assert_eq!([Verdict::all(&[]), Verdict::unanimous(&[])], [NotEstablished; 2]);
    }

    #[test]
    fn a_claim_is_built_up_and_shows_no_unbounded_interval() {
        let claim = Claim::new("02", 7, "a statement").published("2.0 %").found("1.9 %");
        let claim = claim.interval(&mean(&[1.9])).verdict(Verdict::holds_if(false), "one seed");
        assert_eq!((claim.id.as_str(), claim.interval, claim.verdict), ("02.7", None, NotEstablished));
        let text = Claims(vec![claim.ends(Some([1.0, 2.0]))]).to_string();
        assert!(text.contains("1.9 %   95 % [1.000, 2.000]") && text.contains("NOT ESTABLISHED: one seed"));
    }
}
