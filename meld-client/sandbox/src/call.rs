//! A validated request, as the flows see it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::multipart::Multipart;
use crate::pagination;
use crate::specs::{ApiVersion, Operation};

/// A validated request.
pub(crate) struct Call {
    pub operation: &'static Operation,
    /// The version that is served.
    pub version: ApiVersion,
    pub path: BTreeMap<String, String>,
    pub query: BTreeMap<String, String>,
    pub body: Value,
    /// The parts of a multipart body, without its JSON part.
    pub files: Multipart,
    /// The path and query as sent.
    pub target: String,
    /// The key by which the response is replayed, if the operation has one.
    pub idempotency_key: Option<String>,
    /// The idempotency key as sent, even where none is allowed.
    pub key: Option<String>,
    /// The lower-case names of the headers that carry a merchant's own credentials.
    pub passthrough: Vec<String>,
    /// The credential of operations that take no API key.
    pub token: Option<String>,
    /// The API key of the server.
    pub api_key: String,
    pub request_id: String,
    pub now: DateTime<Utc>,
    /// The time for which the request is in progress, by its fault.
    pub takes: Duration,
    pub base_url: String,
}

impl Call {
    /// Returns the time until which the request is in progress.
    pub fn in_progress_until(&self) -> DateTime<Utc> {
        self.now + TimeDelta::from_std(self.takes).unwrap_or_default()
    }

    /// Returns a path parameter. It exists, because the path matched its template.
    pub fn path(&self, name: &str) -> &str {
        self.path.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Returns a string of the body.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.body.get(field)?.as_str()
    }

    /// Returns the strings of a list in the body.
    pub fn texts(&self, field: &str) -> Vec<String> {
        let list = self.body[field].as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Returns a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).map(String::as_str)
    }

    /// Returns `true` if a query parameter is missing or has this value.
    pub fn matches(&self, parameter: &str, value: Option<&str>) -> bool {
        self.query(parameter).is_none_or(|wanted| value == Some(wanted))
    }

    /// Returns `true` if a query parameter is missing or its comma-separated list contains the value.
    pub fn lists(&self, parameter: &str, value: &str) -> bool {
        self.query(parameter).is_none_or(|list| list.split(',').any(|item| item.trim() == value))
    }

    /// Returns the requested page of a sorted list, whose items are in the field `name`.
    pub fn page<T>(&self, items: &[T], key: impl Fn(&T) -> String, name: &str, to_json: impl Fn(&T) -> Value) -> Value {
        pagination::page(self.operation.name(), &self.query, items, key, name, to_json)
    }
}
