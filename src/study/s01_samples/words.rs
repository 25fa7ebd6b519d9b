//! Numbers of a claim in words.

use crate::stats::Mean;
use crate::study::claim::{Claim, Verdict};

/// A claim with its published value; the rest is to be filled in.
pub fn claim(id: u32, statement: &str, published: &str) -> Claim {
    Claim {
        id: format!("01.{id}"),
        statement: statement.to_owned(),
        published: published.to_owned(),
        found: String::new(),
        interval: None,
        verdict: Verdict::NotEstablished,
        reason: String::new(),
    }
}

/// The interval of a mean, where there is one.
pub fn interval(m: &Mean) -> Option<[f64; 2]> {
    (m.low.is_finite() && m.high.is_finite()).then_some([m.low, m.high])
}

/// "+0.02 [-0.05, 0.09]".
pub fn signed(m: &Mean) -> String {
    format!("{:+.2} [{:.2}, {:.2}]", m.mean, m.low, m.high)
}

/// "0.72 [0.65, 0.79]".
pub fn plain(m: &Mean) -> String {
    format!("{:.2} [{:.2}, {:.2}]", m.mean, m.low, m.high)
}

/// -1, 0 or 1: below 0, not told apart from it, above.
pub fn sign(m: &Mean) -> i32 {
    i32::from(m.low > 0.0) - i32::from(m.high < 0.0)
}

/// A mean of logarithms as a factor: "0.63 [0.60, 0.66]".
pub fn factor(m: &Mean) -> String {
    format!("{:.2} [{:.2}, {:.2}]", m.mean.exp(), m.low.exp(), m.high.exp())
}
