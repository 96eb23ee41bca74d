//! Lenient decoding, and encoding.

mod damage;
mod exact;
mod limits;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{DecodeWarnings, Found, JsonKind, decode};
use crate::{UnknownVariant, object, selected_union, string_enum};

string_enum! {
    /// For the tests.
    pub enum Side {
        Buy = "BUY",
        Sell = "sell",
    }
}

#[derive(Clone, Default, PartialEq)]
struct Email {
    data: Option<String>,
    primary: Option<bool>,
}
object! { read Email { data: "data" text, primary: "primary" } }

#[derive(Clone, Default, PartialEq)]
struct Account {
    number: Option<String>,
}
object! { read Account { number: "number" secret } }

selected_union! {
    #[selector(read "type", "details")]
    enum Payout {
        Ach(Account) = "ACH",
        Local(Account) = "LOCAL",
    }
}

selected_union! {
    #[selector(read "provider")]
    enum Connection {
        Plaid(Account) = "PLAID",
    }
}

selected_union! {
    #[selector(read "type")]
    enum Letter {
        Upper(Account) = "D",
        Lower(Account) = "d",
    }
}

#[derive(Clone, Default, PartialEq)]
struct Cat {
    kind: Option<String>,
    name: Option<String>,
}
object! { read Cat { kind: "kind", name: "name" } }

#[derive(Clone, Debug, PartialEq)]
enum Pet {
    Cat(Cat),
    Unknown(UnknownVariant),
}
selected_union! { read Pet by "kind" { Cat(Cat): "cat" in kind } }

#[derive(Clone, Default, PartialEq)]
struct Total {
    amount: Option<Decimal>,
}
object! { read Total { amount: "amount" also "sum" } }

selected_union! {
    #[selector(read "type", "total")]
    enum Sum {
        Sum(Total) = "SUM",
    }
}

#[derive(Clone, Default, PartialEq)]
struct Bill {
    total: Option<Sum>,
}
object! { read Bill { total: "total" selected_by "type" } }

#[derive(Clone, Default, PartialEq)]
struct Order {
    id: Option<String>,
    amount: Option<Decimal>,
    count: Option<i32>,
    done: Option<bool>,
    at: Option<DateTime<Utc>>,
    day: Option<NaiveDate>,
    side: Option<Side>,
    emails: Vec<Email>,
    tags: BTreeMap<String, String>,
    free: Map<String, Value>,
    owner: Option<Box<Email>>,
    payout: Option<Payout>,
    connection: Option<Connection>,
}
object! {
    read Order {
        id: "id", amount: "amount", count: "count", done: "done", at: "at", day: "day", side: "side",
        emails: "emails", tags: "tags", free: "free", owner: "owner",
        payout: "details" selected_by "type", connection: "connection",
    }
}

fn order(value: &Value) -> (Order, DecodeWarnings) {
    decoded(value.to_string().as_bytes())
}

fn decoded(body: &[u8]) -> (Order, DecodeWarnings) {
    let (found, warnings) = decode::<Order>(body).unwrap();
    let Found::Value(order) = found else { panic!("{found:?} {}", body.escape_ascii()) };
    (order, warnings)
}

/// Returns the warnings sorted by path, because another crate of the program decides on the order of fields in `Value`.
fn decode_warnings(value: &Value) -> Vec<String> {
    let warnings = order(value).1;
    let mut warnings: Vec<String> = warnings.first().iter().map(ToString::to_string).collect();
    warnings.sort();
    warnings
}

fn written(order: &Order) -> Value {
    serde_json::from_str(&serde_json::to_string(order).unwrap()).unwrap()
}

#[test]
fn alias_is_decoded_documented_name_encoded() {
    let total: Total = serde_json::from_str(r#"{"sum":1.50}"#).unwrap();
    assert_eq!(serde_json::to_string(&total).unwrap(), r#"{"amount":1.50}"#);
}

#[test]
fn union_resolves_with_selector_first_or_last() {
    for text in
        [r#"{"type":"LOCAL","details":{"number":"1"}}"#, r#"{"details":{"number":"1"},"id":"i","type":"local"}"#]
    {
        let order: Order = serde_json::from_str(text).unwrap();
        assert!(matches!(order.payout, Some(Payout::Local(_))), "{order:?}");
    }
    for value in [
        json!({"type": "PIX", "details": {"key": "1"}}),
        json!({"type": "ACH"}),
        json!({"details": {"number": "1"}}),
        json!({"connection": {"provider": "NEW", "number": "1"}}),
    ] {
        let (order, warnings) = order(&value);
        assert_eq!((warnings.count(), written(&order)), (0, value));
    }
}

#[test]
fn selector_of_a_variant_is_encoded_once() {
    let text = r#"{"kind":"cat","name":"Tom"}"#;
    let decoded: Pet = serde_json::from_str(text).unwrap();
    let named = Cat { name: Some("Tom".to_owned()), kind: None };
    for pet in [decoded, Pet::Cat(named)] {
        assert_eq!(serde_json::to_string(&pet).unwrap(), text);
    }
}

#[test]
fn union_content_keeps_every_digit() {
    for text in [
        r#"{"type":"SUM","total":{"amount":2.00000000000000000000}}"#,
        r#"{"total":{"amount":2.00000000000000000000},"type":"SUM"}"#,
        r#"{"type":"NEW","total":{"amount":1234567890.12345678901234567890}}"#,
    ] {
        let bill: Bill = serde_json::from_str(text).unwrap();
        let written = serde_json::to_string(&bill).unwrap();
        let digits = |text: &str| text.matches(char::is_numeric).collect::<String>();
        assert_eq!(digits(&written), digits(text));
    }
}

#[test]
fn union_content_of_another_kind_is_reported() {
    for (odd, found) in
        [(json!("x"), "a string"), (json!([1]), "an array"), (json!(7), "a number"), (json!(true), "a boolean")]
    {
        let value = json!({"type": "ACH", "details": odd});
        assert_eq!(decode_warnings(&value), [format!("details: expected an object, found {found}")]);
        assert_eq!(written(&order(&value).0), json!({"type": "ACH"}));
    }
}

#[test]
fn date_times_decode_in_every_format() {
    for (text, expected) in [
        ("\"2026-03-04T00:13:02Z\"", "2026-03-04T00:13:02Z"),
        ("\"2026-03-04 00:13:02\"", "2026-03-04T00:13:02Z"),
        ("\"2026-03-04T00:13:02\"", "2026-03-04T00:13:02Z"),
        ("\"2026-03-04T02:13:02+02:00\"", "2026-03-04T00:13:02Z"),
        ("\"2026-03-04T02:13:02+0200\"", "2026-03-04T00:13:02Z"),
        ("\"2026-03-04T00:13:02.5Z\"", "2026-03-04T00:13:02.500Z"),
        ("\"2026-03-04T00:13:02.123456Z\"", "2026-03-04T00:13:02.123456Z"),
        ("\"2026-03-04 00:13:02.123456789\"", "2026-03-04T00:13:02.123456789Z"),
        ("\"2026-03-04T00:13Z\"", "2026-03-04T00:13:00Z"),
        ("\"2026-03-04\"", "2026-03-04T00:00:00Z"),
        ("1772583182", "2026-03-04T00:13:02Z"),
        ("1772583182.5", "2026-03-04T00:13:02.500Z"),
        ("1772583182500", "2026-03-04T00:13:02.500Z"),
        ("\"1772583182\"", "2026-03-04T00:13:02Z"),
    ] {
        let Found::Value(time) = decode::<DateTime<Utc>>(text.as_bytes()).unwrap().0 else { panic!("{text}") };
        assert_eq!(serde_json::to_value(time).unwrap(), expected, "{text}");
    }
    for text in ["\"03/04/2026\"", "\"2026-13-04T00:00:00Z\"", "\"soon\"", "1e300", "9223372036854775807"] {
        assert!(matches!(decode::<DateTime<Utc>>(text.as_bytes()).unwrap().0, Found::Undecodable(_)), "{text}");
    }
}

#[test]
fn only_unclear_structure_is_an_error() {
    for text in [
        "{",
        "{\"id\"",
        "{\"id\":",
        "{\"id\":\"",
        "{\"id\":\"a\"",
        "{} {}",
        "{}]",
        "{\"id\":]}",
        "{]",
        "{\"id\":\"a\" \"count\":1}",
        "{\"id\":1 \"count\":1}",
        "{\"id\" 1}",
        "{\"id\":[1}",
        "{:1}",
        "{\"id\":\"John \"Johnny\" Doe\"}",
        "{\"id\":\"a\\\"}",
        "{\"emails\":[{\"data\":\"a\"]}",
    ] {
        assert!(decode::<Order>(text.as_bytes()).is_err(), "{text}");
    }
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(decode::<Order>(deep.as_bytes()).unwrap().0, Found::Undecodable(JsonKind::Array));
    assert_eq!(decode::<Vec<String>>(b"5").unwrap().0, Found::Undecodable(JsonKind::Number));
    assert_eq!(decode::<Vec<String>>(b" ").unwrap().0, Found::Nothing);
    assert_eq!(decode::<Order>(b"nope").unwrap().0, Found::Undecodable(JsonKind::NotJson));
    for utf16 in [&b"\xff\xfe{\0}\0"[..], b"\xfe\xff\0{\0}", b"{\0}\0", b"\0{\0}"] {
        assert_eq!(decode::<Order>(utf16).unwrap().0, Found::Undecodable(JsonKind::Utf16));
    }
}

#[test]
fn debug_redacts_secrets() {
    let (order, _) = order(&json!({"type": "ACH", "details": {"number": "4111"}, "id": "i"}));
    let text = format!("{order:?}");
    assert!(text.contains("***") && !text.contains("4111"), "{text}");
    assert!(!text.contains("amount"), "only what is set is shown: {text}");
}

#[derive(Clone, Default, PartialEq)]
struct Session {
    amount: Decimal,
    least: Option<Decimal>,
}
object! { read Session { amount: "amount" as_text, least: "least" as_text } }

#[test]
fn amounts_declared_as_strings_encode_as_strings() {
    let session = Session { amount: Decimal::new(10000, 2), least: None };
    assert_eq!(serde_json::to_string(&session).unwrap(), r#"{"amount":"100.00"}"#);
    let text = r#"{"amount":"0.10000000000000000000","least":"1"}"#;
    let session: Session = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&session).unwrap(), text);
}

#[test]
fn exact_selector_wins_over_letter_case() {
    for json in [r#"{"number":"1","type":"d"}"#, r#"{"number":"1","type":"D"}"#] {
        let letter: Letter = serde_json::from_str(json).unwrap();
        assert_eq!(matches!(letter, Letter::Lower(_)), json.contains("\"d\""), "{json}");
        let encoded: Value = serde_json::to_value(&letter).unwrap();
        assert_eq!(encoded, serde_json::from_str::<Value>(json).unwrap());
    }
}
