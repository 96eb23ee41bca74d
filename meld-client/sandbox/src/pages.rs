//! Lists in pages: `key`, `before`, `after`, `limit`, `count`, `remaining`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::documents::Operation;

/// How many items a page has when no limit is asked for, and at most.
type Limits = (usize, usize);

/// The limits of most lists.
const LIMITS: Limits = (10, 100);

/// The limits of a list, which only the guides say.
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

/// What is wrong with the parameters of a page, as `[field] text`.
pub(crate) fn complaints(operation: &Operation, query: &BTreeMap<String, String>) -> Vec<String> {
    let mut errors = Vec::new();
    let has_both = query.contains_key("before") && query.contains_key("after");
    if has_both && operation.is_paged() {
        errors.push("[before] cannot be given together with after".to_owned());
    }
    if let Some((_, most)) = limits(operation.name())
        && let Some(limit) = query.get("limit")
        && !limit.parse().is_ok_and(|limit: usize| (1..=most).contains(&limit))
    {
        errors.push(format!("[limit] is to be from 1 to {most}"));
    }
    errors
}

/// One page of a list that is in its order. Both ends are exclusive, and `before` and `after` mean
/// places in the list, not times. A key that is no longer in the list ends it.
pub(crate) fn page<T>(
    operation: &str,
    query: &BTreeMap<String, String>,
    items: &[T],
    key: impl Fn(&T) -> String,
    name: &str,
    show: impl Fn(&T) -> Value,
) -> Value {
    let (default, most) = limits(operation).unwrap_or(LIMITS);
    // Whoever asks for certain ones gets as many as were asked for.
    let asked = query.iter().filter(|(name, _)| name.ends_with("Ids"));
    let default = asked.map(|(_, ids)| ids.split(',').count()).fold(default, usize::max);
    let limit = query.get("limit").and_then(|limit| limit.parse().ok()).unwrap_or(default);
    let limit = limit.clamp(1, most);
    let place = |wanted: &str| items.iter().position(|item| key(item) == wanted);
    let (rows, remaining) = match (query.get("before"), query.get("after")) {
        (Some(before), _) => {
            let end = place(before).unwrap_or(0);
            let start = end.saturating_sub(limit);
            (&items[start..end], start)
        }
        (None, after) => {
            let start = after.map_or(0, |after| place(after).map_or(items.len(), |at| at + 1));
            let end = (start + limit).min(items.len());
            (&items[start..end], items.len() - end)
        }
    };
    let shown: Vec<Value> = rows.iter().map(show).collect();
    json!({ name: shown, "count": rows.len(), "remaining": remaining })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(pairs: &[(&str, &str)]) -> Value {
        let query = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let items: Vec<String> = (0..25).map(|number| format!("k{number:02}")).collect();
        let show = |item: &String| json!(item);
        page("bank-linking-accounts-search", &query, &items, String::clone, "items", show)
    }

    #[test]
    fn pages_go_forward_and_back_without_their_ends() {
        let first = ask(&[]);
        assert_eq!(first["count"], 10);
        assert_eq!(first["remaining"], 15);
        let second = ask(&[("after", "k09"), ("limit", "10")]);
        assert_eq!(second["items"][0], "k10");
        assert_eq!(second["remaining"], 5);
        let back = ask(&[("before", "k10"), ("limit", "4")]);
        assert_eq!(back["items"], json!(["k06", "k07", "k08", "k09"]));
        assert_eq!(back["remaining"], 6);
        assert_eq!(ask(&[("after", "k24")])["count"], 0);
        assert_eq!(ask(&[("after", "gone")])["remaining"], 0);
    }
}
