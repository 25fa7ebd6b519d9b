//! Dropout without a mask in memory: whether a unit is dropped is a hash of where it stands.
//!
//! ```text
//! x = 0  where hash(seed, step, site, index) < p,   x = x / (1 - p)  elsewhere
//! ```
//!
//! So the forward pass, the backward pass, the dfdx twin and every way of cutting a batch into parts
//! agree without sharing anything.

/// The dropout of one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dropout {
    key: u64,
    first_row: usize,
}

impl Dropout {
    /// The dropout of step `step` of the run with this seed.
    pub fn new(seed: u64, step: u64) -> Self {
        Self { key: mixed(seed.wrapping_add(mixed(step))), first_row: 0 }
    }

    /// The same for the part of a batch that begins `rows` further down.
    pub fn from_row(self, rows: usize) -> Self {
        Self { first_row: self.first_row + rows, ..self }
    }

    /// Drops units of `x` in place: `per_row` numbers for each of the batch's rows. `site` tells apart the
    /// places of a network where units are dropped; `share` (0..1) of them are.
    ///
    /// The gradient is treated the same way: the factors are those of the forward pass.
    pub fn apply(&self, x: &mut [f32], per_row: usize, site: u64, share: f32) {
        self.apply_from(0, x, per_row, site, share);
    }

    /// The same for numbers of which the first is number `start` of the part.
    pub fn apply_from(&self, start: usize, x: &mut [f32], per_row: usize, site: u64, share: f32) {
        let kept = 1.0 / (1.0 - share);
        let bar = (f64::from(share) * 2f64.powi(64)) as u64;
        let key = mixed(self.key ^ mixed(site.wrapping_add(1)));
        let first = (self.first_row * per_row + start) as u64;
        for (i, x) in x.iter_mut().enumerate() {
            *x *= if mixed(key ^ (first + i as u64)) < bar { 0.0 } else { kept };
        }
    }
}

/// Every bit of the result depends on every bit of `x` (the finalizer of SplitMix64, Steele et al. 2014).
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_dropped_units_and_the_mean_are_as_asked() {
        let mut x = vec![1.0f32; 100_000];
        Dropout::new(1, 2).apply(&mut x, 1000, 3, 0.1);
        let dropped = x.iter().filter(|&&x| x == 0.0).count() as f64 / 1e5;
        let mean = x.iter().map(|&x| f64::from(x)).sum::<f64>() / 1e5;
        // Three standard errors of a share of 0.1 among 100 000 are 0.003.
        assert!((dropped - 0.1).abs() < 0.003, "{dropped}");
        assert!((mean - 1.0).abs() < 0.004, "{mean}");
    }

    #[test]
    fn a_part_of_a_batch_drops_what_the_whole_batch_drops_there() {
        let (mut whole, mut part) = (vec![1.0f32; 60], vec![1.0f32; 20]);
        Dropout::new(5, 6).apply(&mut whole, 10, 0, 0.5);
        Dropout::new(5, 6).from_row(4).apply(&mut part, 10, 0, 0.5);
        assert_eq!(whole[40..], part);
        let mut piece = vec![1.0f32; 7];
        Dropout::new(5, 6).from_row(4).apply_from(5, &mut piece, 10, 0, 0.5);
        assert_eq!(whole[45..52], piece);
    }

    #[test]
    fn seeds_steps_and_sites_drop_other_units() {
        let dropped = |seed, step, site| {
            let mut x = vec![1.0f32; 64];
            Dropout::new(seed, step).apply(&mut x, 64, site, 0.5);
            x
        };
        let base = dropped(1, 1, 1);
        assert!(base != dropped(2, 1, 1) && base != dropped(1, 2, 1) && base != dropped(1, 1, 2));
    }
}
