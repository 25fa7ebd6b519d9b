//! Looking tokens up in a table, and the gradient of that.

/// Adds to each row of `out` (`tokens.len() × width`) its token's row of `table` (`vocabulary × width`).
pub fn look_up(out: &mut [f32], table: &[f32], tokens: &[u32], width: usize) {
    for (row, &token) in out.chunks_exact_mut(width).zip(tokens) {
        let entry = &table[token as usize * width..][..width];
        row.iter_mut().zip(entry).for_each(|(x, e)| *x += e);
    }
}

/// Adds each row of the gradient `upper` to its token's row of `table_gradient`.
pub fn scatter(table_gradient: &mut [f32], upper: &[f32], tokens: &[u32], width: usize) {
    for (row, &token) in upper.chunks_exact(width).zip(tokens) {
        let entry = &mut table_gradient[token as usize * width..][..width];
        entry.iter_mut().zip(row).for_each(|(e, g)| *e += g);
    }
}
