//! Which layers: a pattern with `*` (any letters) and `?` (one letter), or a part of the name without them.

/// Whether `name` matches `pattern`.
///
/// ```
/// use lawbook::esd::pattern::matches;
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
