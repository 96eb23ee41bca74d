//! Entries of the activity log.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde_json::Value;

/// The number of entries to keep.
const MAX_ENTRIES: usize = 5000;

/// The activity log, newest first.
#[derive(Default)]
pub(crate) struct Activities(VecDeque<Activity>);

/// An entry of the activity log.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    pub key: String,
    pub at: DateTime<Utc>,
    pub action: &'static str,
    pub request_id: String,
    /// The attributes, such as `connectionId`.
    pub attributes: Value,
    pub details: Value,
}

impl Activities {
    /// Adds an entry and drops the oldest beyond the limit.
    pub fn push(&mut self, activity: Activity) {
        self.0.push_front(activity);
        self.0.truncate(MAX_ENTRIES);
    }

    pub fn iter(&self) -> impl Iterator<Item = &Activity> {
        self.0.iter()
    }
}
