//! The hooks that the helpers are built on, and their implementation for each API version.

use meld_client_core::{Call, Decimal, Page};

#[cfg(any(feature = "crypto", feature = "payments"))]
use super::TransactionStatus;

/// A `crypto` or `payments` client of an API version, and its transaction type.
///
/// [`TransactionsExt`](super::TransactionsExt) has the methods.
pub trait TransactionsClient {
    /// The transaction type, such as `v2026_02_03::crypto::types::PaymentTransactionOutput`.
    type Transaction;
}

/// The operations of a version.
pub trait Transactions: TransactionsClient<Transaction: Transaction + Send> {
    fn get(&self, id: &str) -> impl Call<Output: TransactionResponse<Transaction = Self::Transaction>> + use<Self>;

    fn search_session(&self, session_id: &str) -> impl Call<Output: Page<Item: Transaction + Send> + Send> + use<Self>;

    fn search_order(&self, order_id: &str) -> impl Call<Output: Page<Item: Transaction + Send> + Send> + use<Self>;
}

pub trait SessionTransactions: Transactions {
    fn get_by_session(
        &self,
        session_id: &str,
    ) -> impl Call<Output: TransactionResponse<Transaction = Self::Transaction>> + use<Self>;
}

pub trait TransactionResponse: Send {
    type Transaction: Transaction + Send;

    fn into_transaction(self) -> Option<Self::Transaction>;
}

/// The transaction in the response of a call.
pub type TransactionOf<C> = <<C as Call>::Output as TransactionResponse>::Transaction;

/// A search for transactions.
pub trait TransactionSearch: Call<Output: Page<Item: Transaction>> {}

pub trait Status {
    fn status_field(&self) -> Option<&str>;
}

pub trait Transaction: Status {
    fn fields(&self) -> TransactionFields<'_>;
}

/// The fields of a transaction that the helpers need.
#[derive(Clone, Copy, Debug)]
pub struct TransactionFields<'a> {
    pub id: Option<&'a str>,
    pub kind: Option<&'a str>,
    pub source_amount: Option<Decimal>,
    pub source_currency_code: Option<&'a str>,
    pub crypto: Option<CryptoFields<'a>>,
}

/// The wallets and the chain of a crypto transaction.
#[derive(Clone, Copy, Debug)]
pub struct CryptoFields<'a> {
    pub destination: Option<&'a str>,
    pub offramp_destination: Option<&'a str>,
    pub source: Option<&'a str>,
    pub session: Option<&'a str>,
    pub wallet: Option<&'a str>,
    pub chain_id: Option<&'a str>,
}

#[cfg(any(feature = "crypto", feature = "payments"))]
macro_rules! transaction {
    ($version:ident, $family:ident, $name:ident) => {
        status!($version, $family, $name);

        impl Transaction for crate::for_versions::$version::$family::types::$name {
            fn fields(&self) -> TransactionFields<'_> {
                TransactionFields {
                    id: self.id.as_deref(),
                    kind: self.transaction_type.as_deref(),
                    source_amount: self.source_amount,
                    source_currency_code: self.source_currency_code.as_deref(),
                    crypto: self.crypto_details.as_ref().map(|crypto| CryptoFields {
                        destination: crypto.destination_wallet_address.as_deref(),
                        offramp_destination: crypto.offramp_destination_wallet_address.as_deref(),
                        source: crypto.source_wallet_address.as_deref(),
                        session: crypto.session_wallet_address.as_deref(),
                        wallet: crypto.wallet_address.as_deref(),
                        chain_id: crypto.chain_id.as_deref(),
                    }),
                }
            }
        }
    };
}

#[cfg(any(feature = "crypto", feature = "payments"))]
macro_rules! status {
    ($version:ident, $family:ident, $name:ident) => {
        impl Status for crate::for_versions::$version::$family::types::$name {
            fn status_field(&self) -> Option<&str> {
                self.status.as_ref().map(AsRef::as_ref)
            }
        }
    };
}

#[cfg(any(feature = "crypto", feature = "payments"))]
macro_rules! status_enum {
    ($version:ident, $family:ident, $name:ident) => {
        impl Status for crate::for_versions::$version::$family::types::$name {
            fn status_field(&self) -> Option<&str> {
                Some(self.as_str())
            }
        }

        impl From<crate::for_versions::$version::$family::types::$name> for TransactionStatus {
            fn from(status: crate::for_versions::$version::$family::types::$name) -> Self {
                status.as_str().into()
            }
        }

        impl From<TransactionStatus> for crate::for_versions::$version::$family::types::$name {
            fn from(status: TransactionStatus) -> Self {
                status.as_str().into()
            }
        }
    };
}

#[cfg(any(feature = "crypto", feature = "payments"))]
macro_rules! response {
    ($version:ident, $family:ident, $name:ident) => {
        impl TransactionResponse for crate::for_versions::$version::$family::types::$name {
            type Transaction = crate::for_versions::$version::$family::types::PaymentTransactionOutput;

            fn into_transaction(self) -> Option<Self::Transaction> {
                self.transaction
            }
        }
    };
}

/// The types of a family, some of which `crypto` and `payments` share in some versions.
#[cfg(any(feature = "crypto", feature = "payments"))]
macro_rules! types {
    ($version:ident, $family:ident) => {
        implement_once!(transaction, $version::$family::PaymentTransactionOutput);
        implement_once!(transaction, $version::$family::SearchedPaymentTransactionOutput);
        implement_once!(status_enum, $version::$family::TransactionStatus);
        implement_once!(response, $version::$family::PaymentTransactionResponse);
    };
}

#[cfg(feature = "payments")]
macro_rules! external_transactions {
    ($version:ident) => {
        implement_once!(status, $version::payments::ExternalPaymentTransactionOutput);
    };
}

for_versions!("crypto", types, crypto);
for_versions!("payments", types, payments);
for_versions!("payments", external_transactions);

#[cfg(feature = "crypto")]
mod in_crypto {
    use super::*;

    for_versions!("crypto", include_hooks, "hooks.rs", crypto);
}

#[cfg(feature = "payments")]
mod in_payments {
    use super::*;

    for_versions!("payments", include_hooks, "hooks.rs", payments);
}

#[cfg(feature = "crypto")]
mod in_crypto_sessions {
    use super::*;

    for_versions!("crypto", include_hooks, "session_hooks.rs");
}
