use serde_json::{Value, json};

use super::*;
use crate::redact::add_body;

const KEY: &str = "W8b1vQzTnYpXsKcDfGhJmR:4nV7bC2xZ9aS6dF3gH5jK8lP1qWe";

fn secrets(values: &[&str]) -> Secrets {
    let mut secrets = Secrets::default();
    values.iter().for_each(|value| secrets.add(value));
    secrets.collected()
}

fn of_key() -> Secrets {
    let mut secrets = Secrets::default();
    secrets.add_api_key(KEY);
    secrets.collected()
}

fn escaped(text: &str, escape: impl Fn(u32) -> String) -> String {
    text.chars().map(|character| escape(u32::from(character))).collect()
}

fn redacted(secrets: &Secrets, body: &str) -> String {
    String::from_utf8(secrets.redact_body(body.as_bytes().to_vec())).unwrap()
}

#[test]
fn key_is_redacted_in_every_escape() {
    let json = escaped(KEY, |code| format!("\\u{code:04x}"));
    let upper = escaped(KEY, |code| format!("\\u{code:04X}"));
    let first = KEY.replacen('W', "\\u0057", 1);
    let nested = json.replace('\\', "\\\\");
    let deeper = nested.replace('\\', "\\\\");
    let percent = escaped(KEY, |code| format!("%{code:02X}"));
    let twice = percent.replace('%', "%25");
    let html = escaped(KEY, |code| format!("&#{code};"));
    let html_hex = escaped(KEY, |code| format!("&#x{code:x};"));
    let spaced = escaped(KEY, |code| format!("{}\u{200b}", char::from_u32(code).unwrap()));
    let in_url = KEY.replace(':', "%3a");
    for echo in [
        KEY,
        &KEY.to_lowercase(),
        &json,
        &upper,
        &first,
        &nested,
        &deeper,
        &percent,
        &twice,
        &html,
        &html_hex,
        spaced.trim_end_matches('\u{200b}'),
        &in_url,
    ] {
        for (body, expected) in [
            (format!(r#"{{"m":"a {echo} b"}}"#), r#"{"m":"a [redacted] b"}"#),
            (format!(r#"{{"{echo}":1}}"#), r#"{"[redacted]":1}"#),
            (format!(r#"{{"m":["x","{echo}"]}}"#), r#"{"m":["x","[redacted]"]}"#),
            (format!("<p>{echo}</p>"), "<p>[redacted]</p>"),
        ] {
            assert_eq!(redacted(&of_key(), &body), expected, "{body}");
        }
    }
}

#[test]
fn each_half_of_the_key_is_redacted() {
    let (user, password) = KEY.split_once(':').unwrap();
    let text = format!("user {user}, password {password}");
    assert_eq!(of_key().redact_text(&text), "user [redacted], password [redacted]");
}

#[test]
fn credentials_in_headers_are_redacted() {
    let mut secrets = Secrets::default();
    for value in ["Bearer abcdefgh12345", "sid=0123456789ab; theme=dark", "Token qrstuvwx/yz=="] {
        secrets.add_header(&HeaderValue::from_static(value));
    }
    let text = "abcdefgh12345, 0123456789ab and qrstuvwx/yz of a Bearer with a dark theme";
    let expected = "[redacted], [redacted] and [redacted] of a Bearer with a dark theme";
    assert_eq!(secrets.collected().redact_text(text), expected);
}

#[test]
fn numbers_are_redacted_in_every_spelling() {
    let secrets = secrets(&["4242424242424242", "021000021", "+15551234567", "1990-12-31"]);
    for (body, expected) in [
        ("card 4242 4242 4242 4242", "card [redacted]"),
        ("no 4242-4242-4242-4242.", "no [redacted]."),
        ("card4242424242424242x", "card[redacted]x"),
        (r#"{"n":4242424242424242}"#, r#"{"n":"[redacted]"}"#),
        (r#"{"n":4242424242424242.0,"m":1}"#, r#"{"n":"[redacted]","m":1}"#),
        (r#"[4242424242424242]"#, r#"["[redacted]"]"#),
        (r#"{"n":21000021}"#, r#"{"n":"[redacted]"}"#),
        ("routing 021-000-021", "routing [redacted]"),
        ("phone (555) 123-4567", "phone ([redacted]"),
        ("phone +1 555 123 4567", "phone +[redacted]"),
        ("born 31.12.1990 or 12/31/1990 or 19901231", "born [redacted] or [redacted] or [redacted]"),
        ("no 4,242,424,242,424,242 or 21'000'021", "no [redacted] or [redacted]"),
        ("4242 4242 4242", "4242 4242 4242"),
        (r#"{"n":[4242,4242,4242,4242]}"#, r#"{"n":[4242,4242,4242,4242]}"#),
    ] {
        assert_eq!(redacted(&secrets, body), expected, "{body}");
    }
}

#[test]
fn short_values_are_redacted_as_whole_words() {
    let secrets = secrets(&["123", "12/30", "jo@x.io"]);
    for (body, expected) in [
        (r#"{"m":"cvc 123 is wrong"}"#, r#"{"m":"cvc [redacted] is wrong"}"#),
        (r#"{"m":123}"#, r#"{"m":"[redacted]"}"#),
        (r#"{"m":[1,123,2],"n":123.0}"#, r#"{"m":[1,"[redacted]",2],"n":"[redacted]"}"#),
        (r#"{"m":"\u0031\u0032\u0033"}"#, r#"{"m":"[redacted]"}"#),
        ("expires 12/30, [jo@x.io]", "expires [redacted], [[redacted]]"),
        ("JO@X.IO", "[redacted]"),
        (r#"{"requestId":"a123","amount":1234,"rate":0.123,"more":123.45}"#, ""),
        ("1-23 and mojo@x.io", ""),
    ] {
        let expected = if expected.is_empty() { body } else { expected };
        assert_eq!(redacted(&secrets, body), expected, "{body}");
    }
}

#[test]
fn accents_and_letter_case_make_no_difference() {
    let secrets = secrets(&["José Müller-Weiß", "Țăran", "Nguye\u{302}\u{303}n", "1234567"]);
    for (body, expected) in [
        ("Jose\u{301} Mu\u{308}ller-Weiß", "[redacted]"),
        ("JOSE MULLER-WEISS", "[redacted]"),
        (r#"{"m":"Jos\u00e9 M\u00fcller-Wei\u00df"}"#, r#"{"m":"[redacted]"}"#),
        ("T\u{326}a\u{306}ran, TARAN", "[redacted], [redacted]"),
        ("Nguy\u{1ec5}n", "[redacted]"),
        ("TARA\u{301}N\u{308}!", "[redacted]!"),
        ("account 1,234,567 or 1’234’567", "account [redacted] or [redacted]"),
        ("11,234,567 and 1,234,5678", "11,234,567 and 1,234,5678"),
        ("Taranto and Tara\u{301}n\u{301}to", "Taranto and Tara\u{301}n\u{301}to"),
    ] {
        assert_eq!(redacted(&secrets, body), expected, "{body}");
    }
}

#[test]
fn secrets_are_collected_by_field_name() {
    let body = json!({
        "customer": {"email": "jane@example.com", "firstName": "Jane"},
        "account_number": 123_456_789,
        "paymentMethod": {"type": "CARD", "details": {
            "cardNumber": "4242424242424242", "kind": "CHECKING", "other": ["very private"], "ok": true,
        }},
        "details": "not private",
        "connections": [{"accessToken": "access-token-1"}, {"accessToken": "access-token-2"}],
    });
    let mut secrets = Secrets::default();
    add_body(body.to_string().as_bytes(), &mut secrets);
    let secrets = secrets.collected();
    for value in ["jane@example.com", "Jane", "123456789", "4242424242424242", "very private", "access-token-2"] {
        assert_eq!(secrets.redact_text(value), REDACTED, "{value}");
    }
    for value in ["CARD", "CHECKING", "not private", "true"] {
        assert_eq!(secrets.redact_text(value), value);
    }
    add_body(b"no json", &mut Secrets::default());
}

#[test]
fn names_and_addresses_are_collected() {
    let address = json!({"lineOne": "7 Main Street", "street": "Side Lane", "postalCode": "02112", "city": "Boston"});
    let body = json!({
        "name": {"firstName": "Jane", "lastName": "Doe"}, "clientIpAddress": "203.0.113.7",
        "addresses": [{"addressDetails": address}], "owners": [{"names": ["Jo Roe"]}], "description": "Doelger",
    });
    let mut secrets = Secrets::default();
    add_body(body.to_string().as_bytes(), &mut secrets);
    let text = "JANE DOE and jo roe of 7 Main Street and Side Lane, 02112 Boston, at 203.0.113.7, for Doelger";
    let expected = "[redacted] [redacted] and [redacted] of [redacted] and [redacted], [redacted] Boston, at [redacted], \
                    for Doelger";
    assert_eq!(secrets.collected().redact_text(text), expected);
}

#[test]
fn apple_pay_contact_is_collected() {
    let address = json!({"street_line_1": "7 Main Street", "city": "Boston", "country_code": "US"});
    let body = json!({"first_name": "Jane", "last_name": "Doe", "billing_address": address, "address": "0x51FB"});
    let mut secrets = Secrets::default();
    add_body(body.to_string().as_bytes(), &mut secrets);
    let secrets = secrets.collected();
    let text = secrets.redact_text("Jane Doe, 7 Main Street, Boston, US pays to 0x51FB");
    assert_eq!(text, "[redacted] [redacted], [redacted], [redacted], US pays to 0x51FB");
}

#[test]
fn redacted_json_remains_json() {
    let private = "C:\\x \"y\" ü😀/%41";
    let body = json!({"a": [private, {private: 1.50}], "b": private, "c": "\\\"%41ü"});
    let text = serde_json::to_string(&body).unwrap();
    let expected = json!({"a": [REDACTED, {REDACTED: 1.50}], "b": REDACTED, "c": "\\\"%41ü"});
    let redacted: Value = serde_json::from_str(&redacted(&secrets(&[private]), &text)).unwrap();
    assert_eq!(redacted, expected);
    for body in [&b"{\"a\":\"\xff\xfe\\ud800\\"[..], b"", b"{", b"\"", b"\\u", b"%", b"&#x;"] {
        assert_eq!(of_key().redact_body(body.to_vec()), body);
    }
    let damaged = [b"{\"a\":\"\xff".as_slice(), KEY.as_bytes(), b"\xfe\"}"].concat();
    assert_eq!(of_key().redact_body(damaged), b"{\"a\":\"\xff[redacted]\xfe\"}");
    let broken = format!("{{\"a\":\"{}\\ud83d{}\"}}", &KEY[..9], &KEY[9..]);
    assert_eq!(self::redacted(&of_key(), &broken), r#"{"a":"[redacted]"}"#);
}

#[test]
fn long_bodies_are_redacted_everywhere() {
    let escape = escaped(KEY, |code| format!("\\\\u{code:04x}"));
    for shift in [0, 1, 5, 40, 100, 600] {
        let filler = "x".repeat(WINDOW - 300 + shift);
        let body = format!(r#"{{"a":"{filler} {escape} {filler} {KEY}"}}"#);
        let expected = format!(r#"{{"a":"{filler} {REDACTED} {filler} {REDACTED}"}}"#);
        assert!(redacted(&of_key(), &body) == expected, "{shift}");
    }
}

#[test]
fn headers_are_redacted_in_names_and_values() {
    let mut headers = HeaderMap::new();
    let name = "w8b1vqztnypxskcdfghjmr";
    headers.insert(HeaderName::from_static(name), HeaderValue::from_static("1"));
    headers.insert("x-request-id", HeaderValue::from_str(&format!("id {KEY}")).unwrap());
    headers.append("via", HeaderValue::from_static("a"));
    headers.append("via", HeaderValue::from_static("b"));
    of_key().redact_headers(&mut headers);
    assert_eq!(
        (&headers["redacted"], &headers["x-request-id"]),
        (&"1".parse().unwrap(), &"id [redacted]".parse().unwrap())
    );
    assert_eq!(headers.get_all("via").iter().count(), 2);
    assert!(!headers.contains_key(name));
}

/// Encodes bytes in base64, without padding.
fn base64(bytes: &[u8], letters: [char; 2]) -> String {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(letters).collect();
    let digits = |chunk: &[u8]| {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        (0..=chunk.len()).map(|digit| alphabet[(bits >> (18 - 6 * digit)) as usize & 63]).collect::<String>()
    };
    bytes.chunks(3).map(digits).collect()
}

fn hexadecimal(text: &str, separator: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(separator)
}

#[test]
fn secrets_are_redacted_in_base64() {
    let (card, date) = ("4242 4242 4242 4242", "1990-12-31");
    let secrets = secrets(&[KEY, card, date, "~~?user@example.com"]);
    for secret in [KEY, card, date, "~~?user@example.com"] {
        for before in ["", "a", "ab", r#"{"account":{"number":""#, &"text ".repeat(11)] {
            let plain = format!("{before}{secret}:more");
            let encoded = base64(plain.as_bytes(), ['+', '/']);
            let lines =
                |end: &str| encoded.as_bytes().chunks(64).map(String::from_utf8_lossy).collect::<Vec<_>>().join(end);
            for echo in [
                encoded.clone(),
                base64(plain.as_bytes(), ['-', '_']),
                encoded.replace('+', "%2B").replace('/', "%2f"),
                encoded.replace('/', r"\/"),
                lines("\n"),
                lines(r"\r\n"),
            ] {
                let shown = redacted(&secrets, &format!(r#"{{"m":"Basic {echo}== is unknown"}}"#));
                assert!(shown.contains(REDACTED), "{secret} {echo}: {shown}");
                // The words around the secret are redacted too, but not other lines.
                let end = &encoded[encoded.len() - 12..encoded.len() - 8];
                assert!(before.len() > 30 || !shown.contains(end), "{secret} {echo}: {shown}");
                assert!(before.len() > 2 || !shown.contains(&encoded[..8]), "{secret} {echo}: {shown}");
            }
        }
    }
    assert_eq!(redacted(&secrets, r#"{"m":"Basic dXNlcjpwYXNz"}"#), r#"{"m":"Basic dXNlcjpwYXNz"}"#);
}

#[test]
fn secrets_are_redacted_in_hexadecimal() {
    let secrets = secrets(&[KEY, "4242424242424242"]);
    for secret in [KEY, "4242-4242-4242-4242"] {
        for echo in [
            hexadecimal(secret, ""),
            hexadecimal(secret, "").to_uppercase(),
            hexadecimal(secret, ":"),
            hexadecimal(secret, " "),
        ] {
            let body = format!(r#"{{"m":"got {echo}, and more"}}"#);
            let shown = redacted(&secrets, &body);
            assert!(shown.contains("[redacted]") && !shown.contains(&echo[..12]), "{echo}: {shown}");
        }
    }
}

#[test]
fn short_values_in_base64_are_whole_words() {
    let secrets = secrets(&["123", "12/30", "jo@x.io"]);
    for (body, expected) in [
        ("cvc MTIz is wrong", "cvc [redacted] is wrong"),
        ("expires MTIvMzA= soon", "expires [redacted]= soon"),
        ("am9AeC5pbw==", "[redacted]=="),
        ("MTIzNDU and aMTIz", "MTIzNDU and aMTIz"),
        ("eyJjdmMiOiIxMjMifQ==", "[redacted]=="),
        (r#"{"amount":313233}"#, r#"{"amount":313233}"#),
    ] {
        assert_eq!(redacted(&secrets, body), expected, "{body}");
    }
}

#[test]
fn unusual_escapes_are_removed() {
    let secrets = secrets(&["jane.doe@example.com", "Łukasz Żak"]);
    for echo in [
        "jane&period;doe&commat;example&period;com",
        "&#106ane.doe@example.com",
        r"jane.doe\u{40}example.com",
        "%u0141ukasz%20%u017bak",
        "&#x141;ukasz &#379ak",
    ] {
        assert_eq!(redacted(&secrets, &format!("<p>{echo}</p>")), "<p>[redacted]</p>", "{echo}");
    }
}
