//! A law in words, and its parameters: a name each, and a role from which everything else follows.
//!
//! | role | parameters | searched for as | bounds | lowest end of an interval |
//! |---|---|---|---|---|
//! | floor | E, a | itself, in the unit of y | [0, ∞) | 0 |
//! | ceiling | E0 | itself, in the unit of y | [0, ∞) | 0 |
//! | amplitude | A, B, b | ln A at the centre of the points | ±1e4 | 0 |
//! | exponent | α, β | itself | [0, steepest], or ±steepest | 0, or -∞ |
//! | segment | c0, c_i | itself | ±steepest | -∞ |
//! | place | d_i | ln d, centred | within the points | 0 |
//! | width | f_i | ln f | a thousandth of the mean gap to twice the range | 0 |
//! | shape | γ | itself | its own | 0 |

/// A fitted parameter of a law.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its name: "alpha".
    pub name: String,
    /// What it does in the formula.
    pub role: Role,
}

/// What a parameter does in a formula.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// The value that more x does not get below.
    Floor,
    /// The value at small x.
    Ceiling,
    /// The factor of a power of x: its value at x = 1.
    Amplitude {
        /// The variable of the power: 0 for x, 1 for tokens.
        axis: usize,
        /// The power's exponent.
        exponent: Exponent,
        /// The parameter γ of an amplitude in units of y^(1-γ); none for one in units of y.
        gamma: Option<usize>,
    },
    /// The exponent of a decay.
    Exponent {
        /// The variable of the power.
        axis: usize,
        /// Whether the law may also rise.
        signed: bool,
    },
    /// The exponent before the first break, or what a break adds to it.
    Segment,
    /// An x at which the law turns: a break.
    Place,
    /// Width of a break in ln x.
    Width,
    /// A number without unit.
    Shape {
        /// Its bounds.
        bounds: [f64; 2],
    },
}

/// The exponent that belongs to an amplitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Exponent {
    /// A parameter, by its position.
    Fitted(usize),
    /// A given number.
    Given(f64),
}

impl Param {
    /// A parameter of that name and role.
    pub fn new(name: impl Into<String>, role: Role) -> Self {
        Self { name: name.into(), role }
    }

    /// Whether its logarithm is searched for.
    pub fn is_logarithm(&self) -> bool {
        matches!(self.role, Role::Amplitude { .. } | Role::Place | Role::Width)
    }

    /// Whether its value depends on the centre of x.
    pub fn is_amplitude(&self) -> bool {
        matches!(self.role, Role::Amplitude { .. })
    }

    /// Whether it is in units of y.
    pub fn is_level(&self) -> bool {
        matches!(self.role, Role::Floor | Role::Ceiling)
    }

    /// Its value, from what the formula takes.
    pub fn value(&self, taken: f64) -> f64 {
        if self.is_logarithm() { taken.exp() } else { taken }
    }

    /// What the formula takes, from its value.
    pub fn taken(&self, value: f64) -> f64 {
        if self.is_logarithm() { value.ln().max(-1e4) } else { value }
    }

    /// The least value that it can have: 0, or -∞ for exponents that may have either sign.
    pub fn natural_low(&self) -> f64 {
        match self.role {
            Role::Exponent { signed: true, .. } | Role::Segment => f64::NEG_INFINITY,
            _ => 0.0,
        }
    }

    /// The variable that it stands with; none for those of the whole law.
    pub fn axis(&self) -> Option<usize> {
        match self.role {
            Role::Amplitude { axis, .. } | Role::Exponent { axis, .. } => Some(axis),
            Role::Segment | Role::Place | Role::Width => Some(0),
            Role::Floor | Role::Ceiling | Role::Shape { .. } => None,
        }
    }
}

/// How many different values of a variable a law needs: as many as the parameters that stand with it or with
/// none.
pub fn different_needed(params: &[Param], axis: usize) -> usize {
    params.iter().filter(|param| param.axis().is_none_or(|own| own == axis)).count()
}

/// A law in words.
pub struct Description {
    /// The short name: "floor".
    pub key: &'static str,
    /// The formula: "y = E + A x^-α".
    pub formula: String,
    /// What it is called: "a power law with a floor".
    pub name: String,
    /// The same in the fewest words: "floor".
    pub short: String,
    /// The formula for numbers: "{E} + {A} x^{-alpha}"; in braces stands a parameter or a number, perhaps
    /// negated.
    pub numbers: String,
}
