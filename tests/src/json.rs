//! JSON whose numbers are strings: no digit is lost, and two are equal if all digits are.

use std::collections::BTreeMap;
use std::fmt::Write;

use meld_client_core::serde::de::IgnoredAny;

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
    ///
    /// # Errors
    /// Returns an error if it is not JSON.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        // `serde_json` decides whether it is JSON; the rest only splits it.
        serde_json::from_str::<IgnoredAny>(text)?;
        Parser { text, position: 0 }.value()
    }

    /// An object.
    #[must_use]
    pub fn object<const N: usize>(fields: [(&str, Self); N]) -> Self {
        Self::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// A string.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number with these digits.
    #[must_use]
    pub fn number(digits: impl Into<String>) -> Self {
        Self::Number(digits.into())
    }

    /// Returns `true` for null and for an empty string, array or object.
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
    #[must_use]
    pub fn difference<'a>(
        &'a self,
        expected: &'a Self,
    ) -> Option<(String, Option<&'a Self>, Option<&'a Self>)> {
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
                names.find_map(|name| {
                    below(Step::Name(format!("{name} ")), own.get(name), other.get(name))
                })
            }
            (Self::Array(own), Self::Array(other)) => (0..own.len().max(other.len()))
                .find_map(|index| below(Step::Index(index), own.get(index), other.get(index))),
            _ => (self != expected).then(|| (String::new(), Some(expected), Some(self))),
        }
    }

    /// Encodes the value, with the fields of objects by name, in order or in reverse.
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

/// Splits a string that is JSON.
struct Parser<'a> {
    text: &'a str,
    position: usize,
}

impl Parser<'_> {
    fn value(&mut self) -> serde_json::Result<Json> {
        let first = self.skip_to_value();
        let start = self.position;
        match first {
            b'{' => {
                self.position += 1;
                let mut fields = BTreeMap::new();
                while self.goes_on(b'}') {
                    let Json::Text(name) = self.value()? else { continue };
                    fields.insert(name, self.value()?);
                }
                Ok(Json::Object(fields))
            }
            b'[' => {
                self.position += 1;
                let mut items = Vec::new();
                while self.goes_on(b']') {
                    items.push(self.value()?);
                }
                Ok(Json::Array(items))
            }
            b'"' => {
                self.skip_text();
                serde_json::from_str(&self.text[start..self.position]).map(Json::Text)
            }
            _ => {
                let rest = &self.text[start..];
                let is_end = |character: char| ",]} \n\r\t".contains(character);
                let word = &rest[..rest.find(is_end).unwrap_or(rest.len())];
                self.position += word.len();
                Ok(match word {
                    "null" => Json::Null,
                    "true" | "false" => Json::Boolean(word == "true"),
                    digits => Json::number(digits),
                })
            }
        }
    }

    fn next(&self) -> u8 {
        self.text.as_bytes().get(self.position).copied().unwrap_or_default()
    }

    /// Skips to the next value; the characters between values are known to be correct.
    fn skip_to_value(&mut self) -> u8 {
        while matches!(self.next(), b' ' | b'\n' | b'\r' | b'\t' | b',' | b':') {
            self.position += 1;
        }
        self.next()
    }

    /// Returns `true` if there is another value before the end of an object or array, and skips the end otherwise.
    fn goes_on(&mut self, end: u8) -> bool {
        let goes_on = self.skip_to_value() != end;
        self.position += usize::from(!goes_on);
        goes_on
    }

    /// Skips a string.
    fn skip_text(&mut self) {
        self.position += 1;
        while self.next() != b'"' {
            self.position += if self.next() == b'\\' { 2 } else { 1 };
        }
        self.position += 1;
    }
}

fn write_text(output: &mut String, text: &str) {
    output.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => output.extend(['\\', character]),
            // Writing to a string cannot fail.
            ..' ' => drop(write!(output, "\\u{:04x}", u32::from(character))),
            _ => output.push(character),
        }
    }
    output.push('"');
}

/// A path as in reports: `quotes[3].sourceAmount`.
#[must_use]
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
