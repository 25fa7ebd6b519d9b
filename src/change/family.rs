//! Families of curves for questions about breaks: least squares over one or two shape parameters.
//!
//! Each family is linear but for a place and perhaps a width, so that all of its members can be prepared once
//! as orthonormal bases and fitted to thousands of simulated curves by dot products.

use crate::change::series::{levels, scaled};
use crate::fit::matrix::{dot, orthonormal};

/// A column that is new by less than this share of its length is taken to depend on the others.
const DEPENDENT: f64 = 1e-7;

/// Steps between the prepared shapes: fourteen with factors of 0.4 end below a thousandth of the first.
const REFINEMENTS: usize = 14;

/// A family of curves over fixed x.
pub struct CurveFamily {
    x: Vec<f64>,
    kind: Kind,
    members: Vec<Member>,
    /// Fitted parameters of the family, places and widths included.
    pub parameters: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Polynomial(usize),
    /// Narrowest width of the turn.
    Logistic(f64),
    Kink,
    Step,
}

/// One shape: an orthonormal basis of its curves.
struct Member {
    place: f64,
    width: f64,
    basis: Vec<Vec<f64>>,
}

/// The curve of a family nearest to given values.
pub struct Nearest {
    /// Where it breaks or turns.
    pub place: f64,
    /// Its values at the points.
    pub values: Vec<f64>,
    /// Sum of squares that it leaves.
    pub squares: f64,
}

impl CurveFamily {
    /// Polynomials of one degree.
    pub fn polynomial(x: &[f64], degree: usize) -> Self {
        Self::of(x, Kind::Polynomial(degree), degree + 1, vec![(f64::NAN, f64::NAN)])
    }

    /// Two levels with a logistic turn of free place and width.
    pub fn logistic(x: &[f64]) -> Self {
        let (first, range) = (x[0], x[x.len() - 1] - x[0]);
        let gap = x.windows(2).map(|w| w[1] - w[0]).filter(|g| *g > 0.0).fold(range, f64::min);
        let narrow = (0.5 * gap).max(1e-3 * range);
        let widths = (0..10).map(move |j| narrow * (range / narrow).powf(j as f64 / 9.0));
        let places = (0..=40).map(|i| first + range * (1.4 * i as f64 / 40.0 - 0.2));
        let shapes = places.flat_map(|place| widths.clone().map(move |width| (place, width))).collect();
        Self::of(x, Kind::Logistic(narrow), 4, shapes)
    }

    /// Two lines that meet between the second and the last but one of the different x.
    pub fn kink(x: &[f64]) -> Self {
        let levels = levels(x);
        let mut shapes = Vec::new();
        if levels.len() >= 4 {
            let fine = (800 / levels.len()).clamp(2, 16);
            let inner = &levels[1..levels.len() - 1];
            for w in inner.windows(2) {
                shapes.extend((0..fine).map(|i| (w[0] + (w[1] - w[0]) * i as f64 / fine as f64, f64::NAN)));
            }
            shapes.push((inner[inner.len() - 1], f64::NAN));
        }
        Self::of(x, Kind::Kink, 4, shapes)
    }

    /// Two levels, with at least two points on each side.
    pub fn step(x: &[f64]) -> Self {
        let enough = |place: &f64| {
            let above = x.iter().filter(|x| *x > place).count();
            above >= 2 && x.len() - above >= 2
        };
        let places =
            levels(x).windows(2).map(|w| 0.5 * (w[0] + w[1])).filter(enough).map(|p| (p, f64::NAN)).collect();
        Self::of(x, Kind::Step, 3, places)
    }

    fn of(x: &[f64], kind: Kind, parameters: usize, shapes: Vec<(f64, f64)>) -> Self {
        let members =
            shapes.into_iter().filter_map(|(place, width)| Member::new(x, kind, place, width)).collect();
        Self { x: x.to_vec(), kind, members, parameters }
    }

    /// Has no member at all, for want of points.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The nearest curve to `y`: the best prepared member, refined where shapes are continuous.
    pub fn nearest(&self, y: &[f64]) -> Nearest {
        let whole = centred_squares(y);
        let mut best = (f64::INFINITY, 0);
        for (k, member) in self.members.iter().enumerate() {
            let squares = member.squares(y, whole);
            if squares < best.0 {
                best = (squares, k);
            }
        }
        let coarse = &self.members[best.1];
        let refined = self.refined(y, whole, coarse);
        let member = refined.as_ref().unwrap_or(coarse);
        let values = member.values(y);
        // The quick sum cancels; here it is worked out point by point.
        let squares = values.iter().zip(y).map(|(f, y)| (f - y).powi(2)).sum();
        Nearest { place: member.place, values, squares }
    }

    /// A better shape between the prepared ones, by steps that shrink.
    fn refined(&self, y: &[f64], whole: f64, coarse: &Member) -> Option<Member> {
        let range = self.x[self.x.len() - 1] - self.x[0];
        let (low, high, narrow) = match self.kind {
            Kind::Polynomial(_) | Kind::Step => return None,
            Kind::Kink => (self.members[0].place, self.members[self.members.len() - 1].place, f64::NAN),
            Kind::Logistic(narrow) => (self.x[0] - 0.2 * range, self.x[0] + 1.2 * range, narrow),
        };
        let mut best: Option<(f64, Member)> = None;
        let (mut place, mut width, mut least) = (coarse.place, coarse.width, coarse.squares(y, whole));
        let (mut stride, mut factor) = (0.02 * range, 1.5f64);
        for _ in 0..REFINEMENTS {
            let mut moved = false;
            let around = [(stride, 1.0), (-stride, 1.0), (0.0, factor), (0.0, 1.0 / factor)];
            for (shift, scale) in around.into_iter().take(if narrow.is_nan() { 2 } else { 4 }) {
                let trial = ((place + shift).clamp(low, high), (width * scale).max(narrow));
                let Some(member) = Member::new(&self.x, self.kind, trial.0, trial.1) else { continue };
                let squares = member.squares(y, whole);
                if squares < least {
                    (place, width, least, moved) = (trial.0, trial.1, squares, true);
                    best = Some((squares, member));
                }
            }
            if !moved {
                (stride, factor) = (0.4 * stride, factor.powf(0.4));
            }
        }
        best.map(|b| b.1)
    }

    /// The first and the last place of the family.
    pub fn reach(&self) -> (f64, f64) {
        (self.members[0].place, self.members[self.members.len() - 1].place)
    }

    /// The lowest and the highest place whose member leaves at most `bar`; the ends between two members by
    /// interpolation.
    pub fn places_below(&self, y: &[f64], bar: f64) -> Option<(f64, f64)> {
        let whole = centred_squares(y);
        let squares: Vec<f64> = self.members.iter().map(|m| m.squares(y, whole)).collect();
        let first = squares.iter().position(|s| *s <= bar)?;
        let last = squares.iter().rposition(|s| *s <= bar)?;
        let between = |inside: usize, outside: usize| {
            let share = (bar - squares[inside]) / (squares[outside] - squares[inside]);
            self.members[inside].place + share * (self.members[outside].place - self.members[inside].place)
        };
        let low = if first == 0 { self.members[0].place } else { between(first, first - 1) };
        let high = if last + 1 == squares.len() { self.members[last].place } else { between(last, last + 1) };
        Some((low, high))
    }
}

impl Member {
    /// None where the columns are dependent.
    fn new(x: &[f64], kind: Kind, place: f64, width: f64) -> Option<Self> {
        let n = x.len();
        let mut columns = vec![vec![1.0; n]];
        match kind {
            Kind::Polynomial(degree) => {
                let t = scaled(x);
                columns.extend((1..=degree).map(|k| t.iter().map(|t| t.powi(k as i32)).collect()));
            }
            Kind::Logistic(_) => {
                columns.push(x.iter().map(|x| 1.0 / (1.0 + (-(x - place) / width).exp())).collect());
            }
            Kind::Kink => {
                columns.push(scaled(x));
                columns.push(x.iter().map(|x| (x - place).max(0.0)).collect());
            }
            Kind::Step => columns.push(x.iter().map(|x| f64::from(u8::from(*x > place))).collect()),
        }
        let mut basis: Vec<Vec<f64>> = Vec::new();
        for column in columns {
            basis.push(orthonormal(column, &basis, DEPENDENT)?);
        }
        Some(Self { place, width, basis })
    }

    /// The constant is in every family, so sums start from squares about the mean.
    fn squares(&self, y: &[f64], whole: f64) -> f64 {
        whole - self.basis[1..].iter().map(|unit| dot(unit, y).powi(2)).sum::<f64>()
    }

    fn values(&self, y: &[f64]) -> Vec<f64> {
        let mut values = vec![0.0; y.len()];
        for unit in &self.basis {
            let along = dot(unit, y);
            values.iter_mut().zip(unit).for_each(|(f, u)| *f += along * u);
        }
        values
    }
}

/// Squares about the mean.
fn centred_squares(y: &[f64]) -> f64 {
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    y.iter().map(|y| (y - mean).powi(2)).sum()
}
