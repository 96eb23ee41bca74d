//! Pagination of lists: `key`, `before`, `after`, `limit`, `count`, `remaining`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::specs::Operation;

/// The default and the maximum number of items on a page.
type Limits = (usize, usize);

/// The limits of most lists.
const LIMITS: Limits = (10, 100);

/// Returns the limits of a list, which only the guides document.
fn limits(operation: &str) -> Option<Limits> {
    match operation {
        "bank-linking-transactions-search"
        | "bank-linking-investment-holdings-search"
        | "bank-linking-investment-transactions-search" => Some((100, 1000)),
        "bank-linking-institutions-search" => Some((10, 1000)),
        "accounts-customers-search"
        | "activity-log-search"
        | "bank-linking-accounts-search"
        | "bank-linking-connections-search"
        | "payments-transactions-search"
        | "webhooks-profiles-search" => Some(LIMITS),
        _ => None,
    }
}

/// Returns the errors of the pagination parameters as `[field] message`.
pub(crate) fn errors(operation: &Operation, query: &BTreeMap<String, String>) -> Vec<String> {
    let mut errors = Vec::new();
    let has_both = query.contains_key("before") && query.contains_key("after");
    if has_both && operation.is_paged() {
        errors.push("[before] cannot be combined with after".to_owned());
    }
    if let Some((_, max)) = limits(operation.name())
        && let Some(limit) = query.get("limit")
        && !limit.parse().is_ok_and(|limit: usize| (1..=max).contains(&limit))
    {
        errors.push(format!("[limit] must be from 1 to {max}"));
    }
    errors
}

/// Returns a page of a sorted list. The cursors `before` and `after` are exclusive and are positions in the list, not
/// times. An unknown cursor yields an empty page.
pub(crate) fn page<T>(
    operation: &str,
    query: &BTreeMap<String, String>,
    items: &[T],
    key: impl Fn(&T) -> String,
    name: &str,
    show: impl Fn(&T) -> Value,
) -> Value {
    let (default, max) = limits(operation).unwrap_or(LIMITS);
    // A request for particular ids gets all of them by default.
    let ids = query.iter().filter(|(name, _)| name.ends_with("Ids"));
    let default = ids.map(|(_, ids)| ids.split(',').count()).fold(default, usize::max);
    let limit = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(default);
    let limit = limit.clamp(1, max);
    let position = |wanted: &str| items.iter().position(|item| key(item) == wanted);
    let (rows, remaining) = match (query.get("before"), query.get("after")) {
        (Some(before), _) => {
            let end = position(before).unwrap_or(0);
            let start = end.saturating_sub(limit);
            (&items[start..end], start)
        }
        (None, after) => {
            let start = after.map_or(0, |after| position(after).map_or(items.len(), |at| at + 1));
            let end = (start + limit).min(items.len());
            (&items[start..end], items.len() - end)
        }
    };
    let shown: Vec<Value> = rows.iter().map(show).collect();
    json!({ name: shown, "count": rows.len(), "remaining": remaining })
}
