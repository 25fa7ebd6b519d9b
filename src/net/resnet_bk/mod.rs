//! ResNet-BK, the language model of original 004: blocks of experts that mix places through a resolvent.
//!
//! ```text
//! x₀ = token embedding + position embedding          x_{l+1} = x_l + layer_l(LN(x_l))
//! layer: f = p · expert_k(z), k the largest of the gate's logits  expert: d → 2d, ReLU, dropout, → d
//!        v = clamp(w·f + b, -3, 3) at every place                 a potential
//!        g = diag((H - i)^-1), H = free chain + v                 (see `features`)
//!        out = f + scale · (W (Re g, Im g) + b)
//! logits = W LN(x_L) + b
//! ```
//!
//! In the original the gate chooses and does no more: `p = 1`, its expert's output counts in full, so **the
//! gate gets no gradient** and keeps its first weights but for weight decay ([`Gate::Untrained`]).
//! [`Gate::Trained`] is the Switch Transformer's: `p` is the softmax probability of expert `k`.
//!
//! In the original's form (`Form::Bidirectional`) every place sees every other: as a model of the *next*
//! token it reads the answer. `Form::Causal` is the same network with the left Green's function.
//! The original clamps the features to ±10; they never leave ±1, so nothing is clamped here.
//! [`Mixing::Off`] leaves the resolvent out: what is left are the experts, each place by itself.

pub mod features;
pub mod routing;
mod architecture;
pub mod counts;
pub mod block;
pub mod fused;
pub mod plain;

pub use architecture::{Affine, BlockPlaces, Mixing, ResNetBk, ResNetBkPlaces};
pub use features::PotentialGradient;
pub use routing::Gate;
