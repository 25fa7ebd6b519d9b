//! Data augmentation: a random change of a training sample each time it is used.
//!
//! It adds no information about the world but what we put in: that a mirrored or shifted sample has the
//! answer we give it. Where that is true it is worth data; where it is not it adds an error of its own.

use crate::data::images::SIDE;
use crate::random::{Stream, stream};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};
use serde::{Deserialize, Serialize};

/// The random change of training samples; samples are evaluated unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Augmentation {
    /// No change.
    #[default]
    None,
    /// Mirrored with a chance of one half: an image left to right, a point (x, y) to (-x, -y).
    Mirror,
    /// Moved: an image by up to so many whole pixels each way, a point's x by normal noise of this deviation.
    Jitter(f64),
}

impl Augmentation {
    /// The random stream that augments the batch of a step; `None` without augmentation.
    pub fn stream(self, seed: u64, step: u64) -> Option<Stream> {
        (self != Self::None).then(|| stream(seed, "augmentation", step))
    }

    /// A point, augmented.
    pub fn point(self, (x, y): (f32, f32), random: &mut Stream) -> (f32, f32) {
        match self {
            Self::None => (x, y),
            Self::Mirror => {
                if random.random() {
                    (-x, -y)
                } else {
                    (x, y)
                }
            }
            Self::Jitter(sd) => {
                let noise: f64 = StandardNormal.sample(random);
                (x + (sd * noise) as f32, y)
            }
        }
    }

    /// Writes an augmented image of 28 × 28 pixels to `out`; pixels from outside the image are background.
    pub fn image(self, image: &[u8], out: &mut [u8], random: &mut Stream) {
        let mirrored = self == Self::Mirror && random.random();
        let most = if let Self::Jitter(pixels) = self { pixels as i32 } else { 0 };
        let mut move_by = || if most > 0 { random.random_range(-most..=most) } else { 0 };
        let (down, right) = (move_by(), move_by());
        let inside = |place: i32| (0..SIDE as i32).contains(&place);
        for (i, pixel) in out.iter_mut().enumerate() {
            let (row, column) = ((i / SIDE) as i32 - down, (i % SIDE) as i32 - right);
            let column = if mirrored { SIDE as i32 - 1 - column } else { column };
            let seen = inside(row) && inside(column);
            *pixel = if seen { image[row as usize * SIDE + column as usize] } else { 0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::data::augment::Augmentation;
    use crate::data::images::{SIDE, SIZE};
    use crate::random::stream;

    fn spot(row: usize, column: usize) -> Vec<u8> {
        (0..SIZE).map(|i| if i == row * SIDE + column { 200 } else { 0 }).collect()
    }

    #[test]
    fn a_mirrored_image_is_itself_or_its_mirror_image_each_about_half_the_time() {
        let (mut random, mut out) = (stream(1, "test", 0), vec![0; SIZE]);
        let mut mirrored = 0;
        for _ in 0..400 {
            Augmentation::Mirror.image(&spot(3, 5), &mut out, &mut random);
            assert!(out == spot(3, 5) || out == spot(3, 22));
            mirrored += usize::from(out == spot(3, 22));
        }
        assert!((140..260).contains(&mirrored), "{mirrored} of 400");
    }

    #[test]
    fn a_jittered_image_reaches_every_shift_and_no_further_and_loses_what_leaves() {
        let (mut random, mut out) = (stream(2, "test", 0), vec![0; SIZE]);
        let mut places = std::collections::BTreeSet::new();
        for _ in 0..1000 {
            Augmentation::Jitter(2.0).image(&spot(1, 10), &mut out, &mut random);
            places.insert(out.iter().position(|&pixel| pixel > 0));
        }
        // Rows 0 to 3 by columns 8 to 12; two rows up the spot has left the image.
        assert_eq!(places.len(), 4 * 5 + 1);
        assert!(places.contains(&None));
    }

    #[test]
    fn a_point_is_mirrored_about_the_origin_and_jittered_in_x_alone() {
        let mut random = stream(3, "test", 0);
        let seen: Vec<_> = (0..100).map(|_| Augmentation::Mirror.point((0.5, 0.25), &mut random)).collect();
        assert!(seen.contains(&(0.5, 0.25)) && seen.contains(&(-0.5, -0.25)));
        let moved: Vec<_> =
            (0..4000).map(|_| Augmentation::Jitter(0.1).point((0.0, 0.25), &mut random)).collect();
        let sd = (moved.iter().map(|(x, _)| x * x).sum::<f32>() / 4000.0).sqrt();
        assert!((sd - 0.1).abs() < 0.005 && moved.iter().all(|&(_, y)| y == 0.25), "{sd}");
        assert_eq!(Augmentation::None.point((0.5, 0.25), &mut random), (0.5, 0.25));
    }
}
