//! What faults do to bodies.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::documents::{Document, Operation};
use crate::faults::Fault;
use crate::schema::Gathered;

/// A value that no document knows.
const UNKNOWN: &str = "VALUE_OF_TOMORROW";

/// The text of a body, as the fault leaves it.
pub(crate) fn write(operation: Option<&Operation>, body: &Value, fault: Option<Fault>) -> String {
    match fault {
        Some(Fault::NullValues) => nulls(body, true).to_string(),
        Some(Fault::UnknownEnumValues) => match answer_schema(operation) {
            Some((document, schema)) => unknown_values(document, &[schema], body).to_string(),
            None => body.to_string(),
        },
        Some(Fault::ExtraFields) => match answer_schema(operation) {
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
fn answer_schema(operation: Option<&Operation>) -> Option<(&Document, &Value)> {
    let operation = operation?;
    let document = operation.document();
    Some((document, document.root.pointer(operation.answer.as_ref()?)?))
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
