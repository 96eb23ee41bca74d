//! What Meld responds when something is wrong: one JSON body for every status from 400 up.

use axum::http::StatusCode;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

/// Why a request is refused.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub status: StatusCode,
    /// The code that programs look at.
    pub code: &'static str,
    /// A sentence for people.
    pub message: String,
    /// One line for each field that is wrong: `[field] text`.
    pub errors: Vec<String>,
    /// What the provider said, when it was the provider's refusal.
    pub provider: Option<Box<Value>>,
    /// The header `Retry-After`.
    pub retry_after: Option<String>,
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
        }
    }

    /// 400 with the code that most refusals have.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    /// 404 for an id that is not known.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "NOT_FOUND", format!("There is no such {what}"))
    }

    /// 409: the state does not allow it.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "CONFLICT", message)
    }

    /// 500 for what should not happen in the sandbox itself.
    pub fn sandbox(message: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "JSON_PROCESSING_ERROR", message)
    }

    pub fn with_errors(mut self, errors: Vec<String>) -> Self {
        self.errors = errors;
        self
    }

    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds.to_string());
        self
    }

    /// The body.
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
        body
    }
}

/// A time as most of Meld's responses write it.
pub(crate) fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}
