//! Requests as plain data.

use std::fmt;

use meld_client_core::Operation;
use meld_client_core::serde::{Deserialize, Deserializer, Serialize, Serializer};
use meld_client_core::serde_json::{self, Value};

use super::entry::{Entry, FORMAT};
use super::key::IdempotencyKey;
use super::load_error::LoadError;
use crate::operations::operations;

/// A whole idempotent request as plain data: operation, parameters, headers, body, options, and its bound key.
///
/// Serialize it with any serde format that describes itself, such as JSON. It is loaded by [`IdempotentRequest::load`](super::IdempotentRequest::load) and
/// [`UntypedRequest::load`](super::UntypedRequest::load), and then sends the same bytes.
///
/// A stored request of an unknown format, or a damaged one, deserializes too: loading it is an error, and serializing
/// it gives the same data. Nothing is lost, for example if an older version of your program reads it.
///
/// `Debug` shows neither parameters nor body. The [module docs](super) have an example.
#[derive(Clone, PartialEq)]
pub struct StoredRequest(Content);

#[derive(Clone, PartialEq)]
enum Content {
    Known(Box<Entry>),
    /// An unknown format, or a damaged entry.
    Other(Value),
}

impl StoredRequest {
    pub(super) fn of_entry(entry: Entry) -> Self {
        Self(Content::Known(Box::new(entry)))
    }

    pub(super) fn entry(&self) -> Result<&Entry, LoadError> {
        match &self.0 {
            Content::Known(entry) => Ok(entry),
            Content::Other(value) => Err(match format(value) {
                Some(found) if found == u64::from(FORMAT) => match decoded(value) {
                    Err(error) => LoadError::Damaged { reason: error.to_string() },
                    Ok(_) => LoadError::Format { found: Some(found) },
                },
                found => LoadError::Format { found },
            }),
        }
    }

    /// Returns the format, a number that grows with changes of the fields; `None` if the data has none.
    #[must_use]
    pub fn format(&self) -> Option<u64> {
        match &self.0 {
            Content::Known(_) => Some(FORMAT.into()),
            Content::Other(value) => format(value),
        }
    }

    /// Returns the operationId; `None` if the data cannot be read.
    #[must_use]
    pub fn operation_id(&self) -> Option<&str> {
        self.entry().ok().map(Entry::operation_id)
    }

    /// Returns the operation; `None` if the data cannot be read, or if no enabled version and family has it.
    pub(crate) fn operation(&self) -> Option<&'static Operation> {
        let entry = self.entry().ok()?;
        operations().find(|operation| entry.is_of(operation))
    }

    /// Returns the bound key; `None` if the data cannot be read.
    #[must_use]
    pub fn key(&self) -> Option<IdempotencyKey> {
        self.entry().ok()?.key().ok()
    }

    /// Returns `true` if the request had been sent when it was stored. Later attempts are not recorded here.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        self.entry().is_ok_and(Entry::was_sent)
    }

    /// Accepts the request after the API key or passthrough credentials were rotated, like
    /// [`IdempotencyKey::after_api_key_rotation`].
    ///
    /// Use it only if the new credentials belong to the same account. Otherwise the request may be executed twice.
    #[must_use]
    pub fn after_api_key_rotation(mut self) -> Self {
        if let Content::Known(entry) = &mut self.0
            && let Ok(key) = entry.key()
        {
            entry.set_key(&key.after_api_key_rotation());
        }
        self
    }
}

fn format(value: &Value) -> Option<u64> {
    value.get("format")?.as_u64()
}

fn decoded(value: &Value) -> Result<Entry, serde_json::Error> {
    Entry::deserialize(value)
}

impl Serialize for StoredRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Content::Known(entry) => entry.serialize(serializer),
            Content::Other(value) => value.serialize(serializer),
        }
    }
}

/// Accepts any data. Loading the request validates it.
impl<'de> Deserialize<'de> for StoredRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let entry = decoded(&value).ok().filter(|_| format(&value) == Some(FORMAT.into()));
        Ok(Self(entry.map_or(Content::Other(value), |entry| Content::Known(Box::new(entry)))))
    }
}

impl fmt::Debug for StoredRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("StoredRequest");
        debug.field("format", &self.format());
        if let Ok(entry) = self.entry() {
            debug
                .field("operation", &entry.operation_name())
                .field("key", &entry.key().ok())
                .field("sent", &entry.was_sent());
        }
        debug.finish_non_exhaustive()
    }
}
