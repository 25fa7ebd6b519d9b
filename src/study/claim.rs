//! A claim: what was published, what was found, how sure, and what may be said.

use crate::table::escaped;
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

/// What may be said of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Our runs show it too.
    Holds,
    /// Our runs show the contrary, or the claim does not follow from what it is said to follow from.
    Fails,
    /// Our runs show neither.
    NotEstablished,
}

impl Verdict {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::NotEstablished => "not established",
        }
    }
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
        println!(
            "EVCXR_BEGIN_CONTENT text/html\n{html}\nEVCXR_END_CONTENT\nEVCXR_BEGIN_CONTENT text/plain\n{self}\nEVCXR_END_CONTENT"
        );
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
