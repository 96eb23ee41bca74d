//! Stored responses to requests with an idempotency key.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

/// The stored responses, by method and path and by key.
pub(crate) type Replays = BTreeMap<(String, String), Replay>;

/// The stored response to the first request with a key.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Replay {
    pub request: Value,
    /// `None` if the first request failed and its key stays in use.
    pub response: Option<Value>,
    /// The time until which the first request is in progress.
    pub in_progress_until: DateTime<Utc>,
}
