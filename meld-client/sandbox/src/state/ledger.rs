use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A headless order that the server created: a purchase, a sale or a transfer of crypto.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadlessOrder {
    /// The id.
    pub order_id: String,
    /// The amount in major units of `currency`.
    pub amount: Decimal,
    /// The code of the source currency, such as `USD` or `USDC_BASE`.
    pub currency: String,
    /// The idempotency key of the request, if it had one.
    pub idempotency_key: Option<String>,
    /// The ids of its transactions, oldest first. Each moved money.
    pub transaction_ids: Vec<String>,
}

/// An entry of the ledger: an executed charge, capture, refund or payout.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Payment {
    /// The operationId.
    pub operation: String,
    /// The id of the transaction that it created or changed.
    pub transaction_id: String,
    /// The amount in major units of `currency`.
    pub amount: Decimal,
    /// The code of the currency, such as `USD`.
    pub currency: String,
    /// The idempotency key of the request, if it had one.
    pub idempotency_key: Option<String>,
    /// The time by the server's clock.
    pub at: DateTime<Utc>,
}
