//! Payment transactions: status, wallets, polling, and searches for missing ones.
//!
//! Meld reports changes by webhooks. Use [`wait_for_transaction`](TransactionsExt::wait_for_transaction) only for the
//! minutes in which a user looks at a page. Also search for transactions that webhooks missed, at most every 6 hours;
//! see [`TransactionSearchExt::missing_from`].

#[cfg(feature = "client")]
mod by_id;
#[cfg(feature = "client")]
mod by_session;
#[cfg(feature = "client")]
mod ext;
// `versions` includes it.
#[cfg(rustfmt)]
mod hooks;
#[cfg(feature = "client")]
mod outcome;
#[cfg(feature = "client")]
mod search;
mod status;
#[cfg(feature = "client")]
mod versions;
#[cfg(feature = "client")]
mod wallets;

#[cfg(feature = "client")]
pub use ext::{SessionTransactionsExt, TransactionsExt};
#[cfg(feature = "client")]
pub use outcome::{DepositOutcome, SessionOutcome, TransactionOutcome};
#[cfg(feature = "client")]
pub use search::TransactionSearchExt;
pub use status::{Progress, TransactionStatus, TransactionStatusExt, TransactionType};
#[cfg(feature = "client")]
pub use versions::TransactionsClient;
#[cfg(all(feature = "client", any(feature = "idempotent", feature = "webhooks")))]
pub(crate) use versions::{Transaction, TransactionResponse};
#[cfg(all(feature = "client", feature = "crypto"))]
pub(crate) use wallets::filled;
#[cfg(feature = "client")]
pub use wallets::{Deposit, TransactionWalletsExt};

#[cfg(test)]
#[cfg(all(feature = "v2023-12-19", feature = "v2026-02-03", feature = "crypto", feature = "payments"))]
mod tests;
