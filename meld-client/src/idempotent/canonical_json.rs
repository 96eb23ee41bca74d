//! A canonical form for equivalent JSON bodies.

use std::collections::BTreeMap;

use meld_client_core::serde_json;
use meld_client_core::serde_json::value::RawValue;

use super::fingerprint::{AMOUNTS, plain_amount};

/// Encodes a body with sorted fields, without nulls and with every number in its shortest form. Fields for which
/// `omits` returns `true` are left out; it gets the names of the enclosing field and of the field.
///
/// A body that is not JSON stays unchanged.
pub(super) fn canonical(body: &[u8], omits: fn(&str, &str) -> bool) -> String {
    match serde_json::from_slice::<&RawValue>(body) {
        Ok(value) => {
            let mut written = Writer { written: String::with_capacity(body.len()), omits };
            written.value(value.get(), "");
            written.written
        }
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}

struct Writer {
    written: String,
    omits: fn(&str, &str) -> bool,
}

impl Writer {
    /// Appends the value of a field, or an item of it.
    fn value(&mut self, value: &str, name: &str) {
        let value = value.trim();
        match value.as_bytes().first() {
            Some(b'{') => match serde_json::from_str::<BTreeMap<String, &RawValue>>(value) {
                Ok(fields) => self.object(&fields, name),
                Err(_) => self.written.push_str(value),
            },
            Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(value) {
                Ok(items) => {
                    self.written.push('[');
                    for item in items {
                        self.item(item.get(), name);
                        self.written.push(',');
                    }
                    self.written.push(']');
                }
                Err(_) => self.written.push_str(value),
            },
            Some(b'"') => self.string(value, AMOUNTS.contains(&name)),
            _ => self.written.push_str(&plain_amount(value)),
        }
    }

    /// Appends an item of a list, whose strings are no amounts.
    fn item(&mut self, value: &str, name: &str) {
        match value.trim() {
            string if string.starts_with('"') => self.string(string, false),
            other => self.value(other, name),
        }
    }

    fn string(&mut self, value: &str, is_amount: bool) {
        match serde_json::from_str::<String>(value) {
            Ok(text) if is_amount => self.written.push_str(&plain_amount(&text)),
            // Encoded again, so that equal strings have the same escapes.
            Ok(text) => self.written.push_str(&serde_json::Value::from(text).to_string()),
            Err(_) => self.written.push_str(value),
        }
    }

    fn object(&mut self, fields: &BTreeMap<String, &RawValue>, parent: &str) {
        self.written.push('{');
        for (name, value) in fields.iter().filter(|(_, value)| value.get() != "null") {
            if (self.omits)(parent, name) {
                continue;
            }
            self.written.push_str(&serde_json::Value::from(name.as_str()).to_string());
            self.written.push(':');
            self.value(value.get(), name);
            self.written.push(',');
        }
        self.written.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::canonical as canonical_without;

    fn canonical(body: &[u8]) -> String {
        canonical_without(body, |_, _| false)
    }

    #[test]
    fn omitted_fields_make_no_difference() {
        let of = |body: &str| canonical_without(body.as_bytes(), |parent, name| (parent, name) == ("card", "number"));
        assert_eq!(of(r#"{"card":{"number":"4242"},"a":1}"#), of(r#"{"card":{"number":"4243"},"a":1}"#));
        assert_ne!(of(r#"{"card":{"number":"4242"},"a":1}"#), of(r#"{"card":{"number":"4242"},"a":2}"#));
        assert_ne!(of(r#"{"number":"4242"}"#), of(r#"{"number":"4243"}"#));
    }

    #[test]
    fn equivalent_bodies_are_equal() {
        let body = r#"{"sourceAmount":"10.00","a":{"x":1.50,"y":null},"list":[1,"é"],"flag":true}"#;
        for same in [
            r#"{"a":{"x":1.5},"flag":true,"list":[1.0,"\u00e9"],"sourceAmount":10}"#,
            r#" { "list" : [ 1 , "é" ] , "flag":true, "a":{"y":null,"x":1.500}, "sourceAmount":10.0 } "#,
        ] {
            assert_eq!(canonical(same.as_bytes()), canonical(body.as_bytes()), "{same}");
        }
    }

    #[test]
    fn every_digit_and_every_field_counts() {
        let body = r#"{"amount":0.1234567890123456789,"card":{"number":"4242"},"zip":"010"}"#;
        for other in [
            r#"{"amount":0.1234567890123456788,"card":{"number":"4242"},"zip":"010"}"#,
            r#"{"amount":0.1234567890123456789,"card":{"number":"4243"},"zip":"010"}"#,
            r#"{"amount":0.1234567890123456789,"card":{"number":"4242"},"zip":"10"}"#,
            r#"{"amount":0.1234567890123456789,"card":{"number":4242},"zip":"010"}"#,
            r#"{"amount":0.1234567890123456789,"card":["number","4242"],"zip":"010"}"#,
            r#"{"amount":0.1234567890123456789,"zip":"010"}"#,
            "{",
            "",
        ] {
            assert_ne!(canonical(other.as_bytes()), canonical(body.as_bytes()), "{other}");
        }
    }
}
