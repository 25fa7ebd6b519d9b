//! Equal bins, and how many values fall into each.

/// Bins side by side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bins {
    /// Left end of the first.
    pub low: f64,
    /// Breadth of each.
    pub width: f64,
    /// How many.
    pub count: usize,
}

impl Bins {
    /// `count` bins from the smallest to the largest of `values`; `None` where they are not two different
    /// ones.
    pub fn over(values: &[f64], count: usize) -> Option<Self> {
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (high > low).then(|| Self { low, width: (high - low) / count as f64, count })
    }

    /// The same bins, and as many of their breadth on both sides as hold `values`; where that would more than
    /// double them, as many bins over all `values`.
    pub fn widened(self, values: &[f64]) -> Self {
        let least = values.iter().copied().fold(self.low, f64::min);
        let most = values.iter().copied().fold(self.low + self.width * self.count as f64, f64::max);
        // The largest value lies in the last bin, so a value on its right end needs no other.
        let before = ((self.low - least) / self.width - 1e-9).ceil().max(0.0) as usize;
        let all = ((most - self.low) / self.width - 1e-9).ceil() as usize;
        let count = all.max(self.count) + before;
        if count > 2 * self.count {
            return Self { low: least, width: (most - least) / self.count as f64, ..self };
        }
        Self { low: self.low - before as f64 * self.width, count, ..self }
    }

    /// The middle of each bin.
    pub fn centres(self) -> Vec<f64> {
        (0..self.count).map(|i| self.low + (i as f64 + 0.5) * self.width).collect()
    }

    /// How many `values` lie in each bin; the last holds its right end too.
    pub fn counts(self, values: &[f64]) -> Vec<f64> {
        let mut counts = vec![0.0; self.count];
        for value in values {
            let bin = ((value - self.low) / self.width).floor().max(0.0) as usize;
            counts[bin.min(self.count - 1)] += 1.0;
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_in_one_bin_and_wider_bins_leave_the_old_counts() {
        let values = [0.0, 0.1, 0.5, 0.99, 1.0];
        let bins = Bins::over(&values, 4).unwrap();
        assert_eq!(bins.counts(&values), [2.0, 0.0, 1.0, 2.0]);
        let wide = bins.widened(&[-0.3, 1.4]);
        assert_eq!((wide.low, wide.count), (-0.5, 8));
        assert_eq!(wide.counts(&[-0.3, 1.4]).iter().sum::<f64>(), 2.0);
        let other = bins.widened(&[-3.0, 1.0]);
        assert_eq!((other.low, other.width, other.count), (-3.0, 1.0, 4));
        assert_eq!(wide.counts(&values)[2..5], [2.0, 0.0, 1.0]);
        assert_eq!(Bins::over(&[3.0, 3.0], 4), None);
    }
}
