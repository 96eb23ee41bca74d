//! Where in a JSON text something stands.

/// The path of the value in which the given byte of a JSON text lies, as `quotes[3].sourceAmount`;
/// empty for the outermost value.
///
/// The text is taken as it is: nothing is checked, and the path is as good as the text.
pub(crate) fn at(json: &[u8], offset: usize) -> String {
    let mut levels: Vec<Level<'_>> = Vec::new();
    let mut position = 0;
    while position < offset.min(json.len()) {
        let start = position;
        position += 1;
        match json[start] {
            b'"' => {
                position = end_of_string(json, position);
                if let Some(Level::Object { key, expects_key: expects_key @ true }) =
                    levels.last_mut()
                {
                    *key = json.get(start..position).unwrap_or_default();
                    *expects_key = false;
                }
            }
            b'{' => levels.push(Level::Object { key: b"", expects_key: true }),
            b'[' => levels.push(Level::Array { index: 0 }),
            b'}' | b']' => {
                levels.pop();
            }
            b',' => match levels.last_mut() {
                Some(Level::Object { key, expects_key }) => (*key, *expects_key) = (b"", true),
                Some(Level::Array { index }) => *index += 1,
                None => {}
            },
            _ => {}
        }
    }
    write(&levels)
}

/// An object or array that is open at some place of the text.
enum Level<'a> {
    /// In an object, with the member's name in its quotes.
    Object { key: &'a [u8], expects_key: bool },
    /// In an array.
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
                path.push_str(&name);
            }
        }
    }
    path
}

/// The byte that a line and column of `serde_json` mean: how many bytes were read until then.
pub(crate) fn offset(json: &[u8], line: usize, column: usize) -> usize {
    let before: usize = json
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
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
    struct Answer {
        quotes: Vec<Quote>,
    }

    fn path_of_error(json: &str) -> String {
        let error = serde_json::from_str::<Answer>(json).unwrap_err();
        at(json.as_bytes(), offset(json.as_bytes(), error.line(), error.column()))
    }

    #[test]
    fn errors_are_found_at_their_path() {
        for (json, path) in [
            (r#"{"quotes":7}"#, "quotes"),
            (r#"{"quotes":"x"}"#, "quotes"),
            (r#"{"quotes":null}"#, "quotes"),
            (r#"{"quotes":{"a":1}}"#, "quotes"),
            ("{\n \"x\": [1,2],\n \"quotes\": [\n {\"name\": true}]}", "quotes[0].name"),
            (r#"{"quotes":[{"name":"a\",{","amounts":[1,2,-3]}]}"#, "quotes[0].amounts[2]"),
            (
                r#"{"quotes":[{"name":"ä","amounts":[],"next":{"amounts":[300]}}]}"#,
                "quotes[0].next.amounts[0]",
            ),
            (r#"{"quotes":[{"name":"a","amounts":[]},{"amounts":[]}]}"#, "quotes[1]"),
            (r#"[]"#, ""),
            (r#""#, ""),
            (r#"<html>"#, ""),
        ] {
            assert_eq!(path_of_error(json), path, "{json}");
        }
    }

    #[test]
    fn any_text_is_survived() {
        for json in ["\"", "\"\\", "}}]]", "{\"a", "{,,,", "[\"a\\", "{\"\\ud800\":1"] {
            for offset in 0..json.len() + 3 {
                at(json.as_bytes(), offset);
            }
        }
        assert_eq!(offset(b"a\nbc\n", 9, 0), 5);
    }
}
