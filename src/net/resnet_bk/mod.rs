//! ResNet-BK, the language model of study 004: blocks that mix places through a resolvent.
//!
//! ```text
//! x₀ = token embedding + position embedding          x_{l+1} = x_l + layer_l(LN(x_l))
//! layer: f = expert_k(z), k the largest of the gate's logits      expert: d → 2d, ReLU, dropout, → d
//!        v = clamp(w·f + b, -3, 3) at every place                 a potential
//!        g = diag((H - i)^-1), H = free chain + v                 (see `features`)
//!        out = f + scale · (W (Re g, Im g) + b)
//! logits = W LN(x_L) + b
//! ```
//!
//! The gate chooses and does no more: its expert's output counts in full, so **the gate gets no
//! gradient** and keeps its first weights but for weight decay. That is the study's design.
//!
//! In the study's form (`Form::Bidirectional`) every place sees every other: as a model of the *next*
//! token it reads the answer. `Form::Causal` is the same network with the left Green's function.
//! The study clamps the features to ±10; they never leave ±1, so nothing is clamped here.

pub mod features;
pub mod routing;
pub mod block;
pub mod fused;
pub mod plain;

use crate::error::Result;
use crate::net::layout::{Initial, Layout, check_sizes, whole};
use crate::ops::resolvent::Form;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The sizes of a ResNet-BK.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResNetBk {
    /// Number of words; 30 000 in the study.
    pub vocabulary: usize,
    /// Longest sequence, in tokens; 128 in the study.
    pub sequence: usize,
    /// Numbers at every place.
    pub width: usize,
    /// Number of blocks.
    pub layers: usize,
    /// Experts of a block; 4 in the study.
    pub experts: usize,
    /// Share of an expert's hidden units that are dropped; 0.1 in the study.
    pub dropout: f32,
    /// What a place sees: the whole sequence (the study's form) or the past.
    pub form: Form,
}

/// Where a linear layer, or the gain and shift of a layer normalization, lie among the parameters.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Affine {
    /// The weight, `outputs × inputs`, or the gain.
    pub weight: Range<usize>,
    /// The bias, or the shift.
    pub bias: Range<usize>,
}

/// Where one block's tensors lie.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BlockPlaces {
    /// Layer normalization before the layer.
    pub norm: Affine,
    /// Logits of the experts.
    pub gate: Affine,
    /// For each expert: to twice the width, and back.
    pub experts: Vec<[Affine; 2]>,
    /// From the experts' output to the potential.
    pub potential: Affine,
    /// From the two features back to the width.
    pub back: Affine,
    /// What the features' part is multiplied with.
    pub scale: Range<usize>,
}

/// Where all tensors lie.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Places {
    /// Token embedding, `vocabulary × width`.
    pub tokens: Range<usize>,
    /// Position embedding, `sequence × width`.
    pub positions: Range<usize>,
    /// The blocks.
    pub blocks: Vec<BlockPlaces>,
    /// Layer normalization before the head.
    pub norm: Affine,
    /// The head, `vocabulary × width`.
    pub head: Affine,
}

impl ResNetBk {
    /// Whether a network of these sizes can be.
    ///
    /// # Errors
    /// [`crate::error::Error::Failed`] names the size that makes no sense.
    pub fn check(&self) -> Result<()> {
        let sizes = [
            ("vocabulary", self.vocabulary),
            ("sequence", self.sequence),
            ("width", self.width),
            ("layers", self.layers),
            ("experts", self.experts),
        ];
        check_sizes("a ResNet-BK", &sizes, self.dropout)
    }

    /// The tensors with their names, and where the forward pass finds them.
    pub fn places(&self) -> (Layout, Places) {
        let mut layout = Layout::default();
        let d = self.width;
        let tokens = layout.add("token.weight", &[self.vocabulary, d], Initial::Normal(1.0));
        let positions = layout.add("position.weight", &[self.sequence, d], Initial::Normal(1.0));
        let blocks = (0..self.layers).map(|l| self.block(&mut layout, &format!("blocks.{l}"))).collect();
        let norm = norm(&mut layout, "norm", d);
        let head = linear(&mut layout, "head", d, self.vocabulary);
        (layout, Places { tokens, positions, blocks, norm, head })
    }

    fn block(&self, layout: &mut Layout, name: &str) -> BlockPlaces {
        let d = self.width;
        let norm = norm(layout, &format!("{name}.norm"), d);
        let gate = linear(layout, &format!("{name}.gate"), d, self.experts);
        let mut expert = |e: usize| {
            let up = linear(layout, &format!("{name}.experts.{e}.up"), d, 2 * d);
            [up, linear(layout, &format!("{name}.experts.{e}.down"), 2 * d, d)]
        };
        let experts = (0..self.experts).map(&mut expert).collect();
        let potential = linear(layout, &format!("{name}.potential"), d, 1);
        let back = linear(layout, &format!("{name}.back"), 2, d);
        let scale = layout.add(format!("{name}.scale"), &[1], Initial::Constant(1.0));
        BlockPlaces { norm, gate, experts, potential, back, scale }
    }

    /// The tensors, in order.
    pub fn layout(&self) -> Layout {
        self.places().0
    }

    /// Exact number of parameters:
    /// `Vd + Sd + L (2d + E(4d² + 3d) + E(d + 1) + (d + 1) + 3d + 1) + 2d + dV + V`.
    pub fn n_params(&self) -> usize {
        let sizes = [self.vocabulary, self.sequence, self.width, self.layers, self.experts];
        let [v, s, d, l, e] = sizes.map(|n| n as f64);
        let block = 2.0 * d + e * (4.0 * d * d + 3.0 * d) + e * (d + 1.0) + (d + 1.0) + 3.0 * d + 1.0;
        whole(v * d + s * d + l * block + 2.0 * d + d * v + v)
    }

    /// PyTorch's defaults: embeddings normal with deviation 1, linear layers uniform in ±1/√inputs.
    pub fn initial(&self, seed: u64) -> Vec<f32> {
        self.layout().initial(seed)
    }

    /// Operations of one training step on `rows` sequences, as the study counts them: forward,
    /// backward, and 15 a parameter for AdamW.
    pub fn flops(&self, rows: usize) -> f64 {
        self.flops_forward(rows) + self.flops_backward(rows) + 15.0 * self.n_params() as f64
    }

    /// Of the forward pass, with `T` tokens: embedding `Td`; a block's norm `5Td`, gate `2TdE + 3TE`,
    /// experts `T(8d² + 2d)`, resolvent `34T`, way back `4Td`; last norm `5Td`; head `2TdV`.
    /// The study leaves out the potential (`2Td`).
    pub fn flops_forward(&self, rows: usize) -> f64 {
        let (cheap, products) = self.flops_parts(rows);
        cheap + products + self.resolvents(rows, 34.0)
    }

    /// Of the backward pass: twice the forward for products, once for embedding and norms, `26T` a resolvent.
    pub fn flops_backward(&self, rows: usize) -> f64 {
        let (cheap, products) = self.flops_parts(rows);
        cheap + 2.0 * products + self.resolvents(rows, 26.0)
    }

    /// Forward operations of embedding and norms, and of what is multiplied with weights.
    fn flops_parts(&self, rows: usize) -> (f64, f64) {
        let t = (rows * self.sequence) as f64;
        let (d, e, v, l) =
            (self.width as f64, self.experts as f64, self.vocabulary as f64, self.layers as f64);
        let cheap = t * d + (l + 1.0) * 5.0 * t * d;
        let block = 2.0 * t * d * e + 3.0 * t * e + t * (8.0 * d * d + 2.0 * d) + 4.0 * t * d;
        (cheap, l * block + 2.0 * t * d * v)
    }

    fn resolvents(&self, rows: usize, each: f64) -> f64 {
        each * (rows * self.sequence * self.layers) as f64
    }
}

fn linear(layout: &mut Layout, name: &str, inputs: usize, outputs: usize) -> Affine {
    let initial = Initial::Uniform(1.0 / (inputs as f32).sqrt());
    let weight = layout.add(format!("{name}.weight"), &[outputs, inputs], initial);
    Affine { weight, bias: layout.add(format!("{name}.bias"), &[outputs], initial) }
}

fn norm(layout: &mut Layout, name: &str, width: usize) -> Affine {
    let weight = layout.add(format!("{name}.weight"), &[width], Initial::Constant(1.0));
    Affine { weight, bias: layout.add(format!("{name}.bias"), &[width], Initial::Constant(0.0)) }
}
