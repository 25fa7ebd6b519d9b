//! A JSON object whose keys stand in the order in which they were added: the important ones first.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// Keys and values.
#[derive(Default)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// Adds a key at the end, or gives the one that is there another value.
    pub fn add(&mut self, key: &str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some((_, old)) => *old = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// Adds a value at the end of the list that `key` names.
    pub fn push(&mut self, key: &str, value: Value) {
        match self.0.iter_mut().find(|(known, _)| known == key) {
            Some((_, Value::Array(values))) => values.push(value),
            _ => self.add(key, json!([value])),
        }
    }

    /// The object as text.
    pub fn pretty(&self) -> String {
        serde_json::to_string_pretty(self).expect("an answer holds numbers and words")
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// A number; JSON has no infinity, so an end without bound is null.
pub fn finite(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}
