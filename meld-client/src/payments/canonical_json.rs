//! A canonical form for equivalent JSON bodies.

use std::collections::BTreeMap;

use meld_client_core::serde_json;
use meld_client_core::serde_json::value::RawValue;

use super::fingerprint::{AMOUNTS, plain_amount};

/// Encodes a body with sorted fields, without nulls and with every number in its shortest form.
///
/// A body that is not JSON stays unchanged.
pub(super) fn canonical(body: &[u8]) -> String {
    match serde_json::from_slice::<&RawValue>(body) {
        Ok(value) => {
            let mut written = String::with_capacity(body.len());
            write(value.get(), false, &mut written);
            written
        }
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}

/// Appends one value. `is_amount` says that a string is a decimal number.
fn write(value: &str, is_amount: bool, written: &mut String) {
    let value = value.trim();
    match value.as_bytes().first() {
        Some(b'{') => match serde_json::from_str::<BTreeMap<String, &RawValue>>(value) {
            Ok(fields) => write_object(&fields, written),
            Err(_) => written.push_str(value),
        },
        Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(value) {
            Ok(items) => {
                written.push('[');
                for item in items {
                    write(item.get(), false, written);
                    written.push(',');
                }
                written.push(']');
            }
            Err(_) => written.push_str(value),
        },
        Some(b'"') => match serde_json::from_str::<String>(value) {
            Ok(text) if is_amount => written.push_str(&plain_amount(&text)),
            // Encoded again, so that equal strings have the same escapes.
            Ok(text) => written.push_str(&serde_json::Value::from(text).to_string()),
            Err(_) => written.push_str(value),
        },
        _ => written.push_str(&plain_amount(value)),
    }
}

fn write_object(fields: &BTreeMap<String, &RawValue>, written: &mut String) {
    written.push('{');
    for (name, value) in fields.iter().filter(|(_, value)| value.get() != "null") {
        written.push_str(&serde_json::Value::from(name.as_str()).to_string());
        written.push(':');
        write(value.get(), AMOUNTS.contains(&name.as_str()), written);
        written.push(',');
    }
    written.push('}');
}

#[cfg(test)]
mod tests {
    use super::*;

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
