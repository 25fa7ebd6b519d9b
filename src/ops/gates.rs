//! What recurrent cells do between their matrix products: sigmoid, tanh and the gates, one step at a time.
//!
//! All matrices hold one row a sequence. `from_input` and `from_hidden` hold what the gates get from the
//! input and from the state before, gate after gate in each row (`rows × gates · width`). The forward
//! operations leave the gates' values in `from_input`; the backward ones turn both into gradients.

use pulp::Arch;

/// `e^x - 1`, within 2e-7 of it relatively; beyond ±87 it stays at the value there.
///
/// ```text
/// x = k ln 2 + r,  |r| ≤ ln 2 / 2          e^x - 1 = 2^k (e^r - 1) + (2^k - 1)
/// ```
#[inline(always)]
fn exp_minus_1(x: f32) -> f32 {
    /// ln 2 in two parts, the first short enough that `k · LN_2_HIGH` is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    /// 1.5 · 2^23 pushes the fraction out of the mantissa; the exponent's bias of 127 comes along.
    const ROUND: f32 = 12_582_912.0 + 127.0;
    let x = x.clamp(-87.0, 87.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN_2_HIGH) - k * LN_2_LOW;
    let two_to_k = f32::from_bits(shifted.to_bits() << 23);
    // Taylor series of e^r - 1: the first term left out is r⁸/8!, below 6e-9.
    let series = 1.0 / 720.0 + r * (1.0 / 5040.0);
    let series = 1.0 / 24.0 + r * (1.0 / 120.0 + r * series);
    let series = r + r * r * (0.5 + r * (1.0 / 6.0 + r * series));
    two_to_k * series + (two_to_k - 1.0)
}

/// The logistic function 1 / (1 + e^-x).
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (2.0 + exp_minus_1(-x))
}

/// The hyperbolic tangent.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let e = exp_minus_1(2.0 * x);
    e / (e + 2.0)
}

/// One step of an LSTM: `c' = f c + i g`, `h' = o tanh(c')`.
pub fn lstm(
    from_input: &mut [f32],
    from_hidden: &[f32],
    cell: &[f32],
    next_cell: &mut [f32],
    next_hidden: &mut [f32],
    width: usize,
) {
    Arch::new().dispatch(|| {
        let gates = from_input.chunks_exact_mut(4 * width).zip(from_hidden.chunks_exact(4 * width));
        let states = next_cell.chunks_exact_mut(width).zip(next_hidden.chunks_exact_mut(width));
        for (((gates, hidden), (next_c, next_h)), c) in gates.zip(states).zip(cell.chunks_exact(width)) {
            let (i_and_f, rest) = gates.split_at_mut(2 * width);
            let (g, o) = rest.split_at_mut(width);
            sigmoid_of_sum(i_and_f, &hidden[..2 * width]);
            tanh_of_sum(g, &hidden[2 * width..3 * width]);
            sigmoid_of_sum(o, &hidden[3 * width..]);
            let (i, f) = i_and_f.split_at(width);
            for ((((next_c, c), i), f), g) in next_c.iter_mut().zip(c).zip(i).zip(f).zip(g.iter()) {
                *next_c = f * c + i * g;
            }
            for ((next_h, c), o) in next_h.iter_mut().zip(next_c.iter()).zip(o.iter()) {
                *next_h = o * tanh(*c);
            }
        }
    });
}

/// One step of an LSTM backward.
///
/// In `upper` stands the gradient at the state after the step, in `cell_upper` the one at the cell as later
/// steps see it; they leave as the gradients at state and cell before, as far as those do not pass the gates
/// (so `upper` becomes 0).
pub fn lstm_backward(
    from_input: &mut [f32],
    from_hidden: &mut [f32],
    cell: &[f32],
    next_cell: &[f32],
    upper: &mut [f32],
    cell_upper: &mut [f32],
    width: usize,
) {
    Arch::new().dispatch(|| {
        let gates = from_input.chunks_exact_mut(4 * width).zip(from_hidden.chunks_exact_mut(4 * width));
        let cells = cell.chunks_exact(width).zip(next_cell.chunks_exact(width));
        let uppers = upper.chunks_exact_mut(width).zip(cell_upper.chunks_exact_mut(width));
        for (((gates, hidden), (c, next_c)), (upper, cell_upper)) in gates.zip(cells).zip(uppers) {
            let (i, rest) = gates.split_at_mut(width);
            let (f, rest) = rest.split_at_mut(width);
            let (g, o) = rest.split_at_mut(width);
            for (((o, upper), cell_upper), c) in
                o.iter_mut().zip(upper.iter_mut()).zip(cell_upper.iter_mut()).zip(next_c)
            {
                let squashed = tanh(*c);
                *cell_upper += *upper * *o * (1.0 - squashed * squashed);
                *o = *upper * squashed * *o * (1.0 - *o);
                *upper = 0.0;
            }
            for ((i, g), cell_upper) in i.iter_mut().zip(g.iter_mut()).zip(cell_upper.iter()) {
                let (opened, candidate) = (*i, *g);
                *i = cell_upper * candidate * opened * (1.0 - opened);
                *g = cell_upper * opened * (1.0 - candidate * candidate);
            }
            for ((f, c), cell_upper) in f.iter_mut().zip(c).zip(cell_upper.iter_mut()) {
                let kept = *f;
                *f = *cell_upper * c * kept * (1.0 - kept);
                *cell_upper *= kept;
            }
            hidden.copy_from_slice(gates);
        }
    });
}

/// One step of a GRU: `h' = (1 - z) n + z h`.
pub fn gru(
    from_input: &mut [f32],
    from_hidden: &[f32],
    hidden: &[f32],
    next_hidden: &mut [f32],
    width: usize,
) {
    Arch::new().dispatch(|| {
        let gates = from_input.chunks_exact_mut(3 * width).zip(from_hidden.chunks_exact(3 * width));
        let states = hidden.chunks_exact(width).zip(next_hidden.chunks_exact_mut(width));
        for ((gates, from_hidden), (h, next_h)) in gates.zip(states) {
            let (r_and_z, n) = gates.split_at_mut(2 * width);
            sigmoid_of_sum(r_and_z, &from_hidden[..2 * width]);
            let (r, z) = r_and_z.split_at(width);
            for ((n, r), s) in n.iter_mut().zip(r).zip(&from_hidden[2 * width..]) {
                *n = tanh(*n + r * s);
            }
            for (((next_h, h), z), n) in next_h.iter_mut().zip(h).zip(z).zip(n.iter()) {
                *next_h = (1.0 - z) * n + z * h;
            }
        }
    });
}

/// One step of a GRU backward.
///
/// In `upper` stands the gradient at the state after the step; it leaves as the one at the state before, as
/// far as that does not pass the gates.
pub fn gru_backward(
    from_input: &mut [f32],
    from_hidden: &mut [f32],
    hidden: &[f32],
    upper: &mut [f32],
    width: usize,
) {
    Arch::new().dispatch(|| {
        let gates = from_input.chunks_exact_mut(3 * width).zip(from_hidden.chunks_exact_mut(3 * width));
        let states = hidden.chunks_exact(width).zip(upper.chunks_exact_mut(width));
        for ((gates, from_hidden), (h, upper)) in gates.zip(states) {
            let (r_and_z, n) = gates.split_at_mut(2 * width);
            let (r, z) = r_and_z.split_at_mut(width);
            let (hidden_r_and_z, s) = from_hidden.split_at_mut(2 * width);
            for (((n, z), upper), h) in n.iter_mut().zip(z.iter_mut()).zip(upper.iter_mut()).zip(h) {
                let (kept, candidate) = (*z, *n);
                *n = *upper * (1.0 - kept) * (1.0 - candidate * candidate);
                *z = *upper * (h - candidate) * kept * (1.0 - kept);
                *upper *= kept;
            }
            for ((r, s), n) in r.iter_mut().zip(s.iter_mut()).zip(n.iter()) {
                let opened = *r;
                *r = n * *s * opened * (1.0 - opened);
                *s = n * opened;
            }
            hidden_r_and_z.copy_from_slice(r_and_z);
        }
    });
}

/// `x = σ(x + y)`
#[inline(always)]
fn sigmoid_of_sum(x: &mut [f32], y: &[f32]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x = sigmoid(*x + y);
    }
}

/// `x = tanh(x + y)`
#[inline(always)]
fn tanh_of_sum(x: &mut [f32], y: &[f32]) {
    for (x, y) in x.iter_mut().zip(y) {
        *x = tanh(*x + y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every 37th `f32` from 1e-6 to 100, and the same negative.
    fn arguments() -> impl Iterator<Item = f32> {
        let bits = 1e-6f32.to_bits()..100f32.to_bits();
        bits.step_by(37).flat_map(|bits| [f32::from_bits(bits), -f32::from_bits(bits)])
    }

    #[test]
    fn tanh_and_sigmoid_agree_with_double_precision_at_every_scale() {
        let (mut of_tanh, mut of_sigmoid) = (0f64, 0f64);
        for x in arguments() {
            let exact = f64::from(x);
            of_tanh = of_tanh.max((f64::from(tanh(x)) / exact.tanh() - 1.0).abs());
            let difference = f64::from(sigmoid(x)) - 1.0 / (1.0 + (-exact).exp());
            of_sigmoid = of_sigmoid.max(difference.abs());
        }
        assert!(of_tanh < 5e-7, "tanh is off by {of_tanh} relatively");
        assert!(of_sigmoid < 2e-7, "sigmoid is off by {of_sigmoid}");
    }

    #[test]
    fn tanh_and_sigmoid_are_exact_at_their_ends_and_do_not_hide_what_is_no_number() {
        assert_eq!((tanh(0.0), sigmoid(0.0)), (0.0, 0.5));
        assert_eq!((tanh(f32::INFINITY), tanh(f32::NEG_INFINITY)), (1.0, -1.0));
        assert_eq!(sigmoid(f32::INFINITY), 1.0);
        assert!(sigmoid(f32::NEG_INFINITY) < 1e-37);
        assert!(tanh(f32::NAN).is_nan() && sigmoid(f32::NAN).is_nan());
    }
}
