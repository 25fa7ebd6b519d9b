//! Answers that come from outside.

use crate::{answer, folder, near, original_001, runs};
use serde_json::json;

#[test]
fn original_001s_exponents_depend_on_the_fit_space() {
    // SPEC "Original 001": SciPy's fits of C + A n^-a without the inversion, in ln y and in y.
    let folder = folder(&[("original.csv", &original_001())]);
    let published = [("1.0", 0.7439, 0.466), ("1.5", 0.7332, 0.520), ("2.0", 0.8655, 0.579)];
    for (quality, in_log, in_y) in published {
        let ask = format!("power original.csv --x Samples --y MAE --where Quality={quality}");
        let log = answer(&folder, &ask);
        assert!(near(&log["params"]["alpha"], in_log, 1e-4), "{quality}: {}", log["params"]);
        let y = answer(&folder, &format!("{ask} --space y"));
        assert!(near(&y["params"]["alpha"], in_y, 1e-3), "{quality}: {}", y["params"]);
        assert_eq!((&log["n"], &log["space"], &y["space"]), (&json!(13), &json!("log"), &json!("y")));
    }
}

#[test]
fn original_003s_experiment_a_is_124_n_to_the_minus_0_3723() {
    // SPEC "Original 003": the original's fit of 100 - Test_Accuracy, R² 0.9941.
    let folder = folder(&[("a.csv", "n,error\n1000,9.7\n5000,5.26\n10000,3.74\n30000,2.81\n60000,2.07\n")]);
    let found = answer(&folder, "power a.csv --x n --y error --no-floor");
    assert!(near(&found["params"]["A"], 124.36, 0.01) && near(&found["params"]["alpha"], 0.3723, 5e-5));
    assert_eq!(found["params"]["E"], 0.0);
    assert_eq!(found["given"], json!(["E"]));
}

/// Hoffmann et al. 2022, approach 3, as printed.
const HOFFMANN: [(&str, f64); 5] = [("E", 1.69), ("A", 406.4), ("B", 410.7), ("alpha", 0.34), ("beta", 0.28)];

#[test]
fn hoffmanns_constants_are_recovered_from_runs_on_his_surface() {
    let folder = folder(&[("runs.csv", &runs())]);
    for (ask, tolerance) in [
        ("surface runs.csv --params N --tokens D --loss loss", 1e-3),
        ("surface runs.csv --params N --flops C --loss loss", 1e-3),
        ("surface runs.csv --params N --tokens D --loss loss --delta 0.1", 1e-3),
        ("surface runs.csv --params N --tokens D --loss loss --space lad", 1e-3),
    ] {
        let found = answer(&folder, ask);
        for (name, value) in HOFFMANN {
            assert!(near(&found["params"][name], value, tolerance * value), "{ask}: {}", found["params"]);
        }
        // By hand: N grows as C^(β/(α+β)) = C^0.4516.
        assert!(near(&found["allocation"]["params_exponent"], 0.28 / 0.62, 1e-3), "{ask}");
    }
}

#[test]
fn a_broken_law_is_recovered_with_lists_for_its_breaks() {
    // a = 0, b = 2, c0 = 0.1, one break at d = 1000, c = 0.4, f = 0.3 (Caballero's formula).
    let law = |x: f64| 2.0 * x.powf(-0.1) * (1.0 + (x / 1000.0).powf(1.0 / 0.3)).powf(-0.4 * 0.3);
    let mut csv = "x,y\n".to_owned();
    for i in 0..40 {
        let x = 10f64.powf(1.0 + 0.1 * f64::from(i));
        csv += &format!("{x},{}\n", law(x));
    }
    let folder = folder(&[("b.csv", &csv)]);
    let found = answer(&folder, "broken b.csv --x x --y y");
    let params = &found["params"];
    assert!(near(&params["c0"], 0.1, 1e-3) && near(&params["b"], 2.0, 0.02), "{params}");
    assert!(near(&params["c"][0], 0.4, 4e-3) && near(&params["d"][0], 1000.0, 10.0), "{params}");
    assert!(near(&params["f"][0], 0.3, 0.01) && near(&params["a"], 0.0, 1e-3), "{params}");
    for name in ["c", "d", "f"] {
        assert_eq!(found["intervals"][name][0].as_array().unwrap().len(), 2, "{name}");
    }
    assert_eq!(
        answer(&folder, "broken b.csv --x x --y y --breaks 2")["params"]["d"].as_array().unwrap().len(),
        2
    );
}
