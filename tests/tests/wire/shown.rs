//! The format of requests in snapshots.

use std::fmt::Write;

use meld_client::uuid::{Uuid, Version};
use meld_client_core::ParameterLocation;
use meld_tests::calls::Fill;
use meld_tests::json::Json;

use crate::sent::{KEY, Sent};

/// The headers that all requests of a module have, with their values.
pub fn common(version: &str) -> Vec<(&'static str, String)> {
    vec![
        ("accept", "application/json".to_owned()),
        ("accept-encoding", "gzip".to_owned()),
        ("authorization", format!("BASIC {KEY}")),
        ("meld-version", version.trim_start_matches('v').to_owned()),
        ("user-agent", concat!("meld-client/", env!("CARGO_PKG_VERSION")).to_owned()),
    ]
}

/// The head of a snapshot.
pub fn heading(version: &str) -> String {
    let mut text = "Every request:\n".to_owned();
    for (name, value) in common(version) {
        // Omitted, because a new version of the client must not change the snapshot.
        let value = value.replace(env!("CARGO_PKG_VERSION"), "<version>");
        writeln!(text, "    {name}: {value}").unwrap();
    }
    text.push_str("with a body:\n    content-type: application/json\n");
    text
}

/// A request: method, path and query, its own headers, body.
pub fn shown(sent: &Sent) -> String {
    let received = &sent.received;
    let mut text = format!("\n## {}\n{} {}\n", sent.title(), received.method, received.target);
    for (name, value) in sent.parameters(ParameterLocation::Header) {
        let mark = if sent.secret_headers.contains(&name) { " (secret)" } else { "" };
        writeln!(text, "{name}: {}{mark}", shown_header(sent, &name, &value)).unwrap();
    }
    if let Some(body) = sent.body() {
        // `Json` would not keep the order of the fields.
        assert!(matches!(body, Json::Object(_)), "{}", sent.place());
        text.push_str(&indented(&received.body));
        text.push('\n');
    }
    text
}

/// A header; an idempotency key that the client makes differs each time.
fn shown_header(sent: &Sent, name: &str, value: &str) -> String {
    if name != "x-idempotency-key" || sent.fill == Fill::Full {
        return value.to_owned();
    }
    let key: Uuid = value.parse().unwrap();
    assert_eq!(key.get_version(), Some(Version::Random), "{}", sent.place());
    assert_eq!(key.to_string(), value, "{}", sent.place());
    "<uuid v4>".to_owned()
}

/// JSON with line breaks. Its values stay the same, digit by digit.
fn indented(json: &str) -> String {
    let (mut text, mut depth, mut in_text, mut escaped) = (String::new(), 0, false, false);
    let mut characters = json.chars().peekable();
    while let Some(character) = characters.next() {
        if in_text {
            text.push(character);
            in_text = escaped || character != '"';
            escaped = !escaped && character == '\\';
            continue;
        }
        in_text = character == '"';
        match character {
            '{' | '[' => {
                text.push(character);
                match characters.next_if(|next| matches!(next, '}' | ']')) {
                    Some(end) => text.push(end),
                    None => {
                        depth += 1;
                        break_line(&mut text, depth);
                    }
                }
            }
            '}' | ']' => {
                depth -= 1;
                break_line(&mut text, depth);
                text.push(character);
            }
            ',' => {
                text.push(character);
                break_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            other => text.push(other),
        }
    }
    text
}

fn break_line(text: &mut String, depth: usize) {
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
}
