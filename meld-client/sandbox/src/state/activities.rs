//! Entries of the activity log.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

use super::saved::{Name, name};

use chrono::{DateTime, Utc};
use serde_json::Value;

const MAX_ENTRIES: usize = 5000;

/// The activity log, newest first.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Activities(VecDeque<Activity>);

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Activity {
    pub key: String,
    pub at: DateTime<Utc>,
    #[serde(deserialize_with = "name::deserialize")]
    pub action: Name,
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
