//! Reading as the service answers, by rule.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{Found, FromJson, Kind, Reports, collect, read};
use crate::{object, selected_union, string_enum};

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
    /// For the tests.
    #[selector(read "type", "details")]
    enum Payout {
        Ach(Account) = "ACH",
        Local(Account) = "LOCAL",
    }
}

selected_union! {
    /// For the tests.
    #[selector(read "provider")]
    enum Connection {
        Plaid(Account) = "PLAID",
    }
}

#[derive(Clone, Default, PartialEq)]
struct Total {
    amount: Option<Decimal>,
}
object! { read Total { amount: "amount" also "sum" } }

selected_union! {
    /// For the tests.
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

fn order(value: &Value) -> (Order, Reports) {
    let (found, reports) = collect(|| read::<Order>(value.to_string().as_bytes()).unwrap());
    let Found::Value(order) = found else { panic!("{found:?}") };
    (order, reports)
}

/// The reports by path: whether `Value` keeps the order of fields, some other crate of the program decides.
fn reports(value: &Value) -> Vec<String> {
    let reports = order(value).1;
    let mut reports: Vec<String> = reports.first().iter().map(ToString::to_string).collect();
    reports.sort();
    reports
}

fn written(order: &Order) -> Value {
    serde_json::from_str(&serde_json::to_string(order).unwrap()).unwrap()
}

#[test]
fn the_declared_form_comes_back() {
    let value = json!({
        "id": "i", "amount": 1, "count": 2, "done": true, "at": "2026-03-04T00:13:02Z", "day": "2026-03-04",
        "side": "BUY", "emails": [{"data": "a@b", "primary": false}], "tags": {"a": "b"},
        "free": {"x": [1, null]}, "owner": {"data": "o"}, "type": "ACH", "details": {"number": "1"},
        "connection": {"provider": "PLAID", "number": "2"},
    });
    let (order, reports) = order(&value);
    assert_eq!(reports.count(), 0, "{reports:?}");
    assert!(matches!(order.payout, Some(Payout::Ach(_))));
    assert!(matches!(order.connection, Some(Connection::Plaid(_))));
    assert_eq!(written(&order), value);
}

#[test]
fn null_absent_and_empty_are_one() {
    let names = [
        "id", "amount", "count", "done", "at", "day", "side", "emails", "tags", "free", "owner",
        "type", "details",
    ];
    for nothing in [json!(null), json!(""), json!([]), json!({})] {
        for name in names {
            let (read, reports) = order(&json!({name: nothing}));
            assert_eq!(reports.count(), 0, "{name} {nothing}: {reports:?}");
            let is_default = read == Order::default() || read.payout.is_some();
            assert!(is_default, "{name} {nothing} {read:?}");
        }
    }
}

#[test]
fn scalars_of_another_kind_are_taken_where_the_meaning_is_plain() {
    let value = json!({
        "id": 1, "amount": "1.50", "count": "7", "done": "TRUE", "side": "Sell", "emails": ["a@b"],
        "owner": "o@b", "tags": {"n": 5}, "at": 1_786_363_200,
    });
    let (order, reports) = order(&value);
    assert_eq!(reports.count(), 0, "{reports:?}");
    assert_eq!(order.id.as_deref(), Some("1"));
    assert_eq!(order.amount, Some(Decimal::new(150, 2)));
    assert_eq!((order.count, order.done), (Some(7), Some(true)));
    assert_eq!(order.side, Some(Side::Sell));
    assert_eq!(order.emails[0].data.as_deref(), Some("a@b"));
    assert_eq!(order.owner.unwrap().data.as_deref(), Some("o@b"));
    assert_eq!(order.tags["n"], "5");
    assert_eq!(order.at.unwrap().to_rfc3339(), "2026-08-10T12:00:00+00:00");
}

#[test]
fn what_cannot_be_read_is_left_out_and_reported_without_its_value() {
    let value = json!({
        "id": {"secret": 1}, "amount": "secret", "count": 1.5, "done": "secret", "at": "secret", "day": 5,
        "side": [1], "emails": [{"primary": []}, 7, {"data": {"x": 1}}], "tags": {"a": [1]}, "free": "secret",
        "owner": 5, "connection": 5, "type": [5],
    });
    let (order, _) = order(&value);
    assert_eq!(order.emails.len(), 2);
    assert_eq!(
        reports(&value),
        [
            "amount: expected a number, found a text",
            "at: expected a date-time, found a text",
            "connection: expected an object, found a number",
            "count: expected a whole number, found a number",
            "day: expected a date, found a number",
            "done: expected a boolean, found a text",
            "emails[1]: expected an object, found a number",
            "emails[2].data: expected a text, found an object",
            "free: expected an object, found a text",
            "id: expected a text, found an object",
            "owner: expected an object, found a number",
            "side: expected a text, found an array",
            "tags.a: expected a text, found an array",
            "type: expected a text, found an array",
        ]
    );
}

#[test]
fn a_text_never_holds_a_number_that_lost_digits() {
    let (order, _) = order(&json!({"id": 2.5, "side": 20}));
    assert_eq!(order.id.as_deref(), Some("2.5"));
    for number in ["1234567890.12345678901234567890", "123456789012345678901234567890"] {
        let text = format!("{{\"id\":{number},\"side\":{number}}}");
        let (found, reports) = collect(|| read::<Order>(text.as_bytes()).unwrap());
        assert_eq!(found, Found::Value(Order::default()));
        let paths: Vec<&str> = reports.first().iter().map(|report| &*report.path).collect();
        assert_eq!(paths, ["id", "side"]);
    }
}

#[test]
fn unknown_fields_are_ignored_at_every_level() {
    let value =
        json!({"new": {"deep": [1]}, "owner": {"data": "o", "new": null}, "emails": [{"new": 1}]});
    let (order, reports) = order(&value);
    assert_eq!(reports.count(), 0);
    assert_eq!(order.emails.len(), 1);
}

#[test]
fn another_name_is_read_and_the_documented_one_written() {
    let total: Total = serde_json::from_str(r#"{"sum":1.50}"#).unwrap();
    assert_eq!(serde_json::to_string(&total).unwrap(), r#"{"amount":1.50}"#);
}

#[test]
fn a_union_is_resolved_whatever_comes_first() {
    for text in [
        r#"{"type":"LOCAL","details":{"number":"1"}}"#,
        r#"{"details":{"number":"1"},"id":"i","type":"local"}"#,
    ] {
        let order: Order = serde_json::from_str(text).unwrap();
        assert!(matches!(order.payout, Some(Payout::Local(_))), "{order:?}");
    }
    for value in [
        json!({"type": "PIX", "details": {"key": "1"}}),
        json!({"type": "ACH"}),
        json!({"details": {"number": "1"}}),
        json!({"connection": {"provider": "NEW", "number": "1"}}),
    ] {
        let (order, reports) = order(&value);
        assert_eq!((reports.count(), written(&order)), (0, value));
    }
}

#[test]
fn content_of_a_union_keeps_every_digit() {
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
fn content_of_another_kind_is_reported() {
    for (odd, found) in [
        (json!("x"), "a text"),
        (json!([1]), "an array"),
        (json!(7), "a number"),
        (json!(true), "a boolean"),
    ] {
        let value = json!({"type": "ACH", "details": odd});
        assert_eq!(reports(&value), [format!("details: expected an object, found {found}")]);
        assert_eq!(written(&order(&value).0), json!({"type": "ACH"}));
    }
}

#[test]
fn date_times_are_read_in_every_form() {
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
        let Found::Value(time) = read::<DateTime<Utc>>(text.as_bytes()).unwrap() else {
            panic!("{text}")
        };
        assert_eq!(serde_json::to_value(time).unwrap(), expected, "{text}");
    }
    for text in
        ["\"03/04/2026\"", "\"2026-13-04T00:00:00Z\"", "\"soon\"", "1e300", "9223372036854775807"]
    {
        assert!(
            matches!(read::<DateTime<Utc>>(text.as_bytes()), Ok(Found::Unreadable(_))),
            "{text}"
        );
    }
}

#[test]
fn only_text_that_is_no_json_is_an_error() {
    for text in ["{", "{\"id\":}", "nope", "{} {}", "{\"id\":\"\\ud800\"}"] {
        assert!(read::<Order>(text.as_bytes()).is_err(), "{text}");
    }
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    // What is left out is not nested in memory either.
    assert_eq!(read::<Order>(deep.as_bytes()).unwrap(), Found::Unreadable(Kind::Array));
    let deep = format!("{{\"free\":{}}}", deep);
    assert!(read::<Order>(deep.as_bytes()).is_err());
    assert_eq!(read::<Vec<String>>(b"5").unwrap(), Found::Unreadable(Kind::Number));
    assert_eq!(read::<Vec<String>>(b" ").unwrap(), Found::Nothing);
}

#[test]
fn text_that_is_not_utf8_is_an_error_that_says_where() {
    for text in [&b"{\"id\":\"\xff\"}"[..], b"{\"new\":\"\xff\"}", b"{\"id\":\xff}"] {
        let error = read::<Order>(text).unwrap_err();
        assert_eq!(error.line(), 1, "{error}");
        assert!(error.column() > 6, "{error}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let (order, _) = order(&json!({"type": "ACH", "details": {"number": "4111"}, "id": "i"}));
    let text = format!("{order:?}");
    assert!(text.contains("***") && !text.contains("4111"), "{text}");
    assert!(!text.contains("amount"), "only what is set is shown: {text}");
}

#[test]
fn reports_are_counted_and_kept_within_bounds() {
    let rows: Vec<Value> = (0..1000).map(|_| json!(7)).collect();
    let (order, reports) = order(&json!({"emails": rows, "id": "i"}));
    assert_eq!(reports.count(), 1000);
    assert_eq!(reports.first().len(), 100);
    assert_eq!(reports.first()[99].path, "emails[99]");
    assert_eq!(order.id.as_deref(), Some("i"));
    assert_eq!(Option::<String>::EXPECTED, "a text");
}

#[test]
fn long_names_are_cut_in_reports() {
    let value = json!({"tags": {"ä".repeat(1000): [1], "short": [1]}});
    let path = format!("tags.{}…: expected a text, found an array", "ä".repeat(64));
    assert_eq!(reports(&value), ["tags.short: expected a text, found an array", &path]);
}

#[test]
fn lists_have_little_room_to_spare() {
    for count in [1, 3, 5000] {
        let text = json!({"emails": vec![json!({"data": "d"}); count]});
        let (order, _) = order(&text);
        assert_eq!(order.emails.len(), count);
        assert!(order.emails.capacity() <= 4.max(count + count / 4), "{}", order.emails.capacity());
    }
    let (order, _) = order(&json!({"emails": [{}, null, "", [], {"data": "d"}]}));
    assert_eq!(order.emails.len(), 1);
}

#[derive(Clone, Default, PartialEq)]
struct Session {
    amount: Decimal,
    least: Option<Decimal>,
}
object! { read Session { amount: "amount" as_text, least: "least" as_text } }

#[test]
fn amounts_that_are_declared_as_texts_are_sent_as_texts() {
    let session = Session { amount: Decimal::new(10000, 2), least: None };
    assert_eq!(serde_json::to_string(&session).unwrap(), r#"{"amount":"100.00"}"#);
    let text = r#"{"amount":"0.10000000000000000000","least":"1"}"#;
    let session: Session = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&session).unwrap(), text);
}
