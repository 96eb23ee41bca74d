use super::*;
use crate::redact::Secrets;
use crate::test_support::GET_THING;

fn path_of(value: &str) -> Result<String, Error> {
    let mut request = Request::new(&GET_THING);
    request.path("id", Some(value))?;
    request.path_and_query()
}

#[test]
fn path_values_stay_in_their_segment() {
    for (value, path) in [
        ("WXDkrqUtRm", "/things/WXDkrqUtRm"),
        ("addr_1-2.3~", "/things/addr_1-2.3~"),
        ("../x", "/things/..%2Fx"),
        ("a/b", "/things/a%2Fb"),
        ("a\\b", "/things/a%5Cb"),
        ("a?b#c%2e d", "/things/a%3Fb%23c%252e%20d"),
        ("ä", "/things/%C3%A4"),
        ("{id}\n", "/things/%7Bid%7D%0A"),
    ] {
        assert_eq!(path_of(value).unwrap(), path);
    }
    for value in ["", ".", ".."] {
        assert_eq!(path_of(value).unwrap_err().field(), Some("id"), "{value:?}");
    }
    let missing = Request::new(&GET_THING).path::<str>("id", None).unwrap_err();
    assert_eq!(missing.to_string(), "GET /things/{id}: `id` is required");
    let unset = Request::new(&GET_THING).path_and_query().unwrap_err();
    assert_eq!(unset.field(), Some("id"));
    assert_eq!(Request::new(&GET_THING).path("other", Some("x")).unwrap_err().field(), Some("other"));
}

#[test]
fn query_values_and_lists_are_encoded() {
    let mut request = Request::new(&GET_THING);
    request.path("id", Some(&7_u64)).unwrap();
    request.query("a", Some("x y+z&=ä"));
    request.query::<str>("absent", None);
    request.required_query("from", Some("2024-05-08T00:00:00.000Z")).unwrap();
    request.list("list", &["A", "B C"]).unwrap();
    request.list::<String>("none", &[]).unwrap();
    assert_eq!(
        request.path_and_query().unwrap(),
        "/things/7?a=x%20y%2Bz%26%3D%C3%A4&from=2024-05-08T00:00:00.000Z&list=A,B%20C"
    );
}

#[test]
fn invalid_values_name_their_parameter() {
    let mut request = Request::new(&GET_THING);
    let failures = [
        request.list("a", &["x,y"]),
        request.list("a", &["x", ""]),
        request.required_list::<String>("a", &[]),
        request.required_list("a", &["x,y"]),
        request.required_query::<str>("a", None),
        request.required_query("a", Some("")),
        request.required_header::<str>("a", None),
        request.header("a", Some("")),
        request.header("a", Some("x\r\nEvil: 1")),
        request.header("a", Some("ä")),
        request.header("a", Some(" x")),
    ];
    for failure in failures {
        assert_eq!(failure.unwrap_err().field(), Some("a"));
    }
    assert!(request.fields.query.is_empty() && request.fields.headers.is_empty());
}

#[test]
fn credentials_are_sensitive_and_not_shown() {
    let mut request = Request::new(&GET_THING);
    for name in ["Meld-Passthrough-Reference", "X-Crypto-Session-Token", "My-OAuth", "Api-Key"] {
        request.header(name, Some("secret-value")).unwrap();
        assert!(request.fields.headers[name].is_sensitive(), "{name}");
    }
    for name in ["X-Idempotency-Key", "Meld-Account-Id"] {
        request.required_header(name, Some("secret-value")).unwrap();
        assert!(!request.fields.headers[name].is_sensitive(), "{name}");
    }
    request.query("q", Some("secret-value"));
    request.path("id", Some("secret-value")).unwrap();
    request.body("secret-value").unwrap();
    let text = format!("{request:?}");
    assert!(text.contains("GET /things/{id}") && text.contains("x-idempotency-key"), "{text}");
    assert!(!text.contains("secret"), "{text}");
    let mut secrets = Secrets::default();
    request.add_secrets(&mut secrets);
    assert_eq!(secrets.collected().redact_text("a secret-value"), "a [redacted]");
    let shown: Vec<_> = request.redacted_headers().into_iter().filter_map(|(_, v)| v).collect();
    assert_eq!(request.redacted_headers().len(), 6);
    assert_eq!(shown, ["secret-value"; 2]);
    assert_eq!(request.body_bytes(), Some(&br#""secret-value""#[..]));
}

#[test]
fn body_that_is_not_json_is_refused() {
    let not_json = std::collections::HashMap::from([((1, 2), 3)]);
    let failure = Request::new(&GET_THING).body(&not_json).unwrap_err();
    assert_eq!(failure.field(), Some("body"));
}
