//! The outcomes of polling a transaction.

use super::{Deposit, Progress, TransactionStatusExt};

/// The result of [`TransactionsExt::wait_for_transaction`](super::TransactionsExt::wait_for_transaction).
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum TransactionOutcome<Transaction> {
    /// The transaction is settled.
    Settled(Transaction),
    /// The transaction has ended otherwise; see its status.
    Ended(Transaction),
    /// The time limit was reached first. The outcome is not known yet; this is not a failure.
    Pending(Transaction),
}

impl<Transaction: TransactionStatusExt> TransactionOutcome<Transaction> {
    /// Classifies a transaction by its progress.
    pub(super) fn of(transaction: Transaction) -> Self {
        match transaction.progress() {
            Progress::Settled => Self::Settled(transaction),
            Progress::Ended => Self::Ended(transaction),
            Progress::Pending => Self::Pending(transaction),
        }
    }
}

impl<Transaction> TransactionOutcome<Transaction> {
    /// Returns the transaction as read last.
    pub fn transaction(&self) -> &Transaction {
        match self {
            Self::Settled(transaction) | Self::Ended(transaction) | Self::Pending(transaction) => transaction,
        }
    }
}

/// The result of [`SessionTransactionsExt::wait_for_session`](super::SessionTransactionsExt::wait_for_session).
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum SessionOutcome<Transaction> {
    /// The transaction is settled.
    Settled(Transaction),
    /// The transaction has ended otherwise; see its status.
    Ended(Transaction),
    /// The time limit was reached first. The outcome is not known yet; this is not a failure.
    Pending(Transaction),
    /// The time limit was reached, and the provider has no transaction yet, because the user has not committed to
    /// anything in the widget. This is not a failure.
    NotYetCreated,
    /// The provider does not support requests by session. Use webhooks, and fetch the transaction that they name.
    Unsupported,
}

impl<Transaction> From<TransactionOutcome<Transaction>> for SessionOutcome<Transaction> {
    fn from(outcome: TransactionOutcome<Transaction>) -> Self {
        match outcome {
            TransactionOutcome::Settled(transaction) => Self::Settled(transaction),
            TransactionOutcome::Ended(transaction) => Self::Ended(transaction),
            TransactionOutcome::Pending(transaction) => Self::Pending(transaction),
        }
    }
}

impl<Transaction> SessionOutcome<Transaction> {
    /// Returns the transaction as read last. `None` if there is none.
    pub fn transaction(&self) -> Option<&Transaction> {
        match self {
            Self::Settled(transaction) | Self::Ended(transaction) | Self::Pending(transaction) => Some(transaction),
            Self::NotYetCreated | Self::Unsupported => None,
        }
    }
}

/// The result of [`SessionTransactionsExt::wait_for_deposit`](super::SessionTransactionsExt::wait_for_deposit).
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum DepositOutcome<Transaction> {
    /// The user can send exactly these coins to exactly this address.
    Ready(Deposit, Transaction),
    /// The coins have arrived, or the transaction has ended. Nothing must be sent any more.
    NothingToSend(Transaction),
    /// The time limit was reached, and the transaction has no address yet.
    NoAddressYet(Transaction),
    /// The transaction is not a sale, so there is nothing to send.
    NotASell(Transaction),
    /// The time limit was reached, and the provider has no transaction yet: the user has not finished the widget.
    NotYetCreated,
    /// The provider does not support requests by session. Use webhooks; the transaction that they name has the
    /// address.
    Unsupported,
}

impl<Transaction> DepositOutcome<Transaction> {
    /// Returns the coins to send. `None` unless the outcome is [`Ready`](Self::Ready).
    #[must_use]
    pub fn into_deposit(self) -> Option<Deposit> {
        match self {
            Self::Ready(deposit, _) => Some(deposit),
            _ => None,
        }
    }
}
