//! Successes whose body says that the request failed.
//!
//! Meld responds so to a request for quotes if there are none, and gateways respond so with bodies of their own. The
//! fields of the response's type count as its result, whatever they are called: the `status` of an order may be `FAILED`.
//!
//! A body says failure if it has no result, and one of:
//!
//! - `error` or `code`, as in Meld's envelope, also where the type has them itself: the response for quotes has its own
//!   `error`, and a payment by Apple Pay its own `code`, which without `data` proves no payment
//! - a field that the type lacks, and that says failure: `errors`, `"success": false`, `"status": "error"`, `errorCode`
//! - a text such as `message` that the type lacks, if no field of the type is there
//!
//! Unknown fields beside these are no result, because the caller would get a value without any field.

use serde_json::Value;

use super::words::Word;
use crate::http_response::HttpResponse;
use crate::json::Parser;

/// The size limit of a success whose body is only an error, in bytes. Frameworks add stack traces of 100 KB.
const MAX_ERROR_SIZE: usize = 256 * 1024;

/// A function that returns `true` for the names of the fields that the type of a response declares.
pub(crate) type Declares = fn(&str) -> bool;

/// Returns `true` for the fields of JSON whose type is not known: all that no error has.
#[must_use]
pub fn is_result_field(name: &str) -> bool {
    Word::of(name).is_none()
}

/// The fields of a response that has no type: all except those that say failure.
pub(crate) fn any_result(name: &str) -> bool {
    matches!(Word::of(name), None | Some(Word::Text | Word::Companion))
}

/// Returns `true` if the status is a success and the body does not say failure.
pub(crate) fn is_success(response: &HttpResponse, declares: Declares) -> bool {
    response.status.is_success() && !says_failure(&response.body, declares)
}

/// The fields of a body that are set.
#[derive(Default)]
struct Fields {
    /// `error`, or a `code` that is one.
    has_error: bool,
    /// A field beyond the type that says failure.
    has_mark: bool,
    /// A text beyond the type.
    has_text: bool,
    /// A state that says success, or that is the type's own, such as the `status` of an order.
    has_state: bool,
    /// A field of the type that no error has, null or empty.
    has_own_empty: bool,
}

fn says_failure(body: &[u8], declares: Declares) -> bool {
    if body.len() > MAX_ERROR_SIZE || begins_with_result(body, declares) {
        return false;
    }
    let Some(Fields { has_error, has_mark, has_text, has_state, has_own_empty }) = fields(body, declares) else {
        return false;
    };
    has_error || (has_mark && !has_state) || (has_text && !has_state && !has_own_empty)
}

/// Returns `true` if a body begins with a field of the type that is set, such as `{"quotes":[{`. Most results do, and need
/// not be searched.
fn begins_with_result(body: &[u8], declares: Declares) -> bool {
    let Some(rest) = body.strip_prefix(b"{\"") else { return false };
    let name = rest.split(|byte| *byte == b'"').next().unwrap_or_default();
    let is_set = match rest.get(name.len()..) {
        Some([b'"', b':', b'[', b'{' | b'"', ..] | [b'"', b':', b'{', b'"', ..]) => true,
        Some([b'"', b':', b'"', first, ..]) => *first != b'"',
        _ => false,
    };
    let is_result = |name: &str| !name.contains('\\') && !is_of_envelope(name) && declares(name);
    is_set && std::str::from_utf8(name).is_ok_and(is_result)
}

/// Returns the fields of an object; `None` if one of them is a result, or the body is something else.
fn fields(body: &[u8], declares: Declares) -> Option<Fields> {
    let mut fields = Fields::default();
    let mut parser = Parser::new(body);
    if !parser.opens(b'{') {
        return None;
    }
    while let Some(name) = parser.next_key().ok()? {
        let is_own = declares(&name);
        match Word::of(&name).filter(|_| !is_own || is_of_envelope(&name)) {
            Some(word) => {
                let value = serde_json::from_slice(parser.raw().ok()?).unwrap_or(Value::Null);
                fields.add(&name, word, &value, is_own, declares);
            }
            None => {
                if is_own && !parser.next_is_empty() {
                    return None;
                }
                fields.has_own_empty |= is_own;
                parser.skip().ok()?;
            }
        }
    }
    Some(fields)
}

impl Fields {
    fn add(&mut self, name: &str, word: Word, value: &Value, is_own: bool, declares: Declares) {
        let says = says(word, value);
        match (word, is_own) {
            (Word::Text, _) => self.has_text |= says && !is_own,
            (Word::Companion, _) => {}
            (Word::Code, _) => {
                let is_error = says && (!is_own || declares("message"));
                self.has_error |= is_error;
                self.has_state |= !is_error && !is_empty(value);
            }
            (Word::Error, true) if name == "error" => self.has_error |= says,
            (_, true) => self.has_state |= !is_empty(value) && !is_error_status(value),
            (_, false) => {
                self.has_error |= says && name == "error";
                self.has_mark |= says;
                self.has_state |= !says && !is_empty(value);
            }
        }
    }
}

/// Returns `true` for the fields of Meld's envelope, and of the errors of frameworks. Where the type of a response has them
/// itself, they are no result alone.
fn is_of_envelope(name: &str) -> bool {
    let is_text = matches!(name, "message" | "displayMessage" | "timestamp" | "requestId" | "path");
    is_text || matches!(name, "code" | "error" | "errors" | "serviceProviderDetails" | "status")
}

/// Returns `true` if a field with this value says failure. A text only has to be there.
fn says(word: Word, value: &Value) -> bool {
    match (word, value) {
        (Word::Success, Value::Bool(is_success)) => !is_success,
        (Word::Success, Value::String(text)) => text.eq_ignore_ascii_case("false"),
        (Word::Failed, Value::Bool(has_failed)) => *has_failed,
        (Word::Status, Value::String(text)) => {
            let words = ["error", "fail", "failed", "failure"];
            words.iter().any(|word| text.eq_ignore_ascii_case(word)) || is_error_status(value)
        }
        (Word::Status, Value::Number(_)) => is_error_status(value),
        (Word::ErrorCode, Value::Number(number)) => number.as_i64() != Some(0),
        (Word::ErrorCode, Value::String(text)) => {
            let words = ["", "ok", "none", "success"];
            let is_zero = text.bytes().all(|byte| byte == b'0');
            !is_zero && !words.iter().any(|word| text.trim().eq_ignore_ascii_case(word))
        }
        (Word::Success | Word::Failed | Word::Status | Word::ErrorCode | Word::Companion, _) => false,
        (Word::Error, Value::Bool(is_error)) => *is_error,
        // Numbers are statuses: 0 often means success.
        (_, Value::Number(_)) => is_error_status(value),
        (_, Value::String(text)) => !text.trim().is_empty(),
        (Word::Error | Word::Code, Value::Object(fields)) => !fields.is_empty(),
        (Word::Error, Value::Array(items)) => items.iter().any(|item| !is_empty(item)),
        _ => false,
    }
}

/// Returns `true` for the number of an HTTP status of an error, also as a string.
fn is_error_status(value: &Value) -> bool {
    let number = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) if text.len() == 3 => text.parse().ok(),
        _ => None,
    };
    number.is_some_and(|status| (400..600).contains(&status))
}

/// Returns `true` for null and for an empty string, array or object.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests;
