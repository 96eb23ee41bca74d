//! Headless orders and deposit instructions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// All headless orders, and all deposit instructions.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Orders {
    pub headless: Vec<Order>,
    pub deposits: Vec<Deposit>,
}

impl Orders {
    pub fn find(&self, id: &str) -> Option<&Order> {
        self.headless.iter().find(|order| order.id == id)
    }

    pub fn find_mut(&mut self, id: &str) -> Option<&mut Order> {
        self.headless.iter_mut().find(|order| order.id == id)
    }

    pub fn find_external(&self, external_id: &str) -> Option<&Order> {
        self.headless.iter().find(|order| order.external_id.as_deref() == Some(external_id))
    }
}

/// A headless order: crypto bought or sold without a widget.
// Contains bank details and tokens, so Debug is not implemented.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Order {
    pub id: String,
    pub external_id: Option<String>,
    pub customer: String,
    /// The request.
    pub data: Value,
    /// The idempotency key of the request.
    pub key: Option<String>,
    /// The address that receives the crypto of a sale.
    pub deposit_address: Option<String>,
    /// The session token of an Apple Pay order.
    pub session_token: Option<String>,
    pub transaction: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// A virtual account for repeated deposits.
#[derive(Deserialize, Serialize)]
pub(crate) struct Deposit {
    pub id: String,
    /// The values that identify it, in the order of the request's fields.
    pub combination: Vec<Value>,
    pub customer: String,
    /// The idempotency key of the request that created it.
    pub key: Option<String>,
    /// The time at which the provider has created the account.
    pub ready_at: DateTime<Utc>,
}
