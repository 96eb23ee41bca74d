//! Payment transactions: how far they are, what their wallets are for, waiting for their end, and finding lost ones.
//!
//! Meld tells what becomes of a transaction by webhooks. Take these as the way to learn of it, and
//! [`wait_for_transaction`](TransactionsExt::wait_for_transaction) for the minutes in which a user looks at a page.
//! Beside webhooks a search for lost transactions is advised, no more often than every 6 hours:
//! [`TransactionSearchExt::missing_from`].

#[cfg(feature = "client")]
mod outcome;
#[cfg(feature = "client")]
mod outputs;
#[cfg(feature = "client")]
mod search;
#[cfg(feature = "client")]
mod sessions;
mod status;
#[cfg(feature = "client")]
mod wait;
#[cfg(feature = "client")]
mod wallets;

#[cfg(feature = "client")]
pub use outcome::{DepositOutcome, SessionOutcome, TransactionOutcome};
#[cfg(feature = "client")]
pub use search::{ListedTransaction, TransactionSearchExt};
#[cfg(feature = "client")]
pub use sessions::SessionTransactionsExt;
pub use status::{Progress, TransactionStatus, TransactionStatusExt, TransactionType};
#[cfg(feature = "client")]
pub use wait::{TransactionResponse, TransactionsExt};
#[cfg(feature = "client")]
#[allow(unused_imports, reason = "no version need be chosen")]
pub(crate) use wallets::filled;
#[cfg(feature = "client")]
pub use wallets::{Deposit, TransactionWalletsExt};

#[cfg(test)]
#[cfg(all(
    feature = "v2023-12-19",
    feature = "v2026-02-03",
    feature = "crypto",
    feature = "payments"
))]
mod tests;
