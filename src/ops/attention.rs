//! Causal attention of several heads, without what is linear around it (Vaswani et al. 2017).
//!
//! ```text
//! for each sequence and head:  P = softmax(Q Kᵀ / √d, over the places up to one's own),  out = dropped(P) V
//! ```
//!
//! `qkv` holds at every place the queries of all heads, then the keys, then the values (`3 · width`
//! numbers); a head's share of each is `d = width / heads` neighbours.

use crate::ops::dropout::Dropout;
use crate::ops::exp::exp;
use crate::ops::matmul::{Matrix, Write, matmul};
use pulp::{Arch, Simd, WithSimd};

/// The sizes of an attention and, while training, its dropout.
#[derive(Debug, Clone, Copy)]
pub struct Attention {
    /// Places of a sequence.
    pub sequence: usize,
    /// Numbers at every place, over all heads.
    pub width: usize,
    /// Number of heads.
    pub heads: usize,
    /// Which weights are dropped, at which site of the network, and what share of them.
    pub dropout: Option<(Dropout, u64, f32)>,
}

/// Work space for one head of one sequence after another.
#[derive(Debug, Default)]
pub struct AttentionSpace {
    /// The attention weights, `places × places`.
    weights: Vec<f32>,
    /// The same with dropout.
    dropped: Vec<f32>,
    /// The gradient at the weights, then in place at the logits.
    gradient: Vec<f32>,
    /// A head's share of the outputs, or of the gradients at queries, keys or values, `places × d`.
    share: Vec<f32>,
}

impl Attention {
    /// Writes the attended values (`places × width`) of the sequences in `qkv` (`places × 3 width`) to `out`.
    pub fn forward(&self, out: &mut [f32], qkv: &[f32], space: &mut AttentionSpace) {
        let (s, d) = (self.sequence, self.width / self.heads);
        for i in 0..self.heads * qkv.len() / (3 * self.width * s) {
            self.weights(qkv, i, space);
            let [_, _, v] = self.head(qkv, i);
            matmul(&mut space.share, Matrix::new(&space.dropped, s, s), v, Write::Replace);
            let (sequence, head) = (i / self.heads, i % self.heads);
            put_columns(&mut out[sequence * s * self.width..][..s * self.width], &space.share, head * d, d);
        }
    }

    /// Writes the gradient at `qkv` to `gradient`, given the one at the output, `grad_out`. The attention
    /// weights are computed again: that costs less than keeping those of all heads.
    pub fn backward(&self, gradient: &mut [f32], grad_out: &[f32], qkv: &[f32], space: &mut AttentionSpace) {
        let (s, d, width) = (self.sequence, self.width / self.heads, self.width);
        for i in 0..self.heads * qkv.len() / (3 * width * s) {
            self.weights(qkv, i, space);
            let AttentionSpace { weights, dropped, gradient: g, share } = &mut *space;
            let (sequence, head) = (i / self.heads, i % self.heads);
            let grad_out = Matrix::new(&grad_out[sequence * s * width..][..s * width], s, width);
            let grad_out = grad_out.columns(head * d..(head + 1) * d);
            let [q, k, v] = self.head(qkv, i);
            matmul(g, grad_out, v.t(), Write::Replace);
            self.drop(g, i);
            let scale = 1.0 / (d as f32).sqrt();
            Arch::new().dispatch(CausalSoftmaxBackward { gradient: g, weights, places: s, scale });
            let out = &mut gradient[sequence * s * 3 * width..][..s * 3 * width];
            matmul(share, Matrix::new(g, s, s), k, Write::Replace);
            put_columns(out, share, head * d, d);
            matmul(share, Matrix::new(g, s, s).t(), q, Write::Replace);
            put_columns(out, share, width + head * d, d);
            matmul(share, Matrix::new(dropped, s, s).t(), grad_out, Write::Replace);
            put_columns(out, share, 2 * width + head * d, d);
        }
    }

    /// The attention weights of block `i`, and the same with dropout.
    fn weights(&self, qkv: &[f32], i: usize, space: &mut AttentionSpace) {
        let (s, d) = (self.sequence, self.width / self.heads);
        space.weights.resize(s * s, 0.0);
        space.gradient.resize(s * s, 0.0);
        space.share.resize(s * d, 0.0);
        let [q, k, _] = self.head(qkv, i);
        matmul(&mut space.weights, q, k.t(), Write::Replace);
        let scale = 1.0 / (d as f32).sqrt();
        Arch::new().dispatch(CausalSoftmax { weights: &mut space.weights, places: s, scale });
        space.dropped.clone_from(&space.weights);
        self.drop(&mut space.dropped, i);
    }

    /// Queries, keys and values of block `i`, counted over sequences and within each over heads.
    fn head<'a>(&self, qkv: &'a [f32], i: usize) -> [Matrix<'a>; 3] {
        let (s, d, width) = (self.sequence, self.width / self.heads, self.width);
        let (sequence, head) = (i / self.heads, i % self.heads);
        let all = Matrix::new(&qkv[sequence * s * 3 * width..][..s * 3 * width], s, 3 * width);
        [0, width, 2 * width].map(|start| all.columns(start + head * d..start + (head + 1) * d))
    }

    /// Drops numbers of block `i`, `places × places`.
    fn drop(&self, x: &mut [f32], i: usize) {
        if let Some((dropout, site, share)) = self.dropout {
            let places = self.sequence * self.sequence;
            dropout.apply_from(i * places, x, self.heads * places, site, share);
        }
    }
}

/// Writes `part` (`rows × width`) over the columns of `out` that begin at `start`.
fn put_columns(out: &mut [f32], part: &[f32], start: usize, width: usize) {
    let rows = part.len() / width;
    let out_width = out.len() / rows;
    for (out, part) in out.chunks_exact_mut(out_width).zip(part.chunks_exact(width)) {
        out[start..start + width].copy_from_slice(part);
    }
}

/// Turns one head's logits (`places × places`) into weights; those of later places become 0.
struct CausalSoftmax<'a> {
    weights: &'a mut [f32],
    places: usize,
    scale: f32,
}

impl WithSimd for CausalSoftmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (place, row) in self.weights.chunks_exact_mut(self.places).enumerate() {
            let (seen, unseen) = row.split_at_mut(place + 1);
            let max = seen.iter().fold(f32::NEG_INFINITY, |max, &z| if z > max { z } else { max });
            for z in seen.iter_mut() {
                *z = exp((*z - max) * self.scale);
            }
            let inverse = 1.0 / seen.iter().sum::<f32>();
            seen.iter_mut().for_each(|p| *p *= inverse);
            unseen.fill(0.0);
        }
    }
}

/// Turns the gradient at one head's weights into the one at its logits.
struct CausalSoftmaxBackward<'a> {
    gradient: &'a mut [f32],
    weights: &'a [f32],
    places: usize,
    scale: f32,
}

impl WithSimd for CausalSoftmaxBackward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let rows = self.gradient.chunks_exact_mut(self.places).zip(self.weights.chunks_exact(self.places));
        for (g, p) in rows {
            // Weights of later places are 0, and so is what comes out there.
            let mean: f32 = g.iter().zip(p).map(|(g, p)| g * p).sum();
            for (g, p) in g.iter_mut().zip(p) {
                *g = p * (*g - mean) * self.scale;
            }
        }
    }
}
