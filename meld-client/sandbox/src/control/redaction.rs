//! Redaction of secrets in logged request bodies.

use serde_json::Value;

use crate::requests::REDACTED;

/// The endings of the names of fields that hold secrets, in lower-case letters.
const SECRETS: &[&str] = &[
    "accountnumber",
    "bic",
    "cvc",
    "cvv",
    "documentnumber",
    "dateofbirth",
    "expiration",
    "iban",
    "idnumber",
    "otp",
    "password",
    "pan",
    "pixkey",
    "routingnumber",
    "secret",
    "signature",
    "sortcode",
    "ssn",
    "taxid",
    "token",
];

/// Returns a body without card and bank data, tokens, passwords, numbers of identity documents and the API key.
pub(super) fn redacted(body: &Value, api_key: &str) -> Value {
    match body {
        Value::Object(fields) => {
            // Only cards have `number` beside `cvc` or `expiration`.
            let is_card = fields.contains_key("cvc") || fields.contains_key("expiration");
            let one = |(name, value): (&String, &Value)| {
                let secret = is_secret(name) || (is_card && name == "number") || (name == "code" && value.is_string());
                let value = if secret && !value.is_null() { Value::from(REDACTED) } else { redacted(value, api_key) };
                (name.clone(), value)
            };
            Value::Object(fields.iter().map(one).collect())
        }
        Value::Array(items) => items.iter().map(|item| redacted(item, api_key)).collect(),
        Value::String(text) => Value::from(text.replace(api_key, REDACTED)),
        other => other.clone(),
    }
}

/// Returns `true` if a field or parameter of this name holds a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    SECRETS.iter().any(|secret| letters.ends_with(secret))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_of_bodies_are_redacted() {
        let body = json!({
            "amount": 1, "paymentMethod": { "details": { "number": "4242", "cvc": "1", "expiration": "12/30" } },
            "accounts": [{ "accountNumber": "62629220", "iban": null }], "sessionToken": "t", "code": "000000", "note": "my the:key",
        });
        let expected = json!({
            "amount": 1,
            "paymentMethod": {
                "details": { "number": REDACTED, "cvc": REDACTED, "expiration": REDACTED },
            },
            "accounts": [{ "accountNumber": REDACTED, "iban": null }], "sessionToken": REDACTED, "code": REDACTED,
            "note": "my [redacted]",
        });
        assert_eq!(redacted(&body, "the:key"), expected);
    }
}
