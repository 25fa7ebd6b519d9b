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
pub mod layers;
pub mod original_flops;
pub mod experts;
pub mod block;
pub mod fused;
pub mod plain;

use crate::error::{Error, Result};
use crate::net::architecture::{Architecture, Sizes};
use crate::net::layout::{Layout, check_sizes, whole};
use crate::net::network::{LanguageModel, Network};
pub use crate::net::resnet_bk::features::PotentialGradient;
use crate::net::resnet_bk::fused::FusedResNetBk;
pub use crate::net::resnet_bk::layers::{Mixing, ResNetBk, ResNetBkBlock, ResNetBkRanges};
pub use crate::net::resnet_bk::routing::Gate;
use crate::ops::head::Head;
use crate::ops::loss::Loss;

/// Vocabulary, sequence, width, layers and experts.
fn numbers(net: &ResNetBk) -> [f64; 5] {
    [net.vocabulary, net.sequence, net.width, net.layers, net.experts].map(|n| n as f64)
}

impl Architecture for ResNetBk {
    fn name(&self) -> String {
        format!("resnet_bk {}x{}", self.layers, self.width)
    }

    fn check(&self) -> Result<()> {
        let sizes = [
            ("vocabulary", self.vocabulary),
            ("sequence", self.sequence),
            ("width", self.width),
            ("layers", self.layers),
            ("experts", self.experts),
        ];
        check_sizes("a ResNet-BK", &sizes, self.dropout)?;
        let balance = if let Gate::Trained { balance } = self.gate { balance } else { 0.0 };
        if !(0.0..f32::INFINITY).contains(&balance) {
            return Err(Error::Failed(format!(
                "the weight of a ResNet-BK's load-balancing loss is a number from 0: {balance} is not"
            )));
        }
        let share =
            if let PotentialGradient::Blended { share } = self.potential_gradient { share } else { 0.0 };
        if !(0.0..=1.0).contains(&share) {
            return Err(Error::Failed(format!(
                "the share of the inverse square in a ResNet-BK's blended gradient is from 0 to 1: {share} is not"
            )));
        }
        Ok(())
    }

    fn sizes(&self) -> Sizes {
        Sizes::Tokens { vocabulary: self.vocabulary, sequence: self.sequence }
    }

    /// PyTorch's defaults: embeddings normal with deviation 1, linear layers uniform in ±1/√inputs.
    fn layout(&self) -> Layout {
        self.laid_out().0
    }

    /// `Vd + Sd + L (2d + E(4d² + 3d) + E(d + 1) + (d + 1) + 3d + 1) + 2d + dV + V`
    fn n_params(&self) -> usize {
        let [v, s, d, l, e] = numbers(self);
        let block = 2.0 * d + e * (4.0 * d * d + 3.0 * d) + e * (d + 1.0) + (d + 1.0) + 3.0 * d + 1.0;
        whole(v * d + s * d + l * block + 2.0 * d + d * v + v)
    }

    /// `2Vd + Sd + V`
    fn n_embedding(&self) -> usize {
        let [v, s, d, ..] = numbers(self);
        whole(2.0 * v * d + s * d + v)
    }

    /// All but those of the experts that a token is not sent to.
    fn n_active(&self) -> usize {
        let [_, _, d, l, e] = numbers(self);
        whole(self.n_params() as f64 - l * (e - 1.0) * (4.0 * d * d + 3.0 * d))
    }

    /// With `T` tokens, `2T (L (4d² + dE + 3d) + dV)` forward and twice as many backward; none backward for
    /// a gate that is not trained, and none of the `3d` (potential and way back) where places are not
    /// mixed.
    fn flops(&self, rows: usize) -> f64 {
        let [v, s, d, l, e] = numbers(self);
        let gate = if self.gate == Gate::Untrained { d * e / 3.0 } else { d * e };
        let mixing = if self.mixing == Mixing::Off { 0.0 } else { 3.0 * d };
        6.0 * rows as f64 * s * (l * (4.0 * d * d + gate + mixing) + d * v)
    }

    fn work_space(&self, rows: usize) -> f64 {
        let [_, s, d, l, e] = numbers(self);
        let places = rows as f64 * s;
        let block = 2.0 + 4.0 * d + 2.0 + e + if self.mixing == Mixing::Off { 0.0 } else { 3.0 };
        let shared = 4.0 * d + 3.0 + if self.gate == Gate::Untrained { 0.0 } else { 1.0 + 2.0 * e };
        let head = Head::work_space(whole(places), self.width, self.vocabulary) as f64;
        places * ((l + 2.0) * d + 2.0 + l * block + shared) + head
    }

    fn fused(&self, _: Loss, parts: usize) -> Box<dyn Network> {
        Box::new(FusedResNetBk::new(self, parts))
    }

    fn language_model(&self, parts: usize) -> Option<Box<dyn LanguageModel>> {
        Some(Box::new(FusedResNetBk::new(self, parts)))
    }
}
