//! JSON as text.

use std::fmt::Write;

use super::Json;
use crate::printable::is_printable;

impl Json {
    /// Returns the JSON in one line.
    pub fn to_compact(&self) -> String {
        let mut text = String::new();
        write(self, None, &mut text);
        text
    }

    /// Returns the JSON with a line for each field and item, indented by two spaces.
    pub fn to_pretty(&self) -> String {
        let mut text = String::new();
        write(self, Some(0), &mut text);
        text
    }
}

fn write(json: &Json, depth: Option<usize>, text: &mut String) {
    match json {
        Json::Literal(literal) => text.push_str(literal),
        Json::String(string) => write_string(string, text),
        Json::Array(items) => {
            let count = items.len();
            write_all(['[', ']'], count, depth, text, items.iter(), write);
        }
        Json::Object(fields) => {
            write_all(['{', '}'], fields.len(), depth, text, fields.iter(), |(name, value), depth, text| {
                write_string(name, text);
                text.push_str(if depth.is_some() { ": " } else { ":" });
                write(value, depth, text);
            });
        }
    }
}

fn write_all<T>(
    [open, close]: [char; 2],
    count: usize,
    depth: Option<usize>,
    text: &mut String,
    members: impl Iterator<Item = T>,
    write_member: impl Fn(T, Option<usize>, &mut String),
) {
    text.push(open);
    let inner = depth.map(|depth| depth + 1);
    for (index, member) in members.enumerate() {
        if index > 0 {
            text.push(',');
        }
        new_line(inner, text);
        write_member(member, inner, text);
    }
    if count > 0 {
        new_line(depth, text);
    }
    text.push(close);
}

fn new_line(depth: Option<usize>, text: &mut String) {
    if let Some(depth) = depth {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    }
}

/// Writes a string. Characters that terminals act on are escaped: C1 controls, and those that change the direction.
fn write_string(string: &str, text: &mut String) {
    for character in serde_json::Value::from(string).to_string().chars() {
        match character {
            character if !is_printable(character) => {
                // Writing to a string cannot fail.
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            character => text.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pretty_json_is_indented() {
        let json = Json::parse(r#"{"a":[1,{"b":[]}],"c":{}}"#).unwrap();
        let pretty = "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}";
        assert_eq!(json.to_pretty(), pretty);
    }

    #[test]
    fn control_characters_are_escaped() {
        let json = Json::from("\u{1b}[31m\u{9b}\u{202e}");
        assert_eq!(json.to_compact(), r#""\u001b[31m\u009b\u202e""#);
    }
}
