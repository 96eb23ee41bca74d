//! Rules for requests that stand in Meld's guides and not in its specs.

use serde::{Deserialize, Serialize};

/// A rule that validation checks beyond the schema. Properties have their JSON names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GuideRule {
    /// A list must not contain these values.
    ForbiddenItems(String, Vec<String>),
    /// Two lists must not share an item.
    DisjointLists(String, String),
    /// At most one of two properties may be set.
    MutuallyExclusive(String, String),
}

/// Returns the rules of a type: `module` and Rust name of the schema.
pub fn guide_rules(module: &str, schema: &str) -> Vec<GuideRule> {
    match (module, schema) {
        ("bank_linking", "ConnectStartRequest") => vec![
            no_history("products"),
            no_history("optionalProducts"),
            GuideRule::DisjointLists("products".to_owned(), "optionalProducts".to_owned()),
        ],
        ("bank_linking", "ConnectionAddProductsRequest" | "ConnectionRefreshRequest") => {
            vec![no_history("products")]
        }
        ("crypto", "CryptoQuoteRequest" | "SessionTokenForWidgetRequest") => vec![one_customer()],
        _ => Vec::new(),
    }
}

/// Historical transactions arrive automatically after connecting and cannot be requested.
fn no_history(list: &str) -> GuideRule {
    GuideRule::ForbiddenItems(list.to_owned(), vec!["HISTORICAL_TRANSACTIONS".to_owned()])
}

/// Exactly one kind of customer id: Meld rejects both with `BAD_REQUEST`.
fn one_customer() -> GuideRule {
    GuideRule::MutuallyExclusive("customerId".to_owned(), "externalCustomerId".to_owned())
}
