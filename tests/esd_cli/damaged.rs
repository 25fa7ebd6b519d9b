//! Files and layers that are damaged, or lie about what they hold.

use crate::{bad, bytes, esd, folder, npy, npz, safetensors, text, weights, within_memory};
use safetensors::tensor::Dtype;
use serde_json::Value;
use std::fs;
use zip::CompressionMethod;

#[test]
fn a_checkpoint_whose_header_lies_about_its_network_is_a_sentence() {
    use lawbook::checkpoint::{Checkpoint, Progress};
    use lawbook::learner::State;
    use lawbook::net::shape::Net;
    use lawbook::net::token_mlp::TokenMlp;
    use lawbook::run::Precision;
    let folder = folder();
    let spec =
        (lawbook::study::find("02").unwrap().jobs)(lawbook::budget::Budget::Smoke, None).remove(0).spec;
    let token = |vocabulary, width, layers| {
        Net::TokenMlp(TokenMlp { vocabulary, sequence: 4, width, layers, dropout: 0.0 })
    };
    // 2^32 squared wraps to 0 numbers.
    let huge = 1usize << 32;
    for net in [
        token(4, 4, 1_000_000_000_000),
        token(huge, huge, 1),
        Net::Mlp { sizes: vec![huge; 3], scale: Default::default() },
    ] {
        let mut spec = spec.clone();
        (spec.net, spec.precision) = (net, Precision::Single);
        let progress = Progress { isa: String::new(), ..Progress::start(&spec) };
        let state = State { precision: Precision::Single, tensors: [vec![0; 64], vec![0; 64], vec![0; 64]] };
        Checkpoint { progress, state }.save(&folder.path().join("lie.safetensors")).unwrap();
        let (said, in_order) = within_memory(folder.path(), "lie.safetensors", 200);
        assert!(in_order && said.contains("its parameters are [16] F32"), "{said}");
    }
}

#[test]
fn bad_layers_are_sentences_that_name_layer_row_and_column() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let write = |name: &str, values: &[f64], shape: &str| {
        fs::write(at(name), npy("<f8", false, shape, &bytes(values, Dtype::F64))).unwrap();
    };
    let mut values = weights(400);
    values[2 * 20 + 7] = f64::NAN;
    write("nan.npy", &values, "(20, 20)");
    let said = text(&esd(folder.path(), &["nan.npy"]).stderr);
    assert!(said.contains("layer nan") && said.contains("row 2, column 7") && said.contains("NaN"), "{said}");
    values[47] = f64::INFINITY;
    write("inf.npy", &values, "(20, 20)");
    assert!(bad(folder.path(), "inf.npy").contains("inf"));
    write("zero.npy", &[0.0; 400], "(20, 20)");
    assert!(bad(folder.path(), "zero.npy").contains("all its weights are zero"));
    write("thin.npy", &weights(50), "(1, 50)");
    assert!(bad(folder.path(), "thin.npy").contains("has 1 eigenvalue:"));
    write("none.npy", &[], "(0, 50)");
    assert!(bad(folder.path(), "none.npy").contains("has 0 eigenvalues"));
    write("flat.npy", &weights(50), "(50,)");
    assert!(bad(folder.path(), "flat.npy").contains("only matrices and convolutions"));
    write("huge.npy", &[1e200; 400], "(20, 20)");
    let said = bad(folder.path(), "huge.npy");
    assert!(said.contains("huge.npy: layer huge: ") && said.contains("range of double precision"), "{said}");
    // A damaged layer does not hide the others, and is not passed over either.
    let arrays = [
        ("good.npy", fs::read(at("zero.npy")).unwrap()),
        ("other.npy", npy("<f8", false, "(20, 20)", &bytes(&weights(400), Dtype::F64))),
    ];
    npz(&at("mixed.npz"), &arrays, CompressionMethod::Stored);
    let output = esd(folder.path(), &["mixed.npz", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows.len(), 1);
    assert!(text(&output.stderr).contains("layer good: all its weights are zero"));
}

#[test]
fn safetensors_that_are_cut_off_or_lie_are_sentences() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let put = |name: &str, bytes: &[u8]| fs::write(at(name), bytes).unwrap();
    safetensors(&at("whole.safetensors"), &[("a", Dtype::F32, vec![20, 30])]);
    let whole = fs::read(at("whole.safetensors")).unwrap();
    for end in [1, 7, 8, 20, whole.len() / 2, whole.len() - 1] {
        put("cut.safetensors", &whole[..end]);
        bad(folder.path(), "cut.safetensors");
    }
    put("long.safetensors", &[&whole[..], b"more"].concat());
    assert!(bad(folder.path(), "long.safetensors").contains("header lies"));
    put("claims.safetensors", &[&u64::MAX.to_le_bytes()[..], b"{}"].concat());
    assert!(bad(folder.path(), "claims.safetensors").contains("bytes long"));
    let lie = |json: &str| [&(json.len() as u64).to_le_bytes()[..], json.as_bytes(), &[0; 16]].concat();
    put(
        "shape.safetensors",
        &lie(r#"{"a":{"dtype":"F32","shape":[4000000000,4000000000,4],"data_offsets":[0,16]}}"#),
    );
    put("apart.safetensors", &lie(r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}"#));
    put("odd.safetensors", &lie(r#"{"a":{"dtype":"F33","shape":[4],"data_offsets":[0,16]}}"#));
    for file in ["shape.safetensors", "apart.safetensors", "odd.safetensors"] {
        assert!(bad(folder.path(), file).contains("header"), "{file}");
    }
}

#[test]
fn files_of_no_kind_that_is_read_are_sentences() {
    let folder = folder();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    put("empty.npz", b"");
    assert!(bad(folder.path(), "empty.npz").contains("empty"));
    put("model.pt", b"PK");
    assert!(bad(folder.path(), "model.pt").contains("safetensors.torch.save_file"));
    put("model.h5", b"x");
    assert!(bad(folder.path(), "model.h5").contains(".npz"));
    assert!(bad(folder.path(), ".").contains("is a folder"));
    assert!(bad(folder.path(), "nowhere.npy").contains("nowhere.npy"));
    put("text.npy", b"these are no numbers at all");
    assert!(bad(folder.path(), "text.npy").contains("magic word"));
    put("text.npz", b"these are no numbers at all");
    assert!(bad(folder.path(), "text.npz").contains("archive"));
}

#[test]
fn numpy_arrays_that_are_no_weights_are_sentences() {
    let folder = folder();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    put("short.npy", &npy("<f8", false, "(100, 100)", &[0; 80]));
    assert!(bad(folder.path(), "short.npy").contains("cut off"));
    put("wide.npy", &npy("<f8", false, "(18446744073709551615, 18446744073709551615)", &[0; 80]));
    assert!(bad(folder.path(), "wide.npy").contains("no file holds"));
    put("pickle.npy", &npy("|O", false, "(20, 20)", b"\x80\x04."));
    assert!(bad(folder.path(), "pickle.npy").contains("Python objects"));
    put("whole.npy", &npy("<i4", false, "(20, 20)", &[1; 1600]));
    assert!(bad(folder.path(), "whole.npy").contains("only f16, bf16, f32 and f64"));
    put("nested.npy", &npy("<f8", false, &"(".repeat(3900), &[]));
    bad(folder.path(), "nested.npy");
}

#[test]
fn an_archive_whose_bytes_are_not_those_it_sums_is_a_sentence() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let data = npy("<f8", false, "(20, 20)", &bytes(&weights(400), Dtype::F64));
    npz(&at("sum.npz"), &[("w.npy", data.clone())], CompressionMethod::Stored);
    let mut archive = fs::read(at("sum.npz")).unwrap();
    let place = archive.windows(data.len()).position(|part| part == data).unwrap();
    archive[place + data.len() - 8] ^= 1;
    fs::write(at("sum.npz"), &archive).unwrap();
    let said = bad(folder.path(), "sum.npz");
    assert!(said.contains("sum.npz, array w: it is damaged"), "{said}");
    npz(&at("sum.npz"), &[("w.npy", [&data[..], &[0]].concat())], CompressionMethod::Deflated);
    assert!(bad(folder.path(), "sum.npz").contains("goes on after"));
}

#[test]
fn a_zip_bomb_costs_nothing() {
    let folder = folder();
    let bomb = folder.path().join("bomb.npz");
    // 4 GB of zeros in 4 MB would be slow to make; a header that promises 20 000 x 20 000 numbers over
    // 30 MB of zeros is refused by either length, and so is one that hides its length.
    let long = npy("<f8", false, "(20000, 20000)", &vec![0; 30_000_000]);
    npz(&bomb, &[("w.npy", long)], CompressionMethod::Deflated);
    assert!(fs::metadata(&bomb).unwrap().len() < 100_000);
    assert!(bad(folder.path(), "bomb.npz").contains("cut off, or its header lies"));
    // The archive's directory agrees with the header, and the array is too large to be read at once.
    let mut sparse = npy("<f2", false, "(9000, 9000)", &[]);
    let header = sparse.len();
    sparse.resize(header + 2 * 81_000_000, 0);
    npz(&bomb, &[("w.npy", sparse)], CompressionMethod::Deflated);
    let (said, peak) = within_memory(folder.path(), "bomb.npz", 200);
    assert!(said.contains("more than the"), "{said}");
    assert!(peak, "it stays below 200 MB");
}
