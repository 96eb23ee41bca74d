//! Compares a request with a recorded one, whose values are replaced.

use std::collections::BTreeSet;

use serde_json::Value;

use super::exchange::Bindings;
use super::vocabulary::is_time;

/// The mark before a value that a recording would replace.
pub(super) const MARK: char = '\u{0}';

/// A comparison of a marked request with a recorded one.
pub(super) struct Comparison<'a> {
    /// All replacements in the recording.
    pub replacements: &'a BTreeSet<String>,
    /// The client's values for replacements, old and new.
    pub bindings: Bindings,
    /// The JSON pointers of values that differ.
    pub differences: Vec<String>,
}

impl Comparison<'_> {
    pub fn compare(&mut self, pointer: &str, recorded: &Value, sent: &Value) {
        match (recorded, sent) {
            (Value::Object(recorded), Value::Object(sent)) => {
                let names: BTreeSet<&String> = recorded.keys().chain(sent.keys()).collect();
                for name in names {
                    let of = |fields: &serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
                    let escaped = name.replace('~', "~0").replace('/', "~1");
                    self.compare(&format!("{pointer}/{escaped}"), &of(recorded), &of(sent));
                }
            }
            (Value::Array(recorded), Value::Array(sent)) if recorded.len() == sent.len() => {
                for (index, (recorded, sent)) in recorded.iter().zip(sent).enumerate() {
                    self.compare(&format!("{pointer}/{index}"), recorded, sent);
                }
            }
            // Boundaries of multipart bodies differ each time.
            _ if pointer == "/bytes" && recorded.is_u64() && sent.is_u64() => {}
            _ if self.is_equal(recorded, sent) => {}
            _ => self.differences.push(pointer.to_owned()),
        }
    }

    fn is_equal(&mut self, recorded: &Value, sent: &Value) -> bool {
        match (recorded, sent) {
            (Value::Number(recorded), Value::Number(sent)) => recorded.as_f64() == sent.as_f64(),
            (Value::String(recorded), Value::String(sent)) => match sent.strip_prefix(MARK) {
                Some(sent) => self.binds(recorded, sent),
                // A test runs on another day than its recording.
                None => recorded == sent || (is_time(recorded) && is_time(sent)),
            },
            _ => recorded == sent,
        }
    }

    /// Returns `true` if a client's value is the replacement, or stands for it in all requests.
    fn binds(&mut self, recorded: &str, sent: &str) -> bool {
        if recorded == sent {
            return true;
        }
        if let Some(known) = self.bindings.get(recorded) {
            return known == sent;
        }
        let is_free = self.replacements.contains(recorded)
            && !self.replacements.contains(sent)
            && self.bindings.values().all(|known| known != sent);
        if is_free {
            self.bindings.insert(recorded.to_owned(), sent.to_owned());
        }
        is_free
    }
}

pub(super) fn strings(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => drop(found.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| strings(field, found)),
        _ => {}
    }
}

/// Replaces recorded values with those of the client.
pub(super) fn restore(value: &Value, bindings: &Bindings) -> Value {
    match value {
        Value::String(text) => Value::from(bindings.get(text).unwrap_or(text).as_str()),
        Value::Array(items) => items.iter().map(|item| restore(item, bindings)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, value)| (name.clone(), restore(value, bindings))).collect())
        }
        other => other.clone(),
    }
}
