//! Excerpts of a response without its values.

use crate::json::path::Scanner;
use crate::one_line;

/// The length of the excerpt before and after the place, in characters.
const BEFORE: usize = 80;
const AFTER: usize = 40;

/// Returns the part of JSON around the value at this path, with `…` for every string and number. Returns `None` if the
/// body does not begin like a JSON object or array.
pub(crate) fn around(json: &[u8], path: &str) -> Option<String> {
    if !matches!(json.trim_ascii_start().first(), Some(b'{' | b'[')) {
        return None;
    }
    let mut shown = String::new();
    let mut place = path.is_empty().then_some(0);
    let mut scanner = Scanner::new(json);
    while let Some(token) = scanner.next_token() {
        mask(token.text, token.is_key, &mut shown);
        let length = shown.chars().count();
        match place {
            None if scanner.is_at(path) => place = Some(length),
            None if length > 2 * BEFORE => shown = last(&shown, BEFORE),
            Some(place) if length > place + AFTER => break,
            _ => {}
        }
    }
    let place = place.unwrap_or_else(|| shown.chars().count());
    let start = place.saturating_sub(BEFORE);
    let excerpt: String = shown.chars().skip(start).take(place - start + AFTER).collect();
    Some(excerpt)
}

/// Appends a token of JSON, without its value.
fn mask(token: &[u8], is_key: bool, shown: &mut String) {
    match token.first() {
        None | Some(b' ' | b'\n' | b'\r' | b'\t') => {}
        Some(b'"') if is_key => {
            shown.push_str(&one_line::name(&String::from_utf8_lossy(token), AFTER));
        }
        Some(b'"') => shown.push_str("\"…\""),
        Some(b'{' | b'}' | b'[' | b']' | b',' | b':') => {
            shown.push_str(&String::from_utf8_lossy(token));
        }
        Some(_) if matches!(token, b"true" | b"false" | b"null") => {
            shown.push_str(&String::from_utf8_lossy(token));
        }
        Some(_) => shown.push('…'),
    }
}

/// Returns the last characters of a string.
fn last(text: &str, count: usize) -> String {
    let length = text.chars().count();
    text.chars().skip(length.saturating_sub(count)).collect()
}

/// Returns the title of an HTML page, which usually is the message of a proxy.
pub(crate) fn title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(4096)]).into_owned();
    // The length stays, because only ASCII letters change.
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower[start..].find("</title>")?;
    let title = text[start..end].trim();
    (!title.is_empty()).then(|| one_line::name(title, BEFORE).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_have_names_but_no_values() {
        let json = br#"{"id":"secret","quotes":[{"name":"secret","amount":{"a":1.5}, "ok":true}]}"#;
        for path in ["", "quotes[0].amount", "quotes[0].gone"] {
            assert_eq!(
                around(json, path).unwrap().chars().take(70).collect::<String>(),
                r#"{"id":"…","quotes":[{"name":"…","amount":{"a":…},"ok":true}]}"#
                    .chars()
                    .take(if path.is_empty() { AFTER } else { 70 })
                    .collect::<String>(),
                "{path}"
            );
        }
    }

    #[test]
    fn long_responses_are_cut_around_the_path() {
        let items: Vec<String> = (0..5000).map(|i| format!(r#"{{"n":{i},"t":"secret"}}"#)).collect();
        let json = format!("[{}]", items.join(","));
        let excerpt = around(json.as_bytes(), "[4000].t").unwrap();
        assert!(excerpt.chars().count() <= BEFORE + AFTER, "{excerpt}");
        assert!(excerpt.contains(r#"{"n":…,"t":"…"}"#) && !excerpt.contains("secret"));
        assert!(!excerpt.contains("4000"), "{excerpt}");
    }

    #[test]
    fn invalid_json_is_cut_and_pages_have_a_title() {
        for text in ["", "x", "<html>", "\"secret\"", "7"] {
            assert_eq!(around(text.as_bytes(), "a"), None, "{text}");
        }
        for text in ["{", "{\"a", "[1,", "{\"a\":secret", "[[[[", "{\"\\ud800\":\"secret"] {
            let excerpt = around(text.as_bytes(), "a.b").unwrap();
            assert!(!excerpt.contains("secret"), "{excerpt}");
        }
        let page = "<HTML><head><Title> 502 Bad Gateway </title>";
        assert_eq!(title(page.as_bytes()).as_deref(), Some("502 Bad Gateway"));
        assert_eq!(title(b"<title>"), None);
    }

    #[test]
    fn excerpts_are_one_printable_line() {
        let json = "{\"a\n\u{1b}[2J\u{202e}\":[1,\"\u{200b}\"],\"b\": \u{1b}}";
        let excerpt = around(json.as_bytes(), "b").unwrap();
        assert_eq!(excerpt, r#"{"a  [2J ":[…,"…"],"b":…}"#);
        let page = "<title>a\u{1b}\u{202e}b\nc</title>";
        assert_eq!(title(page.as_bytes()).as_deref(), Some("a  b c"));
    }
}
