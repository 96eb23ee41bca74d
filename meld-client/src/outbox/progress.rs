//! The progress of a request in the outbox.

use meld_client_core::serde::Deserialize;
use meld_client_core::serde_json;

use super::delivery::{Rejection, Settlement};
use crate::idempotent::JsonResponse;
use crate::storage::Record;

/// The progress of a request, kept with its record.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Progress {
    /// The number of the last attempt after which it was certain that no attempt had been executed.
    pub(super) unsent_after: Option<u32>,
    /// The response, if the request was executed.
    pub(super) response: Option<String>,
    /// The rejection, if it was not.
    pub(super) rejection: Option<Rejection>,
    /// The reason for the next attempt, or for which the request was parked.
    pub(super) reason: Option<String>,
}

meld_client_core::object! {
    sent Progress {
        unsent_after: "unsentAfter",
        response: "response" secret,
        rejection: "rejection",
        reason: "reason",
    }
}

impl Progress {
    /// Reads the progress of a record. Progress that cannot be read counts as an unknown outcome.
    pub(super) fn of(record: &Record) -> Self {
        let progress = record.progress.as_deref().map(serde_json::from_str);
        progress.and_then(Result::ok).unwrap_or_default()
    }

    pub(super) fn to_text(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    /// Returns `true` if no attempt before the current one can have been executed. `was_sent` is `true` if the request may
    /// have been sent before it was stored.
    ///
    /// A record without attempts proves nothing: it was not claimed as [`Store::claim`](crate::storage::Store::claim) says.
    pub(super) fn is_unsent(&self, record: &Record, was_sent: bool) -> bool {
        match self.unsent_after {
            Some(attempts) => record.attempts.checked_sub(1) == Some(attempts),
            None => record.attempts == 1 && !was_sent,
        }
    }

    pub(super) fn settlement(self) -> Option<Settlement> {
        match (self.response, self.rejection) {
            (Some(response), _) => Some(Settlement::Completed(JsonResponse::from_text(response))),
            (None, Some(rejection)) => Some(Settlement::Rejected(rejection)),
            (None, None) => None,
        }
    }
}

/// Decodes the content of a record.
pub(super) fn decoded<'de, T: Deserialize<'de>>(record: &'de Record) -> Option<T> {
    serde_json::from_str(&record.content).ok()
}
