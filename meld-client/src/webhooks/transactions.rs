//! Payloads of the events of payment transactions.

use super::payload::payload;
use crate::transactions::{TransactionStatus, TransactionStatusExt, TransactionType};

payload! {
    /// A crypto transaction was made or has changed (`TRANSACTION_CRYPTO_PENDING`, `TRANSACTION_CRYPTO_TRANSFERRING`,
    /// `TRANSACTION_CRYPTO_COMPLETE`, `TRANSACTION_CRYPTO_FAILED`).
    ///
    /// It tells the status and no more: amounts, fees and hashes are in the transaction, which is to be fetched by its
    /// id. Go by the status of the transaction rather than by the type of the event, as events may overtake each other.
    /// An order that ends before the provider takes it sends nothing.
    CryptoTransaction {
        /// The id of the transaction.
        payment_transaction_id: Option<String> = "paymentTransactionId",
        /// Its status: `SETTLED`. `ERROR` is temporary, also where the event is `TRANSACTION_CRYPTO_FAILED`.
        payment_transaction_status: Option<String> = "paymentTransactionStatus",
        /// What it does. Missing in older versions of the event.
        transaction_type: Option<TransactionType> = "transactionType",
        /// The account at Meld.
        account_id: Option<String> = "accountId",
        /// Meld's id of the customer.
        customer_id: Option<String> = "customerId",
        /// Your id of the customer.
        external_customer_id: Option<String> = "externalCustomerId",
        /// The session of the widget. Missing at `PENDING_CREATED`, which need not be heeded.
        session_id: Option<String> = "sessionId",
        /// Your id of the session.
        external_session_id: Option<String> = "externalSessionId",
        /// The order of a virtual account. The guides differ on whether it is sent; the transaction has it for certain.
        virtual_account_ramp_order_id: Option<String> = "virtualAccountRampOrderId",
        /// The order without a widget. Not sent for all of them: go by the id of the transaction.
        headless_order_id: Option<String> = "headlessOrderId",
        /// Your id of the sub-account.
        external_subaccount_customer_id: Option<String> = "externalSubaccountCustomerId",
        /// The id of the request that caused the event, for Meld's support.
        request_id: Option<String> = "requestId",
    }
}

payload! {
    /// A payment or payout was made or has changed (`TRANSACTION_FIAT_CREATED`, `TRANSACTION_FIAT_UPDATED`). Changes
    /// are told only where the provider tells Meld.
    FiatTransaction {
        /// The id of the transaction.
        payment_transaction_id: Option<String> = "paymentTransactionId",
        /// Its status: `SETTLED`.
        payment_transaction_status: Option<String> = "paymentTransactionStatus",
        /// The account at Meld.
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

macro_rules! progress {
    ($($payload:ident),*) => {$(
        /// The status when the event was sent.
        impl TransactionStatusExt for $payload {
            fn transaction_status(&self) -> Option<TransactionStatus> {
                let status = self.payment_transaction_status.as_deref()?;
                (!status.is_empty()).then(|| TransactionStatus::from(status))
            }
        }
    )*};
}

progress!(CryptoTransaction, FiatTransaction);
