//! An image-classification dataset: grey images of 28 × 28 pixels in ten classes.
//!
//! Pixels stay the bytes of the file (0 to 255): 55 MB, shared between runs in an `Arc`. What a
//! network wants (scaled, centred, in batches) is made where it is wanted.

use crate::data::source::{self, Dataset, File};
use crate::data::{check, idx};
use crate::error::{Error, Result};
use crate::paths::Home;
use crate::random::{Stream, stream};
use rand::RngExt;

/// Pixels along one side.
pub const SIDE: usize = 28;

/// Pixels of one image.
pub const SIZE: usize = SIDE * SIDE;

/// An image dataset with its training and test split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    /// Training images: 60 000 in MNIST.
    pub train: LabelledImages,
    /// Test images: 10 000 in MNIST.
    pub test: LabelledImages,
}

/// Images and their classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelledImages {
    /// Grey values, `n × size`, image by image, row by row; 0 is background.
    pub pixels: Vec<u8>,
    /// The class of each image, 0 to 9.
    pub labels: Vec<u8>,
    /// How many images.
    pub n: usize,
    /// Pixels of one image: 784.
    pub size: usize,
}

impl LabelledImages {
    /// The pixels of image `i`, row by row.
    ///
    /// # Panics
    /// Where `i` is not below `n`.
    pub fn image(&self, i: usize) -> &[u8] {
        &self.pixels[i * self.size..][..self.size]
    }
}

/// The dataset called `name` from `data/cache/`; every file is checked before it is used.
///
/// # Errors
/// [`Error::Usage`] for an unknown name or a text; [`Error::Failed`] where a file is missing;
/// [`Error::Malformed`] where one is not what it should be.
pub fn load(home: &Home, name: &str) -> Result<Images> {
    read(home, &source::find(name)?)
}

/// The images of `dataset` from `data/cache/`: what [`load`] does for one of the catalogue.
///
/// # Errors
/// As [`load`].
pub fn read(home: &Home, dataset: &Dataset) -> Result<Images> {
    let [train_images, train_labels, test_images, test_labels] = dataset.files else {
        return Err(Error::Usage(format!("{} is a text: there are no images in it", dataset.name)));
    };
    Ok(Images {
        train: split(home, dataset, train_images, train_labels)?,
        test: split(home, dataset, test_images, test_labels)?,
    })
}

fn split(home: &Home, dataset: &Dataset, images: &File, labels: &File) -> Result<LabelledImages> {
    let folder = home.dataset(dataset.name);
    let bytes = |file: &File| check::present(home, dataset, file);
    let path = folder.join(images.name);
    let mut pixels = bytes(images)?;
    let found = idx::parse_images(&path, &pixels)?;
    let (n, rows, columns, start) = (found.n, found.rows, found.columns, pixels.len() - found.values.len());
    if (rows, columns) != (SIDE, SIDE) {
        let problem = format!("the images are {rows} x {columns} pixels, expected {SIDE} x {SIDE}");
        return Err(Error::malformed(&path, "byte 8", problem));
    }
    pixels.drain(..start);
    let path = folder.join(labels.name);
    let labels = idx::parse_labels(&path, &bytes(labels)?)?.to_vec();
    if labels.len() != n {
        let problem = format!(
            "there are {} labels, expected one for each of the {n} images in {}",
            labels.len(),
            images.name
        );
        return Err(Error::malformed(&path, "byte 4", problem));
    }
    Ok(LabelledImages { pixels, labels, n, size: SIZE })
}

/// The labels of `n` images, each made wrong with chance `share`, every wrong class alike.
///
/// Image by image the same draws decide for every share, so that the wrong ones of a smaller share stay
/// wrong, in the same way, under a larger one.
pub fn wrong_labels(labels: &[u8], share: f64, seed: u64) -> Vec<u8> {
    let mut random = stream(seed, "wrong labels", 0);
    let mut told = |&label: &u8| {
        let (chance, shift): (f64, u8) = (random.random(), random.random_range(1..idx::CLASSES));
        if chance < share { (label + shift) % idx::CLASSES } else { label }
    };
    labels.iter().map(&mut told).collect()
}

/// The pixels of an image patch after patch, for square patches of so many pixels that tile it; `None` for
/// others.
///
/// ```
/// let order = lawbook::data::images::patch_order(49).unwrap();
/// assert_eq!(order[..8], [0, 1, 2, 3, 4, 5, 6, 28]);
/// assert_eq!(order[49], 7);
/// ```
pub fn patch_order(pixels: usize) -> Option<Vec<usize>> {
    let side = (1..=SIDE).find(|side| side * side == pixels && SIDE.is_multiple_of(*side))?;
    let across = SIDE / side;
    let pixel = |i: usize| {
        let (patch, within) = (i / pixels, i % pixels);
        let (row, column) = (patch / across * side + within / side, patch % across * side + within % side);
        row * SIDE + column
    };
    Some((0..SIZE).map(pixel).collect())
}

/// One bright spot of a prototype.
struct Blob {
    row: f64,
    column: f64,
    width: f64,
    grey: f64,
}

impl Images {
    /// A stand-in for tests: ten classes that can be learned, without a download.
    ///
    /// Each class is a prototype of four soft blobs. An image is its class's prototype, shifted by
    /// up to two pixels each way, brightened or dimmed, with noise of up to ±24 grey values.
    ///
    /// | parameter | range | effect |
    /// |---|---|---|
    /// | `seed` | any | prototypes and images; the same seed gives the same bytes |
    /// | `n_train` | any | training images; fewer are the first ones of more |
    /// | `n_test` | any | test images, independent of `n_train` |
    ///
    /// ```
    /// use lawbook::data::images::Images;
    /// let images = Images::synthetic(1, 100, 20);
    /// assert_eq!((images.train.n, images.test.n, images.train.size), (100, 20, 784));
    /// ```
    pub fn synthetic(seed: u64, n_train: usize, n_test: usize) -> Self {
        let prototypes: Vec<Vec<Blob>> = (0..u64::from(idx::CLASSES))
            .map(|class| prototype(&mut stream(seed, "synthetic prototype", class)))
            .collect();
        Self {
            train: draw(&prototypes, n_train, &mut stream(seed, "synthetic images", 0)),
            test: draw(&prototypes, n_test, &mut stream(seed, "synthetic images", 1)),
        }
    }
}

fn prototype(stream: &mut Stream) -> Vec<Blob> {
    let blob = |_| Blob {
        row: stream.random_range(6.0..22.0),
        column: stream.random_range(6.0..22.0),
        width: stream.random_range(1.5..3.5),
        grey: stream.random_range(120.0..255.0),
    };
    (0..4).map(blob).collect()
}

fn draw(prototypes: &[Vec<Blob>], n: usize, stream: &mut Stream) -> LabelledImages {
    let mut split =
        LabelledImages { pixels: Vec::with_capacity(n * SIZE), labels: Vec::with_capacity(n), n, size: SIZE };
    for _ in 0..n {
        let label = stream.random_range(0..prototypes.len());
        let (down, right) = (stream.random_range(-2.0..2.0), stream.random_range(-2.0..2.0));
        let brightness = stream.random_range(0.7..1.1);
        split.labels.push(label as u8);
        for pixel in 0..SIZE {
            let (row, column) = ((pixel / SIDE) as f64, (pixel % SIDE) as f64);
            let grey: f64 = prototypes[label].iter().map(|b| b.at(row - down, column - right)).sum();
            // A float turned into a byte stays within 0 to 255.
            split.pixels.push((brightness * grey + stream.random_range(-24.0..24.0)) as u8);
        }
    }
    split
}

impl Blob {
    fn at(&self, row: f64, column: f64) -> f64 {
        let squared = (row - self.row).powi(2) + (column - self.column).powi(2);
        self.grey * (-squared / (2.0 * self.width.powi(2))).exp()
    }
}

#[cfg(test)]
mod tests {
    use crate::data::images::{Images, LabelledImages, SIZE, patch_order, wrong_labels};

    /// The class whose mean training image lies nearest to `image`.
    fn nearest_mean(means: &[Vec<f64>], image: &[u8]) -> usize {
        let distance = |mean: &Vec<f64>| -> f64 {
            mean.iter().zip(image).map(|(&m, &pixel)| (m - f64::from(pixel)).powi(2)).sum()
        };
        (0..means.len()).min_by(|&a, &b| distance(&means[a]).total_cmp(&distance(&means[b]))).unwrap()
    }

    fn class_means(split: &LabelledImages) -> Vec<Vec<f64>> {
        let mut sums = vec![vec![0.0; SIZE]; 10];
        let mut counts = [0.0; 10];
        for i in 0..split.n {
            let class = usize::from(split.labels[i]);
            counts[class] += 1.0;
            sums[class].iter_mut().zip(split.image(i)).for_each(|(sum, &pixel)| *sum += f64::from(pixel));
        }
        for (sum, count) in sums.iter_mut().zip(counts) {
            sum.iter_mut().for_each(|pixel| *pixel /= count);
        }
        sums
    }

    #[test]
    fn synthetic_classes_can_be_learned_from_the_training_images() {
        for seed in 0..5 {
            let images = Images::synthetic(seed, 500, 300);
            let means = class_means(&images.train);
            let right = (0..300)
                .filter(|&i| nearest_mean(&means, images.test.image(i)) == usize::from(images.test.labels[i]))
                .count();
            assert!(right > 240, "seed {seed}: {right} of 300 right");
            let chance = (0..300)
                .filter(|&i| {
                    nearest_mean(&means, images.test.image(i))
                        == usize::from(images.test.labels[(i + 1) % 300])
                })
                .count();
            assert!(chance < 75, "seed {seed}: {chance} of 300 right with shuffled labels");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_images_and_another_seed_others() {
        assert_eq!(Images::synthetic(7, 30, 10), Images::synthetic(7, 30, 10));
        assert_ne!(Images::synthetic(7, 30, 10).train.pixels, Images::synthetic(8, 30, 10).train.pixels);
    }

    #[test]
    fn fewer_training_images_are_the_first_of_more_and_leave_the_test_images_alone() {
        let (few, many) = (Images::synthetic(3, 10, 10), Images::synthetic(3, 40, 10));
        assert_eq!(few.train.pixels, many.train.pixels[..10 * SIZE]);
        assert_eq!(few.train.labels, many.train.labels[..10]);
        assert_eq!(few.test, many.test);
        assert_ne!(few.test.pixels, few.train.pixels);
    }

    #[test]
    fn wrong_labels_have_their_share_are_wrong_and_are_nested() {
        let labels: Vec<u8> = (0..20_000).map(|i| (i % 10) as u8).collect();
        assert_eq!(wrong_labels(&labels, 0.0, 1), labels);
        let (few, many) = (wrong_labels(&labels, 0.2, 1), wrong_labels(&labels, 0.4, 1));
        let wrong = |told: &[u8]| told.iter().zip(&labels).filter(|(a, b)| a != b).count() as f64 / 2e4;
        assert!((wrong(&few) - 0.2).abs() < 0.01 && (wrong(&many) - 0.4).abs() < 0.01);
        assert!(wrong_labels(&labels, 1.0, 1).iter().zip(&labels).all(|(a, b)| a != b && *a < 10));
        for ((few, many), label) in few.iter().zip(&many).zip(&labels) {
            assert!(few == label || few == many);
        }
        assert_ne!(few, wrong_labels(&labels, 0.2, 2));
    }

    #[test]
    fn patches_hold_every_pixel_once_and_only_squares_that_tile_the_image_are_patches() {
        for pixels in [1, 4, 16, 49, 196, 784] {
            let mut order = patch_order(pixels).unwrap();
            order.sort_unstable();
            assert_eq!(order, (0..784).collect::<Vec<_>>());
        }
        assert!([2, 9, 25, 28, 56].into_iter().all(|pixels| patch_order(pixels).is_none()));
    }

    #[test]
    fn all_ten_classes_occur() {
        let labels = Images::synthetic(1, 200, 0).train.labels;
        assert!((0..10).all(|class| labels.contains(&class)));
    }
}
