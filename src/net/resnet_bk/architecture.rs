//! The sizes of a ResNet-BK, its choices, and where its parameters lie.

use crate::error::{Error, Result};
use crate::identity::is_default;
use crate::net::layout::{Initial, Layout, check_sizes};
use crate::net::resnet_bk::features::PotentialGradient;
use crate::net::resnet_bk::routing::Gate;
use crate::ops::resolvent::Form;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The sizes of a ResNet-BK.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResNetBk {
    /// Number of words; 30 000 in the original.
    pub vocabulary: usize,
    /// Longest sequence, in tokens; 128 in the original.
    pub sequence: usize,
    /// Numbers at every place.
    pub width: usize,
    /// Number of blocks.
    pub layers: usize,
    /// Experts of a block; 4 in the original.
    pub experts: usize,
    /// Share of an expert's hidden units that are dropped; 0.1 in the original.
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
pub struct ResNetBkPlaces {
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

    /// The tensors with their names, and where the forward pass finds them.
    pub fn places(&self) -> (Layout, ResNetBkPlaces) {
        let mut layout = Layout::default();
        let d = self.width;
        let tokens = layout.add("token.weight", &[self.vocabulary, d], Initial::Normal(1.0));
        let positions = layout.add("position.weight", &[self.sequence, d], Initial::Normal(1.0));
        let blocks = (0..self.layers).map(|l| self.block(&mut layout, &format!("blocks.{l}"))).collect();
        let norm = norm(&mut layout, "norm", d);
        let head = linear(&mut layout, "head", d, self.vocabulary);
        (layout, ResNetBkPlaces { tokens, positions, blocks, norm, head })
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
        let scale = if self.mixing == Mixing::Off { 0.0 } else { 1.0 };
        let scale = layout.add(format!("{name}.scale"), &[1], Initial::Constant(scale));
        BlockPlaces { norm, gate, experts, potential, back, scale }
    }

    /// The tensors, in order.
    pub fn layout(&self) -> Layout {
        self.places().0
    }

    /// PyTorch's defaults: embeddings normal with deviation 1, linear layers uniform in ±1/√inputs.
    pub fn initial(&self, seed: u64) -> Vec<f32> {
        self.layout().initial(seed)
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
