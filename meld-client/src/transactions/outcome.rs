//! What waiting for a transaction comes to.

use super::{Deposit, Progress, TransactionStatusExt};

/// What became of a transaction while it was waited for.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum TransactionOutcome<Transaction> {
    /// It is done.
    Settled(Transaction),
    /// It came to another end; its status tells which.
    Ended(Transaction),
    /// The time was over first. The outcome is not known: this is no failure.
    Pending(Transaction),
}

impl<Transaction: TransactionStatusExt> TransactionOutcome<Transaction> {
    /// By how far the transaction is.
    pub(super) fn of(transaction: Transaction) -> Self {
        match transaction.progress() {
            Progress::Settled => Self::Settled(transaction),
            Progress::Ended => Self::Ended(transaction),
            Progress::Pending => Self::Pending(transaction),
        }
    }
}

impl<Transaction> TransactionOutcome<Transaction> {
    /// The transaction as it was read last.
    pub fn transaction(&self) -> &Transaction {
        match self {
            Self::Settled(transaction) | Self::Ended(transaction) | Self::Pending(transaction) => {
                transaction
            }
        }
    }
}

/// What became of the transaction of a widget session while it was waited for.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum SessionOutcome<Transaction> {
    /// It is done.
    Settled(Transaction),
    /// It came to another end; its status tells which.
    Ended(Transaction),
    /// The time was over first. The outcome is not known: this is no failure.
    Pending(Transaction),
    /// The time was over and the provider had no transaction: the user has not done anything in the widget that makes
    /// one, or not yet. This is no failure.
    NotYetCreated,
    /// The provider cannot be asked by session. The webhooks will tell, and what they name can be asked for.
    CannotBeAsked,
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
    /// The transaction as it was read last, if there is one.
    pub fn transaction(&self) -> Option<&Transaction> {
        match self {
            Self::Settled(transaction) | Self::Ended(transaction) | Self::Pending(transaction) => {
                Some(transaction)
            }
            Self::NotYetCreated | Self::CannotBeAsked => None,
        }
    }
}

/// What was found while the deposit address of a sell was waited for.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum DepositOutcome<Transaction> {
    /// The user can send the coins now: exactly these, to exactly this address.
    Ready(Deposit, Transaction),
    /// The coins have come, or the transaction is at its end, good or bad. Nothing is to be sent any more.
    NothingToSend(Transaction),
    /// The time was over, and the transaction does not say yet where to send coins.
    NoAddressYet(Transaction),
    /// The transaction is no sell: there is nothing to send.
    NotASell(Transaction),
    /// The time was over, and the provider had no transaction: the user is not done in the widget.
    NotYetCreated,
    /// The provider cannot be asked by session. The webhooks will tell of the transaction, which has the address.
    CannotBeAsked,
}

impl<Transaction> DepositOutcome<Transaction> {
    /// What is to be sent, if that is what was found.
    #[must_use]
    pub fn into_deposit(self) -> Option<Deposit> {
        match self {
            Self::Ready(deposit, _) => Some(deposit),
            _ => None,
        }
    }
}
