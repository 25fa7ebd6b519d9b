//! Is there a break in a curve, and how many stages has it?

use lawbook::change::{Break, Piece, Smooth, onset, stages};
use lawbook::random::stream;
use rand_distr::{Distribution, StandardNormal};

fn noise(seed: u64, n: usize) -> Vec<f64> {
    let mut random = stream(seed, "noise of a choice test", 0);
    (0..n).map(|_| StandardNormal.sample(&mut random)).collect()
}

#[test]
fn a_kink_is_found_where_it_is_and_a_smooth_curve_has_none() {
    let x: Vec<f64> = (0..24).map(|i| f64::from(i) * 0.5).collect();
    let (mut found, mut held, mut false_alarms, mut denied) = (0, 0, 0, 0);
    for seed in 0..60 {
        let e = noise(100 + seed, 24);
        let kinked: Vec<f64> =
            x.iter().zip(&e).map(|(x, e)| 2.0 - 0.8 * (x - 5.3).max(0.0) + 0.1 * e).collect();
        let bent: Vec<f64> = x.iter().zip(&e).map(|(x, e)| 2.0 - 0.04 * x * x + 0.1 * e).collect();
        let kink = onset(&x, &kinked, Break::Kink, Smooth::Polynomial(3), seed).unwrap();
        let smooth = onset(&x, &bent, Break::Kink, Smooth::Polynomial(3), seed).unwrap();
        found += usize::from(kink.p_smooth < 0.05);
        denied += usize::from(kink.p_broken < 0.05);
        held += usize::from(kink.low <= 5.3 && 5.3 <= kink.high);
        false_alarms += usize::from(smooth.p_smooth < 0.05);
        if seed == 0 {
            println!("{kink}\n{smooth}");
            assert!((kink.after + 0.8).abs() < 0.1 && kink.before.abs() < 0.1, "{kink}");
        }
    }
    println!(
        "60 kinks: found {found}, place in its interval {held}, denied {denied}; 60 parabolas: {false_alarms} false alarms"
    );
    assert!(found >= 55 && held >= 52 && denied <= 9 && false_alarms <= 8);
}

#[test]
fn a_step_is_told_from_a_gentle_turn() {
    let x: Vec<f64> = (0..30).map(f64::from).collect();
    let e = noise(7, 30);
    let step: Vec<f64> = x.iter().zip(&e).map(|(x, e)| f64::from(u8::from(*x > 12.0)) + 0.05 * e).collect();
    let turn: Vec<f64> =
        x.iter().zip(&e).map(|(x, e)| 1.0 / (1.0 + (-(x - 12.0) / 4.0).exp()) + 0.05 * e).collect();
    let sharp = onset(&x, &step, Break::Step, Smooth::Polynomial(3), 1).unwrap();
    assert!(sharp.low == 12.0 && sharp.high == 13.0 && sharp.p_smooth < 0.01, "{sharp}");
    let gentle = onset(&x, &turn, Break::Step, Smooth::Logistic, 1).unwrap();
    assert!(gentle.p_broken < 0.05 && gentle.p_smooth > 0.05, "{gentle}");
    assert!(gentle.verdict.contains("no break"), "{gentle}");
    assert_eq!(gentle, onset(&x, &turn, Break::Step, Smooth::Logistic, 1).unwrap());
}

#[test]
fn exact_curves_are_no_trouble() {
    let x: Vec<f64> = (0..20).map(f64::from).collect();
    let kink: Vec<f64> = x.iter().map(|x| 1.0 + (x - 7.3).max(0.0)).collect();
    let found = onset(&x, &kink, Break::Kink, Smooth::Polynomial(3), 1).unwrap();
    assert!((found.place - 7.3).abs() < 1e-3 && found.p_smooth < 0.01, "{found}");
    let flat = onset(&x, &[1.0; 20], Break::Kink, Smooth::Polynomial(3), 1).unwrap();
    assert!(flat.p_smooth > 0.05, "{flat}");
    let line = onset(&x, &x, Break::Step, Smooth::Logistic, 1).unwrap();
    assert!(line.p_smooth.is_finite(), "{line}");
}

#[test]
fn stages_are_counted_and_noise_has_one() {
    let x: Vec<f64> = (0..60).map(f64::from).collect();
    let e = noise(8, 60);
    let levels: Vec<f64> =
        x.iter().zip(&e).map(|(x, e)| if *x < 20.0 { 3.0 } else if *x < 45.0 { 1.0 } else { 2.0 } + 0.2 * e).collect();
    let found = stages(&x, &levels, Piece::Level, 6).unwrap();
    assert_eq!(found.begins, vec![20.0, 45.0], "{found}");
    let lines: Vec<f64> = x
        .iter()
        .zip(&e)
        .map(|(x, e)| if *x < 30.0 { 3.0 - 0.1 * x } else { 0.05 * (x - 30.0) } + 0.1 * e)
        .collect();
    let found = stages(&x, &lines, Piece::Line, 5).unwrap();
    assert!(found.begins.len() == 1 && (found.begins[0] - 30.0).abs() <= 2.0, "{found}");
    let more = (0..200)
        .filter(|&seed| !stages(&x, &noise(500 + seed, 60), Piece::Level, 5).unwrap().begins.is_empty());
    let more = more.count();
    println!("noise with more than one stage: {more} of 200");
    assert!(more <= 24);
}

#[test]
fn too_little_for_a_break_is_refused_in_words() {
    let five = [1.0, 2.0, 3.0, 4.0, 5.0];
    let message = onset(&five, &five, Break::Kink, Smooth::Polynomial(2), 1).unwrap_err().to_string();
    assert!(message.contains("5 different x are too few"), "{message}");
    assert!(onset(&[f64::NAN; 9], &[1.0; 9], Break::Kink, Smooth::Logistic, 1).is_err());
    assert!(onset(&[1.0; 9], &[1.0; 9], Break::Kink, Smooth::Logistic, 1).is_err());
    assert!(onset(&[1.0; 9], &[1.0; 8], Break::Kink, Smooth::Logistic, 1).is_err());
    assert!(stages(&five, &five, Piece::Level, 0).is_err());
    assert!(stages(&five[..3], &five[..3], Piece::Line, 2).is_err());
}
