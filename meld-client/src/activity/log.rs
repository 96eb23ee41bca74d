//! Looking activities up.

use std::collections::BTreeMap;
use std::time::SystemTime;

use meld_client_core::chrono::{DateTime, TimeDelta, Utc};
use meld_client_core::serde_json::Value;
use meld_client_core::{Call, Page};

use super::ImportFailure;
use crate::{Error, PaginationExt};

/// Why something failed, from Meld's activity log: on the `beta` client of every version.
///
/// The log has what errors and webhooks leave out, up to what the provider answered: widget errors, which never change
/// the status of a connection, and imports that failed. The service calls it beta.
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking", feature = "beta"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let began = std::time::SystemTime::now();
/// let failed = meld.v2026_02_03().bank_linking().get_connection().connection_id("none").send().await;
/// if let Some(request_id) = failed.unwrap_err().request_id() {
///     let activities = meld.v2026_02_03().beta().explain_request(request_id, began.into()).await?;
///     for activity in activities {
///         println!("{:?} {:?}", activity.occurred_at, activity.action);
///     }
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking", feature = "beta")))]
/// # fn main() {}
/// ```
///
/// The log asks for a span of time. It is from `since` to now here, with a little more at both ends for clocks that
/// differ; the shorter it is, the less the service has to search.
///
/// Attributes and details are what providers and users said, and may be secret: `Debug` leaves them out.
pub trait ActivityExt {
    /// An activity.
    type Activity;
    /// The search for activities.
    type Search;

    /// A search for what happened since then, to be narrowed further and read page by page, newest first.
    fn activities_since(&self, since: DateTime<Utc>) -> Self::Search;

    /// What happened during a request, in its order, with all details: for the id that an error, a response or a webhook
    /// names.
    ///
    /// # Errors
    /// Those of the calls, and if there are more than 1000 activities.
    fn explain_request(
        &self,
        request_id: &str,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<Self::Activity>, Error>> + Send;

    /// What happened to a connection, in its order, with all details.
    ///
    /// # Errors
    /// Those of the calls, and if there are more than 1000 activities: then ask for less time.
    fn of_connection(
        &self,
        connection_id: &str,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<Self::Activity>, Error>> + Send;

    /// The imports of connections that failed since then, in their order, with all details. They show nowhere else:
    /// what was imported tells of itself by the webhooks that any connection has.
    ///
    /// # Errors
    /// Those of the calls, and if more than 1000 failed: then ask for less time.
    fn import_failures(
        &self,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<ImportFailure<Self::Activity>>, Error>> + Send;

    /// The details of activities, by their keys (`activity-log-details-get`). What has none is left out.
    ///
    /// # Errors
    /// Those of the calls.
    fn details(
        &self,
        keys: &[&str],
    ) -> impl Future<Output = Result<BTreeMap<String, Value>, Error>> + Send;
}

/// The calls of a version, for what is the same in all of them.
pub trait Calls: Sync {
    type Activity: Logged + Send;

    type Search: Call<Output: Page<Item = Self::Activity>>;

    fn search(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Self::Search;

    fn of_request(search: Self::Search, request_id: &str) -> Self::Search;

    fn of_connections(search: Self::Search, connection_id: &str) -> Self::Search;

    fn failed_imports(search: Self::Search) -> Self::Search;

    fn read_details(
        &self,
        keys: &[&str],
    ) -> impl Future<Output = Result<Vec<Details>, Error>> + Send;
}

/// A key, and the details of what it names.
pub type Details = (Option<String>, Option<Value>);

/// What of an activity matters here.
pub trait Logged {
    fn key(&self) -> Option<&str>;

    fn occurred_at(&self) -> Option<DateTime<Utc>>;

    fn attribute(&self, name: &str) -> Option<&str>;

    fn entity_of(&self, kind: &str) -> Option<&str>;

    fn set_details(&mut self, details: Value);
}

/// How many activities are read at once.
const MOST: usize = 1000;

/// How many details are asked for at once, which keeps the address short: the documents name no number.
const KEYS: usize = 50;

/// How much the clocks of this machine and of Meld may differ.
const CLOCKS: TimeDelta = TimeDelta::minutes(1);

/// The span of the log from then to now.
fn span(since: DateTime<Utc>, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let end = now.max(since);
    let start = since.checked_sub_signed(CLOCKS).unwrap_or(since);
    (start, end.checked_add_signed(CLOCKS).unwrap_or(end))
}

pub(super) fn activities_since<C: Calls>(client: &C, since: DateTime<Utc>) -> C::Search {
    let (start, end) = span(since, SystemTime::now().into());
    client.search(start, end)
}

/// All that a search finds, the oldest first, with details.
pub(super) async fn explained<C: Calls>(
    client: &C,
    search: C::Search,
) -> Result<Vec<C::Activity>, Error> {
    let mut activities = search.all(MOST).await?;
    activities.reverse();
    let keys: Vec<&str> = activities.iter().filter_map(Logged::key).collect();
    let mut found = details(client, &keys).await?;
    for activity in &mut activities {
        if let Some(details) = activity.key().and_then(|key| found.remove(key)) {
            activity.set_details(details);
        }
    }
    Ok(activities)
}

pub(super) async fn details<C: Calls>(
    client: &C,
    keys: &[&str],
) -> Result<BTreeMap<String, Value>, Error> {
    let mut found = BTreeMap::new();
    for keys in keys.chunks(KEYS) {
        let details = client.read_details(keys).await?.into_iter();
        found.extend(details.filter_map(|(key, details)| Some((key?, details?))));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_span_ends_after_it_begins() {
        let at = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0).unwrap();
        assert_eq!(span(at(1000), at(5000)), (at(940), at(5060)));
        assert_eq!(span(at(5000), at(1000)), (at(4940), at(5060)));
        for since in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let (start, end) = span(since, at(0));
            assert!(start <= end);
        }
    }
}
