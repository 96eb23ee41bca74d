//! Payloads of transaction events.

use super::payload::{has_ids, payload};
use crate::transactions::{TransactionStatus, TransactionStatusExt, TransactionType};

payload! {
    /// A crypto transaction was created or changed (`TRANSACTION_CRYPTO_PENDING`, `TRANSACTION_CRYPTO_TRANSFERRING`,
    /// `TRANSACTION_CRYPTO_COMPLETE`, `TRANSACTION_CRYPTO_FAILED`).
    ///
    /// The event has the status only. Fetch the transaction by its id for amounts, fees and hashes. Rely on the status
    /// of the transaction rather than on the event type, because events can arrive out of order. An order that ends
    /// before the provider accepts it sends no event.
    CryptoTransaction {
        /// The id of the transaction.
        payment_transaction_id: Option<String> = "paymentTransactionId",
        /// The status, such as `SETTLED`. `ERROR` is temporary, even in `TRANSACTION_CRYPTO_FAILED`.
        payment_transaction_status: Option<String> = "paymentTransactionStatus",
        /// The type. Missing in older versions of the event.
        transaction_type: Option<TransactionType> = "transactionType",
        /// Your account at Meld.
        account_id: Option<String> = "accountId",
        /// Meld's id of the customer.
        customer_id: Option<String> = "customerId",
        /// Your id of the customer.
        external_customer_id: Option<String> = "externalCustomerId",
        /// The id of the widget session. Missing for `PENDING_CREATED`, which can be ignored.
        session_id: Option<String> = "sessionId",
        /// Your id of the session.
        external_session_id: Option<String> = "externalSessionId",
        /// The id of the virtual-account order. The guides disagree on whether it is sent; the transaction always has
        /// it.
        virtual_account_ramp_order_id: Option<String> = "virtualAccountRampOrderId",
        /// The id of the headless order. Not always sent: rely on the id of the transaction.
        headless_order_id: Option<String> = "headlessOrderId",
        /// Your id of the sub-account.
        external_subaccount_customer_id: Option<String> = "externalSubaccountCustomerId",
        /// The id of the request that caused the event, for Meld's support.
        request_id: Option<String> = "requestId",
    }
}

payload! {
    /// A payment or payout was created or changed (`TRANSACTION_FIAT_CREATED`, `TRANSACTION_FIAT_UPDATED`). Changes are
    /// only sent for providers that notify Meld.
    FiatTransaction {
        /// The id of the transaction.
        payment_transaction_id: Option<String> = "paymentTransactionId",
        /// The status, such as `SETTLED`.
        payment_transaction_status: Option<String> = "paymentTransactionStatus",
        /// Your account at Meld.
        account_id: Option<String> = "accountId",
        /// Meld's id of the customer.
        customer_id: Option<String> = "customerId",
        /// Your id of the customer.
        external_customer_id: Option<String> = "externalCustomerId",
        /// Your id of the session.
        external_session_id: Option<String> = "externalSessionId",
        /// The id of the request that caused the event, for Meld's support.
        request_id: Option<String> = "requestId",
    }
}

has_ids!(CryptoTransaction: request_id customer_id external_customer_id account_id);
has_ids!(FiatTransaction: request_id customer_id external_customer_id account_id);

macro_rules! status {
    ($($payload:ident),*) => {$(
        /// Uses the status at the time of the event.
        impl TransactionStatusExt for $payload {
            fn transaction_status(&self) -> Option<TransactionStatus> {
                let status = self.payment_transaction_status.as_deref()?;
                (!status.is_empty()).then(|| TransactionStatus::from(status))
            }
        }
    )*};
}

status!(CryptoTransaction, FiatTransaction);
