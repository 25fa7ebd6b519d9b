//! The laws that can be fitted, and the names of their parameters.
//!
//! | law | formula | parameters |
//! |---|---|---|
//! | power | y = A x^-α | `A`, `alpha` |
//! | floor (M2) | y = E + A x^-α | `E`, `A`, `alpha` |
//! | power or floor with α given | the same | without `alpha` |
//! | surface | L = E + A/N^α + B/D^β | `E`, `A`, `B`, `alpha`, `beta` |
//! | broken | y = a + b x^-c0 Π (1 + (x/d_i)^(1/f_i))^(-c_i f_i) | `a`, `b`, `c0`, `c1`, `d1`, `f1`, … |
//! | M4 | (y - E) / (E0 - y)^γ = A x^-α | `E`, `E0`, `gamma`, `A`, `alpha` |
//!
//! Everywhere `alpha` is the exponent of the *decay*: positive when y falls. `E`, `A`, `B`, `a`, `b` are in
//! the units of y (`A` at x = 1), and a floor is never below 0. A law's formula, parameters and starting
//! points stand in its own file, `fit/laws/`.

use crate::fit::param::Description;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A law that can be fitted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Law {
    /// y = A x^-α.
    Power,
    /// y = E + A x^-α with E ≥ 0; M2 of Alabdulmohsin et al. 2022.
    Floor,
    /// y = A x^-α with α given.
    PowerFixed {
        /// The given exponent, for example 1/2.
        alpha: f64,
    },
    /// y = E + A x^-α with α given and E ≥ 0.
    FloorFixed {
        /// The given exponent, for example 1/2.
        alpha: f64,
    },
    /// L = E + A/N^α + B/D^β; Hoffmann et al. 2022, approach 3.
    Surface,
    /// A power law with breaks; Caballero et al. 2022.
    Broken {
        /// Number of breaks, at least 1.
        breaks: usize,
    },
    /// (y - E) / (E0 - y)^γ = A x^-α; Alabdulmohsin et al. 2022. It starts at E0 and ends at E.
    M4,
}

impl Law {
    /// The short name: "power", "floor", "surface", "broken", "m4".
    pub fn key(&self) -> &'static str {
        self.description().key
    }

    /// The law in words.
    pub(crate) fn description(&self) -> Description {
        self.formula().description()
    }

    /// The names of the fitted parameters, in the order of [`Fit::params`](crate::fit::fitted::Fit::params).
    pub fn names(&self) -> Vec<String> {
        self.formula().params().into_iter().map(|param| param.name).collect()
    }

    /// The number of fitted parameters.
    pub fn p(&self) -> usize {
        self.formula().n_params()
    }
}

/// The formula: "y = E + A x^-α".
impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description().formula)
    }
}
