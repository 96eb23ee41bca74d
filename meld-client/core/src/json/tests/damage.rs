//! Decoding of damaged JSON.

use serde_json::{Value, json};

use super::{decoded, written};
use crate::json::{Found, JsonKind, decode, parse_value, repair};

/// Damaged strings, with the kind of damage.
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

/// Words that are not JSON.
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
fn damaged_string_costs_its_field() {
    let text = |damage: &[u8], place: &str| {
        let value = |name: &str, clean: &str| if name == place { damage.to_vec() } else { clean.into() };
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
            ("id", "a string", "/id"),
            ("tags.x", "a string", "/tags/x"),
            ("emails[1].data", "a string", "/emails/1/data"),
            ("free.a[1]", "any value", "/free/a/1"),
            ("details.number", "any value", "/details/number"),
            ("side", "a string", "/side"),
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
fn word_that_is_not_json_costs_its_field() {
    for word in DAMAGED_WORDS {
        let shown = word.escape_ascii().to_string();
        for (name, expected) in [
            ("id", "a string"),
            ("amount", "a number"),
            ("count", "a whole number"),
            ("done", "a boolean"),
            ("emails", "an array"),
            ("free", "an object"),
            ("owner", "an object"),
            ("connection", "an object"),
        ] {
            let text = [b"{\"day\":\"2026-03-04\",\"", name.as_bytes(), b"\":", word, b",\"at\":0}"].concat();
            let (order, warnings) = decoded(&text);
            let warning = &warnings.first()[0];
            assert_eq!((warnings.count(), &*warning.path, warning.expected), (1, name, expected), "{shown}");
            assert!(matches!(warning.found, JsonKind::NotJson | JsonKind::InvalidUtf8), "{shown} {warning}");
            assert_eq!(written(&order), json!({"day": "2026-03-04", "at": "1970-01-01T00:00:00Z"}));
        }
        let (order, warnings) = decoded(&[b"{\"emails\":[{\"data\":\"a\"},", word, b",{\"data\":\"b\"}]}"].concat());
        assert_eq!((order.emails.len(), warnings.count(), &*warnings.first()[0].path), (2, 1, "emails[1]"), "{shown}");
    }
}

#[test]
fn damaged_name_costs_its_field() {
    for (damage, found) in DAMAGED_STRINGS {
        let text = [b"{\"id\":\"i\",\"", damage, b"\":{\"a\":[1]},\"count\":2}"].concat();
        let (order, warnings) = decoded(&text);
        assert_eq!(written(&order), json!({"id": "i", "count": 2}));
        assert_eq!(warnings.first()[0].to_string(), format!("the response: expected a field name, found {found}"));
    }
    for name in [&b"a"[..], b"'a'", b"\xff\"a\"", b"\"a\"\0", b"1"] {
        let (order, warnings) = decoded(&[b"{\"id\":\"i\",", name, b":\"x\",\"count\":2}"].concat());
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
fn extra_commas_and_stray_bytes_cost_nothing() {
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
fn last_duplicate_field_wins_unless_damaged() {
    let (order, warnings) = decoded(br#"{"id":"a","id":"b","count":1,"count":NaN,"free":{"x":1,"x":2}}"#);
    assert_eq!(written(&order), json!({"id": "b", "count": 1, "free": {"x": 2}}));
    assert_eq!(warnings.count(), 1);
}

#[test]
fn unusual_numbers_cost_their_field_at_most() {
    let deep = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    let long = format!("0.{}1", "0".repeat(60));
    for (field, value, expected) in [
        ("amount", "1e400", "amount: expected a number, found a number with too many digits"),
        ("amount", "-1e400", "amount: expected a number, found a number with too many digits"),
        ("amount", "1e-400", "amount: expected a number, found a number with too many digits"),
        ("amount", &long, "amount: expected a number, found a number with too many digits"),
        ("amount", "10000000000000000000000000", ""),
        ("amount", "-0", ""),
        ("amount", "1E+5", ""),
        ("count", "1E5", ""),
        ("count", "-0", ""),
        ("count", "2.000", ""),
        ("count", "1e400", "count: expected a whole number, found a number"),
        ("count", "3000000000", "count: expected a whole number, found a number"),
        ("count", "1.5", "count: expected a whole number, found a number"),
        ("at", "1e400", "at: expected a date-time, found a number"),
        ("free", r#"{"a":1e400,"b":-0,"c":1E5}"#, "free.a: expected any value, found a number with too many digits"),
        ("free", &format!("{{\"a\":{}}}", deep(1000)), "free.a"),
        ("unknown", &deep(1000), ""),
        ("amount", &deep(1000), "amount: expected a number, found an array"),
        ("emails", &deep(1000), "emails"),
        ("id", "\"a\0b\"", "id: expected a string, found a raw control character"),
        ("id", "\0", "id: expected a string, found something that is not JSON"),
        ("id", "\"a\\u0000b\"", ""),
    ] {
        let body = format!("\u{feff}{{\"done\":true,\"{field}\":{value},\"day\":\"2026-03-04\"}}\0");
        let (order, warnings) = decoded(body.trim_end_matches('\0').as_bytes());
        assert!(order.done == Some(true) && order.day.is_some(), "{body}");
        let found: Vec<String> = warnings.first().iter().map(ToString::to_string).collect();
        assert_eq!(found.len(), usize::from(!expected.is_empty()), "{body}: {found:?}");
        assert!(found.concat().starts_with(expected), "{body}: {found:?}");
        // Zeros after the end, as programs in C send them.
        let (order, warnings) = decoded(body.as_bytes());
        assert!(order.done == Some(true) && warnings.count() == found.len() + 1, "{body}");
    }
}

#[test]
fn byte_order_mark_is_skipped() {
    let (order, warnings) = decoded(b"\xef\xbb\xbf{\"id\":\"i\"}");
    assert_eq!((order.id.as_deref(), warnings.count()), (Some("i"), 0));
    assert_eq!(parse_value(b"\xef\xbb\xbf[1]"), json!([1]));
}

#[test]
fn strings_round_trip_exactly() {
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
                assert_eq!(decode::<String>(body.as_bytes()).unwrap().0, Found::Value(text.clone()));
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
fn free_form_json_drops_only_damage() {
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
