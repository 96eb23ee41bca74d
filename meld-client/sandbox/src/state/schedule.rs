//! Events that happen later, by the server's clock.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::saved::{Name, name, pairs};

use chrono::{DateTime, Utc};

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) enum Event {
    ConnectionExpires(String),
    /// A transaction changes to a status.
    Transaction(String, #[serde(deserialize_with = "name::deserialize")] Name),
    /// The provider decides about a customer's documents.
    Kyc(String),
}

/// The scheduled events, in order of time.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Schedule {
    #[serde(with = "pairs")]
    events: BTreeMap<(DateTime<Utc>, usize), Event>,
    added: usize,
}

impl Schedule {
    pub fn add(&mut self, at: DateTime<Utc>, event: Event) {
        self.added += 1;
        self.events.insert((at, self.added), event);
    }

    /// Removes the next event that is due, with its time.
    pub fn take_due(&mut self, now: DateTime<Utc>) -> Option<(DateTime<Utc>, Event)> {
        let next = self.events.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((at, _), event) = next.remove_entry();
        Some((at, event))
    }

    /// Returns the time of the next event.
    pub fn next(&self) -> Option<DateTime<Utc>> {
        self.events.keys().next().map(|(at, _)| *at)
    }

    /// Returns the time at which a transaction becomes `SETTLED`, if that is scheduled.
    pub fn settles_at(&self, id: &str) -> Option<DateTime<Utc>> {
        let settles = |event: &Event| matches!(event, Event::Transaction(of, "SETTLED") if of == id);
        self.events.iter().find(|(_, event)| settles(event)).map(|((at, _), _)| *at)
    }
}
