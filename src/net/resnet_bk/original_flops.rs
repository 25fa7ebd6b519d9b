//! Operations of a training step by the formula of original 004, which counts more than matrix products.

use crate::net::architecture::Architecture;
use crate::net::resnet_bk::layers::ResNetBk;

impl ResNetBk {
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
        let sizes = [self.vocabulary, self.sequence, self.width, self.layers, self.experts];
        let [v, s, d, l, e] = sizes.map(|n| n as f64);
        let t = rows as f64 * s;
        let cheap = t * d + (l + 1.0) * 5.0 * t * d;
        let block = 2.0 * t * d * e + 3.0 * t * e + t * (8.0 * d * d + 2.0 * d) + 4.0 * t * d;
        (cheap, l * block + 2.0 * t * d * v)
    }

    fn resolvents(&self, rows: usize, each: f64) -> f64 {
        each * (rows * self.sequence * self.layers) as f64
    }
}
