//! `lawbook study 05`: original 004's command line over the same runs and records.

use crate::output::say;
use crate::sweep::{How, catch_signals, run_jobs};
use clap::{Args, ValueEnum};
use lawbook::budget::Budget;
use lawbook::data::text::corpus::{self, Corpus};
use lawbook::data::text::{Text, windows};
use lawbook::error::{Error, Result};
use lawbook::paths::Home;
use lawbook::run::Engine;
use lawbook::study::s05_language::model::{Control, Model, Size};
use lawbook::study::s05_language::{self as language, Design};
use lawbook::sweep::Job;
use std::path::PathBuf;

/// Language models with the options of original 004: perplexity against size
#[derive(Debug, Args)]
pub struct Language {
    /// What to do
    #[arg(default_value = "train")]
    what: What,
    /// The quick grid: widths 64 and 128, 4 and 8 blocks
    #[arg(long)]
    quick: bool,
    /// Passes over the training windows
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=1000))]
    epochs: u64,
    /// Windows a step
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=4096))]
    batch_size: u16,
    /// What computes: cpu (fused operations) or cuda (plain dfdx on an NVIDIA GPU)
    #[arg(long, default_value = "cpu")]
    device: Device,
    /// Where the records of runs go that the study itself does not have
    #[arg(long, value_name = "DIR", default_value = "benchmark_results/scaling")]
    output_dir: PathBuf,
    /// Widths; 64 128 256 512 by default
    #[arg(long, value_name = "D", num_args = 1.., value_parser = clap::value_parser!(u32).range(4..=8192))]
    d_model: Vec<u32>,
    /// Numbers of blocks; 4 8 12 16 by default
    #[arg(long, value_name = "L", num_args = 1.., value_parser = clap::value_parser!(u32).range(1..=256))]
    n_layers: Vec<u32>,
    /// The model: bk (the original's, which sees the token it must predict), bk-causal or transformer
    #[arg(long, default_value = "bk")]
    model: ModelArg,
    /// The text: sotu, wikitext-2, or a file of yours; wikitext-2 where it is there, otherwise sotu
    #[arg(long, value_name = "TEXT")]
    corpus: Option<String>,
    /// Micro-batches of a step: less memory at the same batch size; 4 by default
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u16).range(1..=4096))]
    accumulate: Option<u16>,
    /// The random seed
    #[arg(long, default_value_t = language::FIRST_SEED)]
    seed: u64,
    /// Runs at once; one by default, on all cores
    #[arg(long, short, value_name = "J", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: u16,
}

/// A part of the original's program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// Do the runs that are not recorded yet
    Train,
}

/// What computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Device {
    Cpu,
    Cuda,
}

/// A model by the word of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ModelArg {
    Bk,
    BkCausal,
    Transformer,
}

impl Language {
    pub fn run(&self, home: &Home) -> Result<()> {
        let What::Train = self.what;
        catch_signals()?;
        let known: Vec<String> =
            language::design(Budget::Paper, None).jobs().iter().map(|job| job.spec.id()).collect();
        let (study, own): (Vec<Job>, Vec<Job>) =
            self.asked(home)?.into_iter().partition(|job| known.contains(&job.spec.id()));
        for (title, jobs, file) in [
            ("study 05", study, home.records("05", Budget::Paper)),
            ("study 05 with other options", own, self.output_dir.join("runs.jsonl")),
        ] {
            if !jobs.is_empty() {
                let how = How { title, file: &file, at_once: Some(self.jobs), threads: None, fresh: false };
                run_jobs(home, jobs, &how)?;
            }
        }
        Ok(())
    }

    /// The runs that the options ask for.
    fn asked(&self, home: &Home) -> Result<Vec<Job>> {
        let design = self.design(home)?;
        let model = match self.model {
            ModelArg::Bk => Model::Original,
            ModelArg::BkCausal => Model::Causal,
            ModelArg::Transformer => Model::Transformer,
        };
        let jobs = self.sizes(&design).into_iter().enumerate().map(|(rank, size)| {
            let mut spec = design.spec(model, Control::None, size, self.seed);
            if self.device == Device::Cuda {
                spec.engine = Engine::DfdxCuda;
            }
            let (name, word) = (model.name(), design.corpus.word());
            let Size { width, layers } = size;
            let label = format!("{name} d{width} L{layers} seed={} corpus={word}", self.seed);
            spec.check()?;
            Ok(Job { label, rank, spec })
        });
        jobs.collect()
    }

    fn sizes(&self, design: &Design) -> Vec<Size> {
        if self.quick && self.d_model.is_empty() && self.n_layers.is_empty() {
            return design.quick.clone();
        }
        let or =
            |asked: &[u32], usual: [u32; 4]| if asked.is_empty() { usual.to_vec() } else { asked.to_vec() };
        let layers = or(&self.n_layers, [4, 8, 12, 16]);
        let size = |width: u32, layers: u32| Size { width: width as usize, layers: layers as usize };
        let widths = or(&self.d_model, [64, 128, 256, 512]);
        widths.iter().flat_map(|&width| layers.iter().map(move |&layers| size(width, layers))).collect()
    }

    /// The study's design with these options, on the text that is asked for or that is there.
    fn design(&self, home: &Home) -> Result<Design> {
        let paper = language::design(Budget::Paper, None);
        let corpus = match &self.corpus {
            Some(word) => corpus::named(home, word, paper.sequence)?,
            None => corpus::usual(home),
        };
        say(format_args!("corpus: {corpus}"));
        let design = Design {
            epochs: self.epochs,
            batch_size: usize::from(self.batch_size),
            parts: self.accumulate.map_or(paper.parts, usize::from),
            ..paper
        };
        if corpus == Corpus::Sotu {
            return Ok(design);
        }
        let text = Text::load(home, &corpus, design.vocabulary)?;
        let splits = [&text.train, &text.validation, &text.test];
        let found = splits.map(|tokens| windows(tokens.len(), design.sequence));
        if found.contains(&0) {
            return Err(Error::Failed(format!(
                "{corpus} has {}, {} and {} windows of {} words to train, validate and test on: none may be 0",
                found[0], found[1], found[2], design.sequence
            )));
        }
        Ok(Design { corpus, vocabulary: text.vocabulary.len(), windows: found, ..design })
    }
}
