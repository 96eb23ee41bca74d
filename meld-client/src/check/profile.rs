//! The webhook profiles of a check.

use std::fmt;

use meld_client_core::serde_json::Value;

/// A webhook profile, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckedProfile {
    /// The id of the profile.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The URL that events are delivered to.
    pub url: String,
    /// `true` if events are delivered (status `ACTIVE`).
    pub is_active: bool,
    /// The types of the delivered events, such as `TRANSACTION_CRYPTO_COMPLETE`. Empty means all types.
    pub event_types: Vec<String>,
    /// The version of the delivered events: a date.
    pub event_version: Option<String>,
}

impl CheckedProfile {
    /// Returns `true` if the profile is active and delivers events of this type.
    #[must_use]
    pub fn delivers(&self, event_type: &str) -> bool {
        self.is_active && (self.event_types.is_empty() || self.event_types.iter().any(|known| known == event_type))
    }

    fn of(profile: &Value) -> Self {
        let text = |field: &str| profile[field].as_str().unwrap_or_default().to_owned();
        let types = profile["eventTypes"].as_array().into_iter().flatten();
        Self {
            id: text("id"),
            name: text("name"),
            url: text("url"),
            is_active: text("status") == "ACTIVE",
            event_types: types.filter_map(Value::as_str).map(str::to_owned).collect(),
            event_version: profile["eventVersion"].as_str().map(str::to_owned),
        }
    }
}

pub(super) fn profiles(page: &Value) -> Vec<CheckedProfile> {
    page["webhookProfiles"].as_array().into_iter().flatten().map(CheckedProfile::of).collect()
}

/// Shows the URL and the event types.
impl fmt::Display for CheckedProfile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types = match self.event_types.as_slice() {
            [] => "all events".to_owned(),
            types => types.join(", "),
        };
        write!(formatter, "{} ({types})", self.url)
    }
}
