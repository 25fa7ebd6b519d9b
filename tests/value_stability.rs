//! Pinned samples: if one of these moves, records move, and `run::ARITHMETIC` must be raised.

use lawbook::net::Architecture;
use lawbook::net::mlp::Mlp;
use lawbook::random::{permutation, stream};
use rand::Rng;

#[test]
fn streams_give_the_pinned_numbers() {
    let mut random = stream(0, "pinned", 0);
    assert_eq!([random.next_u64(), random.next_u64()], [6009115055717083836, 6762353512405475695]);
    assert_ne!(stream(0, "pinned", 0).next_u64(), stream(0, "pinned", 1).next_u64());
    assert_ne!(stream(0, "pinned", 0).next_u64(), stream(1, "pinned", 0).next_u64());
    assert_ne!(stream(0, "pinned", 0).next_u64(), stream(0, "Pinned", 0).next_u64());
}

#[test]
fn permutations_are_pinned_and_are_permutations() {
    assert_eq!(permutation(10, &mut stream(0, "pinned order", 0)), [2, 9, 0, 3, 8, 1, 4, 6, 5, 7]);
    let mut sorted = permutation(60_000, &mut stream(1, "pinned order", 0));
    sorted.sort();
    assert!(sorted.iter().enumerate().all(|(i, &x)| i as u32 == x));
}

#[test]
fn initial_weights_are_pinned() {
    let weights = Mlp::new(&[784, 32, 10]).initial(0);
    assert_eq!(
        [weights[0], weights[1], weights[784 * 32], weights[weights.len() - 1]],
        [0.0092699705, -0.033093657, -0.00054163596, 0.05431774]
    );
}
