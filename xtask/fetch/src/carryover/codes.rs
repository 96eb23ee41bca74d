//! Error codes: published specs list them in the description of the property `code` of an error.

use serde_json::{Value, json};

use super::METHODS;

const EXTENSION: &str = "x-error-codes";

/// The property of the error envelope that holds the code.
const CODE: &str = "/schema/properties/code/description";

/// Records the error codes of `published` in the responses of `root`. Codes are facts, unlike the description.
pub fn take(root: &mut Value, published: &Value) {
    let Some(paths) = root.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, item) in paths {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            if !METHODS.contains(&method.as_str()) {
                continue;
            }
            let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
            for (status, response) in responses.into_iter().flatten() {
                let there = published.get("paths").and_then(|paths| paths.get(path));
                let there = there.and_then(|item| item.get(method)?.get("responses")?.get(status));
                let codes = there.map(codes).unwrap_or_default();
                if let Some(response) = response.as_object_mut().filter(|_| !codes.is_empty()) {
                    response.insert(EXTENSION.to_owned(), json!(codes));
                }
            }
        }
    }
}

fn codes(response: &Value) -> Vec<String> {
    let content = response.get("content").and_then(Value::as_object);
    let descriptions =
        content.into_iter().flatten().filter_map(|(_, media)| media.pointer(CODE).and_then(Value::as_str));
    let mut codes: Vec<String> = descriptions.flat_map(in_backticks).map(str::to_owned).collect();
    codes.sort();
    codes.dedup();
    codes
}

/// Returns the words in backticks that have the form of a code.
fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    let is_code = |word: &&str| {
        let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        word.starts_with(|c: char| c.is_ascii_uppercase()) && word.chars().all(allowed)
    };
    text.split('`').skip(1).step_by(2).filter(is_code)
}
