//! The sensitive values of a request.

use serde_json::Value;

use super::Secrets;
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
    // The person that pays by Apple Pay.
    ("", "first_name"),
    ("", "last_name"),
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

/// Adds the sensitive values of a JSON body.
pub(crate) fn add_body(body: &[u8], secrets: &mut Secrets) {
    if let Ok(body) = serde_json::from_slice::<Value>(body) {
        add(&body, "", Sensitivity::None, secrets);
    }
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

fn add(value: &Value, name: &str, sensitivity: Sensitivity, secrets: &mut Secrets) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                let inner = match sensitivity {
                    _ if is_sensitive(name, field) => Sensitivity::Named,
                    Sensitivity::None => Sensitivity::None,
                    Sensitivity::Named | Sensitivity::Within => Sensitivity::Within,
                };
                add(value, field, inner, secrets);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| add(item, name, sensitivity, secrets)),
        Value::String(text) if sensitivity == Sensitivity::Named => secrets.add(text),
        // Constants such as `CHECKING` and `US` stay, because messages need them.
        Value::String(text) if sensitivity == Sensitivity::Within && !is_constant(text) => {
            secrets.add(text);
        }
        Value::Number(number) if sensitivity != Sensitivity::None => {
            secrets.add(&number.to_string());
        }
        _ => {}
    }
}

fn is_constant(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}
