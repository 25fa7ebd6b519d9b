//! The models of study 05, and the controls that change one thing about them.

use crate::net::Architecture;
use crate::net::resnet_bk::{Gate, Mixing, PotentialGradient, ResNetBk};
use crate::net::shape::Net;
use crate::net::transformer::Transformer;
use crate::ops::resolvent::Form;
use serde::{Deserialize, Serialize};

/// A language model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Model {
    /// ResNet-BK as the original builds it: every place sees every other, the token it must predict too.
    Original,
    /// ResNet-BK with the left Green's function: a place sees the past.
    Causal,
    /// A pre-LN transformer decoder of the same width, depth and number of parameters.
    Transformer,
}

impl Model {
    /// The three of them.
    pub const ALL: [Self; 3] = [Self::Original, Self::Causal, Self::Transformer];

    /// The word in labels and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Causal => "causal",
            Self::Transformer => "transformer",
        }
    }

    /// The network of this width and depth.
    pub fn net(self, [vocabulary, sequence]: [usize; 2], size: Size) -> Net {
        let Size { width, layers } = size;
        let original = ResNetBk::new(vocabulary, sequence, width, layers);
        match self {
            Self::Original => Net::ResNetBk(original),
            Self::Causal => Net::ResNetBk(ResNetBk { form: Form::Causal, ..original }),
            Self::Transformer => {
                let net = Transformer::new(vocabulary, sequence, width, layers, HEADS);
                let net = Transformer { head_bias: true, ..net };
                Net::Transformer(net.with_n_params(original.n_params()))
            }
        }
    }
}

/// Heads of the transformer's attention, as in the original's own baseline.
const HEADS: usize = 4;

/// Width and depth of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Size {
    /// Numbers at every place.
    pub width: usize,
    /// Number of blocks.
    pub layers: usize,
}

/// What one run changes about its model or its training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Control {
    /// Nothing.
    None,
    /// The original's slip: targets in another order than the logits.
    Misaligned,
    /// The scale of the resolvent fixed at 0: experts alone, each place by itself.
    ResolventOff,
    /// A gate that learns, with a load-balancing loss of weight 0.01 (Fedus, Zoph & Shazeer 2021).
    TrainedGate,
    /// The original's gradient at the potential, half of it the inverse square.
    BlendedGradient,
    /// A third of the learning rate.
    RateThird,
    /// Three times the learning rate.
    RateTriple,
    /// Half the training windows, for as many steps.
    HalfData,
}

impl Control {
    /// The word in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "as-is",
            Self::Misaligned => "misaligned",
            Self::ResolventOff => "resolvent-off",
            Self::TrainedGate => "trained-gate",
            Self::BlendedGradient => "blended-gradient",
            Self::RateThird => "lr/3",
            Self::RateTriple => "lr*3",
            Self::HalfData => "half-data",
        }
    }

    /// The network with the change, where it is one of the network.
    pub fn apply(self, net: Net) -> Net {
        let Net::ResNetBk(net) = net else { return net };
        Net::ResNetBk(match self {
            Self::ResolventOff => ResNetBk { mixing: Mixing::Off, ..net },
            Self::TrainedGate => ResNetBk { gate: Gate::Trained { balance: 0.01 }, ..net },
            Self::BlendedGradient => {
                ResNetBk { potential_gradient: PotentialGradient::Blended { share: 0.5 }, ..net }
            }
            _ => net,
        })
    }

    /// Factor on the learning rate.
    pub fn rate(self) -> f64 {
        match self {
            Self::RateThird => 1.0 / 3.0,
            Self::RateTriple => 3.0,
            _ => 1.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTHS: [usize; 4] = [64, 128, 256, 512];
    const LAYERS: [usize; 4] = [4, 8, 12, 16];

    fn n_params(model: Model) -> Vec<usize> {
        let sizes = WIDTHS.into_iter().flat_map(|width| LAYERS.map(|layers| Size { width, layers }));
        sizes.map(|size| model.net([30_000, 128], size).n_params()).collect()
    }

    #[test]
    fn the_original_has_the_parameters_that_its_code_gives_and_its_readme_does_not() {
        // SPEC 004; the README says 1, 4, 16 and 100 million for the diagonal.
        #[rustfmt::skip]
        let expected = [
            4_146_120, 4_413_920, 4_681_720, 4_949_520, 8_786_504, 9_846_368, 10_906_232, 11_966_096,
            19_640_136, 23_856_992, 28_073_848, 32_290_704, 47_638_856, 64_461_152, 81_283_448, 98_105_744,
        ];
        assert_eq!(n_params(Model::Original), expected);
        assert_eq!(n_params(Model::Causal), expected);
    }

    #[test]
    fn the_transformer_has_as_many_parameters_within_one_per_cent() {
        for (bk, transformer) in n_params(Model::Original).into_iter().zip(n_params(Model::Transformer)) {
            let ratio = transformer as f64 / bk as f64;
            assert!((ratio - 1.0).abs() < 0.01, "{transformer} against {bk}");
        }
    }
}
