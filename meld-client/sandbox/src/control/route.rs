//! An operation of the control API as data.

use axum::http::Method;
use chrono::{DateTime, Utc};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::conditions::most_similar;
use crate::problem::Problem;
use crate::server::Server;
use crate::specs::Operation;
use crate::state::State;

/// The maximum number of items in a list.
pub(super) const MAX_ITEMS: usize = 500;

pub(super) struct Route {
    pub method: Method,
    /// The path, in which `{id}` is the only parameter.
    pub path: &'static str,
    pub summary: &'static str,
    pub body: Fields,
    pub handler: fn(&Input) -> Result<Value, Problem>,
}

pub(super) enum Fields {
    /// These fields and no others.
    Only(&'static [Field]),
    /// An object that the operation parses itself.
    Free,
}

pub(super) struct Field {
    pub name: &'static str,
    pub kind: Kind,
    pub required: bool,
    pub description: &'static str,
}

#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Number,
    Texts,
    OneOf(&'static [&'static str]),
}

impl Kind {
    pub fn schema(self) -> Value {
        match self {
            Kind::Text => json!({ "type": "string" }),
            Kind::Number => json!({ "type": "number" }),
            Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Kind::OneOf(values) => json!({ "type": "string", "enum": values }),
        }
    }

    fn accepts(self, value: &Value) -> bool {
        match self {
            Kind::Text => value.is_string(),
            Kind::Number => value.is_number(),
            Kind::Texts => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            Kind::OneOf(values) => value.as_str().is_some_and(|value| values.contains(&value)),
        }
    }
}

impl Field {
    pub const fn optional(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, kind, required: false, description }
    }

    pub const fn required(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, kind, required: true, description }
    }
}

impl Route {
    pub const fn get(path: &'static str, summary: &'static str, handler: fn(&Input) -> Result<Value, Problem>) -> Self {
        Self { method: Method::GET, path, summary, body: Fields::Only(&[]), handler }
    }

    pub const fn delete(
        path: &'static str,
        summary: &'static str,
        handler: fn(&Input) -> Result<Value, Problem>,
    ) -> Self {
        Self { method: Method::DELETE, path, summary, body: Fields::Only(&[]), handler }
    }

    pub const fn post(
        path: &'static str,
        summary: &'static str,
        body: Fields,
        handler: fn(&Input) -> Result<Value, Problem>,
    ) -> Self {
        Self { method: Method::POST, path, summary, body, handler }
    }

    /// Returns the value of `{id}` in a path that matches.
    pub fn id(&self, path: &str) -> String {
        let position = self.path.split('/').position(|segment| segment == "{id}");
        let segment = position.and_then(|index| path.split('/').nth(index)).unwrap_or_default();
        percent_decode_str(segment).decode_utf8_lossy().into_owned()
    }

    /// Parses and validates a request body. No body is an empty object.
    pub fn parse(&self, body: &[u8]) -> Result<Value, Problem> {
        let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| Problem::bad_request("The body is not JSON").with_error(format!("[body] {error}")))?;
        let object = body.as_object().ok_or_else(|| Problem::bad_request("The body is not a JSON object"))?;
        if let Fields::Only(fields) = self.body {
            let errors = errors(fields, object);
            if !errors.is_empty() {
                return Err(Problem::bad_request("The body is not valid").with_errors(errors));
            }
        }
        Ok(body)
    }
}

fn errors(fields: &[Field], object: &Map<String, Value>) -> Vec<String> {
    let known = || fields.iter().map(|field| field.name.to_owned()).collect();
    let unknown = object.keys().filter(|name| fields.iter().all(|field| field.name != *name)).map(|name| {
        match most_similar(name, known()).first() {
            Some(near) => format!("[{name}] is unknown; the nearest is {near}"),
            None => format!("[{name}] is unknown; the operation has no body"),
        }
    });
    let invalid = fields.iter().filter_map(|field| match object.get(field.name) {
        None if field.required => Some(format!("[{}] is required", field.name)),
        Some(value) if !field.kind.accepts(value) => Some(format!("[{}] must be {}", field.name, field.kind.schema())),
        _ => None,
    });
    unknown.chain(invalid).collect()
}

pub(super) struct Input<'a> {
    pub server: &'a Server,
    pub operations: &'static [Operation],
    /// The value of `{id}` in the path.
    pub id: String,
    pub body: Value,
}

impl Input<'_> {
    pub fn text(&self, field: &str) -> Option<&str> {
        self.body[field].as_str()
    }

    /// Reads the state.
    pub fn read(&self, read: impl FnOnce(&State) -> Value) -> Result<Value, Problem> {
        Ok(self.server.read(|state, _| read(state)))
    }

    /// Changes the state. A 404 with the noun is the response if the subject does not exist.
    pub fn change<T>(
        &self,
        noun: &str,
        change: impl FnOnce(&mut State, DateTime<Utc>) -> Option<T>,
    ) -> Result<T, Problem> {
        self.server.change(change).ok_or_else(|| Problem::not_found(noun))
    }
}
