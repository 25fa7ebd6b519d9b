//! JSON as it was written: keys in their order, none twice, and every refusal with its path inside.
//!
//! ```text
//! {"400": {"gru_nano": {"val_loss": NaN}}}     "400".gru_nano.val_loss: NaN stands where …
//! ```

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, de};
use std::cell::RefCell;
use std::fmt;

/// One JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// `null`.
    Null,
    /// `true` or `false`.
    Truth(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list, of so many values.
    List(usize),
    /// An object: its keys and values in their order.
    Object(Vec<(String, Self)>),
}

/// What is wrong with a JSON text, and the keys that lead there.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    /// `"400".gru_nano.val_loss`; `the whole of it` at the top.
    pub path: String,
    /// What stands there, and what was expected.
    pub problem: String,
}

impl Tree {
    /// The value that a JSON text holds.
    ///
    /// # Errors
    /// [`Wrong`] at the first place where the text is no JSON, or a key stands twice in one object.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let path = RefCell::new(Vec::new());
        let mut reader = serde_json::Deserializer::from_str(text);
        let parsed = Place(&path).deserialize(&mut reader).and_then(|tree| reader.end().map(|()| tree));
        parsed.map_err(|error| {
            let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
            let words = error.to_string();
            let problem = if ["NaN", "Infinity"].iter().any(|word| line.contains(word)) && !error.is_data() {
                format!(
                    "{:?} (line {}) is not a finite number: a loss that diverged has no mean; write null, or leave the value out",
                    line.trim(),
                    error.line()
                )
            } else {
                format!("this is no JSON: {words}")
            };
            Wrong { path: joined(&path.borrow()), problem }
        })
    }

    /// What kind of value it is, for a sentence.
    pub fn kind(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Truth(truth) => truth.to_string(),
            Self::Number(number) => format!("the number {number}"),
            Self::Text(text) => format!("the text {text:?}"),
            Self::List(n) => format!("a list of {n}"),
            Self::Object(_) => "an object".to_owned(),
        }
    }
}

/// Keys with dots between them; one that is not a plain word in quotes.
pub fn joined<T: AsRef<str>>(keys: &[T]) -> String {
    if keys.is_empty() {
        return "the whole of it".to_owned();
    }
    let plain = |key: &str| {
        key.starts_with(|c: char| c.is_alphabetic()) && key.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let word = |key: &T| match key.as_ref() {
        key if plain(key) => key.to_owned(),
        key => format!("{key:?}"),
    };
    keys.iter().map(word).collect::<Vec<_>>().join(".")
}

/// Reads the value at hand; where that fails, the keys that lead to it stay behind.
struct Place<'a>(&'a RefCell<Vec<String>>);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Tree;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Tree, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Tree, E> {
        Ok(Tree::Truth(truth))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Tree, E> {
        Ok(Tree::Number(number as f64))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Tree, E> {
        Ok(Tree::Number(number as f64))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Tree, E> {
        Ok(Tree::Number(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tree, A::Error> {
        let mut n = 0;
        loop {
            self.0.borrow_mut().push(n.to_string());
            let more = list.next_element_seed(Place(self.0))?;
            self.0.borrow_mut().pop();
            if more.is_none() {
                return Ok(Tree::List(n));
            }
            n += 1;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Tree, A::Error> {
        let mut entries: Vec<(String, Tree)> = Vec::new();
        while let Some(key) = object.next_key::<String>()? {
            self.0.borrow_mut().push(key.clone());
            if entries.iter().any(|(other, _)| *other == key) {
                return Err(A::Error::custom("this key stands twice in one object"));
            }
            let value = object.next_value_seed(Place(self.0))?;
            self.0.borrow_mut().pop();
            entries.push((key, value));
        }
        Ok(Tree::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_order_and_numbers_their_digits() {
        let tree = Tree::parse(r#"{"b": 10.391733551025391, "a": [1, null], "c": {"d": "x"}}"#).unwrap();
        let inner = Tree::Object(vec![("d".into(), Tree::Text("x".into()))]);
        let outer = vec![
            ("b".into(), Tree::Number(10.391733551025391)),
            ("a".into(), Tree::List(2)),
            ("c".into(), inner),
        ];
        assert_eq!(tree, Tree::Object(outer));
    }

    #[test]
    fn every_refusal_names_the_path_to_its_place() {
        for (text, path, said) in [
            ("{\"400\": {\"gru_nano\": {\"val_loss\": NaN}}}", "\"400\".gru_nano.val_loss", "not a finite"),
            ("{\"a\": {\"b\": -Infinity}}", "a.b", "not a finite"),
            ("{\"a\": {\"b\": 1, \"b\": 2}}", "a.b", "twice"),
            ("{\"a\": [1, {\"b\": }]}", "a.\"1\".b", "no JSON"),
            ("{\"a\": {\"b\": 1", "a", "no JSON"),
            ("{\"a\": 1e999}", "a", "no JSON"),
            ("", "the whole of it", "no JSON"),
            ("{} {}", "the whole of it", "no JSON"),
        ] {
            let wrong = Tree::parse(text).unwrap_err();
            assert_eq!(wrong.path, path, "{text}: {wrong:?}");
            assert!(wrong.problem.contains(said), "{text}: {wrong:?}");
        }
    }
}
