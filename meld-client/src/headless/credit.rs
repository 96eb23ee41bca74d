//! The webhook events that credit an order.

use crate::transactions::{Progress, TransactionStatusExt as _, TransactionType};
use crate::webhooks::{Event, EventType, Payload};

/// A settled order, by its webhook event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Credit<'e> {
    /// The id of the transaction. Credit each transaction once, because events are delivered repeatedly.
    pub transaction_id: &'e str,
    /// The id of the headless order. Not always sent; the transaction has it as `order_id`.
    pub headless_order_id: Option<&'e str>,
    /// The type of the transaction: a purchase, a sale or a transfer.
    pub kind: Option<&'e TransactionType>,
    /// Meld's id of the customer.
    pub customer_id: Option<&'e str>,
    /// Your id of the customer.
    pub external_customer_id: Option<&'e str>,
}

/// Decides whether a webhook event credits an order.
///
/// Only `TRANSACTION_CRYPTO_COMPLETE` does. The response of the order, the result of the SDK in the app, and all other
/// events do not.
///
/// # Examples
///
/// ```
/// use meld_client::headless::CreditExt;
/// use meld_client::webhooks::Event;
///
/// let event = Event::parse(
///     br#"{"eventType":"TRANSACTION_CRYPTO_COMPLETE","eventId":"1",
///          "payload":{"paymentTransactionId":"W1","paymentTransactionStatus":"SETTLED"}}"#,
/// )?;
/// assert_eq!(event.credit().map(|credit| credit.transaction_id), Some("W1"));
/// # Ok::<(), meld_client::webhooks::ParseEventError>(())
/// ```
pub trait CreditExt {
    /// Returns the settled order. `None` if the event credits nothing.
    ///
    /// The type of the event and the status of its transaction must both say that it is settled. Fetch the transaction
    /// for the amount before you credit it.
    fn credit(&self) -> Option<Credit<'_>>;

    /// Returns `true` if the event credits an order.
    fn is_creditable(&self) -> bool {
        self.credit().is_some()
    }
}

impl CreditExt for Event {
    fn credit(&self) -> Option<Credit<'_>> {
        let Payload::CryptoTransaction(transaction) = &self.payload else { return None };
        let is_settled = || transaction.transaction_status().is_none() || transaction.progress() == Progress::Settled;
        if self.event_type != EventType::TransactionCryptoComplete || !is_settled() {
            return None;
        }
        Some(Credit {
            transaction_id: transaction.payment_transaction_id.as_deref()?,
            headless_order_id: transaction.headless_order_id.as_deref(),
            kind: transaction.transaction_type.as_ref(),
            customer_id: transaction.customer_id.as_deref(),
            external_customer_id: transaction.external_customer_id.as_deref(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_and_settled_events_credit() {
        for (event_type, payload, credits) in [
            (
                "TRANSACTION_CRYPTO_COMPLETE",
                r#"{"paymentTransactionId":"a","paymentTransactionStatus":"SETTLED"}"#,
                true,
            ),
            ("TRANSACTION_CRYPTO_COMPLETE", r#"{"paymentTransactionId":"a"}"#, true),
            ("TRANSACTION_CRYPTO_COMPLETE", r#"{"paymentTransactionStatus":"SETTLED"}"#, false),
            (
                "TRANSACTION_CRYPTO_COMPLETE",
                r#"{"paymentTransactionId":"a","paymentTransactionStatus":"FAILED"}"#,
                false,
            ),
            (
                "TRANSACTION_CRYPTO_COMPLETE",
                r#"{"paymentTransactionId":"a","paymentTransactionStatus":"REFUNDED"}"#,
                false,
            ),
            (
                "TRANSACTION_CRYPTO_TRANSFERRING",
                r#"{"paymentTransactionId":"a","paymentTransactionStatus":"SETTLED"}"#,
                false,
            ),
            ("TRANSACTION_CRYPTO_PENDING", r#"{"paymentTransactionId":"a"}"#, false),
            ("TRANSACTION_CRYPTO_FAILED", r#"{"paymentTransactionId":"a"}"#, false),
            ("TRANSACTION_FIAT_UPDATED", r#"{"paymentTransactionId":"a","paymentTransactionStatus":"SETTLED"}"#, false),
        ] {
            let event = format!(r#"{{"eventType":"{event_type}","payload":{payload}}}"#);
            assert_eq!(Event::parse(event.as_bytes()).unwrap().is_creditable(), credits, "{event}");
        }
    }

    #[test]
    fn credit_has_the_ids_of_the_order() {
        let event = Event::parse(
            br#"{"eventType":"TRANSACTION_CRYPTO_COMPLETE","payload":{"paymentTransactionId":"a",
                "paymentTransactionStatus":"SETTLED","headlessOrderId":"o","customerId":"c",
                "externalCustomerId":"e","transactionType":"CRYPTO_SELL"}}"#,
        );
        let event = event.unwrap();
        let credit = event.credit().unwrap();
        assert_eq!((credit.transaction_id, credit.headless_order_id), ("a", Some("o")));
        assert_eq!((credit.customer_id, credit.external_customer_id), (Some("c"), Some("e")));
        assert!(credit.kind.is_some_and(TransactionType::is_sell));
    }
}
