//! Results that prove nothing, although their status says success.

use meld_client_core::serde_json::Value;
use meld_client_core::{Operation, json};

/// The id in the response of each operation, by which its result can be found again.
const IDS: &[(&str, &str)] = &[
    ("/crypto/order/headless/offramp", "id"),
    ("/crypto/order/headless/onramp", "id"),
    ("/crypto/order/headless/transfer", "id"),
    ("/payments/external/import", "transaction.id"),
    ("/payments/external/refund", "transaction.id"),
    ("/payments/transactions", "transaction.id"),
    ("/payments/transactions/payout", "transaction.id"),
    ("/payments/transactions/{id}/capture", "transaction.id"),
    ("/payments/transactions/{id}/refund", "transaction.id"),
    ("/payments/virtual-account/deposit-instructions", "depositInstructionsId"),
    ("/payments/virtual-account/offramp-order", "orderId"),
    ("/payments/virtual-account/onramp-order", "orderId"),
];

/// Returns the reason for which the body of a success proves nothing. A gateway that knows nothing of payments may send it.
/// `None` for a result, and for a response without its bytes, such as one that a test makes.
pub(super) fn useless(operation: &Operation, body: &[u8]) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let body = json::parse_value(body);
    match IDS.iter().find(|(path, _)| *path == operation.path) {
        Some((_, id)) => {
            let found = id.split('.').try_fold(&body, |value, name| value.get(name));
            let has_id = found.is_some_and(has_value);
            (!has_id).then(|| format!("the response has no `{id}`, so it proves nothing"))
        }
        None => (!has_value(&body)).then(|| "the response has no values, which proves nothing".to_owned()),
    }
}

/// Returns `false` for JSON without any value: `{}`, `[]` and `{"transaction":null}`.
fn has_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => items.iter().any(has_value),
        Value::Object(fields) => fields.values().any(has_value),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Operations that take a key, and whose response has no id.
    const WITHOUT_ID: &[&str] =
        &["/crypto/order/headless/transfer/{serviceProvider}/{orderId}/actions", "/payments/risk-analysis"];

    #[test]
    fn ids_of_all_operations_with_keys_are_known() {
        for operation in crate::operations::operations().filter(|operation| operation.takes_idempotency_key) {
            let has_id = IDS.iter().any(|(path, _)| *path == operation.path);
            assert!(has_id != WITHOUT_ID.contains(&operation.path), "{operation}");
        }
    }

    #[test]
    fn results_have_their_id() {
        let of = |path| Operation { path, ..Operation::DEFAULT };
        let (charge, order, analysis) =
            (of("/payments/transactions"), of("/payments/virtual-account/onramp-order"), of("/payments/risk-analysis"));
        for (operation, body, is_useless) in [
            (charge, r#"{"transaction":{"id":"a"}}"#, false),
            (charge, r#"{"transaction":{"status":"SETTLED","id":" "}}"#, true),
            (charge, r#"{"id":"a"}"#, true),
            (charge, r#"{"transaction":[{"id":"a"}]}"#, true),
            (charge, r#"["a"]"#, true),
            (charge, "", false),
            (order, r#"{"orderId":"a","n":1e400}"#, false),
            (order, r#"{"id":"a"}"#, true),
            (analysis, r#"{"decision":"ACCEPT"}"#, false),
            (analysis, r#"{"decision":null,"risk":[{}]}"#, true),
        ] {
            assert_eq!(useless(&operation, body.as_bytes()).is_some(), is_useless, "{operation} {body}");
        }
    }
}
