//! JSON whose numbers are strings: no digit is lost, and two are equal if all digits are.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::value::RawValue;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number with its digits.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object. The order of its fields has no meaning.
    Object(BTreeMap<String, Json>),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To a field or entry.
    Name(String),
    /// To an item.
    Index(usize),
}

impl Json {
    /// Parses a string.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        // Only as raw JSON do numbers keep their digits.
        Self::parse_raw(serde_json::from_str(text)?)
    }

    fn parse_raw(raw: &RawValue) -> serde_json::Result<Self> {
        let raw = raw.get();
        Ok(match raw.as_bytes().first() {
            Some(b'{') => {
                let fields: BTreeMap<String, &RawValue> = serde_json::from_str(raw)?;
                let fields = fields.into_iter();
                let fields = fields.map(|(name, value)| Ok((name, Self::parse_raw(value)?)));
                Self::Object(fields.collect::<serde_json::Result<_>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(raw)?;
                let items = items.into_iter().map(Self::parse_raw);
                Self::Array(items.collect::<serde_json::Result<_>>()?)
            }
            Some(b'"') => Self::Text(serde_json::from_str(raw)?),
            Some(b'n') => Self::Null,
            Some(b't' | b'f') => Self::Boolean(raw == "true"),
            _ => Self::number(raw),
        })
    }

    /// An object.
    pub fn object<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// A string.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number with these digits.
    pub fn number(digits: impl Into<String>) -> Self {
        Self::Number(digits.into())
    }

    /// Returns `true` for null and for an empty string, array or object.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Array(items) => items.is_empty(),
            Self::Object(fields) => fields.is_empty(),
            Self::Boolean(_) | Self::Number(_) => false,
        }
    }

    /// The value at a path.
    pub fn at(&self, path: &[Step]) -> Option<&Self> {
        path.iter().try_fold(self, |value, step| match (value, step) {
            (Self::Object(fields), Step::Name(name)) => fields.get(name),
            (Self::Array(items), Step::Index(index)) => items.get(*index),
            _ => None,
        })
    }

    /// Replaces a value, or removes it if `new` is `None`. A removed item of a list becomes null.
    pub fn put(&mut self, path: &[Step], new: Option<Self>) {
        let [step, rest @ ..] = path else {
            *self = new.unwrap_or(Self::Null);
            return;
        };
        match (self, step) {
            (Self::Object(fields), Step::Name(name)) if rest.is_empty() => match new {
                Some(new) => drop(fields.insert(name.clone(), new)),
                None => drop(fields.remove(name)),
            },
            (Self::Object(fields), Step::Name(name)) => {
                if let Some(value) = fields.get_mut(name) {
                    value.put(rest, new);
                }
            }
            (Self::Array(items), Step::Index(index)) => {
                if let Some(value) = items.get_mut(*index) {
                    value.put(rest, new);
                }
            }
            _ => {}
        }
    }

    /// The first difference from the expected value: its path, the expected value and the actual one.
    pub fn difference<'a>(&'a self, expected: &'a Self) -> Option<(String, Option<&'a Self>, Option<&'a Self>)> {
        let below = |step: Step, own: Option<&'a Self>, other: Option<&'a Self>| {
            let (path, wanted, found) = match (own, other) {
                (Some(own), Some(other)) => own.difference(other)?,
                (None, None) => return None,
                (own, other) => (String::new(), other, own),
            };
            Some((format!("{}{path}", written_path(&[step])), wanted, found))
        };
        match (self, expected) {
            (Self::Object(own), Self::Object(other)) => {
                let mut names = own.keys().chain(other.keys());
                names.find_map(|name| below(Step::Name(format!("{name} ")), own.get(name), other.get(name)))
            }
            (Self::Array(own), Self::Array(other)) => (0..own.len().max(other.len()))
                .find_map(|index| below(Step::Index(index), own.get(index), other.get(index))),
            _ => (self != expected).then(|| (String::new(), Some(expected), Some(self))),
        }
    }

    /// Encodes the value, with the fields of objects by name, in order or in reverse.
    pub fn write(&self, reverse: bool) -> String {
        let mut text = String::new();
        self.write_to(&mut text, reverse);
        text
    }

    fn write_to(&self, text: &mut String, reverse: bool) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Boolean(value) => text.push_str(if *value { "true" } else { "false" }),
            Self::Number(digits) => text.push_str(digits),
            Self::Text(content) => quote(text, content),
            Self::Array(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    text.push_str(if index == 0 { "" } else { "," });
                    item.write_to(text, reverse);
                }
                text.push(']');
            }
            Self::Object(fields) => {
                let write = |(index, (name, value)): (usize, (&String, &Self))| {
                    text.push(if index == 0 { '{' } else { ',' });
                    quote(text, name);
                    text.push(':');
                    value.write_to(text, reverse);
                };
                if reverse {
                    fields.iter().rev().enumerate().for_each(write);
                } else {
                    fields.iter().enumerate().for_each(write);
                }
                text.push_str(if fields.is_empty() { "{}" } else { "}" });
            }
        }
    }
}

/// Appends a string in quotes.
fn quote(text: &mut String, content: &str) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if content.bytes().all(is_plain) {
        text.push('"');
        text.push_str(content);
        text.push('"');
    } else {
        // Strings can always be encoded.
        text.push_str(&serde_json::to_string(content).unwrap_or_default());
    }
}

/// A path as in reports: `quotes[3].sourceAmount`.
pub fn written_path(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        // Writing to a string cannot fail.
        let _ = match step {
            Step::Name(name) if text.is_empty() => write!(text, "{name}"),
            Step::Name(name) => write!(text, ".{name}"),
            Step::Index(index) => write!(text, "[{index}]"),
        };
    }
    text
}
