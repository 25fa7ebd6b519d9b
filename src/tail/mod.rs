//! Power laws in heavy-tailed data: edge, exponent, goodness of fit and rivals (Clauset, Shalizi & Newman).
//!
//! Above an edge `x_min` the numbers are modelled by a power law,
//!
//! ```text
//! continuous   p(x) = (α - 1) / x_min · (x / x_min)^-α        x ≥ x_min, α > 1
//! discrete     p(x) = x^-α / ζ(α, x_min)                      x = x_min, x_min + 1, …
//! ```
//!
//! For a fixed edge α is the maximum of the likelihood. The edge itself is the distinct value whose law
//! lies closest to the data above it in Kolmogorov–Smirnov distance:
//!
//! ```text
//! ks = max over distinct x of | share of the tail strictly below x - share of the law below x |
//! ```
//!
//! Convention: `alpha` is the exponent of the *density*. Repeated values count as often as they stand
//! there, and are looked at once, as the Python package `powerlaw` does.
//! Source: Clauset, Shalizi & Newman, "Power-law distributions in empirical data", SIAM Review 51 (2009).

// What is found.
mod fitted;
// The data, sorted once, and the search over edges.
pub mod points;
// Special functions and a climb, where no crate has them.
pub mod zeta;
pub mod gamma;
pub mod lerch;
mod maximum;
// The two kinds of power law.
pub mod continuous;
pub mod discrete;
mod power_law;
// Is it one? Rivals, ratios, replicas.
pub mod law;
pub mod rival;
pub mod compare;
pub mod bootstrap;
pub mod verdict;

pub use fitted::{Edge, Kind, Tail};
pub use power_law::{curve, fit};
