//! The sensitive values of a request.

use std::fmt::Write;

use serde_json::Value;

use super::secrets::Secrets;
use crate::json::{self, Found};
use crate::sensitive::SENSITIVE_FIELDS;

/// Pairs of a field and a field within it that is sensitive only there.
const SENSITIVE_WITHIN: &[(&str, &str)] = &[
    // Card number, expiration and security code, or an account.
    ("paymentMethod", "details"),
    // The account and the person that a payout goes to.
    ("fiatPayoutMethod", "details"),
    ("fiatPayoutMethod", "owner"),
    // The identity of a customer, as it is imported.
    ("data", "applicantData"),
    // The address of a person that pays by Apple Pay.
    ("", "billing_address"),
    // The one-time code of a verification, and the contact that it goes to.
    ("", "code"),
    ("", "target"),
];

/// Returns `true` if a field or parameter of this name is sensitive, with any joining of its words: `accountNumber`,
/// `account_number`. `parent` is the name of the enclosing field.
#[must_use]
pub fn is_sensitive(parent: &str, name: &str) -> bool {
    let within = |(outer, inner): &(&str, &str)| is_same(outer, parent) && is_same(inner, name);
    SENSITIVE_FIELDS.iter().any(|field| is_same(field, name)) || SENSITIVE_WITHIN.iter().any(within)
}

fn is_same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

/// Returns the letters and digits of a name in lower case.
fn letters(name: &str) -> impl Iterator<Item = u8> {
    let bytes = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
    bytes.map(|byte| byte.to_ascii_lowercase())
}

pub(crate) fn add_body(body: &[u8], secrets: &mut Secrets) {
    if let Some(body) = parsed(body) {
        Walk { path: Vec::new(), found: &mut |_, value| secrets.add(value) }.visit(&body, "", Sensitivity::None);
    }
}

/// Returns a body as a value, also with numbers that no value holds. `None` if it is not JSON.
fn parsed(body: &[u8]) -> Option<Value> {
    match json::decode(body) {
        Ok((Found::Value(value), _)) => Some(value),
        Ok((Found::Nothing, _)) => Some(Value::Null),
        _ => None,
    }
}

/// Returns the paths of the sensitive values of a JSON body, such as `customer.email`; `body` if it cannot be searched.
pub(crate) fn redacted_fields(body: &[u8]) -> Vec<String> {
    sensitive_paths(body, text)
}

/// Returns the paths of the sensitive values of a JSON body as JSON pointers, such as `/customer/email`. They are exact,
/// also for names with full stops or brackets. The empty one is the body as a whole, if it cannot be searched.
pub(crate) fn redacted_pointers(body: &[u8]) -> Vec<String> {
    sensitive_paths(body, pointer)
}

fn sensitive_paths(body: &[u8], write: fn(&[Step<'_>]) -> String) -> Vec<String> {
    let Some(body) = parsed(body) else { return vec![write(&[])] };
    let mut paths = Vec::new();
    let mut found = |path: &[Step<'_>], _: &str| paths.push(write(path));
    Walk { path: Vec::new(), found: &mut found }.visit(&body, "", Sensitivity::None);
    paths
}

/// One step of the path of a value.
enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

fn text(path: &[Step<'_>]) -> String {
    if path.is_empty() {
        return "body".to_owned();
    }
    let mut text = String::new();
    for step in path {
        let dot = if text.is_empty() { "" } else { "." };
        // Writing to a string cannot fail.
        let _ = match step {
            Step::Field(name) => write!(text, "{dot}{name}"),
            Step::Index(index) => write!(text, "[{index}]"),
        };
    }
    text
}

fn pointer(path: &[Step<'_>]) -> String {
    let steps = path.iter().map(|step| match step {
        Step::Field(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
        Step::Index(index) => format!("/{index}"),
    });
    steps.collect()
}

/// The reason why a value is sensitive.
#[derive(Clone, Copy, PartialEq)]
enum Sensitivity {
    None,
    /// By its own name.
    Named,
    /// By the name of an enclosing field.
    Within,
}

/// A walk over a body, which calls `found` with the path of each sensitive value and the value.
struct Walk<'a, 'f> {
    path: Vec<Step<'a>>,
    found: &'f mut dyn FnMut(&[Step<'_>], &str),
}

impl<'a> Walk<'a, '_> {
    fn visit(&mut self, value: &'a Value, name: &str, sensitivity: Sensitivity) {
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    let inner = match sensitivity {
                        _ if is_sensitive(name, field) => Sensitivity::Named,
                        Sensitivity::None => Sensitivity::None,
                        Sensitivity::Named | Sensitivity::Within => Sensitivity::Within,
                    };
                    self.inner(Step::Field(field), value, field, inner);
                }
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                items.for_each(|(index, item)| self.inner(Step::Index(index), item, name, sensitivity));
            }
            Value::String(text) if sensitivity == Sensitivity::Named => (self.found)(&self.path, text),
            // Constants such as `CHECKING` and `US` stay, because messages need them.
            Value::String(text) if sensitivity == Sensitivity::Within && !is_constant(text) => {
                (self.found)(&self.path, text);
            }
            Value::Number(number) if sensitivity != Sensitivity::None => {
                (self.found)(&self.path, &number.to_string());
            }
            _ => {}
        }
    }

    fn inner(&mut self, step: Step<'a>, value: &'a Value, name: &str, sensitivity: Sensitivity) {
        self.path.push(step);
        self.visit(value, name, sensitivity);
        self.path.pop();
    }
}

fn is_constant(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_exact_for_any_name() {
        let body = br#"{"a.b":{"email":"1"},"c[0]":[{"email":"2"}],"d/e~f":{"email":"3"}}"#;
        assert_eq!(redacted_pointers(body), ["/a.b/email", "/c[0]/0/email", "/d~1e~0f/email"]);
    }

    #[test]
    fn unusual_json_is_searched_too() {
        let deep = format!(r#"{{"a":{}{},"email":"x"}}"#, "[".repeat(300), "]".repeat(300));
        for (body, found) in [
            (r#"{"n":1e400,"owners":[1e999,{"email":"x"}]}"#, &["owners[1].email"][..]),
            (&deep, &["email"]),
            ("{", &["body"]),
            ("null", &[]),
            ("", &[]),
        ] {
            assert_eq!(redacted_fields(body.as_bytes()), found, "{body}");
        }
    }
}
