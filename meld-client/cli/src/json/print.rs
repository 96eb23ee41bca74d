//! JSON as text.

use serde::ser::{Error, Serialize, Serializer};
use serde_json::value::RawValue;

use super::Json;
use crate::printable::is_printable;

impl Json {
    /// Returns the JSON in one line.
    pub fn to_compact(&self) -> String {
        escaped(&serde_json::to_string(self).unwrap_or_default())
    }

    /// Returns the JSON with a line for each field and item, indented by two spaces.
    pub fn to_pretty(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.lines().map(escaped).collect::<Vec<_>>().join("\n")
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Literal(text) => RawValue::from_string(text.clone()).map_err(S::Error::custom)?.serialize(serializer),
            Self::String(text) => text.serialize(serializer),
            Self::Array(items) => items.serialize(serializer),
            Self::Object(fields) => fields.serialize(serializer),
        }
    }
}

/// Escapes the characters that terminals act on, which only strings have: C1 controls, and those that change the direction.
fn escaped(line: &str) -> String {
    let mut text = String::new();
    for character in line.chars() {
        match is_printable(character) {
            true => text.push(character),
            false => text.push_str(&format!("\\u{:04x}", u32::from(character))),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        let json = Json::from("\u{1b}[31m\u{9b}\u{202e}");
        assert_eq!(json.to_compact(), r#""\u001b[31m\u009b\u202e""#);
    }
}
