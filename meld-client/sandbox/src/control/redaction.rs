//! Redaction of secrets and personal data in logged request bodies.

use serde_json::Value;

use crate::request_log::REDACTED;
use crate::sensitive::is_sensitive_in;

/// Returns a body without secrets, personal data and the API key.
pub(super) fn redacted(body: &Value, api_key: &str) -> Value {
    match body {
        Value::Object(fields) => {
            let one = |(name, value): (&String, &Value)| {
                let secret = is_sensitive_in(fields, name, value) && !value.is_null();
                (name.clone(), if secret { Value::from(REDACTED) } else { redacted(value, api_key) })
            };
            Value::Object(fields.iter().map(one).collect())
        }
        Value::Array(items) => items.iter().map(|item| redacted(item, api_key)).collect(),
        Value::String(text) => Value::from(text.replace(api_key, REDACTED)),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_of_bodies_are_redacted() {
        let body = json!({
            "amount": 1, "paymentMethod": { "details": { "number": "4242", "cvc": "1", "expiration": "12/30" } },
            "accounts": [{ "accountNumber": "62629220", "iban": null }], "sessionToken": "t", "note": "my the:key",
            "name": { "firstName": "Robin", "lastName": "Example" }, "email": "a@b.example", "phone": "+1",
            "confirm": { "code": "000000" }, "verify": { "channel": "PHONE", "target": "+1" },
        });
        let expected = json!({
            "amount": 1,
            "paymentMethod": {
                "details": { "number": REDACTED, "cvc": REDACTED, "expiration": REDACTED },
            },
            "accounts": [{ "accountNumber": REDACTED, "iban": null }], "sessionToken": REDACTED,
            "note": "my [redacted]",
            "name": { "firstName": REDACTED, "lastName": REDACTED }, "email": REDACTED, "phone": REDACTED,
            "confirm": { "code": REDACTED }, "verify": { "channel": "PHONE", "target": REDACTED },
        });
        assert_eq!(redacted(&body, "the:key"), expected);
    }
}
