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
                let (Ok(status), codes) = (status.parse::<u16>(), codes(response)) else {
                    continue;
                };
                if !codes.is_empty() {
                    facts.operation(&pointer).error_codes.insert(status, codes);
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::CatalogEntry;

    #[test]
    fn only_codes_of_responses_are_read() {
        let root = json!({
            "openapi": "3.1.0", "info": {"title": "Gifts", "version": "2026-02-03"},
            "paths": {"/a": {"get": {"operationId": "a", "responses": {
                "400": {"x-error-codes": ["B_2", "A", "lower", "`"]},
                "404": {"x-error-codes": []},
                "default": {"x-error-codes": ["C"]}
            }}}}
        });
        let path = std::path::Path::new("gifts-20260203.json");
        let entry = CatalogEntry::from_path(path).unwrap();
        let spec = Spec::from_bytes(&entry, root.to_string().as_bytes()).unwrap();
        let mut facts = Facts::default();
        read(&spec, &mut facts);
        let codes = &facts.operations["/paths/~1a/get"].error_codes;
        assert_eq!(codes.iter().collect::<Vec<_>>(), [(&400, &vec!["A".into(), "B_2".into()])]);
    }
}
