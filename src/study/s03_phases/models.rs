//! The original's eight models: four architectures, each in two sizes.

use crate::net::recurrent::{Cell, Recurrent};
use crate::net::shape::Net;
use crate::net::token_mlp::TokenMlp;
use crate::net::transformer::Transformer;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Share of units that are dropped while training, everywhere.
const DROPOUT: f32 = 0.1;

/// How a model makes one place depend on others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Architecture {
    Transformer,
    Lstm,
    Gru,
    /// Position-wise: no place sees another.
    Mlp,
}

impl Architecture {
    /// All of them, in the original's order.
    pub const ALL: [Self; 4] = [Self::Transformer, Self::Lstm, Self::Gru, Self::Mlp];

    /// The original's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transformer => "transformer",
            Self::Lstm => "lstm",
            Self::Gru => "gru",
            Self::Mlp => "mlp",
        }
    }
}

/// Depth and width of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelSize {
    /// 2 layers of width 32, 2 heads.
    Nano,
    /// 4 layers of width 64, 4 heads.
    Micro,
}

impl ModelSize {
    /// Both, the smaller first.
    pub const ALL: [Self; 2] = [Self::Nano, Self::Micro];

    /// The original's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nano => "nano",
            Self::Micro => "micro",
        }
    }

    /// Layers, and heads of an attention.
    fn layers(self) -> usize {
        match self {
            Self::Nano => 2,
            Self::Micro => 4,
        }
    }
}

/// One of the eight models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OriginalModel {
    /// Its kind.
    pub architecture: Architecture,
    /// Its size.
    pub size: ModelSize,
}

impl OriginalModel {
    /// All eight, in the order of the original's files.
    pub fn all() -> impl Iterator<Item = Self> {
        let sizes = |architecture| ModelSize::ALL.map(|size| Self { architecture, size });
        Architecture::ALL.into_iter().flat_map(sizes)
    }

    /// Its network for so many words and places; `width` is that of [`ModelSize::Nano`], the other's is twice
    /// that.
    pub fn net(self, vocabulary: usize, sequence: usize, width: usize) -> Net {
        let (layers, dropout) = (self.size.layers(), DROPOUT);
        let width = if self.size == ModelSize::Nano { width } else { 2 * width };
        let recurrent =
            |cell| Net::Recurrent(Recurrent { cell, vocabulary, sequence, width, layers, dropout });
        match self.architecture {
            Architecture::Transformer => {
                // As many heads as layers: 2 and 4.
                let decoder = Transformer::new(vocabulary, sequence, width, layers, layers);
                Net::Transformer(Transformer { dropout, ..decoder })
            }
            Architecture::Lstm => recurrent(Cell::Lstm),
            Architecture::Gru => recurrent(Cell::Gru),
            Architecture::Mlp => Net::TokenMlp(TokenMlp { vocabulary, sequence, width, layers, dropout }),
        }
    }
}

/// The original's name: "transformer_nano".
impl fmt::Display for OriginalModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.architecture.name(), self.size.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eight_models_have_the_original_s_names_and_numbers_of_parameters() {
        let found: Vec<(String, usize)> = OriginalModel::all()
            .map(|model| (model.to_string(), model.net(50_257, 64, 32).n_params()))
            .collect();
        // As n_params in the original's result files.
        let original = [
            ("transformer_nano", 3_243_968),
            ("transformer_micro", 6_637_056),
            ("lstm_nano", 3_283_601),
            ("lstm_micro", 6_616_273),
            ("gru_nano", 3_279_377),
            ("gru_micro", 6_582_993),
            ("mlp_nano", 3_268_817),
            ("mlp_micro", 6_499_793),
        ];
        assert_eq!(found, original.map(|(name, n)| (name.to_owned(), n)));
    }
}
