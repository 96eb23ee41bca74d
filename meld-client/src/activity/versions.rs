//! The hooks that the helpers of this family are built on, and their implementation for each API version.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::serde_json::Value;
use meld_client_core::{Call, Error, Page};

/// The `beta` client of an API version, and the types of that version.
///
/// [`ActivityExt`](super::ActivityExt) has the methods.
pub trait ActivityClient {
    /// The activity type, such as `v2026_02_03::beta::types::ActivityResponse`.
    type Activity;
    /// The builder of a search, such as `v2026_02_03::beta::builder::SearchActivityLog`.
    type Search;
}

/// The operations of a version.
pub trait ActivityLog:
    ActivityClient<Activity: Activity + Send, Search: Call<Output: Page<Item = Self::Activity>>> + Sync + Sized
{
    fn search(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Self::Search;

    fn by_request(search: Self::Search, request_id: &str) -> Self::Search;

    fn by_connection(search: Self::Search, connection_id: &str) -> Self::Search;

    fn by_failed_import(search: Self::Search) -> Self::Search;

    fn details(&self, keys: &[&str]) -> impl Future<Output = Result<Vec<Details>, Error>> + Send;
}

/// The key of an activity, and its details.
pub type Details = (Option<String>, Option<Value>);

pub trait Activity {
    fn key(&self) -> Option<&str>;

    fn occurred_at(&self) -> Option<DateTime<Utc>>;

    fn attribute(&self, name: &str) -> Option<&str>;

    /// Returns the type and id of the entity.
    fn entity(&self) -> Option<(&str, &str)>;

    fn set_details(&mut self, details: Value);
}

for_versions!("beta", include_hooks, "hooks.rs");
