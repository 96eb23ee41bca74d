//! A pass over a spec before it is parsed, which finds excessive nesting and duplicate keys.
//!
//! The JSON parser recurses and keeps the last of two equal keys; this pass does neither. It reports no syntax errors,
//! because the parser describes them better.

use std::collections::HashSet;

use crate::error::pointer_push;

/// Maximum length of the pointer to a location that is too deep, because each level adds to it.
const LONGEST_POINTER: usize = 200;

#[derive(Debug, Default, PartialEq)]
pub(super) struct Scan {
    /// JSON pointer of the first location that is too deep.
    pub too_deep: Option<String>,
    /// JSON pointer of the first key that occurs twice in its object.
    pub duplicate: Option<String>,
}

/// An open object or list.
enum Level {
    Object { keys: HashSet<String>, key: String, key_expected: bool },
    List { index: usize },
}

/// Scans `text` until it ends or exceeds `depth` levels of nesting.
pub(super) fn scan(text: &str, depth: usize) -> Scan {
    let bytes = text.as_bytes();
    let mut found = Scan::default();
    let mut levels: Vec<Level> = Vec::new();
    let mut position = 0;
    while let Some(byte) = bytes.get(position) {
        let start = position;
        position += 1;
        match byte {
            b'{' | b'[' if levels.len() == depth => {
                found.too_deep = Some(shortened(pointer(&levels)));
                return found;
            }
            b'{' => levels.push(Level::Object { keys: HashSet::new(), key: String::new(), key_expected: true }),
            b'[' => levels.push(Level::List { index: 0 }),
            b'}' | b']' => drop(levels.pop()),
            b',' => match levels.last_mut() {
                Some(Level::Object { key_expected, .. }) => *key_expected = true,
                Some(Level::List { index }) => *index += 1,
                None => {}
            },
            b'"' => {
                position = end_of_string(bytes, position);
                // A string without an end has no closing quote.
                let quoted = text.get(start..position).unwrap_or_default();
                if enter_key(&mut levels, quoted) && found.duplicate.is_none() {
                    found.duplicate = Some(pointer(&levels));
                }
            }
            _ => {}
        }
    }
    found
}

/// Returns the position after the closing quote of the string that begins before `position`.
fn end_of_string(bytes: &[u8], mut position: usize) -> usize {
    while let Some(byte) = bytes.get(position) {
        position += match byte {
            b'"' => return position + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    bytes.len()
}

/// Records a string in the position of a key; returns `true` if the innermost object already has that key.
fn enter_key(levels: &mut [Level], quoted: &str) -> bool {
    let Some(Level::Object { keys, key, key_expected }) = levels.last_mut() else {
        return false;
    };
    if !std::mem::take(key_expected) {
        return false;
    }
    // Decoded, so that `a` and `\u0061` are the same key. The parser reports invalid strings.
    *key = serde_json::from_str(quoted).unwrap_or_default();
    !keys.insert(key.clone())
}

fn pointer(levels: &[Level]) -> String {
    levels.iter().fold(String::new(), |pointer, level| match level {
        Level::Object { key, .. } => pointer_push(&pointer, key),
        Level::List { index } => pointer_push(&pointer, index),
    })
}

fn shortened(pointer: String) -> String {
    if pointer.chars().count() <= LONGEST_POINTER {
        return pointer;
    }
    pointer.chars().take(LONGEST_POINTER).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_and_duplicates_are_located() {
        let deep = |pointer: &str| Scan { too_deep: Some(pointer.to_owned()), duplicate: None };
        let twice = |pointer: &str| Scan { too_deep: None, duplicate: Some(pointer.to_owned()) };
        for (text, expected) in [
            (r#"{"a": [[1], [2]]}"#, Scan::default()),
            (r#"{"a": [[1], [[2]]]}"#, deep("/a/1/0")),
            (r#"{"[[[[": "{{{{\"[[[["}"#, Scan::default()),
            (r#"[{"a": 1}, {"a": 1}]"#, Scan::default()),
            (r#"[{"a": "a", "b": {"a": 1}}]"#, Scan::default()),
            (r#"[0, {"a": 1, "b": 2, "a": 3}]"#, twice("/1/a")),
            (r#"{"a": {"b~": 1, "b~": 2}}"#, twice("/a/b~0")),
            (r#""never closed"#, Scan::default()),
            (r#"{"never closed\"#, Scan::default()),
            ("}}]],:", Scan::default()),
        ] {
            assert_eq!(scan(text, 3), expected, "{text}");
        }
    }

    #[test]
    fn long_pointers_are_shortened() {
        let text = format!("[{{\"{}\": [[1]]}}]", "ä".repeat(1_000));
        let pointer = scan(&text, 3).too_deep.unwrap();
        assert!(pointer.starts_with("/0/ää") && pointer.ends_with('…'));
        assert_eq!(pointer.chars().count(), LONGEST_POINTER + 1);
    }
}
