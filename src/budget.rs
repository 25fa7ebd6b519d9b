//! The one dial: how much work a study does.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How much work a study does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Budget {
    /// At most a minute a study: what tests run.
    Smoke,
    /// At most ten minutes a study: what a class runs.
    Class,
    /// As published, or more: what the committed records hold.
    #[default]
    Paper,
}

impl Budget {
    /// Every budget, smallest first.
    pub const ALL: [Self; 3] = [Self::Smoke, Self::Class, Self::Paper];

    /// The word used on the command line and in file names.
    pub fn name(self) -> &'static str {
        match self {
            Self::Smoke => "smoke",
            Self::Class => "class",
            Self::Paper => "paper",
        }
    }
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Budget {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|b| b.name() == word).ok_or_else(|| {
            Error::Usage(format!("there is no budget {word:?}: the budgets are smoke, class and paper"))
        })
    }
}
