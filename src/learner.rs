//! A network with its optimizer, in the precision that the spec asks for.

use crate::error::Result;
use crate::net::Network;
use crate::net::batch::Batch;
use crate::ops::loss::Score;
use crate::ops::real::Real;
use crate::optim::{Moments, Update};
use crate::run::{Engine, Precision, RunSpec};

/// Parameters and the optimizer's state as bytes, in one of two precisions.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Precision of the numbers in `tensors`.
    pub precision: Precision,
    /// Parameters, first and second moment; one number per parameter each, little-endian.
    pub tensors: [Vec<u8>; 3],
}

/// A network in training, whatever its precision.
pub trait Learner {
    /// Takes step number `t` (the first is 1); the score is that of the batch before it.
    fn train_step(&mut self, t: u64, batch: &Batch) -> Score;

    /// The score of a batch, dropout off; nothing is learned.
    fn evaluate(&mut self, batch: &Batch) -> Score;

    /// The parameters, in double precision whatever the run's.
    fn parameters(&self) -> Vec<f64>;

    /// Everything that the next step depends on.
    fn state(&self) -> State;
}

/// A learner before its first step, or where `state` left it.
///
/// # Errors
/// [`crate::error::Error::Failed`] where the spec asks for a GPU and there is none.
pub fn learner(spec: &RunSpec, state: Option<&State>) -> Result<Box<dyn Learner>> {
    Ok(match (spec.precision, spec.engine) {
        (Precision::Double, _) => {
            let net = spec.net.fused_double(spec.loss, spec.parts);
            Box::new(Learning::new(spec, net.expect("the spec was checked"), state))
        }
        (Precision::Single, Engine::Fused) => {
            Box::new(Learning::new(spec, spec.net.fused(spec.loss, spec.parts), state))
        }
        (Precision::Single, Engine::Dfdx) => Box::new(Learning::new(spec, spec.net.plain(spec.loss), state)),
        (Precision::Single, Engine::DfdxCuda) => {
            Box::new(Learning::new(spec, spec.net.plain_on_cuda(spec.loss)?, state))
        }
    })
}

/// A learner of one precision.
struct Learning<T: Real> {
    spec: RunSpec,
    net: Box<dyn Network<T>>,
    parameters: Vec<T>,
    moments: Moments<T>,
    /// Room for a gradient.
    gradient: Vec<T>,
}

impl<T: Real> Learning<T> {
    fn new(spec: &RunSpec, net: Box<dyn Network<T>>, state: Option<&State>) -> Self {
        let (parameters, moments) = match state {
            Some(State { tensors: [parameters, first, second], .. }) => (
                T::from_bytes(parameters),
                Moments { first: T::from_bytes(first), second: T::from_bytes(second) },
            ),
            None => {
                let parameters: Vec<T> =
                    spec.net.initial(spec.seed).into_iter().map(|p| T::of(f64::from(p))).collect();
                let moments = Moments::zero(parameters.len());
                (parameters, moments)
            }
        };
        Self { spec: spec.clone(), net, parameters, moments, gradient: Vec::new() }
    }
}

impl<T: Real> Learner for Learning<T> {
    fn train_step(&mut self, t: u64, batch: &Batch) -> Score {
        let RunSpec { optimizer, clip_norm, .. } = self.spec;
        let lr_factor = self.spec.schedule.lr_factor(t, self.spec.steps);
        let update = Update { optimizer, lr_factor, t, clip_norm };
        self.net.train_step(&mut self.parameters, &mut self.moments, &mut self.gradient, batch, &update)
    }

    fn evaluate(&mut self, batch: &Batch) -> Score {
        self.net.evaluate(&self.parameters, batch)
    }

    fn parameters(&self) -> Vec<f64> {
        self.parameters.iter().map(|p| p.wide()).collect()
    }

    fn state(&self) -> State {
        let tensors = [&self.parameters, &self.moments.first, &self.moments.second];
        let precision = self.spec.precision;
        State { precision, tensors: tensors.map(|values| T::to_bytes(values)) }
    }
}
