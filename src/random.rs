//! Every random number comes from a seed and the name of its purpose.
//!
//! ```text
//! key(seed, purpose, index) = SHA-256("lawbook" 0 seed 0 purpose 0 index)      stream = ChaCha8(key)
//! ```
//!
//! Streams are independent of each other and of the order in which they are asked for, so a run
//! that is resumed at epoch 7 asks for epoch 7's stream and needs no saved generator.

use rand::SeedableRng;
use rand::seq::SliceRandom;
pub use rand_chacha::ChaCha8Rng as Stream;
use sha2::{Digest, Sha256};

/// The stream of `seed` for one `purpose` ("initial weights") and one `index` (an epoch, a layer).
///
/// ```
/// use lawbook::random::stream;
/// use rand::Rng;
/// assert_eq!(stream(1, "order", 0).next_u64(), stream(1, "order", 0).next_u64());
/// assert_ne!(stream(1, "order", 0).next_u64(), stream(1, "order", 1).next_u64());
/// ```
pub fn stream(seed: u64, purpose: &str, index: u64) -> Stream {
    let mut key = Sha256::new();
    key.update(b"lawbook\0");
    key.update(seed.to_le_bytes());
    key.update(b"\0");
    key.update(purpose.as_bytes());
    key.update(b"\0");
    key.update(index.to_le_bytes());
    Stream::from_seed(key.finalize().into())
}

/// A random order of `0..n`.
pub fn permutation(n: usize, stream: &mut Stream) -> Vec<u32> {
    let mut order: Vec<u32> = (0..n as u32).collect();
    order.shuffle(stream);
    order
}
