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
use crate::ops::matmul::{Into, Matrix, matmul};
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

/// What the backward pass needs of the forward pass.
#[derive(Debug, Default)]
pub struct Saved {
    /// The attention weights, `sequences × heads × places × places`.
    weights: Vec<f32>,
    /// The same with dropout; empty where nothing is dropped.
    dropped: Vec<f32>,
    /// The gradient at the weights, then in place at the logits.
    gradient: Vec<f32>,
}

impl Attention {
    /// Writes the attended values (`places × width`) of the sequences in `qkv` (`places × 3 width`) to `out`.
    pub fn forward(&self, out: &mut [f32], qkv: &[f32], saved: &mut Saved) {
        let (s, d) = (self.sequence, self.width / self.heads);
        let sequences = qkv.len() / (3 * self.width * s);
        saved.weights.resize(sequences * self.heads * s * s, 0.0);
        for (i, weights) in saved.weights.chunks_exact_mut(s * s).enumerate() {
            let [q, k, _] = self.head(qkv, i);
            matmul(weights, q, k.t(), Into::Replace);
            Arch::new().dispatch(CausalSoftmax { weights, places: s, scale: 1.0 / (d as f32).sqrt() });
        }
        saved.dropped.clear();
        if self.dropout.is_some() {
            saved.dropped.extend_from_slice(&saved.weights);
            self.drop(&mut saved.dropped);
        }
        let mut attended = vec![0.0; s * d];
        let used = if saved.dropped.is_empty() { &saved.weights } else { &saved.dropped };
        for (i, weights) in used.chunks_exact(s * s).enumerate() {
            let [_, _, v] = self.head(qkv, i);
            matmul(&mut attended, Matrix::new(weights, s, s), v, Into::Replace);
            let (sequence, head) = (i / self.heads, i % self.heads);
            put_columns(&mut out[sequence * s * self.width..][..s * self.width], &attended, head * d, d);
        }
    }

    /// Writes the gradient at `qkv` to `gradient`, given the one at the output, `upper`.
    pub fn backward(&self, gradient: &mut [f32], upper: &[f32], qkv: &[f32], saved: &mut Saved) {
        let (s, d, width) = (self.sequence, self.width / self.heads, self.width);
        let Saved { weights, dropped, gradient: at_weights } = saved;
        let used = if dropped.is_empty() { &*weights } else { &*dropped };
        at_weights.resize(weights.len(), 0.0);
        let upper_of = |i: usize| {
            let (sequence, head) = (i / self.heads, i % self.heads);
            Matrix::new(&upper[sequence * s * width..][..s * width], s, width)
                .columns(head * d..(head + 1) * d)
        };
        for (i, at_weights) in at_weights.chunks_exact_mut(s * s).enumerate() {
            let [_, _, v] = self.head(qkv, i);
            matmul(at_weights, upper_of(i), v.t(), Into::Replace);
        }
        self.drop(at_weights);
        let mut part = vec![0.0; s * d];
        let blocks = at_weights.chunks_exact_mut(s * s).zip(weights.chunks_exact(s * s));
        for (i, ((g, weights), used)) in blocks.zip(used.chunks_exact(s * s)).enumerate() {
            Arch::new().dispatch(CausalSoftmaxBackward {
                gradient: g,
                weights,
                places: s,
                scale: 1.0 / (d as f32).sqrt(),
            });
            let [q, k, _] = self.head(qkv, i);
            let (sequence, head) = (i / self.heads, i % self.heads);
            let out = &mut gradient[sequence * s * 3 * width..][..s * 3 * width];
            matmul(&mut part, Matrix::new(g, s, s), k, Into::Replace);
            put_columns(out, &part, head * d, d);
            matmul(&mut part, Matrix::new(g, s, s).t(), q, Into::Replace);
            put_columns(out, &part, width + head * d, d);
            matmul(&mut part, Matrix::new(used, s, s).t(), upper_of(i), Into::Replace);
            put_columns(out, &part, 2 * width + head * d, d);
        }
    }

    /// Queries, keys and values of block `i`, counted over sequences and within each over heads.
    fn head<'a>(&self, qkv: &'a [f32], i: usize) -> [Matrix<'a>; 3] {
        let (s, d, width) = (self.sequence, self.width / self.heads, self.width);
        let (sequence, head) = (i / self.heads, i % self.heads);
        let all = Matrix::new(&qkv[sequence * s * 3 * width..][..s * 3 * width], s, 3 * width);
        [0, width, 2 * width].map(|start| all.columns(start + head * d..start + (head + 1) * d))
    }

    fn drop(&self, x: &mut [f32]) {
        if let Some((dropout, site, share)) = self.dropout {
            dropout.apply(x, self.heads * self.sequence * self.sequence, site, share);
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
