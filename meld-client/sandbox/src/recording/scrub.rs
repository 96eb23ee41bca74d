//! The copy of a value that has only parts which its schema proves to be harmless.
//!
//! The copy is built anew: a part is in it only if a rule here puts it there. Fields without a schema have no rule.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value, json};

use super::vocabulary::{Vocabulary, is_date, is_quantity, is_time, is_time_name};
use crate::sensitive::{is_sensitive, is_sensitive_in};
use crate::specs::Operation;
use crate::specs::schema::ResolvedSchema;

/// The replacement of all texts for people.
const TEXT: &str = "Text replaced by the recorder";
/// The fields of texts for people.
const TEXTS: &[&str] = &["description", "displayMessage", "errors", "message", "reason", "statusReason"];

/// The amount from which numbers are replaced.
const MAX_AMOUNT: f64 = 1e12;

/// Copies the harmless parts of values of one operation.
pub(super) struct Scrubber<'a> {
    pub root: &'a Value,
    pub words: &'a Vocabulary,
    /// `true` if amounts are not those of a bank account.
    pub keeps_amounts: bool,
    /// Returns the replacement of a string.
    pub replace: &'a mut dyn FnMut(&str) -> String,
}

impl<'a> Scrubber<'a> {
    pub fn new(operation: &'a Operation, words: &'a Vocabulary, replace: &'a mut dyn FnMut(&str) -> String) -> Self {
        let keeps_amounts = operation.family != "banklinking";
        Self { root: &operation.spec.root, words, keeps_amounts, replace }
    }

    /// Copies a value in a field of this name.
    pub fn value(&mut self, schemas: &[&Value], name: &str, secret: bool, value: &Value) -> Value {
        let root = self.root;
        let schema = ResolvedSchema::new(root, schemas);
        match value {
            Value::Null => Value::Null,
            Value::Bool(truth) => json!(*truth && !secret && schema.kind() == Some("boolean")),
            Value::Number(number) => Value::Number(self.number(&schema, name, secret, number)),
            Value::String(text) => Value::String(self.text(&schema, name, secret, text)),
            Value::Array(items) => {
                let schemas = schema.items();
                let items = items.iter().take(if schemas.is_empty() { 0 } else { usize::MAX });
                items.map(|item| self.value(&schemas, name, secret, item)).collect()
            }
            Value::Object(fields) => Value::Object(self.object(&schema, secret, fields)),
        }
    }

    fn object(&mut self, schema: &ResolvedSchema<'_>, secret: bool, fields: &Map<String, Value>) -> Map<String, Value> {
        let properties: BTreeMap<&str, Vec<&Value>> = schema.properties();
        let additional = schema.additional();
        let mut copy = Map::new();
        for (name, value) in fields {
            match (properties.get(name.as_str()), additional) {
                (Some(schemas), _) => {
                    let secret = secret || is_sensitive_in(fields, name, value);
                    copy.insert(name.clone(), self.value(schemas, name, secret, value));
                }
                // The name is data, too.
                (None, Some(schema)) => {
                    let secret = secret || is_sensitive(name);
                    let known = self.words.keeps("", name);
                    let key = if known { name.clone() } else { (self.replace)(name) };
                    copy.insert(key, self.value(&[schema], name, secret, value));
                }
                (None, None) => {}
            }
        }
        copy
    }

    fn number(&self, schema: &ResolvedSchema<'_>, name: &str, secret: bool, number: &Number) -> Number {
        let is_count = matches!(name, "count" | "remaining" | "limit");
        // Numbers of accounts and cards are longer.
        let is_short = number.as_f64().is_some_and(|number| number.abs() < MAX_AMOUNT);
        let keeps = !secret && is_short && (is_count || (self.keeps_amounts && is_quantity(name)));
        if keeps && matches!(schema.kind(), Some("integer" | "number")) {
            return number.clone();
        }
        let least = schema.greatest("minimum").map_or(1, |least| least.ceil() as i64);
        let most = schema.least("maximum").map_or(i64::MAX, |most| most.floor() as i64);
        Number::from(least.max(1).min(most))
    }

    fn text(&mut self, schema: &ResolvedSchema<'_>, name: &str, secret: bool, text: &str) -> String {
        let format = schema.text("format");
        let is_time_field = matches!(format, Some("date" | "date-time")) || schema.text("pattern").is_some();
        if secret {
            return match schema.allowed() {
                // Variants of unions are told apart by such values.
                Some(allowed) if allowed.iter().any(|value| value.as_str() == Some(text)) => {
                    allowed.first().and_then(|value| value.as_str()).unwrap_or_default().to_owned()
                }
                _ if is_date(text) => constant_time(text).to_owned(),
                _ => (self.replace)(text),
            };
        }
        if self.words.keeps(name, text) || ((is_time_field || is_time_name(name)) && is_time(text)) {
            return text.to_owned();
        }
        match TEXTS.contains(&name) {
            true => TEXT.to_owned(),
            false => (self.replace)(text),
        }
    }
}

/// Returns a constant date or time of the same form.
fn constant_time(text: &str) -> &'static str {
    if text.len() == 10 { "1990-04-01" } else { "1990-04-01T00:00:00.000Z" }
}
