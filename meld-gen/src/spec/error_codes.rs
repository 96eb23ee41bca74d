//! The error codes that a spec documents in `x-error-codes` of its responses, where `cargo xtask fetch` records them.

use serde_json::Value;

use super::{METHODS, Spec};
use crate::error::pointer_push;
use crate::model::Facts;

/// The extension of a response with the codes of its status.
const EXTENSION: &str = "x-error-codes";

/// Adds the error codes of each operation. Values that do not have the form of a code are ignored.
pub fn read(spec: &Spec, facts: &mut Facts) {
    let paths = spec.root.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let pointer = pointer_push(&pointer_push("/paths", path), method);
            let responses = operation.get("responses").and_then(Value::as_object);
            for (status, response) in responses.into_iter().flatten() {
                let (Ok(status), codes) = (status.parse::<u16>(), codes(response)) else { continue };
                if !codes.is_empty() {
                    let facts = facts.entry(pointer.clone()).or_default();
                    facts.error_codes.insert(status, codes);
                }
            }
        }
    }
}

fn codes(response: &Value) -> Vec<String> {
    let listed = response.get(EXTENSION).and_then(Value::as_array);
    let texts = listed.into_iter().flatten().filter_map(Value::as_str);
    let mut codes: Vec<String> = texts.filter(|text| is_code(text)).map(str::to_owned).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// Returns `true` for words such as `QUOTE_TIMEOUT`.
fn is_code(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_uppercase()) && text.len() <= 100 && text.chars().all(allowed)
}
