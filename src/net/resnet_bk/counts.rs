//! Parameters, operations and memory of a ResNet-BK. Operations are counted twice: by the matrix products, as
//! for every other network here, and by the formula of original 004.

use crate::net::layout::whole;
use crate::net::resnet_bk::architecture::{Mixing, ResNetBk};
use crate::net::resnet_bk::routing::Gate;
use crate::ops::head::Head;

impl ResNetBk {
    /// Exact number of parameters:
    /// `Vd + Sd + L (2d + E(4d² + 3d) + E(d + 1) + (d + 1) + 3d + 1) + 2d + dV + V`.
    pub fn n_params(&self) -> usize {
        let [v, s, d, l, e] = self.numbers();
        let block = 2.0 * d + e * (4.0 * d * d + 3.0 * d) + e * (d + 1.0) + (d + 1.0) + 3.0 * d + 1.0;
        whole(v * d + s * d + l * block + 2.0 * d + d * v + v)
    }

    /// Parameters of the embeddings and the head: `2Vd + Sd + V`.
    pub fn n_embedding(&self) -> usize {
        let [v, s, d, ..] = self.numbers();
        whole(2.0 * v * d + s * d + v)
    }

    /// Parameters that one token meets: all but those of the experts it is not sent to.
    pub fn n_active(&self) -> usize {
        let [_, _, d, l, e] = self.numbers();
        whole(self.n_params() as f64 - l * (e - 1.0) * (4.0 * d * d + 3.0 * d))
    }

    /// Operations of one training step on `rows` sequences, matrix products alone, with `T` tokens:
    /// `2T (L (4d² + dE + 3d) + dV)` forward and twice as many backward; none backward for a gate that is not
    /// trained, and none of the `3d` (potential and way back) where places are not mixed.
    pub fn flops(&self, rows: usize) -> f64 {
        let [v, s, d, l, e] = self.numbers();
        let gate = if self.gate == Gate::Untrained { d * e / 3.0 } else { d * e };
        let mixing = if self.mixing == Mixing::Off { 0.0 } else { 3.0 * d };
        6.0 * rows as f64 * s * (l * (4.0 * d * d + gate + mixing) + d * v)
    }

    /// Forward operations of a step as original 004 counts them, with `T` tokens: embedding `Td`; a block's
    /// norm `5Td`, gate `2TdE + 3TE`, experts `T(8d² + 2d)`, resolvent `34T`, way back `4Td`; last norm
    /// `5Td`; head `2TdV`. The potential (`2Td`) is left out there.
    pub fn original_forward_flops(&self, rows: usize) -> f64 {
        let (cheap, products) = self.original_shares(rows);
        cheap + products + self.resolvents(rows, 34.0)
    }

    /// Backward operations as original 004 counts them: twice the forward ones for products, once for
    /// embedding and norms, `26T` a resolvent.
    pub fn original_backward_flops(&self, rows: usize) -> f64 {
        let (cheap, products) = self.original_shares(rows);
        cheap + 2.0 * products + self.resolvents(rows, 26.0)
    }

    /// Operations of an AdamW step as original 004 counts them: 15 a parameter.
    pub fn original_optimizer_flops(&self) -> f64 {
        15.0 * self.n_params() as f64
    }

    /// Forward operations of embedding and norms, and of what is multiplied with weights.
    fn original_shares(&self, rows: usize) -> (f64, f64) {
        let [v, s, d, l, e] = self.numbers();
        let t = rows as f64 * s;
        let cheap = t * d + (l + 1.0) * 5.0 * t * d;
        let block = 2.0 * t * d * e + 3.0 * t * e + t * (8.0 * d * d + 2.0 * d) + 4.0 * t * d;
        (cheap, l * block + 2.0 * t * d * v)
    }

    fn resolvents(&self, rows: usize, each: f64) -> f64 {
        each * (rows * self.sequence * self.layers) as f64
    }

    /// Numbers that the fused form works with for a part of a batch of `rows` sequences.
    pub fn work_space(&self, rows: usize) -> f64 {
        let [_, s, d, l, e] = self.numbers();
        let places = rows as f64 * s;
        let block = 2.0 + 4.0 * d + 2.0 + e + if self.mixing == Mixing::Off { 0.0 } else { 3.0 };
        let shared = 4.0 * d + 3.0 + if self.gate == Gate::Untrained { 0.0 } else { 1.0 + 2.0 * e };
        let head = Head::work_space(whole(places), self.width, self.vocabulary) as f64;
        places * ((l + 2.0) * d + 2.0 + l * block + shared) + head
    }

    fn numbers(&self) -> [f64; 5] {
        [self.vocabulary, self.sequence, self.width, self.layers, self.experts].map(|n| n as f64)
    }
}
