//! Reading as the service responds, by rule.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{DecodeWarnings, Found, FromJson, JsonKind, parse_value, read, repair};
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

fn order(value: &Value) -> (Order, DecodeWarnings) {
    decoded(value.to_string().as_bytes())
}

fn decoded(body: &[u8]) -> (Order, DecodeWarnings) {
    let (found, warnings) = read::<Order>(body).unwrap();
    let Found::Value(order) = found else { panic!("{found:?} {}", body.escape_ascii()) };
    (order, warnings)
}

/// The reports by path: whether `Value` keeps the order of fields, some other crate of the program decides.
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
fn the_declared_form_comes_back() {
    let value = json!({
        "id": "i", "amount": 1, "count": 2, "done": true, "at": "2026-03-04T00:13:02Z", "day": "2026-03-04",
        "side": "BUY", "emails": [{"data": "a@b", "primary": false}], "tags": {"a": "b"},
        "free": {"x": [1, null]}, "owner": {"data": "o"}, "type": "ACH", "details": {"number": "1"},
        "connection": {"provider": "PLAID", "number": "2"},
    });
    let (order, warnings) = order(&value);
    assert_eq!(warnings.count(), 0, "{warnings:?}");
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
            let (read, warnings) = order(&json!({name: nothing}));
            assert_eq!(warnings.count(), 0, "{name} {nothing}: {warnings:?}");
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
    let (order, warnings) = order(&value);
    assert_eq!(warnings.count(), 0, "{warnings:?}");
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
        decode_warnings(&value),
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
fn a_number_in_place_of_a_text_keeps_its_digits() {
    for number in ["2.50", "1234567890.12345678901234567890", "123456789012345678901234567890"] {
        let (order, warnings) =
            decoded(format!("{{\"id\":{number},\"side\":{number}}}").as_bytes());
        assert_eq!((order.id.as_deref(), warnings.count()), (Some(number), 0));
        assert_eq!(order.side.unwrap(), *number);
    }
}

#[test]
fn unknown_fields_are_ignored_at_every_level() {
    let value =
        json!({"new": {"deep": [1]}, "owner": {"data": "o", "new": null}, "emails": [{"new": 1}]});
    let (order, warnings) = order(&value);
    assert_eq!(warnings.count(), 0);
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
        let (order, warnings) = order(&value);
        assert_eq!((warnings.count(), written(&order)), (0, value));
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
        assert_eq!(
            decode_warnings(&value),
            [format!("details: expected an object, found {found}")]
        );
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
        let Found::Value(time) = read::<DateTime<Utc>>(text.as_bytes()).unwrap().0 else {
            panic!("{text}")
        };
        assert_eq!(serde_json::to_value(time).unwrap(), expected, "{text}");
    }
    for text in
        ["\"03/04/2026\"", "\"2026-13-04T00:00:00Z\"", "\"soon\"", "1e300", "9223372036854775807"]
    {
        assert!(
            matches!(read::<DateTime<Utc>>(text.as_bytes()).unwrap().0, Found::Unreadable(_)),
            "{text}"
        );
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
        assert!(read::<Order>(text.as_bytes()).is_err(), "{text}");
    }
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(read::<Order>(deep.as_bytes()).unwrap().0, Found::Unreadable(JsonKind::Array));
    assert_eq!(read::<Vec<String>>(b"5").unwrap().0, Found::Unreadable(JsonKind::Number));
    assert_eq!(read::<Vec<String>>(b" ").unwrap().0, Found::Nothing);
    assert_eq!(read::<Order>(b"nope").unwrap().0, Found::Unreadable(JsonKind::NotJson));
    for utf16 in [&b"\xff\xfe{\0}\0"[..], b"\xfe\xff\0{\0}", b"{\0}\0", b"\0{\0}"] {
        assert_eq!(read::<Order>(utf16).unwrap().0, Found::Unreadable(JsonKind::Utf16));
    }
}

/// Strings that are damaged, with what is reported of them.
const DAMAGED_STRINGS: [(&[u8], &str); 24] = [
    (br"\ud83d", "a lone surrogate"),
    (br"a\ud83d", "a lone surrogate"),
    (br"\ud83d b", "a lone surrogate"),
    (br"\ude00\ud83d", "a lone surrogate"),
    (br"\ud83d\n", "a lone surrogate"),
    (br"\ud83d\u0041", "a lone surrogate"),
    (br"\ud83d\ud83d\ude00", "a lone surrogate"),
    (br"\uDE00", "a lone surrogate"),
    (br"\x", "an invalid escape"),
    (br"\u12", "an invalid escape"),
    (br"\u12 4", "an invalid escape"),
    (br"\u+123", "an invalid escape"),
    (br"\'", "an invalid escape"),
    (b"\\\n", "an invalid escape"),
    (b"caf\xe9", "invalid UTF-8"),
    (b"\xc3", "invalid UTF-8"),
    (b"\xe2\x82 b", "invalid UTF-8"),
    (b"\xc0\xaf", "invalid UTF-8"),
    (b"\xed\xa0\xbd\xed\xb8\x80", "invalid UTF-8"),
    (b"\xf4\x90\x80\x80", "invalid UTF-8"),
    (b"\\n\xff\\n", "invalid UTF-8"),
    (b"a\nb", "a raw control character"),
    (b"a\tb\0", "a raw control character"),
    (b"\x1b[31m", "a raw control character"),
];

/// Words that are no JSON.
const DAMAGED_WORDS: [&[u8]; 27] = [
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"+1",
    b".5",
    b"1.",
    b"01",
    b"-01",
    b"0x1F",
    b"1e",
    b"1e+",
    b"-",
    b"undefined",
    b"None",
    b"True",
    b"NULL",
    b"nul",
    b"1 2",
    b"1_000",
    b"'a'",
    b"\xff",
    b"\xfftrue",
    b"true\0",
    b"\xef\xbb\xbf\"a\"",
    b"\"a\"\xff",
    b"\"a\" b",
    b"b {\"a\":1}",
];

#[test]
fn a_damaged_string_costs_its_field() {
    let text = |damage: &[u8], place: &str| {
        let value =
            |name: &str, clean: &str| if name == place { damage.to_vec() } else { clean.into() };
        [
            b"{\"id\":\"",
            &*value("id", "i"),
            b"\",\"amount\":1.5,\"tags\":{\"x\":\"",
            &value("tags.x", "y"),
            b"\",\"z\":\"z\"},\"emails\":[{\"data\":\"1\"},{\"data\":\"",
            &value("emails[1].data", "2"),
            b"\",\"primary\":true},{\"data\":\"3\"}],\"free\":{\"a\":[1,\"",
            &value("free.a[1]", "b"),
            b"\",2],\"b\":1},\"type\":\"ACH\",\"details\":{\"number\":\"",
            &value("details.number", "7"),
            b"\"},\"side\":\"",
            &value("side", "BUY"),
            b"\",\"at\":\"",
            &value("at", "2026-03-04T00:13:02Z"),
            b"\"}",
        ]
        .concat()
    };
    let clean = written(&decoded(&text(b"", "")).0);
    for (damage, found) in DAMAGED_STRINGS {
        for (path, expected, pointer) in [
            ("id", "a text", "/id"),
            ("tags.x", "a text", "/tags/x"),
            ("emails[1].data", "a text", "/emails/1/data"),
            ("free.a[1]", "any value", "/free/a/1"),
            ("details.number", "any value", "/details/number"),
            ("side", "a text", "/side"),
            ("at", "a date-time", "/at"),
        ] {
            let (order, warnings) = decoded(&text(damage, path));
            let all: Vec<String> = warnings.first().iter().map(ToString::to_string).collect();
            assert_eq!(all, [format!("{path}: expected {expected}, found {found}")]);
            let mut wanted = clean.clone();
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            match wanted.pointer_mut(parent).unwrap() {
                Value::Array(items) => items[1] = Value::Null,
                Value::Object(fields) => drop(fields.remove(name)),
                _ => unreachable!(),
            }
            if path == "details.number" {
                wanted["details"] = json!({});
            }
            assert_eq!(written(&order), wanted, "{path} {}", damage.escape_ascii());
        }
    }
}

#[test]
fn a_word_that_is_not_json_costs_its_field() {
    for word in DAMAGED_WORDS {
        let shown = word.escape_ascii().to_string();
        for (name, expected) in [
            ("id", "a text"),
            ("amount", "a number"),
            ("count", "a whole number"),
            ("done", "a boolean"),
            ("emails", "an array"),
            ("free", "an object"),
            ("owner", "an object"),
            ("connection", "an object"),
        ] {
            let text =
                [b"{\"day\":\"2026-03-04\",\"", name.as_bytes(), b"\":", word, b",\"at\":0}"]
                    .concat();
            let (order, warnings) = decoded(&text);
            let warning = &warnings.first()[0];
            assert_eq!(
                (warnings.count(), &*warning.path, warning.expected),
                (1, name, expected),
                "{shown}"
            );
            assert!(
                matches!(warning.found, JsonKind::NotJson | JsonKind::InvalidUtf8),
                "{shown} {warning}"
            );
            assert_eq!(written(&order), json!({"day": "2026-03-04", "at": "1970-01-01T00:00:00Z"}));
        }
        let (order, warnings) =
            decoded(&[b"{\"emails\":[{\"data\":\"a\"},", word, b",{\"data\":\"b\"}]}"].concat());
        assert_eq!(
            (order.emails.len(), warnings.count(), &*warnings.first()[0].path),
            (2, 1, "emails[1]"),
            "{shown}"
        );
    }
}

#[test]
fn a_damaged_name_costs_its_field() {
    for (damage, found) in DAMAGED_STRINGS {
        let text = [b"{\"id\":\"i\",\"", damage, b"\":{\"a\":[1]},\"count\":2}"].concat();
        let (order, warnings) = decoded(&text);
        assert_eq!(written(&order), json!({"id": "i", "count": 2}));
        assert_eq!(
            warnings.first()[0].to_string(),
            format!("the response: expected a field name, found {found}")
        );
    }
    for name in [&b"a"[..], b"'a'", b"\xff\"a\"", b"\"a\"\0", b"1"] {
        let (order, warnings) =
            decoded(&[b"{\"id\":\"i\",", name, b":\"x\",\"count\":2}"].concat());
        assert_eq!((written(&order), warnings.count()), (json!({"id": "i", "count": 2}), 1));
    }
}

#[test]
fn damage_in_unknown_fields_costs_nothing() {
    let damages = DAMAGED_STRINGS.map(|(damage, _)| [b"\"", damage, b"\""].concat());
    for damage in damages.into_iter().chain(DAMAGED_WORDS.map(<[u8]>::to_vec)) {
        for (before, behind) in [
            (&b"{\"id\":\"i\",\"new\":"[..], &b",\"count\":2}"[..]),
            (b"{\"id\":\"i\",\"new\":{\"deep\":[1,", b"]},\"count\":2}"),
        ] {
            let (order, warnings) = decoded(&[before, &damage, behind].concat());
            assert_eq!((written(&order), warnings.count()), (json!({"id": "i", "count": 2}), 0));
        }
    }
}

#[test]
fn commas_too_many_and_stray_bytes_cost_nothing() {
    for (text, path) in [
        (&b"{\"id\":\"i\",\"emails\":[{\"data\":\"a\"}],}"[..], "the response"),
        (b"{\"id\":\"i\",,\"emails\":[{\"data\":\"a\"}]}", "the response"),
        (b"{,\"id\":\"i\",\"emails\":[{\"data\":\"a\"}]}", "the response"),
        (b"{\"id\":\"i\",\"emails\":[{\"data\":\"a\",}]}", "emails[0]"),
        (b"{\"id\":\"i\",\"emails\":[{\"data\":\"a\"},]}", "emails[0]"),
        (b"{\"id\":\"i\",\"emails\":[{\"data\":\"a\"}]\xff}", "the response"),
        (b"{\"id\":\"i\",\"emails\":[{\"data\":\"a\"}]}garbage", "the response"),
        (b"{\"id\":\"i\",\"emails\":[{\"data\":\"a\"}]}\n\0\0", "the response"),
    ] {
        let (order, warnings) = decoded(text);
        assert_eq!(written(&order), json!({"id": "i", "emails": [{"data": "a"}]}));
        let all: Vec<String> = warnings.first().iter().map(ToString::to_string).collect();
        assert!(matches!(&*all, [one] if one.starts_with(path)), "{all:?}");
    }
}

#[test]
fn the_last_of_equal_fields_wins_unless_damaged() {
    let (order, warnings) =
        decoded(br#"{"id":"a","id":"b","count":1,"count":NaN,"free":{"x":1,"x":2}}"#);
    assert_eq!(written(&order), json!({"id": "b", "count": 1, "free": {"x": 2}}));
    assert_eq!(warnings.count(), 1);
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let (order, warnings) = decoded(b"\xef\xbb\xbf{\"id\":\"i\"}");
    assert_eq!((order.id.as_deref(), warnings.count()), (Some("i"), 0));
    assert_eq!(parse_value(b"\xef\xbb\xbf[1]"), json!([1]));
}

#[test]
fn strings_come_back_exactly() {
    let odd = "\u{feff}\u{fffd}\"\\/\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}ä€😀\u{10ffff}\u{fffe}";
    for text in [
        serde_json::to_string(odd).unwrap(),
        r#""\ufeff\ufffd\"\\\/\b\f\n\r\t\u0000\u001f\u007F\u00e4\u20AC\ud83d\uDE00\udbff\udfff\ufffe""#.into(),
    ] {
        let body = format!("{{\"id\":{text},\"new\":{text},{text}:1,\"free\":{{{text}:{text}}}}}");
        let (order, warnings) = decoded(body.as_bytes());
        assert_eq!((order.id.as_deref(), warnings.count()), (Some(odd), 0));
        assert_eq!(order.free[odd], odd);
    }
    for length in 0..40 {
        for place in 0..length {
            let text: String = (0..length).map(|at| if at == place { 'ä' } else { 'x' }).collect();
            let escaped = text.replace('ä', "\\u00e4");
            for body in [format!("\"{text}\""), format!("\"{escaped}\"")] {
                assert_eq!(read::<String>(body.as_bytes()).unwrap().0, Found::Value(text.clone()));
            }
        }
    }
}

#[test]
fn many_damaged_rows_are_decoded_in_one_pass() {
    let rows = vec![&b"{\"data\":\"\xff\"},{\"data\":\"a\"}"[..]; 50_000].join(&b","[..]);
    let body = [b"{\"emails\":[", &*rows, b"]}"].concat();
    let started = std::time::Instant::now();
    let (order, warnings) = decoded(&body);
    assert!(started.elapsed() < std::time::Duration::from_secs(5), "it is quadratic");
    assert_eq!((order.emails.len(), warnings.count()), (100_000, 50_000));
    let fields = vec![&b"\"\xff\":1"[..]; 100_000].join(&b","[..]);
    let (order, warnings) = decoded(&[b"{\"id\":\"i\",", &*fields, b"}"].concat());
    assert_eq!((order.id.as_deref(), warnings.count()), (Some("i"), 100_000));
}

#[test]
fn free_form_json_keeps_all_but_the_damage() {
    let text = b"{\"a\":\"\xff\",\"b\":[1,NaN,{\"c\":\"\\x\",\"d\":null}],\"e\":1e999,\"f\":-0,\"g\":1.50}";
    assert_eq!(parse_value(text), json!({"b": [1, null, {"d": null}], "f": -0.0, "g": 1.5}));
    assert_eq!(parse_value(b"{\"a\":"), Value::Null);
    let deep = format!("{{\"free\":{{\"deep\":{}1{},\"a\":1}}}}", "[".repeat(200), "]".repeat(200));
    let (order, warnings) = decoded(deep.as_bytes());
    assert_eq!(order.free["a"], 1);
    assert!(warnings.first()[0].to_string().ends_with("expected any value, found too many levels"));
}

#[test]
fn repaired_json_is_json() {
    let clean = "{\"a\" : 1.50, \"b\":[] }";
    assert!(matches!(repair(clean.as_bytes()), Ok(text) if text == clean));
    let damaged = b"{\"a\" : 2.00000000000000000000, \"b\":[\"\xff\", 1,],\"\xff\":2, \"\\n\":NaN}";
    assert_eq!(repair(damaged).unwrap(), r#"{"a":2.00000000000000000000,"b":[null,1],"\n":null}"#);
    assert!(repair(b"{\"a\":").is_err());
}

#[test]
fn values_take_memory_in_proportion_to_the_body() {
    for row in [
        "{\"id\":1}",
        "[0]",
        "{\"free\":{\"\":0}}",
        "{\"tags\":{\"\":\"a\"}}",
        "{\"owner\":{\"data\":1}}",
    ] {
        let body = format!("[{}]", vec![row; 1_000_000].join(","));
        let error = read::<Vec<Order>>(body.as_bytes());
        assert!(
            error.as_ref().is_err_and(|error| error.to_string().contains("memory")) || row == "[0]",
            "{row}"
        );
        // A short list of such rows is decoded.
        let body = format!("[{}]", vec![row; 500].join(","));
        assert!(read::<Vec<Order>>(body.as_bytes()).is_ok(), "{row}");
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
    let (order, warnings) = order(&json!({"emails": rows, "id": "i"}));
    assert_eq!(warnings.count(), 1000);
    assert_eq!(warnings.first().len(), 100);
    assert_eq!(warnings.first()[99].path, "emails[99]");
    assert_eq!(order.id.as_deref(), Some("i"));
    assert_eq!(Option::<String>::EXPECTED, "a text");
}

#[test]
fn long_names_are_cut_in_reports() {
    let value = json!({"tags": {"ä".repeat(1000): [1], "short": [1]}});
    let path = format!("tags.{}…: expected a text, found an array", "ä".repeat(64));
    assert_eq!(decode_warnings(&value), ["tags.short: expected a text, found an array", &path]);
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
