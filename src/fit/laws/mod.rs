//! The laws, one file each: formula with derivatives, parameters, starting points, words, and the call that
//! fits it.
//!
//! A new law is a file here, its name in the list of files, a variant of [`Law`] and its line in
//! `Law::formula`.

pub mod power;
pub mod floor;
pub mod surface;
pub mod broken;
pub mod m4;

use crate::fit::formula::Formula;
use crate::fit::law::Law;
use std::sync::Arc;

impl Law {
    /// The law's formula, parameters and starting points.
    pub(crate) fn formula(&self) -> Arc<dyn Formula> {
        match *self {
            Self::Power => Arc::new(power::Power { given: None }),
            Self::PowerFixed { alpha } => Arc::new(power::Power { given: Some(alpha) }),
            Self::Floor => Arc::new(floor::Floor { given: None }),
            Self::FloorFixed { alpha } => Arc::new(floor::Floor { given: Some(alpha) }),
            Self::Surface => Arc::new(surface::Surface),
            Self::Broken { breaks } => Arc::new(broken::Broken { breaks }),
            Self::M4 => Arc::new(m4::M4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_parameters_as_names() {
        let alpha = 0.5;
        let mut laws = vec![Law::Power, Law::Floor, Law::Surface, Law::M4];
        laws.extend([Law::PowerFixed { alpha }, Law::FloorFixed { alpha }]);
        laws.extend((1..4).map(|breaks| Law::Broken { breaks }));
        for law in laws {
            assert_eq!(law.p(), law.names().len(), "{law}");
        }
        assert_eq!(Law::Broken { breaks: usize::MAX }.p(), usize::MAX);
    }

    #[test]
    fn derivatives_agree_with_finite_differences() {
        let (u, v) = ([-2.0, -0.3, 0.4, 1.9, 3.0], [1.0, -1.5, 0.2, 0.8, -0.1]);
        let turn = |f: f64| [0.7, 0.5, f64::ln(f), -0.3, 1.5, f64::ln(0.4)];
        let broken = |f: f64| [vec![0.1, 0.3, 0.2], turn(f).to_vec()].concat();
        for (law, theta) in [
            (Law::Power, vec![0.3, 0.6]),
            (Law::PowerFixed { alpha: 0.5 }, vec![0.3]),
            (Law::Floor, vec![0.2, -0.4, 0.7]),
            (Law::FloorFixed { alpha: 0.5 }, vec![0.2, -0.4]),
            (Law::Surface, vec![1.7, -0.4, -0.7, 0.34, 0.28]),
            (Law::M4, vec![0.1, 1.4, 0.6, 0.2, 0.5]),
            (Law::M4, vec![0.1, 1.4, 2.5, 0.2, 0.5]),
            (Law::Broken { breaks: 2 }, broken(0.8)),
            (Law::Broken { breaks: 2 }, broken(0.05)),
        ] {
            let (formula, p) = (law.formula(), theta.len());
            let (values, jacobian) = formula.values_and_jacobian(&theta, &u, &v);
            assert_eq!(values, formula.values(&theta, &u, &v), "{law}");
            for k in 0..p {
                let (mut below, mut above) = (theta.clone(), theta.clone());
                below[k] -= 1e-6;
                above[k] += 1e-6;
                let (below, above) = (formula.values(&below, &u, &v), formula.values(&above, &u, &v));
                for i in 0..5 {
                    let difference = (above[i] - below[i]) / 2e-6;
                    let own = jacobian[i * p + k];
                    assert!(
                        (own - difference).abs() < 1e-7 * (1.0 + own.abs()),
                        "{law} {k} {i}: {own} {difference}"
                    );
                }
            }
        }
    }
}
