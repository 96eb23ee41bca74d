//! What faults do to bodies.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::documents::{Document, Operation};
use crate::faults::Fault;
use crate::schema::Gathered;

/// A value that no document knows.
const UNKNOWN: &str = "VALUE_OF_TOMORROW";

/// Stands for what JSON cannot say, until the text is made.
const MARK: &str = "\u{fffd}";

/// The bytes of a body, as the fault leaves them.
pub(crate) fn write(
    operation: Option<&Operation>,
    body: &Value,
    fault: Option<Fault>,
    api_key: &str,
) -> Vec<u8> {
    let marked = |is_it: fn(&Value) -> bool| {
        let mut body = body.clone();
        mark_first(&mut body, is_it);
        body.to_string()
    };
    match fault {
        // One letter of Latin-1.
        Some(Fault::InvalidUtf8) => {
            let text = marked(Value::is_string);
            let (start, end) = text.split_once(MARK).unwrap_or((&text, ""));
            let letter: &[u8] = if start.len() < text.len() { b"\xe9" } else { b"" };
            [start.as_bytes(), letter, end.as_bytes()].concat()
        }
        Some(Fault::NotANumber) => {
            marked(Value::is_number).replace(&json!(MARK).to_string(), "NaN").into_bytes()
        }
        Some(Fault::KeyInBody) => with_key(body, api_key).into_bytes(),
        _ => write_text(operation, body, fault).into_bytes(),
    }
}

/// Puts the mark in the place of the first value of a kind, if there is one.
fn mark_first(value: &mut Value, is_it: fn(&Value) -> bool) -> bool {
    match value {
        Value::Object(fields) => fields.values_mut().any(|value| mark_first(value, is_it)),
        Value::Array(items) => items.iter_mut().any(|value| mark_first(value, is_it)),
        value if is_it(value) => {
            *value = json!(MARK);
            true
        }
        _ => false,
    }
}

/// A refusal that repeats the key: escaped in the message, and as the name of a field.
fn with_key(body: &Value, api_key: &str) -> String {
    let mut body = body.clone();
    body["message"] = json!(format!("This key is not known: {MARK}"));
    body[api_key] = json!(api_key);
    let escaped: String =
        api_key.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect();
    body.to_string().replace(MARK, &escaped)
}

/// The same value with other currencies.
fn other_currency(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(other_currency).collect(),
        Value::Object(fields) => {
            let changed = fields.iter().map(|(name, value)| {
                let is_currency =
                    value.is_string() && name.to_lowercase().ends_with("currencycode");
                let other = if value == "BTC" { "ETH" } else { "BTC" };
                (name.clone(), if is_currency { json!(other) } else { other_currency(value) })
            });
            Value::Object(changed.collect())
        }
        other => other.clone(),
    }
}

fn write_text(operation: Option<&Operation>, body: &Value, fault: Option<Fault>) -> String {
    match fault {
        Some(Fault::OtherCurrency) => other_currency(body).to_string(),
        Some(Fault::NullValues) => nulls(body, true).to_string(),
        Some(Fault::UnknownEnumValues) => match response_schema(operation) {
            Some((document, schema)) => unknown_values(document, &[schema], body).to_string(),
            None => body.to_string(),
        },
        Some(Fault::ExtraFields) => match response_schema(operation) {
            Some((document, schema)) => extra_fields(document, &[schema], body).to_string(),
            None => body.to_string(),
        },
        Some(Fault::WrongScalars) => wrong_scalars(body).to_string(),
        Some(Fault::ManyDecimals) => {
            let mut text = String::new();
            write_decimals(body, &mut text);
            text
        }
        Some(Fault::MalformedJson) => {
            let mut text = body.to_string();
            // In the middle, so that there is a beginning to be read.
            let middle = (0..=text.len() / 2).rev().find(|&index| text.is_char_boundary(index));
            text.truncate(middle.unwrap_or_default().max(1));
            // Half of a short text may be JSON, as half of a number is.
            text.push('{');
            text
        }
        _ => body.to_string(),
    }
}

fn nulls(value: &Value, outermost: bool) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), nulls(value, false)));
            Value::Object(fields.collect())
        }
        Value::Array(items) if outermost || items.iter().any(Value::is_object) => {
            items.iter().map(|item| nulls(item, false)).collect()
        }
        _ => Value::Null,
    }
}

/// The schema of the body of a success.
fn response_schema(operation: Option<&Operation>) -> Option<(&Document, &Value)> {
    let operation = operation?;
    let document = operation.document();
    Some((document, document.root.pointer(operation.response.as_ref()?)?))
}

fn unknown_values(document: &Document, schemas: &[&Value], value: &Value) -> Value {
    let gathered = Gathered::new(document, schemas, &mut |members| (0..members).collect());
    match value {
        Value::String(_) if gathered.values("enum").next().is_some() => json!(UNKNOWN),
        Value::Array(items) => {
            let schemas: Vec<&Value> = gathered.values("items").collect();
            items.iter().map(|item| unknown_values(document, &schemas, item)).collect()
        }
        Value::Object(fields) => {
            let properties = gathered.properties();
            let further: Vec<&Value> = gathered.further().into_iter().collect();
            let changed = fields.iter().map(|(name, value)| {
                let schemas = properties.get(name.as_str()).unwrap_or(&further);
                (name.clone(), unknown_values(document, schemas, value))
            });
            Value::Object(changed.collect())
        }
        other => other.clone(),
    }
}

fn extra_fields(document: &Document, schemas: &[&Value], value: &Value) -> Value {
    let gathered = Gathered::new(document, schemas, &mut |members| (0..members).collect());
    match value {
        Value::Array(items) => {
            let schemas: Vec<&Value> = gathered.values("items").collect();
            items.iter().map(|item| extra_fields(document, &schemas, item)).collect()
        }
        Value::Object(fields) => {
            let properties = gathered.properties();
            let further: Vec<&Value> = gathered.further().into_iter().collect();
            let changed = fields.iter().map(|(name, value)| {
                let schemas = properties.get(name.as_str()).unwrap_or(&further);
                (name.clone(), extra_fields(document, schemas, value))
            });
            let mut changed: Map<String, Value> = changed.collect();
            // In a map no name is unknown, and every value is of its kind.
            if further.is_empty() {
                changed.insert("fieldOfTomorrow".to_owned(), json!({ "nested": [1, "two", null] }));
            }
            Value::Object(changed)
        }
        other => other.clone(),
    }
}

fn wrong_scalars(value: &Value) -> Value {
    match value {
        Value::Array(items) if items.is_empty() => json!({}),
        Value::Array(items) => items.iter().map(wrong_scalars).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), wrong_scalars(value)));
            Value::Object(fields.collect())
        }
        Value::Number(number) => json!(number.to_string()),
        Value::Bool(truth) => json!(truth.to_string()),
        Value::String(text) => {
            text.parse::<u32>().map_or_else(|_| json!(text), |number| json!(number))
        }
        Value::Null => Value::Null,
    }
}

/// JSON in which every number that may have decimals has 20 of them, which no binary float keeps.
fn write_decimals(value: &Value, text: &mut String) {
    match value {
        Value::Number(number) => {
            let digits = number.to_string();
            let (whole, decimals) = digits.split_once('.').unwrap_or((&digits, ""));
            let exact = number.is_f64() && !digits.contains('e');
            // Where a count is expected, decimals would be another fault.
            let _ = match exact {
                true => write!(text, "{whole}.{decimals:1<20}"),
                false => write!(text, "{digits}"),
            };
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                write_decimals(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            text.push('{');
            for (index, (name, value)) in fields.iter().enumerate() {
                let _ = write!(text, "{}{}:", if index == 0 { "" } else { "," }, json!(name));
                write_decimals(value, text);
            }
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
}
