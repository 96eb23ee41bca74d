//! How far the transactions of all versions are.

#[allow(unused_imports, reason = "no version need be chosen")]
use super::{TransactionStatus, TransactionStatusExt};
use crate::for_versions::for_versions;

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! progress {
    ($transaction:ty) => {
        impl TransactionStatusExt for $transaction {
            fn transaction_status(&self) -> Option<TransactionStatus> {
                let status = self.status.as_deref().map(str::trim);
                status.filter(|status| !status.is_empty()).map(TransactionStatus::from)
            }
        }
    };
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! in_crypto {
    ($version:ident) => {
        progress!(crate::$version::crypto::types::PaymentTransactionOutput);
        progress!(crate::$version::crypto::types::SearchedPaymentTransactionOutput);
    };
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! in_payments {
    ($version:ident) => {
        progress!(crate::$version::payments::types::PaymentTransactionOutput);
        progress!(crate::$version::payments::types::SearchedPaymentTransactionOutput);
        progress!(crate::$version::payments::types::ExternalPaymentTransactionOutput);
    };
}

for_versions!("crypto", in_crypto);
for_versions!("payments", in_payments);
