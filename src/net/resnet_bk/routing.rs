//! Which expert takes which place.
//!
//! The logits are sums in one fixed order, the same for every machine, every form of the network and
//! every way of cutting a batch; of equal logits the first expert's wins. So a place goes to the same
//! expert wherever its numbers are the same.

/// Sums that run side by side, and are added in order at the end.
const LANES: usize = 8;

/// The experts' places.
#[derive(Debug, Default)]
pub struct Routing {
    /// The expert of every place.
    pub choice: Vec<u32>,
    /// All places, first the first expert's, each expert's in order.
    pub order: Vec<u32>,
    /// How many places of `order` are each expert's.
    pub counts: Vec<usize>,
}

impl Routing {
    /// Sends every row of `x` to the expert with the largest of `weight · row + bias`.
    pub fn choose(&mut self, x: &[f32], weight: &[f32], bias: &[f32]) {
        let width = weight.len() / bias.len();
        let best = |row: &[f32]| {
            let mut best = (0, f32::NEG_INFINITY);
            for (e, (weight, bias)) in weight.chunks_exact(width).zip(bias).enumerate() {
                let logit = dot(row, weight) + bias;
                if logit > best.1 {
                    best = (e, logit);
                }
            }
            best.0 as u32
        };
        self.choice.clear();
        self.choice.extend(x.chunks_exact(width).map(best));
        self.order.clear();
        self.counts.clear();
        for e in 0..bias.len() as u32 {
            let before = self.order.len();
            self.order.extend((0..self.choice.len() as u32).filter(|&t| self.choice[t as usize] == e));
            self.counts.push(self.order.len() - before);
        }
    }

    /// Copies the rows of `x`, which stand by place, to `out` by expert.
    pub fn gather(&self, out: &mut [f32], x: &[f32], width: usize) {
        for (out, &t) in out.chunks_exact_mut(width).zip(&self.order) {
            out.copy_from_slice(&x[t as usize * width..][..width]);
        }
    }

    /// Copies the rows of `x`, which stand by expert, back to their places in `out`.
    pub fn scatter(&self, out: &mut [f32], x: &[f32], width: usize) {
        for (x, &t) in x.chunks_exact(width).zip(&self.order) {
            out[t as usize * width..][..width].copy_from_slice(x);
        }
    }
}

fn dot(x: &[f32], y: &[f32]) -> f32 {
    let (mut sums, whole) = ([0f32; LANES], x.len() / LANES * LANES);
    for (x, y) in x.chunks_exact(LANES).zip(y.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    let rest: f32 = x[whole..].iter().zip(&y[whole..]).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_goes_to_the_largest_logit_and_of_equals_to_the_first() {
        let mut routing = Routing::default();
        // Two features, three experts; the last two are the same.
        let (weight, bias) = ([1.0, 0.0, 0.0, 1.0, 0.0, 1.0], [0.0, 0.5, 0.5]);
        routing.choose(&[1.0, 0.0, 0.0, 1.0, 0.5, 0.0, 9.0, 0.0], &weight, &bias);
        assert_eq!(routing.choice, [0, 1, 0, 0].map(|e: u32| e));
        assert_eq!((routing.order, routing.counts), (vec![0, 2, 3, 1], vec![3, 1, 0]));
    }

    #[test]
    fn gathered_rows_return_to_their_places() {
        let mut routing = Routing::default();
        let x: Vec<f32> = (0..30).map(|i| (i * 7 % 11) as f32 - 5.0).collect();
        routing.choose(&x, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], &[0.0; 3]);
        let (mut sorted, mut back) = (vec![0.0; 30], vec![0.0; 30]);
        routing.gather(&mut sorted, &x, 3);
        routing.scatter(&mut back, &sorted, 3);
        assert_eq!(back, x);
        assert_ne!(sorted, x);
    }
}
