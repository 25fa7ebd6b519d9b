//! The layers of a checkpoint that have a spectrum, and how many of them are held at once.

use crate::spectrum::matrix::eigenvalue_count;
use crate::weights::StoredTensor;

/// The most weights that are held and analysed together.
pub const AT_ONCE: usize = 1 << 25;
/// The fewest eigenvalues of a layer that is analysed (WeightWatcher's `min_evals`).
pub const FEWEST: usize = 8;

/// Whether a layer's name matches a pattern with `*` (any letters) and `?` (one letter), or holds it, if
/// it has neither.
///
/// ```
/// use lawbook::esd::layers::matches;
/// assert!(matches("attention", "h.0.attention.query"));
/// assert!(matches("h.*.query", "h.0.attention.query") && !matches("h.*.query", "h.0.attention.key"));
/// assert!(matches("fc?", "fc1") && !matches("fc?", "fc12"));
/// ```
pub fn matches(pattern: &str, name: &str) -> bool {
    if !pattern.contains(['*', '?']) {
        return name.contains(pattern);
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    // Places in the pattern that the letters so far can have reached.
    let mut reached = vec![false; pattern.len() + 1];
    let spread = |reached: &mut Vec<bool>| {
        for (i, letter) in pattern.iter().enumerate() {
            reached[i + 1] |= *letter == '*' && reached[i];
        }
    };
    reached[0] = true;
    spread(&mut reached);
    for letter in name {
        let mut next = vec![false; pattern.len() + 1];
        for (i, wanted) in pattern.iter().enumerate() {
            match wanted {
                '*' => next[i] |= reached[i],
                '?' => next[i + 1] |= reached[i],
                _ => next[i + 1] |= reached[i] && *wanted == letter,
            }
        }
        spread(&mut next);
        reached = next;
    }
    reached[pattern.len()]
}

/// The reason why a tensor is not analysed.
pub enum Obstacle {
    /// It is a bias, a norm, a counter: nobody expects a spectrum.
    Silent,
    /// Somebody may wonder: this sentence says why.
    Said(String),
}

/// The reason why this tensor is not analysed; `None` where it is.
pub fn obstacle(tensor: &StoredTensor) -> Option<Obstacle> {
    let (layer, shape) = (tensor.layer(), &tensor.shape);
    // Pickled objects are something to warn of, whatever their shape.
    let pickled = tensor.dtype.trim_start_matches('|') == "O";
    if shape.len() < 2 && !pickled {
        return Some(Obstacle::Silent);
    }
    if let Some(problem) = tensor.problem() {
        return Some(Obstacle::Said(problem));
    }
    let said = |problem: String| Some(Obstacle::Said(format!("layer {layer}: {problem}")));
    match eigenvalue_count(shape) {
        None => said(format!("its shape {shape:?} is that of no matrix and no convolution")),
        Some(count) if count < FEWEST => said(format!(
            "a weight of shape {shape:?} has {count} eigenvalue{}: a tail wants at least {FEWEST}",
            if count == 1 { "" } else { "s" }
        )),
        Some(_) => None,
    }
}

/// Neighbouring tensors with at most [`AT_ONCE`] numbers together, or one alone.
pub fn batches<'a>(tensors: &[&'a StoredTensor]) -> Vec<Vec<&'a StoredTensor>> {
    let mut batches: Vec<Vec<&StoredTensor>> = Vec::new();
    let mut held = 0;
    for tensor in tensors {
        match batches.last_mut() {
            Some(batch) if held + tensor.len() <= AT_ONCE => batch.push(tensor),
            _ => {
                batches.push(vec![tensor]);
                held = 0;
            }
        }
        held += tensor.len();
    }
    batches
}
