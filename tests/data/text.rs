//! Corpora, vocabulary and baselines: known answers, and the State of the Union addresses as they are split.

use crate::place::Place;
use lawbook::data::text::corpus::{Corpus, adopt, named, read, usual};
use lawbook::data::text::ngram::{Baselines, Bigram, Unigram};
use lawbook::data::text::{Splits, Text, sotu, wikitext, windows};
use lawbook::data::{import, source};
use lawbook::identity;
use lawbook::paths::Home;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// The checkout's own `data/cache/`, which `lawbook data fetch sotu` fills.
fn checkout() -> Home {
    Home::at(Path::new(env!("CARGO_MANIFEST_DIR")))
}

fn words(n: usize) -> String {
    (0..n).map(|i| format!("w{} ", i % 7)).collect()
}

#[test]
fn the_addresses_are_split_by_address_and_no_passage_of_60_words_stands_in_two_splits() {
    let addresses = sotu::addresses(&checkout()).unwrap();
    assert_eq!(addresses.len(), 233);
    let names: HashSet<&str> = addresses.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), 233, "one address for each year and president");
    let splits = sotu::split(&addresses);
    let texts = [&splits.train, &splits.validation, &splits.test];
    assert_eq!(texts.map(|text| text.lines().count()), [197, 18, 18]);
    let words = texts.map(|text| text.split_whitespace().collect::<Vec<_>>());
    assert_eq!(words.each_ref().map(Vec::len), [1_547_907, 128_964, 118_013]);
    let passages = |n| words.each_ref().map(|words| words.windows(n).collect::<HashSet<&[&str]>>());
    let shared = |[train, validation, test]: [HashSet<&[&str]>; 3]| {
        !train.is_disjoint(&validation) || !train.is_disjoint(&test) || !validation.is_disjoint(&test)
    };
    assert!(!shared(passages(60)));
    assert!(shared(passages(50)), "presidents quote themselves");
}

#[test]
fn the_addresses_as_tokens_and_their_baselines_are_pinned() {
    let text = Text::load(&checkout(), &Corpus::Sotu, 30_000).unwrap();
    let splits = [&text.train, &text.validation, &text.test];
    let unknown = |tokens: &Vec<u32>| tokens.iter().filter(|&&token| token == 0).count();
    // Counted by a program of its own, in Python.
    assert_eq!(splits.map(Vec::len), [1_547_907, 128_964, 118_013]);
    assert_eq!(splits.map(unknown), [26_568, 3357, 3079]);
    assert_eq!(splits.map(|tokens| windows(tokens.len(), 128)), [12_093, 1007, 921]);
    assert_eq!((text.vocabulary.len(), text.vocabulary.word(1)), (30_000, "the"));
    let found = Baselines::of(&text, 128, [1007, 921]);
    let expected = [6.817481281708505, 6.806409949792459, 5.553185006130583, 5.489667500145593];
    for (found, expected) in [
        (found.unigram_validation, expected[0]),
        (found.unigram_test, expected[1]),
        (found.bigram_validation, expected[2]),
        (found.bigram_test, expected[3]),
    ] {
        assert!((found - expected).abs() < 1e-9, "{found} against {expected}");
    }
}

#[test]
fn the_kneser_ney_bigram_gives_the_probabilities_worked_out_as_fractions() {
    // a b a b a c b a, with a = 1, b = 2, c = 3, and a fifth word that training lacks.
    let tokens = [1, 2, 1, 2, 1, 3, 2, 1];
    let bigram = Bigram::of(&tokens, 5);
    let expected = [
        [3.0 / 40.0, 1.0 / 5.0, 9.0 / 20.0, 1.0 / 5.0, 3.0 / 40.0],
        [1.0 / 40.0, 1.0 / 15.0, 13.0 / 20.0, 7.0 / 30.0, 1.0 / 40.0],
        [1.0 / 80.0, 13.0 / 15.0, 3.0 / 40.0, 1.0 / 30.0, 1.0 / 80.0],
        [3.0 / 80.0, 1.0 / 10.0, 29.0 / 40.0, 1.0 / 10.0, 3.0 / 80.0],
        [3.0 / 40.0, 1.0 / 5.0, 9.0 / 20.0, 1.0 / 5.0, 3.0 / 40.0],
    ];
    for (previous, row) in (0..).zip(expected) {
        for (word, expected) in (0..).zip(row) {
            let found = bigram.probability(previous, word);
            assert!((found - expected).abs() < 1e-15, "p({word} | {previous}) = {found}, not {expected}");
        }
    }
    let unigram = Unigram::of(&tokens, 5);
    // Counts 4, 3, 1, and at least 1 for the two that never occurred.
    assert_eq!((0..5).map(|w| unigram.probability(w)).collect::<Vec<_>>(), [0.1, 0.4, 0.3, 0.1, 0.1]);
}

#[test]
fn windows_are_scored_on_the_tokens_that_a_model_predicts() {
    // Of eleven test tokens two windows of four are scored: the second to the ninth.
    let splits = Splits {
        train: "a b b a".to_owned(),
        validation: "a a a a a".to_owned(),
        test: "x b b b b a a a a x x".to_owned(),
    };
    let text = Text::new(Corpus::Sotu, &splits, 10).unwrap();
    let found = Baselines::of(&text, 4, [1, 2]);
    let [a, b] = [2.0_f64 / 5.0; 2];
    assert!((found.unigram_test + (4.0 * b.ln() + 4.0 * a.ln()) / 8.0).abs() < 1e-15, "{found:?}");
    assert!((found.unigram_validation + a.ln()).abs() < 1e-15);
}

#[test]
fn a_persons_text_is_known_by_its_sum_wherever_its_file_goes() {
    let place = Place::new();
    let path = place.home.root().join("mine.txt");
    fs::write(&path, words(2000)).unwrap();
    let corpus = adopt(&place.home, &path, 16).unwrap();
    assert_eq!(corpus, Corpus::Own { sha256: identity::sha256(words(2000).as_bytes()) });
    fs::remove_file(&path).unwrap();
    let splits = read(&place.home, &corpus).unwrap();
    let counts = [splits.train, splits.validation, splits.test].map(|text| text.split_whitespace().count());
    assert_eq!(counts, [1600, 200, 200]);
    let json = serde_json::to_string(&corpus).unwrap();
    assert!(json.starts_with(r#"{"own":{"sha256":""#), "{json}");
    let Corpus::Own { sha256 } = &corpus else { unreachable!() };
    fs::write(place.home.dataset("own-texts").join(format!("{sha256}.txt")), words(2001)).unwrap();
    assert!(read(&place.home, &corpus).unwrap_err().to_string().contains("it was changed"));
    let other = Corpus::Own { sha256: "0".repeat(64) };
    assert!(read(&place.home, &other).unwrap_err().to_string().contains("name the text's file again"));
}

#[test]
fn a_text_that_is_too_short_or_not_utf_8_or_one_word_is_refused_with_a_sentence() {
    let place = Place::new();
    let path = place.home.root().join("mine.txt");
    let refused = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        adopt(&place.home, &path, 16).unwrap_err().to_string()
    };
    let short = refused(words(160).as_bytes());
    assert!(short.contains("it has 160 words; about 180 are needed"), "{short}");
    assert!(refused(b"").contains("it has 0 words"));
    let latin = refused(b"caf\xe9 au lait");
    assert!(latin.contains("byte 3: this is not UTF-8"), "{latin}");
    let one = refused("no ".repeat(3000).as_bytes());
    assert!(one.contains("one word only"), "{one}");
    assert!(adopt(&place.home, Path::new("/nowhere/at/all.txt"), 16).is_err());
    assert!(!place.home.dataset("own-texts").exists(), "nothing was taken");
}

#[test]
fn wikitext_is_the_usual_corpus_where_it_is_there_and_the_addresses_where_not() {
    let place = Place::new();
    assert_eq!(usual(&place.home), Corpus::Sotu);
    assert_eq!(named(&place.home, "sotu", 128).unwrap(), Corpus::Sotu);
    assert_eq!(named(&place.home, "wikitext-2", 128).unwrap(), Corpus::Wikitext2Raw);
    let message = read(&place.home, &Corpus::Wikitext2Raw).unwrap_err().to_string();
    assert!(message.ends_with("wiki.train.raw is missing: run `lawbook data fetch wikitext-2`"), "{message}");
    let folder = place.home.dataset("wikitext-2");
    fs::create_dir_all(&folder).unwrap();
    wikitext::TOKEN_FILES.iter().for_each(|name| fs::write(folder.join(name), "a b").unwrap());
    assert_eq!(usual(&place.home), Corpus::Wikitext2);
    assert_eq!(named(&place.home, "wikitext-2", 128).unwrap(), Corpus::Wikitext2);
    source::WIKITEXT_2.files.iter().for_each(|file| fs::write(folder.join(file.name), "a b").unwrap());
    assert_eq!(usual(&place.home), Corpus::Wikitext2Raw);
}

#[test]
fn an_import_takes_what_is_right_and_says_what_was_expected_otherwise() {
    let place = Place::new();
    let folder = place.home.root().join("mine");
    fs::create_dir_all(&folder).unwrap();
    let import = |name: &str| import::import(&place.home, name, &folder);
    let message = import("wikitext-2").unwrap_err().to_string();
    assert!(
        message.contains("wiki.train.raw, wiki.valid.raw, wiki.test.raw; the form with <unk>"),
        "{message}"
    );
    wikitext::TOKEN_FILES.iter().for_each(|name| fs::write(folder.join(name), "a b\n").unwrap());
    let message = import("wikitext-2").unwrap_err().to_string();
    assert!(message.contains("there are 1 lines and 2 words, expected 36718 and 2051910"), "{message}");
    fs::write(folder.join("1790_a.txt"), "one").unwrap();
    let message = import("sotu").unwrap_err().to_string();
    assert!(message.contains("its SHA-256 is"), "{message}");
    assert!(!place.home.dataset("wikitext-2").exists() && !place.home.dataset("sotu").exists());
    assert_eq!(import("cifar").unwrap_err().exit_code(), 2);
}
