//! Any network of the studies as plain data, and the two ways to put it to work.

use crate::error::{Error, Result};
use crate::identity::is_default;
use crate::net::fused::FusedMlp;
use crate::net::layout::Tensor;
use crate::net::memory::Memory;
use crate::net::mlp::{InitScale, Mlp};
use crate::net::network::{LanguageModel, Network};
use crate::net::plain::PlainMlp;
use crate::net::recurrent::Recurrent;
use crate::net::recurrent::fused::FusedRecurrent;
use crate::net::recurrent::plain::PlainRecurrent;
use crate::net::resnet_bk::ResNetBk;
use crate::net::resnet_bk::fused::FusedResNetBk;
use crate::net::resnet_bk::plain::PlainResNetBk;
use crate::net::token_mlp::TokenMlp;
use crate::net::token_mlp::fused::FusedTokenMlp;
use crate::net::token_mlp::plain::PlainTokenMlp;
use crate::net::transformer::Transformer;
use crate::net::transformer::fused::FusedTransformer;
use crate::net::transformer::plain::PlainTransformer;
use crate::ops::loss::Loss;
use dfdx::prelude::{Cpu, Device};
use serde::{Deserialize, Serialize};

/// What learns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Net {
    /// Fully connected layers with ReLU between; sizes with input and output. PyTorch's initialization.
    Mlp {
        /// Layer sizes, input first.
        sizes: Vec<usize>,
        /// Factor on the initial weights, and perhaps biases.
        #[serde(default, skip_serializing_if = "is_default")]
        scale: InitScale,
    },
    /// A decoder with causal attention.
    Transformer(Transformer),
    /// A network that acts on each token by itself.
    TokenMlp(TokenMlp),
    /// A language model of LSTM or GRU layers.
    Recurrent(Recurrent),
    /// A language model of expert layers and resolvents.
    ResNetBk(ResNetBk),
}

/// What goes into a network and comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sizes {
    /// A row of numbers in, a number a class out.
    Values {
        /// Numbers of a row.
        inputs: usize,
        /// Number of classes, or of numbers out.
        classes: usize,
    },
    /// A sequence of tokens in, a number a word out at every place.
    Tokens {
        /// Number of words.
        vocabulary: usize,
        /// Tokens of a sequence.
        sequence: usize,
    },
}

impl Net {
    /// A few words: "784-512-512-10", "lstm 2x32".
    pub fn name(&self) -> String {
        match self {
            Self::Mlp { sizes, .. } => sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join("-"),
            Self::Transformer(net) => format!("transformer {}x{}", net.layers, net.width),
            Self::TokenMlp(net) => format!("token_mlp {}x{}", net.layers, net.width),
            Self::Recurrent(net) => format!("{} {}x{}", net.cell.name(), net.layers, net.width),
            Self::ResNetBk(net) => format!("resnet_bk {}x{}", net.layers, net.width),
        }
    }

    /// Exact number of parameters, counted without laying them out; sizes beyond all memory give the largest
    /// `usize`.
    pub fn n_params(&self) -> usize {
        match self {
            Self::Mlp { sizes, .. } => Mlp::new(sizes).n_params(),
            Self::Transformer(net) => net.n_params(),
            Self::TokenMlp(net) => net.n_params(),
            Self::Recurrent(net) => net.n_params(),
            Self::ResNetBk(net) => net.n_params(),
        }
    }

    /// Parameters without those of embeddings and head, which grow with the vocabulary and the sequence.
    pub fn n_non_embedding(&self) -> usize {
        self.n_params() - self.n_embedding()
    }

    fn n_embedding(&self) -> usize {
        match self {
            Self::Mlp { .. } => 0,
            Self::Transformer(net) => net.n_embedding(),
            Self::TokenMlp(net) => net.n_embedding(),
            Self::Recurrent(net) => net.n_embedding(),
            Self::ResNetBk(net) => net.n_embedding(),
        }
    }

    /// Parameters that one sample or token meets: all, but of a mixture of experts only those of the expert
    /// chosen.
    pub fn n_active(&self) -> usize {
        match self {
            Self::ResNetBk(net) => net.n_active(),
            _ => self.n_params(),
        }
    }

    /// Where each weight and bias lies among the flat parameters, under PyTorch's name for it.
    pub fn tensors(&self) -> Vec<Tensor> {
        let layout = match self {
            Self::Mlp { sizes, .. } => Mlp::new(sizes).layout(),
            Self::Transformer(net) => net.layout(),
            Self::TokenMlp(net) => net.layout(),
            Self::Recurrent(net) => net.layout(),
            Self::ResNetBk(net) => net.layout(),
        };
        layout.tensors().to_vec()
    }

    /// Parameters before the first step.
    pub fn initial(&self, seed: u64) -> Vec<f32> {
        match self {
            Self::Mlp { sizes, scale } => Mlp::new(sizes).initial(seed, *scale),
            Self::Transformer(net) => net.initial(seed),
            Self::TokenMlp(net) => net.initial(seed),
            Self::Recurrent(net) => net.initial(seed),
            Self::ResNetBk(net) => net.initial(seed),
        }
    }

    /// Floating-point operations of a training step on so many rows: 6 · parameters · rows for an MLP
    /// (Kaplan et al. 2020), the network's own count otherwise.
    pub fn flops(&self, rows: usize) -> f64 {
        match self {
            Self::Mlp { .. } => 6.0 * self.n_params() as f64 * rows as f64,
            Self::Transformer(net) => net.flops(rows),
            Self::TokenMlp(net) => net.flops(rows),
            Self::Recurrent(net) => net.flops(rows),
            Self::ResNetBk(net) => net.flops(rows),
        }
    }

    /// The memory that training the fused form takes: a batch of `rows` in so many parts, on so many threads.
    pub fn memory(&self, rows: usize, parts: usize, threads: usize) -> Memory {
        let (n_params, cut) = (self.n_params(), [rows, parts, threads]);
        match self {
            Self::Mlp { sizes, .. } => {
                let units: f64 = sizes.iter().skip(1).map(|&n| n as f64).sum();
                let widest = sizes.iter().skip(1).max().copied().unwrap_or(0) as f64;
                let output = sizes.last().copied().unwrap_or(0) as f64;
                Memory::of_parts(n_params, [rows, 1, 1], |rows| rows as f64 * (units + output + 2.0 * widest))
            }
            Self::Transformer(net) => Memory::of_parts(n_params, cut, |rows| net.work_space(rows)),
            Self::TokenMlp(net) => Memory::of_parts(n_params, cut, |rows| net.work_space(rows)),
            Self::Recurrent(net) => Memory::of_parts(n_params, cut, |rows| net.work_space(rows)),
            Self::ResNetBk(net) => Memory::of_parts(n_params, cut, |rows| net.work_space(rows)),
        }
    }

    /// What goes in and comes out.
    pub fn sizes(&self) -> Sizes {
        let tokens = |vocabulary, sequence| Sizes::Tokens { vocabulary, sequence };
        match self {
            Self::Mlp { sizes, .. } => Sizes::Values { inputs: sizes[0], classes: sizes[sizes.len() - 1] },
            Self::Transformer(net) => tokens(net.vocabulary, net.sequence),
            Self::TokenMlp(net) => tokens(net.vocabulary, net.sequence),
            Self::Recurrent(net) => tokens(net.vocabulary, net.sequence),
            Self::ResNetBk(net) => tokens(net.vocabulary, net.sequence),
        }
    }

    /// Checks that the sizes make sense.
    ///
    /// # Errors
    /// [`Error::Failed`] with what is wrong.
    pub fn check(&self) -> Result<()> {
        match self {
            Self::Mlp { sizes, .. } if sizes.len() < 2 || sizes.contains(&0) => Err(Error::Failed(format!(
                "an MLP needs an input and an output size, all above 0: {sizes:?}"
            ))),
            Self::Mlp { .. } => Ok(()),
            Self::Transformer(net) => net.check(),
            Self::TokenMlp(net) => net.check(),
            Self::Recurrent(net) => net.check(),
            Self::ResNetBk(net) => net.check(),
        }
    }

    /// The fused form, on the CPU; the work of a step is cut into `parts`: a language model's by rows of the
    /// batch, an MLP's by units. The loss of a language model is cross-entropy.
    pub fn fused(&self, loss: Loss, parts: usize) -> Box<dyn Network> {
        match self {
            Self::Mlp { sizes, .. } => Box::new(FusedMlp::new(&Mlp::new(sizes), loss, parts)),
            Self::Transformer(net) => Box::new(FusedTransformer::new(net, parts)),
            Self::TokenMlp(net) => Box::new(FusedTokenMlp::new(net, parts)),
            Self::Recurrent(net) => Box::new(FusedRecurrent::new(net, parts)),
            Self::ResNetBk(net) => Box::new(FusedResNetBk::new(net, parts)),
        }
    }

    /// The fused form of a language model, for its logits; `None` for an MLP.
    pub fn language_model(&self, parts: usize) -> Option<Box<dyn LanguageModel>> {
        match self {
            Self::Mlp { .. } => None,
            Self::Transformer(net) => Some(Box::new(FusedTransformer::new(net, parts))),
            Self::TokenMlp(net) => Some(Box::new(FusedTokenMlp::new(net, parts))),
            Self::Recurrent(net) => Some(Box::new(FusedRecurrent::new(net, parts))),
            Self::ResNetBk(net) => Some(Box::new(FusedResNetBk::new(net, parts))),
        }
    }

    /// The fused form in double precision; only MLPs have one.
    pub fn fused_double(&self, loss: Loss, parts: usize) -> Option<Box<dyn Network<f64>>> {
        match self {
            Self::Mlp { sizes, .. } => Some(Box::new(FusedMlp::new(&Mlp::new(sizes), loss, parts))),
            _ => None,
        }
    }

    /// The plain dfdx form, on the CPU.
    pub fn plain(&self, loss: Loss) -> Box<dyn Network> {
        self.plain_on(Cpu::default(), loss)
    }

    /// The plain dfdx form, on the first NVIDIA GPU.
    ///
    /// # Errors
    /// [`Error::Failed`] where this program was built without CUDA, or finds no GPU.
    #[cfg(feature = "cuda")]
    pub fn plain_on_cuda(&self, loss: Loss) -> Result<Box<dyn Network>> {
        match dfdx::tensor::Cuda::try_build(0, 0) {
            Ok(device) => Ok(self.plain_on(device, loss)),
            Err(e) => Err(Error::Failed(format!("no CUDA device answers ({e:?}): use `--device cpu`"))),
        }
    }

    /// The plain dfdx form, on the first NVIDIA GPU.
    ///
    /// # Errors
    /// [`Error::Failed`] where this program was built without CUDA, or finds no GPU.
    #[cfg(not(feature = "cuda"))]
    pub fn plain_on_cuda(&self, _: Loss) -> Result<Box<dyn Network>> {
        Err(Error::Failed(
            "this program was built without CUDA: build it with `cargo build --features cuda` on a machine \
             with NVIDIA's toolkit, or use `--device cpu`"
                .to_owned(),
        ))
    }

    fn plain_on<D: Device<f32>>(&self, device: D, loss: Loss) -> Box<dyn Network> {
        match self {
            Self::Mlp { sizes, .. } => Box::new(PlainMlp::new(device, &Mlp::new(sizes), loss)),
            Self::Transformer(net) => Box::new(PlainTransformer::new(device, net)),
            Self::TokenMlp(net) => Box::new(PlainTokenMlp::new(device, net)),
            Self::Recurrent(net) => Box::new(PlainRecurrent::new(device, net)),
            Self::ResNetBk(net) => Box::new(PlainResNetBk::new(device, net)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::recurrent::Cell;

    /// One network of each kind.
    fn nets([vocabulary, sequence, width, layers]: [usize; 4]) -> Vec<Net> {
        let (dropout, heads, experts) = (0.0, 2, 3);
        let recurrent =
            |cell| Net::Recurrent(Recurrent { cell, vocabulary, sequence, width, layers, dropout });
        vec![
            Net::Mlp { sizes: vec![vocabulary, width, sequence], scale: InitScale::None },
            Net::Transformer(Transformer::new(vocabulary, sequence, width, layers, heads)),
            Net::TokenMlp(TokenMlp { vocabulary, sequence, width, layers, dropout }),
            recurrent(Cell::Lstm),
            recurrent(Cell::Gru),
            Net::ResNetBk(ResNetBk { experts, ..ResNetBk::new(vocabulary, sequence, width, layers) }),
        ]
    }

    #[test]
    fn the_count_of_parameters_is_that_of_the_tensors() {
        for sizes in [[11, 5, 6, 1], [101, 64, 32, 4]] {
            for net in nets(sizes) {
                let last = net.tensors().pop().unwrap();
                assert_eq!(net.n_params(), last.range.end, "{}", net.name());
            }
        }
    }

    #[test]
    fn what_is_no_embedding_and_no_head_is_counted_by_name() {
        for net in nets([101, 64, 32, 4]) {
            let grows = |name: &str| {
                name.starts_with("head")
                    || ["token", "position", "embedding"].iter().any(|e| name.starts_with(e))
            };
            let tensors = net.tensors();
            let rest = tensors.iter().filter(|tensor| !grows(&tensor.name)).map(|tensor| tensor.range.len());
            assert_eq!(net.n_non_embedding(), rest.sum::<usize>(), "{}", net.name());
            let unused =
                |tensor: &&Tensor| tensor.name.contains("experts") && !tensor.name.contains("experts.0");
            let unused = tensors.iter().filter(unused).map(|tensor| tensor.range.len()).sum::<usize>();
            assert_eq!(net.n_active(), net.n_params() - unused, "{}", net.name());
        }
    }

    #[test]
    fn sizes_beyond_all_memory_are_counted_without_wrapping_or_laying_out() {
        for net in nets([1 << 40, 1 << 40, 1 << 40, 1_000_000_000_000]) {
            assert_eq!(net.n_params(), usize::MAX, "{}", net.name());
        }
    }
}
