//! Checkout URLs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) type Checkouts = Vec<Checkout>;

#[derive(Deserialize, Serialize)]
pub(crate) struct Checkout {
    /// The last part of its path.
    pub token: String,
    /// The request.
    pub data: Value,
    pub expires_at: DateTime<Utc>,
}
