//! The sizes of a ResNet-BK and the ranges of its tensors among the flat parameters.

use crate::identity::is_default;
use crate::net::layout::{Initial, Layout};
use crate::net::linear::Linear;
use crate::net::norm::LayerNorm;
use crate::net::resnet_bk::features::PotentialGradient;
use crate::net::resnet_bk::routing::Gate;
use crate::ops::resolvent::Form;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The sizes of a ResNet-BK, and what it does otherwise than the original.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResNetBk {
    /// Number of words; 30 000 in the original.
    pub vocabulary: usize,
    /// Longest sequence, in tokens; 128 in the original.
    pub sequence: usize,
    /// Numbers at every place (d_model).
    pub width: usize,
    /// Number of blocks.
    pub layers: usize,
    /// Experts of a block; 4 in the original.
    pub experts: usize,
    /// Dropout of the experts' hidden units; 0.1 in the original.
    pub dropout: f32,
    /// What a place sees: the whole sequence (the original's form) or the past.
    pub form: Form,
    /// Whether places are mixed at all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mixing: Mixing,
    /// How the gradient at the potential is computed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub potential_gradient: PotentialGradient,
    /// Whether the gate learns.
    #[serde(default, skip_serializing_if = "is_default")]
    pub gate: Gate,
}

/// How the places of a sequence are mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mixing {
    /// Through the resolvent.
    #[default]
    Resolvent,
    /// Not at all: the scale of the resolvent's part is 0 and is not trained.
    Off,
}

/// The ranges of a ResNet-BK block's tensors.
#[derive(Debug, Clone, PartialEq)]
pub struct ResNetBkBlock {
    /// Layer normalization before the layer.
    pub norm: LayerNorm,
    /// Logits of the experts.
    pub gate: Linear,
    /// For each expert: to twice the width, and back.
    pub experts: Vec<[Linear; 2]>,
    /// From the experts' output to the potential.
    pub potential: Linear,
    /// From the two features back to the width.
    pub back: Linear,
    /// What the features' part is multiplied with.
    pub scale: Range<usize>,
}

/// The ranges of all tensors of a ResNet-BK.
#[derive(Debug, Clone, PartialEq)]
pub struct ResNetBkRanges {
    /// Token embedding, `vocabulary × width`.
    pub tokens: Range<usize>,
    /// Position embedding, `sequence × width`.
    pub positions: Range<usize>,
    /// The blocks.
    pub blocks: Vec<ResNetBkBlock>,
    /// Layer normalization before the head.
    pub norm: LayerNorm,
    /// The head, `vocabulary × width`.
    pub head: Linear,
}

impl ResNetBk {
    /// The original's network of these sizes: four experts, a dropout of 0.1, every place sees every other.
    pub fn new(vocabulary: usize, sequence: usize, width: usize, layers: usize) -> Self {
        Self {
            vocabulary,
            sequence,
            width,
            layers,
            experts: 4,
            dropout: 0.1,
            form: Form::Bidirectional,
            mixing: Mixing::default(),
            potential_gradient: PotentialGradient::default(),
            gate: Gate::default(),
        }
    }

    /// The tensors with their names, and their ranges by what they do.
    pub fn laid_out(&self) -> (Layout, ResNetBkRanges) {
        let mut layout = Layout::default();
        let d = self.width;
        let tokens = layout.add("token.weight", &[self.vocabulary, d], Initial::Normal(1.0));
        let positions = layout.add("position.weight", &[self.sequence, d], Initial::Normal(1.0));
        let blocks = (0..self.layers).map(|l| self.block(&mut layout, &format!("blocks.{l}"))).collect();
        let norm = LayerNorm::add(&mut layout, "norm", d);
        let head = Linear::add_uniform(&mut layout, "head", (d, self.vocabulary));
        (layout, ResNetBkRanges { tokens, positions, blocks, norm, head })
    }

    fn block(&self, layout: &mut Layout, name: &str) -> ResNetBkBlock {
        let d = self.width;
        let linear = |layout: &mut Layout, part: &str, sizes| {
            Linear::add_uniform(layout, &format!("{name}.{part}"), sizes)
        };
        let norm = LayerNorm::add(layout, &format!("{name}.norm"), d);
        let gate = linear(layout, "gate", (d, self.experts));
        let mut expert = |e: usize| {
            let up = linear(layout, &format!("experts.{e}.up"), (d, 2 * d));
            [up, linear(layout, &format!("experts.{e}.down"), (2 * d, d))]
        };
        let experts = (0..self.experts).map(&mut expert).collect();
        let potential = linear(layout, "potential", (d, 1));
        let back = linear(layout, "back", (2, d));
        let scale = if self.mixing == Mixing::Off { 0.0 } else { 1.0 };
        let scale = layout.add(format!("{name}.scale"), &[1], Initial::Constant(scale));
        ResNetBkBlock { norm, gate, experts, potential, back, scale }
    }
}
