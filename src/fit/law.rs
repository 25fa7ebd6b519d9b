//! The laws: their formulas, and the names of their parameters.
//!
//! | law | formula | parameters |
//! |---|---|---|
//! | power | y = A x^-α | `A`, `alpha` |
//! | floor (Alabdulmohsin's M2) | y = E + A x^-α | `E`, `A`, `alpha` |
//! | power or floor with α given | the same | without `alpha` |
//! | surface (Chinchilla) | L = E + A/N^α + B/D^β | `E`, `A`, `B`, `alpha`, `beta` |
//! | broken (Caballero) | y = a + b x^-c0 Π (1 + (x/d_i)^(1/f_i))^(-c_i f_i) | `a`, `b`, `c0`, then `c1`, `d1`, `f1`, … |
//! | M4 (Alabdulmohsin) | (y - E) / (E0 - y)^γ = A x^-α | `E`, `E0`, `gamma`, `A`, `alpha` |
//!
//! Everywhere `alpha` is the exponent of the *decay*: positive when y falls. `E`, `A`, `B`, `a`, `b` are in the
//! units of y (`A` at x = 1), and a floor is never below 0.

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
        match self {
            Self::Power | Self::PowerFixed { .. } => "power",
            Self::Floor | Self::FloorFixed { .. } => "floor",
            Self::Surface => "surface",
            Self::Broken { .. } => "broken",
            Self::M4 => "m4",
        }
    }

    /// The names of the fitted parameters, in the order of [`Fit::params`](crate::fit::fitted::Fit::params).
    pub fn names(&self) -> Vec<String> {
        let own = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect();
        match self {
            Self::Power => own(&["A", "alpha"]),
            Self::Floor => own(&["E", "A", "alpha"]),
            Self::PowerFixed { .. } => own(&["A"]),
            Self::FloorFixed { .. } => own(&["E", "A"]),
            Self::Surface => own(&["E", "A", "B", "alpha", "beta"]),
            Self::M4 => own(&["E", "E0", "gamma", "A", "alpha"]),
            Self::Broken { breaks } => {
                let mut names: Vec<String> = own(&["a", "b", "c0"]);
                names.extend((1..=*breaks).flat_map(|i| [format!("c{i}"), format!("d{i}"), format!("f{i}")]));
                names
            }
        }
    }
}

impl Law {
    /// The number of fitted parameters, without making their names.
    pub fn p(&self) -> usize {
        match self {
            Self::PowerFixed { .. } => 1,
            Self::Power | Self::FloorFixed { .. } => 2,
            Self::Floor => 3,
            Self::Surface | Self::M4 => 5,
            Self::Broken { breaks } => breaks.saturating_mul(3).saturating_add(3),
        }
    }

    /// Is parameter `k` searched for as a logarithm (amplitudes, places and widths of breaks)?
    pub(crate) fn is_logarithm(&self, k: usize) -> bool {
        match self {
            Self::Power | Self::PowerFixed { .. } => k == 0,
            Self::Floor | Self::FloorFixed { .. } => k == 1,
            Self::Surface => k == 1 || k == 2,
            Self::M4 => k == 3,
            Self::Broken { .. } => k == 1 || (k > 3 && !k.is_multiple_of(3)),
        }
    }

    /// Parameters in their own units, from those that the formulas take.
    pub(crate) fn named_values(&self, plain: &[f64]) -> Vec<f64> {
        plain.iter().enumerate().map(|(k, &v)| if self.is_logarithm(k) { v.exp() } else { v }).collect()
    }

    /// The least value that parameter `k` can have: 0, or -∞ for the exponents that may have either sign.
    pub(crate) fn natural_low(&self, k: usize) -> f64 {
        let signed = match self {
            Self::Power => k == 1,
            Self::Broken { .. } => k == 2 || (k > 2 && k.is_multiple_of(3)),
            _ => false,
        };
        if signed { f64::NEG_INFINITY } else { 0.0 }
    }
}

/// The formula: "y = E + A x^-α".
impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Power => write!(f, "y = A x^-α"),
            Self::Floor => write!(f, "y = E + A x^-α"),
            Self::PowerFixed { alpha } => write!(f, "y = A x^-{alpha}"),
            Self::FloorFixed { alpha } => write!(f, "y = E + A x^-{alpha}"),
            Self::Surface => write!(f, "L = E + A/N^α + B/D^β"),
            Self::Broken { breaks } => {
                let plural = if *breaks == 1 { "" } else { "s" };
                write!(f, "y = a + b x^-c0 with {breaks} break{plural}")
            }
            Self::M4 => write!(f, "(y - E)/(E0 - y)^γ = A x^-α"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_parameters_as_names() {
        let alpha = 0.5;
        let mut laws = vec![Law::Power, Law::Floor, Law::Surface, Law::M4];
        laws.extend([Law::PowerFixed { alpha }, Law::FloorFixed { alpha }]);
        laws.extend((1..4).map(|breaks| Law::Broken { breaks }));
        for law in laws {
            assert_eq!(law.p(), law.names().len(), "{law}");
        }
        assert_eq!(Law::Broken { breaks: usize::MAX }.p(), usize::MAX);
    }
}
