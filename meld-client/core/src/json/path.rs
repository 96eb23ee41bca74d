//! Paths of places in JSON.

use super::warnings::beginning;

/// The number of levels that a path has.
const SHOWN: usize = 64;

/// Returns the path of the value that the given byte of a JSON text belongs to: `quotes[3].sourceAmount`; empty for the
/// outermost value. A path that is longer than any in the specs is cut.
///
/// The text is not validated. The path of invalid JSON is a guess.
pub(crate) fn at(json: &[u8], offset: usize) -> String {
    let mut scanner = Scanner::new(json);
    while scanner.position < offset && scanner.next_token().is_some() {}
    scanner.path()
}

/// A piece of a JSON text: a string in its quotes, a mark, or the characters between those.
pub(crate) struct Token<'a> {
    pub(crate) text: &'a [u8],
    /// `true` if it is the name of a member.
    pub(crate) is_key: bool,
}

/// A scanner of JSON, also of incomplete JSON, that keeps track of the path.
pub(crate) struct Scanner<'a> {
    json: &'a [u8],
    position: usize,
    levels: Vec<Level<'a>>,
    /// The number of levels beyond those that a path has.
    beyond: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(json: &'a [u8]) -> Self {
        Self { json, position: 0, levels: Vec::new(), beyond: 0 }
    }

    pub(crate) fn path(&self) -> String {
        write(&self.levels)
    }

    pub(crate) fn is_at(&self, path: &str) -> bool {
        let last = path.rsplit(['.', '[']).next().unwrap_or_default();
        // The last step alone excludes most positions.
        let may_be = match self.levels.last() {
            None => path.is_empty(),
            Some(Level::Object { key, .. }) => {
                key.get(1..).is_some_and(|key| key.strip_suffix(b"\"").unwrap_or(key).ends_with(last.as_bytes()))
            }
            Some(Level::Array { index }) => last.strip_suffix(']').and_then(|last| last.parse().ok()) == Some(*index),
        };
        may_be && self.path() == path
    }

    pub(crate) fn next_token(&mut self) -> Option<Token<'a>> {
        let start = self.position;
        let first = *self.json.get(start)?;
        self.position = end_of_token(self.json, start);
        let text = self.json.get(start..self.position).unwrap_or_default();
        let mut is_key = false;
        let is_full = self.levels.len() == SHOWN;
        match (first, self.levels.last_mut()) {
            (b'{' | b'[', _) if self.beyond > 0 => self.beyond += 1,
            (b'}' | b']', _) if self.beyond > 0 => self.beyond -= 1,
            _ if self.beyond > 0 => {}
            (b'"', Some(Level::Object { key, expects_key: expects_key @ true })) => {
                (*key, *expects_key, is_key) = (text, false, true);
            }
            (b'{' | b'[', _) if is_full => self.beyond = 1,
            (b'{', _) => self.levels.push(Level::Object { key: b"", expects_key: true }),
            (b'[', _) => self.levels.push(Level::Array { index: 0 }),
            (b'}' | b']', _) => drop(self.levels.pop()),
            (b',', Some(Level::Object { key, expects_key })) => (*key, *expects_key) = (b"", true),
            (b',', Some(Level::Array { index })) => *index += 1,
            _ => {}
        }
        Some(Token { text, is_key })
    }
}

/// The position after the token that begins at `start`.
fn end_of_token(json: &[u8], start: usize) -> usize {
    let is_mark = |byte: &u8| b"{}[],:\" \n\r\t".contains(byte);
    match json.get(start) {
        Some(b'"') => end_of_string(json, start + 1).min(json.len()),
        Some(byte) if is_mark(byte) => start + 1,
        _ => json[start..].iter().position(is_mark).map_or(json.len(), |length| start + length),
    }
}

/// An object or array that is open at the current position.
enum Level<'a> {
    /// An object, with the name of the current member in its quotes.
    Object { key: &'a [u8], expects_key: bool },
    /// An array.
    Array { index: usize },
}

/// The position after the closing quote of a string that begins before `position`.
fn end_of_string(json: &[u8], mut position: usize) -> usize {
    while let Some(byte) = json.get(position) {
        position += 1;
        match byte {
            b'"' => break,
            b'\\' => position += 1,
            _ => {}
        }
    }
    position
}

fn write(levels: &[Level<'_>]) -> String {
    let mut path = String::new();
    for level in levels {
        match level {
            Level::Array { index } => path.push_str(&format!("[{index}]")),
            Level::Object { key, .. } => {
                let name: String = serde_json::from_slice(key).unwrap_or_default();
                if !path.is_empty() && !name.is_empty() {
                    path.push('.');
                }
                path.push_str(&beginning(&name));
            }
        }
    }
    path
}

/// Converts a line and column of `serde_json` into a byte offset.
pub(crate) fn offset(json: &[u8], line: usize, column: usize) -> usize {
    let before: usize = json.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    before + column
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Quote {
        name: String,
        amounts: Vec<u8>,
        next: Option<Box<Quote>>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Quotes {
        quotes: Vec<Quote>,
    }

    fn path_of_error(json: &str) -> String {
        let error = serde_json::from_str::<Quotes>(json).unwrap_err();
        at(json.as_bytes(), offset(json.as_bytes(), error.line(), error.column()))
    }

    #[test]
    fn path_of_serde_error() {
        for (json, path) in [
            (r#"{"quotes":7}"#, "quotes"),
            (r#"{"quotes":"x"}"#, "quotes"),
            (r#"{"quotes":null}"#, "quotes"),
            (r#"{"quotes":{"a":1}}"#, "quotes"),
            ("{\n \"x\": [1,2],\n \"quotes\": [\n {\"name\": true}]}", "quotes[0].name"),
            (r#"{"quotes":[{"name":"a\",{","amounts":[1,2,-3]}]}"#, "quotes[0].amounts[2]"),
            (r#"{"quotes":[{"name":"ä","amounts":[],"next":{"amounts":[300]}}]}"#, "quotes[0].next.amounts[0]"),
            (r#"{"quotes":[{"name":"a","amounts":[]},{"amounts":[]}]}"#, "quotes[1]"),
            (r#"[]"#, ""),
            (r#""#, ""),
            (r#"<html>"#, ""),
        ] {
            assert_eq!(path_of_error(json), path, "{json}");
        }
    }

    #[test]
    fn long_paths_are_cut() {
        let deep = format!("{}{}", "[".repeat(1000), "]".repeat(900));
        assert_eq!(at(deep.as_bytes(), 1000), "[0]".repeat(SHOWN));
        let back = format!("{deep}{}1", "]".repeat(99));
        assert_eq!(at(back.as_bytes(), back.len()), "[0]");
        let long = format!("{{\"{}\":1", "ä".repeat(1000));
        assert_eq!(at(long.as_bytes(), long.len()), format!("{}…", "ä".repeat(64)));
    }

    #[test]
    fn invalid_json_does_not_panic() {
        for json in ["\"", "\"\\", "}}]]", "{\"a", "{,,,", "[\"a\\", "{\"\\ud800\":1"] {
            for offset in 0..json.len() + 3 {
                at(json.as_bytes(), offset);
            }
        }
        assert_eq!(offset(b"a\nbc\n", 9, 0), 5);
    }
}
