//! JSON that keeps the digits of numbers and the order of fields.

mod path;
mod print;

use indexmap::IndexMap;
use serde_json::value::RawValue;

pub use path::Path;

const MAX_DEPTH: usize = 128;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`, `true`, `false` or a number, as it was written.
    Literal(String),
    String(String),
    Array(Vec<Json>),
    Object(IndexMap<String, Json>),
}

impl Json {
    /// Parses a JSON text.
    ///
    /// # Errors
    ///
    /// Returns the position and the reason if it is not JSON, or if it is nested too deeply.
    pub fn parse(text: &str) -> Result<Self, String> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| described(&error))?;
        Self::of(raw, 0).map_err(|error| described(&error))
    }

    fn of(raw: &RawValue, depth: usize) -> Result<Self, serde_json::Error> {
        let text = raw.get();
        if depth > MAX_DEPTH {
            return Err(serde::de::Error::custom("nested too deeply"));
        }
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let fields: IndexMap<String, &RawValue> = serde_json::from_str(text)?;
                let fields = fields.into_iter().map(|(name, value)| Ok((name, Self::of(value, depth + 1)?)));
                Self::Object(fields.collect::<Result<_, serde_json::Error>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text)?;
                Self::Array(items.into_iter().map(|item| Self::of(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Some(b'"') => Self::String(serde_json::from_str(text)?),
            _ => Self::Literal(text.to_owned()),
        })
    }

    pub fn empty() -> Self {
        Self::Object(IndexMap::new())
    }

    pub fn null() -> Self {
        Self::Literal("null".to_owned())
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Literal(text) if text == "null")
    }

    /// Returns `true` for anything but an array and an object.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Self::Literal(_) | Self::String(_))
    }

    pub fn field(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.get(name),
            _ => None,
        }
    }

    /// Returns the value at a JSON pointer: `/owners/0/email`.
    pub fn pointer_mut(&mut self, pointer: &str) -> Option<&mut Self> {
        pointer.split('/').skip(1).try_fold(self, |json, step| match json {
            Self::Object(fields) => fields.get_mut(&step.replace("~1", "/").replace("~0", "~")),
            Self::Array(items) => items.get_mut(step.parse::<usize>().ok()?),
            Self::Literal(_) | Self::String(_) => None,
        })
    }

    /// Returns the string of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the number of a literal or of a string, for comparison.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Literal(text) | Self::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// Returns the value for libraries. Numbers of more than 17 digits are rounded.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::from_str(&self.to_compact()).unwrap_or_default()
    }

    /// Returns the value as JSON that can be sent as it is.
    pub fn to_raw(&self) -> Option<Box<RawValue>> {
        RawValue::from_string(self.to_compact()).ok()
    }
}

impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Self {
        Self::parse(&value.to_string()).unwrap_or_else(|_| Self::null())
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

/// Returns position and reason without the values that serde quotes.
fn described(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let reason = text.split(" at line ").next().unwrap_or_default();
    match error.line() {
        0 => reason.to_owned(),
        line => format!("line {line}, column {}: {reason}", error.column()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_order_are_kept() {
        let text = r#"{"b":2.00000000000000000000,"a":[1e400,"x\u00e9",null,{"c":[]}]}"#;
        let json = Json::parse(text).unwrap();
        assert_eq!(json.to_compact(), r#"{"b":2.00000000000000000000,"a":[1e400,"xé",null,{"c":[]}]}"#);
    }

    #[test]
    fn errors_name_line_and_column() {
        assert_eq!(Json::parse("{\n  \"a\": }").unwrap_err(), "line 2, column 8: expected value");
        assert!(Json::parse(&"[".repeat(100_000)).is_err());
        assert!(Json::parse(&("[".repeat(1000) + &"]".repeat(1000))).is_err());
    }
}
