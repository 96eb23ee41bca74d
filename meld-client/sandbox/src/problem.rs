//! Error responses: Meld has one JSON body for every status from 400 up.

use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use crate::clock::timestamp;
use crate::error::Error;

/// The refusal of a request.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub status: StatusCode,
    /// The code for programs.
    pub code: &'static str,
    /// The sentence for people.
    pub message: String,
    /// One line for each invalid field: `[field] message`.
    pub errors: Vec<String>,
    /// The provider's error, if the provider refused.
    pub provider: Option<Box<Value>>,
    /// The value of `Retry-After`.
    pub retry_after: Option<String>,
    /// Further fields of the body.
    pub fields: Option<Box<Map<String, Value>>>,
    /// `true` if the response has no body.
    pub is_bare: bool,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            errors: Vec::new(),
            provider: None,
            retry_after: None,
            fields: None,
            is_bare: false,
        }
    }

    /// Creates a 400 with the code `BAD_REQUEST`.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// Creates a 404 for an unknown id.
    pub fn not_found(noun: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("There is no such {noun}"))
    }

    /// Creates a 409 for a request that the state does not allow.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "CONFLICT", message)
    }

    /// Creates a 500 for an error of the mock server itself.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "JSON_PROCESSING_ERROR", message)
    }

    pub fn with_error(mut self, error: impl Into<String>) -> Self {
        self.errors.push(error.into());
        self
    }

    pub fn with_errors(self, errors: Vec<String>) -> Self {
        Self { errors, ..self }
    }

    pub fn with_retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds.to_string()), ..self }
    }

    /// Adds a field to the body.
    pub fn with_field(mut self, name: &str, value: Value) -> Self {
        self.fields.get_or_insert_default().insert(name.to_owned(), value);
        self
    }

    pub fn without_body(self) -> Self {
        Self { is_bare: true, ..self }
    }

    /// Returns the code, the message and the errors.
    pub fn summary(&self) -> Value {
        json!({ "code": self.code, "message": self.message, "errors": self.errors })
    }

    /// Returns the response body.
    pub fn envelope(&self, request_id: &str, now: DateTime<Utc>) -> Value {
        let mut body = json!({
            "code": self.code,
            "message": self.message,
            "requestId": request_id,
            "timestamp": timestamp(now),
        });
        if !self.errors.is_empty() {
            body["errors"] = json!(self.errors);
        }
        if let Some(provider) = &self.provider {
            body["serviceProviderDetails"] = Value::clone(provider);
        }
        if let (Some(body), Some(fields)) = (body.as_object_mut(), &self.fields) {
            body.extend(Map::clone(fields));
        }
        body
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::internal(error.to_string())
    }
}
