//! Any network of the studies as plain data, and the forms in which it is put to work.

use crate::error::{Error, Result};
use crate::identity::is_default;
use crate::net::architecture::Architecture;
pub use crate::net::architecture::Sizes;
use crate::net::layout::Tensor;
use crate::net::memory::Memory;
use crate::net::mlp::plain::PlainMlp;
use crate::net::mlp::{InitScale, Mlp};
use crate::net::network::{LanguageModel, Network};
use crate::net::recurrent::Recurrent;
use crate::net::recurrent::plain::PlainRecurrent;
use crate::net::resnet_bk::ResNetBk;
use crate::net::resnet_bk::plain::PlainResNetBk;
use crate::net::token_mlp::TokenMlp;
use crate::net::token_mlp::plain::PlainTokenMlp;
use crate::net::transformer::Transformer;
use crate::net::transformer::plain::PlainTransformer;
use crate::ops::loss::Loss;
use dfdx::prelude::{Cpu, Device};
use serde::{Deserialize, Serialize};

/// The network of a run.
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

impl Net {
    /// The shape as what all kinds of networks have in common.
    fn architecture(&self) -> Box<dyn Architecture> {
        match self {
            Self::Mlp { sizes, scale } => Box::new(Mlp::new(sizes).with_scale(*scale)),
            Self::Transformer(net) => Box::new(net.clone()),
            Self::TokenMlp(net) => Box::new(net.clone()),
            Self::Recurrent(net) => Box::new(net.clone()),
            Self::ResNetBk(net) => Box::new(net.clone()),
        }
    }

    /// A few words: "784-512-512-10", "lstm 2x32".
    pub fn name(&self) -> String {
        self.architecture().name()
    }

    /// Exact number of parameters, counted without laying them out; sizes beyond all memory give the
    /// largest `usize`.
    pub fn n_params(&self) -> usize {
        self.architecture().n_params()
    }

    /// Parameters without those of embeddings and head, which grow with the vocabulary and the sequence.
    pub fn n_non_embedding(&self) -> usize {
        let architecture = self.architecture();
        architecture.n_params() - architecture.n_embedding()
    }

    /// Parameters that one sample or token meets: all, but of a mixture of experts only those of the expert
    /// chosen.
    pub fn n_active(&self) -> usize {
        self.architecture().n_active()
    }

    /// The range of each weight and bias among the flat parameters, under PyTorch's name for it.
    pub fn tensors(&self) -> Vec<Tensor> {
        self.architecture().layout().tensors().to_vec()
    }

    /// Parameters before the first step.
    pub fn initial(&self, seed: u64) -> Vec<f32> {
        self.architecture().initial(seed)
    }

    /// Floating-point operations of a training step on so many rows, matrix products alone: 6 · parameters
    /// · rows for an MLP (Kaplan et al. 2020), the network's own count otherwise.
    pub fn flops(&self, rows: usize) -> f64 {
        self.architecture().flops(rows)
    }

    /// The memory that training the fused form takes: a batch of `rows` in so many parts, on so many threads.
    pub fn memory(&self, rows: usize, parts: usize, threads: usize) -> Memory {
        self.architecture().memory(rows, parts, threads)
    }

    /// The sizes of inputs and outputs.
    pub fn sizes(&self) -> Sizes {
        self.architecture().sizes()
    }

    /// Checks that the sizes make sense.
    ///
    /// # Errors
    /// [`Error::Failed`] with what is wrong.
    pub fn check(&self) -> Result<()> {
        self.architecture().check()
    }

    /// The fused form, on the CPU; the work of a step is cut into `parts`: a language model's by rows of the
    /// batch, an MLP's by units. The loss of a language model is cross-entropy.
    pub fn fused(&self, loss: Loss, parts: usize) -> Box<dyn Network> {
        self.architecture().fused(loss, parts)
    }

    /// The fused form in double precision; only MLPs have one.
    pub fn fused_double(&self, loss: Loss, parts: usize) -> Option<Box<dyn Network<f64>>> {
        self.architecture().fused_double(loss, parts)
    }

    /// The fused form of a language model, for its logits; `None` for an MLP.
    pub fn language_model(&self, parts: usize) -> Option<Box<dyn LanguageModel>> {
        self.architecture().language_model(parts)
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
