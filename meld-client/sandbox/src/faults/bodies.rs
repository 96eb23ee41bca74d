//! Response bodies, as faults leave them.

use serde_json::{Map, Value, json};

use super::fault::Fault;
use crate::specs::Operation;
use crate::specs::schema::ResolvedSchema;

/// An enum value that no spec declares.
const UNKNOWN: &str = "VALUE_OF_TOMORROW";

/// The placeholder for text that is not valid JSON, replaced after encoding.
const MARK: &str = "\u{fffd}";

/// Encodes a body with the damage of a fault.
pub(crate) fn encode(operation: Option<&Operation>, body: &Value, fault: Option<Fault>, api_key: &str) -> Vec<u8> {
    let marked = |is_match: fn(&Value) -> bool| {
        let mut body = body.clone();
        mark_first(&mut body, is_match);
        body.to_string()
    };
    match fault {
        // A letter in Latin-1.
        Some(Fault::InvalidUtf8) => {
            let text = marked(Value::is_string);
            let (start, end) = text.split_once(MARK).unwrap_or((&text, ""));
            let letter: &[u8] = if start.len() < text.len() { b"\xe9" } else { b"" };
            [start.as_bytes(), letter, end.as_bytes()].concat()
        }
        Some(Fault::NotANumber) => marked(Value::is_number).replace(&json!(MARK).to_string(), "NaN").into_bytes(),
        Some(Fault::KeyInBody) => with_key(body, api_key).into_bytes(),
        _ => encode_text(operation, body, fault).into_bytes(),
    }
}

/// Replaces the first matching value with the mark. Returns `false` if there is none.
fn mark_first(value: &mut Value, is_match: fn(&Value) -> bool) -> bool {
    match value {
        Value::Object(fields) => fields.values_mut().any(|value| mark_first(value, is_match)),
        Value::Array(items) => items.iter_mut().any(|value| mark_first(value, is_match)),
        value if is_match(value) => {
            *value = json!(MARK);
            true
        }
        _ => false,
    }
}

/// Returns a refusal with the key as `\u` escapes in the message and as a field name.
fn with_key(body: &Value, api_key: &str) -> String {
    let mut body = body.clone();
    body["message"] = json!(format!("The key is unknown: {MARK}"));
    body[api_key] = json!(api_key);
    let escaped: String = api_key.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect();
    body.to_string().replace(MARK, &escaped)
}

fn other_currency(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(other_currency).collect(),
        Value::Object(fields) => {
            let changed = fields.iter().map(|(name, value)| {
                let is_currency = value.is_string() && name.to_lowercase().ends_with("currencycode");
                let other = if value == "BTC" { "ETH" } else { "BTC" };
                (name.clone(), if is_currency { json!(other) } else { other_currency(value) })
            });
            Value::Object(changed.collect())
        }
        other => other.clone(),
    }
}

fn encode_text(operation: Option<&Operation>, body: &Value, fault: Option<Fault>) -> String {
    match fault {
        Some(Fault::OtherCurrency) => other_currency(body).to_string(),
        Some(Fault::NullValues) => nulls(body, true).to_string(),
        Some(fault @ (Fault::UnknownEnumValues | Fault::ExtraFields)) => {
            let schema = operation.and_then(|operation| Some((operation, operation.response_schema()?)));
            match schema {
                Some((operation, schema)) => add_unknown(fault, &operation.spec.root, &[schema], body).to_string(),
                None => body.to_string(),
            }
        }
        Some(Fault::WrongScalars) => wrong_scalars(body).to_string(),
        Some(Fault::ManyDecimals) => many_decimals(body),
        Some(Fault::MalformedJson) => {
            let mut text = body.to_string();
            // Cut in the middle, so that a part is valid.
            let middle = (0..=text.len() / 2).rev().find(|&index| text.is_char_boundary(index));
            text.truncate(middle.unwrap_or_default().max(1));
            // Half of a short body may be valid JSON, such as half of a number.
            text.push('{');
            text
        }
        _ => body.to_string(),
    }
}

/// Replaces all values in objects with null.
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

/// Adds what the spec does not declare: enum values, or fields.
fn add_unknown(fault: Fault, root: &Value, schemas: &[&Value], value: &Value) -> Value {
    let schema = ResolvedSchema::new(root, schemas);
    match value {
        Value::String(_) if fault == Fault::UnknownEnumValues && schema.values("enum").next().is_some() => {
            json!(UNKNOWN)
        }
        Value::Array(items) => {
            let schemas = schema.items();
            items.iter().map(|item| add_unknown(fault, root, &schemas, item)).collect()
        }
        Value::Object(fields) => {
            let properties = schema.properties();
            let additional: Vec<&Value> = schema.additional().into_iter().collect();
            let changed = fields.iter().map(|(name, value)| {
                let schemas = properties.get(name.as_str()).unwrap_or(&additional);
                (name.clone(), add_unknown(fault, root, schemas, value))
            });
            let mut changed: Map<String, Value> = changed.collect();
            // A map allows any name, so an extra field would be an entry of the wrong type.
            if fault == Fault::ExtraFields && additional.is_empty() {
                changed.insert("fieldOfTomorrow".to_owned(), json!({ "nested": [1, "two", null] }));
            }
            Value::Object(changed)
        }
        other => other.clone(),
    }
}

/// Replaces scalars with those of another JSON type.
fn wrong_scalars(value: &Value) -> Value {
    map_leaves(value, &|leaf| match leaf {
        Value::Array(_) => json!({}),
        Value::Number(number) => json!(number.to_string()),
        Value::Bool(truth) => json!(truth.to_string()),
        Value::String(text) => text.parse::<u32>().map_or_else(|_| json!(text), |number| json!(number)),
        other => other.clone(),
    })
}

/// Encodes a value with 20 decimals in every non-integer, which no binary float can represent.
fn many_decimals(value: &Value) -> String {
    let marked = map_leaves(value, &|leaf| {
        let digits = leaf.to_string();
        match digits.split_once('.') {
            // Decimals in an integer would be another fault.
            Some((whole, decimals)) if leaf.is_f64() && !digits.contains('e') => {
                json!(format!("{MARK}{whole}.{decimals:1<20}{MARK}"))
            }
            _ => leaf.clone(),
        }
    });
    marked.to_string().replace(&format!("\"{MARK}"), "").replace(&format!("{MARK}\""), "")
}

/// Replaces all scalars and empty lists.
fn map_leaves(value: &Value, change: &dyn Fn(&Value) -> Value) -> Value {
    match value {
        Value::Array(items) if !items.is_empty() => items.iter().map(|item| map_leaves(item, change)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| (name.clone(), map_leaves(value, change)));
            Value::Object(fields.collect())
        }
        leaf => change(leaf),
    }
}
