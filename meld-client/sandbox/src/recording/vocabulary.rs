//! The strings that a recording may keep: words of the specs, and short codes that can hold no secret.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime};
use serde_json::Value;

use crate::specs::Operation;

/// Common currencies, payment methods and error codes. The specs have no list of them.
const KNOWN: &[&str] = &[
    "ACH",
    "APPLE_PAY",
    "AVAX",
    "BAD_REQUEST",
    "BANK_TRANSFER",
    "BNB",
    "BTC",
    "CONFLICT",
    "CREDIT_DEBIT_CARD",
    "DOGE",
    "ETH",
    "ETH_ARBITRUM",
    "ETH_BASE",
    "FORBIDDEN",
    "GOOGLE_PAY",
    "INSTANT_ACH",
    "INTERNAL_SERVER_ERROR",
    "LTC",
    "NOT_FOUND",
    "PIX",
    "POL",
    "SEPA",
    "SOL",
    "TRX",
    "UNAUTHORIZED",
    "USDC",
    "USDC_BASE",
    "USDC_POLYGON",
    "USDC_SOLANA",
    "USDT",
    "USDT_TRON",
    "XRP",
];

/// The words of all specs.
pub(crate) struct Vocabulary(BTreeSet<String>);

impl Vocabulary {
    /// Collects the enum values, constants and error codes of the specs of some operations.
    pub fn new(operations: &[Operation]) -> Self {
        let mut words: BTreeSet<String> = KNOWN.iter().map(|word| (*word).to_owned()).collect();
        let mut specs = BTreeSet::new();
        for operation in operations {
            words.extend(operation.error_codes.iter().map(|(_, code)| code.clone()));
            if specs.insert(operation.spec.name.as_str()) {
                collect(&operation.spec.root, &mut words);
            }
        }
        Self(words)
    }

    /// Returns `true` if a string in a field of this name may be kept.
    pub fn keeps(&self, name: &str, text: &str) -> bool {
        self.0.contains(text) || is_code(name, text) || is_amount(name, text)
    }
}

fn collect(schema: &Value, words: &mut BTreeSet<String>) {
    match schema {
        Value::Object(fields) => {
            let listed = fields.get("enum").and_then(Value::as_array).into_iter().flatten();
            words.extend(listed.chain(fields.get("const")).filter_map(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, words));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, words)),
        _ => {}
    }
}

/// Returns `true` for the code of a country or currency: two or three letters.
fn is_code(name: &str, text: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_place = lower.contains("countr") || lower.contains("currenc");
    is_place && (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Returns `true` for an amount in decimal digits that is shorter than any number of an account or card.
fn is_amount(name: &str, text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    is_quantity(name) && digits(whole) && digits(fraction) && whole.len() <= 6 && fraction.len() <= 2
}

/// Returns `true` if numbers of this name are amounts, prices or counts.
pub(crate) fn is_quantity(name: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "amount",
        "count",
        "fee",
        "fees",
        "limit",
        "maximum",
        "minimum",
        "percentage",
        "price",
        "quantity",
        "rate",
        "remaining",
        "score",
        "total",
    ];
    let lower = name.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// Returns `true` for a date or a time of this century in the forms that Meld uses.
pub(crate) fn is_time(text: &str) -> bool {
    // More digits of a second could hold a number.
    let fraction = text.split_once('.').map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let time = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|time| time.date());
    let zoned = || DateTime::parse_from_rfc3339(text).ok().map(|time| time.date_naive());
    let date = date.or_else(time).or_else(zoned);
    fraction <= 6 && text.len() <= 32 && date.is_some_and(|date| (2000..2100).contains(&date.year()))
}

/// Returns `true` for a date or a time of any year.
pub(crate) fn is_date(text: &str) -> bool {
    NaiveDate::parse_from_str(text.get(..10).unwrap_or_default(), "%Y-%m-%d").is_ok()
}

/// Returns `true` if strings of this name are dates or times.
pub(crate) fn is_time_name(name: &str) -> bool {
    let is_one = matches!(name, "from" | "to" | "start" | "end" | "timestamp");
    is_one || name.ends_with("At") || name.ends_with("Date") || name.ends_with("Timestamp")
}
