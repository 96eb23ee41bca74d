//! JSON in which numbers are texts: nothing of them is lost, and two are equal when all their digits are.

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
    /// A text.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object; the order of its fields means nothing.
    Object(BTreeMap<String, Json>),
}

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To a field or entry.
    Name(String),
    /// To an item.
    Index(usize),
}

impl Json {
    /// Reads a text.
    ///
    /// # Errors
    /// When it is no JSON.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        let text = text.trim();
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
                let fields = fields.into_iter();
                Self::Object(
                    fields
                        .map(|(name, raw)| Ok((name, Self::parse(raw.get())?)))
                        .collect::<serde_json::Result<_>>()?,
                )
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text)?;
                let items = items.into_iter().map(|raw| Self::parse(raw.get()));
                Self::Array(items.collect::<serde_json::Result<_>>()?)
            }
            Some(b'"') => Self::Text(serde_json::from_str(text)?),
            Some(b't' | b'f') => Self::Boolean(serde_json::from_str(text)?),
            Some(b'n') => serde_json::from_str(text).map(|()| Self::Null)?,
            _ => {
                serde_json::from_str::<meld_client_core::serde::de::IgnoredAny>(text)?;
                Self::Number(text.to_owned())
            }
        })
    }

    /// An object.
    #[must_use]
    pub fn object<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number with these digits.
    #[must_use]
    pub fn number(digits: impl Into<String>) -> Self {
        Self::Number(digits.into())
    }

    /// Null, or an empty text, array or object.
    #[must_use]
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
    #[must_use]
    pub fn at(&self, path: &[Step]) -> Option<&Self> {
        path.iter().try_fold(self, |value, step| match (value, step) {
            (Self::Object(fields), Step::Name(name)) => fields.get(name),
            (Self::Array(items), Step::Index(index)) => items.get(*index),
            _ => None,
        })
    }

    /// Puts a value in the place of another, or takes that away; an item of a list is made null then.
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

    /// The text, with the fields of objects in the order of their names or in the reverse.
    #[must_use]
    pub fn write(&self, reverse: bool) -> String {
        let mut text = String::new();
        self.write_to(&mut text, reverse);
        text
    }

    fn write_to(&self, output: &mut String, reverse: bool) {
        match self {
            Self::Null => output.push_str("null"),
            Self::Boolean(value) => output.push_str(if *value { "true" } else { "false" }),
            Self::Number(digits) => output.push_str(digits),
            Self::Text(text) => write_text(output, text),
            Self::Array(items) => {
                output.push('[');
                for (index, item) in items.iter().enumerate() {
                    output.push_str(if index == 0 { "" } else { "," });
                    item.write_to(output, reverse);
                }
                output.push(']');
            }
            Self::Object(fields) => {
                let mut fields: Vec<_> = fields.iter().collect();
                if reverse {
                    fields.reverse();
                }
                output.push('{');
                for (index, (name, value)) in fields.into_iter().enumerate() {
                    output.push_str(if index == 0 { "" } else { "," });
                    write_text(output, name);
                    output.push(':');
                    value.write_to(output, reverse);
                }
                output.push('}');
            }
        }
    }
}

fn write_text(output: &mut String, text: &str) {
    output.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => output.extend(['\\', character]),
            // Writing into a text cannot fail.
            ..' ' => drop(write!(output, "\\u{:04x}", u32::from(character))),
            _ => output.push(character),
        }
    }
    output.push('"');
}

/// A path as reports write it: `quotes[3].sourceAmount`.
#[must_use]
pub fn written_path(path: &[Step]) -> String {
    let mut text = String::new();
    for step in path {
        // Writing into a text cannot fail.
        let _ = match step {
            Step::Name(name) if text.is_empty() => write!(text, "{name}"),
            Step::Name(name) => write!(text, ".{name}"),
            Step::Index(index) => write!(text, "[{index}]"),
        };
    }
    text
}
