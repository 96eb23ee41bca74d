//! The state of a transaction.

use std::fmt;

use super::watched::Watched;
#[cfg(feature = "webhooks")]
use crate::transactions::Transaction;
use crate::transactions::{TransactionStatus, TransactionStatusExt};
#[cfg(feature = "webhooks")]
use crate::webhooks::{Event, EventType, ParseEventError};

/// The state of a watched transaction, as it was fetched.
///
/// `T` is the transaction type of the client.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Reconciled<T> {
    /// The watched object.
    pub watched: Watched,
    /// The id of the transaction.
    pub id: String,
    /// The transaction.
    pub transaction: T,
}

impl<T> Reconciled<T> {
    pub(super) fn new(watched: Watched, id: String, transaction: T) -> Self {
        Self { watched, id, transaction }
    }
}

impl<T: TransactionStatusExt> TransactionStatusExt for Reconciled<T> {
    fn transaction_status(&self) -> Option<TransactionStatus> {
        self.transaction.transaction_status()
    }
}

#[cfg(feature = "webhooks")]
impl<T: Transaction> Reconciled<T> {
    /// Returns the event that a webhook would have had for this state.
    ///
    /// Its [`event_id`](Event::event_id) is `reconciled:`, the id of the transaction and its status: the same for the
    /// same state, and never that of a webhook.
    ///
    /// # Errors
    ///
    /// Returns no error for transactions that Meld sends.
    pub fn event(&self) -> Result<Event, ParseEventError> {
        let fields = self.transaction.fields();
        let status = self.transaction.status_field().unwrap_or_default();
        let kind = fields.kind.unwrap_or_default();
        let is_crypto = fields.crypto.is_some() || kind.starts_with("CRYPTO");
        let json = meld_client_core::serde_json::json!({
            "eventType": event_type(is_crypto, &TransactionStatus::from(status)).as_str(),
            "eventId": format!("reconciled:{}:{status}", self.id),
            "payload": {
                "paymentTransactionId": self.id,
                "paymentTransactionStatus": status,
                "transactionType": kind,
            },
        });
        Event::parse(json.to_string().as_bytes())
    }
}

/// Returns the type of the event that Meld sends for a transaction with this status.
#[cfg(feature = "webhooks")]
fn event_type(is_crypto: bool, status: &TransactionStatus) -> EventType {
    use crate::transactions::Progress;
    match (is_crypto, status.progress()) {
        (false, _) if *status == TransactionStatus::PendingCreated => EventType::TransactionFiatCreated,
        (false, _) => EventType::TransactionFiatUpdated,
        (true, Progress::Settled) => EventType::TransactionCryptoComplete,
        (true, Progress::Ended) => EventType::TransactionCryptoFailed,
        (true, Progress::Pending) if status.is_past_payment() => EventType::TransactionCryptoTransferring,
        (true, Progress::Pending) => EventType::TransactionCryptoPending,
    }
}

/// Omits the transaction, which may have personal data.
impl<T: TransactionStatusExt> fmt::Debug for Reconciled<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Reconciled")
            .field("watched", &self.watched)
            .field("id", &self.id)
            .field("status", &self.transaction_status())
            .finish_non_exhaustive()
    }
}
