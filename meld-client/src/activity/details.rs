//! Searches over a period, and the details of their activities.

use std::collections::BTreeMap;
use std::time::SystemTime;

use meld_client_core::Error;
use meld_client_core::chrono::{DateTime, TimeDelta, Utc};
use meld_client_core::serde_json::Value;

use super::versions::{Activity as _, ActivityLog};
use crate::pagination::PaginationExt;

const MAX_ACTIVITIES: usize = 1000;

/// The keys per request. It keeps the URL short, as the specs name no limit.
const KEYS_PER_REQUEST: usize = 50;

/// The tolerated difference between the local clock and Meld's.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(1);

/// Returns the period from `since` to `now` with the clock tolerance at both ends.
fn period(since: DateTime<Utc>, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let end = now.max(since);
    let start = since.checked_sub_signed(CLOCK_TOLERANCE).unwrap_or(since);
    (start, end.checked_add_signed(CLOCK_TOLERANCE).unwrap_or(end))
}

pub(super) fn search_since<C: ActivityLog>(client: &C, since: DateTime<Utc>) -> C::Search {
    let (start, end) = period(since, SystemTime::now().into());
    client.search(start, end)
}

/// Returns all activities of a search with their details, oldest first.
pub(super) async fn search_with_details<C: ActivityLog>(
    client: &C,
    search: C::Search,
) -> Result<Vec<C::Activity>, Error> {
    let mut activities = search.all(MAX_ACTIVITIES).await?;
    activities.reverse();
    let keys: Vec<&str> = activities.iter().filter_map(|activity| activity.key()).collect();
    let mut found = get(client, &keys).await?;
    for activity in &mut activities {
        if let Some(details) = activity.key().and_then(|key| found.remove(key)) {
            activity.set_details(details);
        }
    }
    Ok(activities)
}

pub(super) async fn get<C: ActivityLog>(client: &C, keys: &[&str]) -> Result<BTreeMap<String, Value>, Error> {
    let mut found = BTreeMap::new();
    for keys in keys.chunks(KEYS_PER_REQUEST) {
        let details = client.details(keys).await?.into_iter();
        found.extend(details.filter_map(|(key, details)| Some((key?, details?))));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_end_after_they_begin() {
        let at = |seconds| DateTime::<Utc>::from_timestamp(seconds, 0).unwrap();
        assert_eq!(period(at(1000), at(5000)), (at(940), at(5060)));
        assert_eq!(period(at(5000), at(1000)), (at(4940), at(5060)));
        for since in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let (start, end) = period(since, at(0));
            assert!(start <= end);
        }
    }
}
