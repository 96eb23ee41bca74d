//! Errors of the outbox.

use std::error::Error as StdError;
use std::fmt;

use meld_client_core::uuid::Uuid;

use crate::idempotent::StoreError;

/// The error of an [`Outbox`](super::Outbox). `E` is that of its [`Store`](crate::storage::Store).
#[derive(Debug)]
#[non_exhaustive]
pub enum OutboxError<E> {
    /// The request cannot be stored. Nothing was stored or sent.
    Request(StoreError),
    /// The outbox has another request with the same key. Nothing was stored or sent.
    KeyInUse(Uuid),
    /// The storage failed. Requests in progress are retried after their lease, with the same key.
    Store(E),
}

impl<E> From<StoreError> for OutboxError<E> {
    fn from(error: StoreError) -> Self {
        Self::Request(error)
    }
}

impl<E: fmt::Display> fmt::Display for OutboxError<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(error) => error.fmt(formatter),
            Self::KeyInUse(key) => write!(formatter, "the outbox has another request with the key {key}"),
            Self::Store(error) => write!(formatter, "the storage of the outbox failed: {error}"),
        }
    }
}

impl<E: StdError + 'static> StdError for OutboxError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Request(error) => Some(error),
            Self::KeyInUse(_) => None,
            Self::Store(error) => Some(error),
        }
    }
}
