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

/// Returns a body without card and bank data, tokens, passwords and numbers of identity documents.
pub(super) fn redacted(body: &Value) -> Value {
    match body {
        Value::Object(fields) => {
            // Only cards have `number` beside `cvc` or `expiration`.
            let is_card = fields.contains_key("cvc") || fields.contains_key("expiration");
            let one = |(name, value): (&String, &Value)| {
                let secret = is_secret(name) || (is_card && name == "number") || (name == "code" && value.is_string());
                let value = if secret && !value.is_null() { Value::from(REDACTED) } else { redacted(value) };
                (name.clone(), value)
            };
            Value::Object(fields.iter().map(one).collect())
        }
        Value::Array(items) => items.iter().map(redacted).collect(),
        other => other.clone(),
    }
}

fn is_secret(name: &str) -> bool {
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
            "accounts": [{ "accountNumber": "62629220", "iban": null }], "sessionToken": "t", "code": "000000",
        });
        let expected = json!({
            "amount": 1,
            "paymentMethod": {
                "details": { "number": REDACTED, "cvc": REDACTED, "expiration": REDACTED },
            },
            "accounts": [{ "accountNumber": REDACTED, "iban": null }], "sessionToken": REDACTED, "code": REDACTED,
        });
        assert_eq!(redacted(&body), expected);
    }
}
