//! Rules for requests that stand in Meld's guides and not in its specs.

/// A rule that validation checks beyond the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuideRule {
    /// A list must not contain these values.
    ForbiddenItems(&'static str, &'static [&'static str]),
    /// Two lists must not share an item.
    DisjointLists(&'static str, &'static str),
    /// At most one of two properties may be set.
    MutuallyExclusive(&'static str, &'static str),
}

/// Rules that stand in Meld's guides only: module, Rust name of the schema, rule.
const GUIDE_RULES: &[(&str, &str, GuideRule)] = &[
    // Historical transactions arrive automatically after connecting and cannot be requested.
    ("bank_linking", "ConnectStartRequest", GuideRule::ForbiddenItems("products", HISTORICAL)),
    (
        "bank_linking",
        "ConnectStartRequest",
        GuideRule::ForbiddenItems("optionalProducts", HISTORICAL),
    ),
    (
        "bank_linking",
        "ConnectStartRequest",
        GuideRule::DisjointLists("products", "optionalProducts"),
    ),
    (
        "bank_linking",
        "ConnectionAddProductsRequest",
        GuideRule::ForbiddenItems("products", HISTORICAL),
    ),
    ("bank_linking", "ConnectionRefreshRequest", GuideRule::ForbiddenItems("products", HISTORICAL)),
    // Exactly one kind of customer id: Meld rejects both with `BAD_REQUEST`.
    (
        "crypto",
        "CryptoQuoteRequest",
        GuideRule::MutuallyExclusive("customerId", "externalCustomerId"),
    ),
    (
        "crypto",
        "SessionTokenForWidgetRequest",
        GuideRule::MutuallyExclusive("customerId", "externalCustomerId"),
    ),
];

const HISTORICAL: &[&str] = &["HISTORICAL_TRANSACTIONS"];

/// Returns the rules of a type: `module` and Rust name of the schema.
pub fn guide_rules<'a>(module: &'a str, schema: &'a str) -> impl Iterator<Item = GuideRule> + 'a {
    GUIDE_RULES
        .iter()
        .filter(move |(family, name, _)| *family == module && *name == schema)
        .map(|(_, _, rule)| *rule)
}
