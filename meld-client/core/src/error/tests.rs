//! Errors: display, debug output and classification.

use std::error::Error as StdError;

use http::{HeaderMap, StatusCode};

use super::{Error, ErrorCode, ErrorKind, ErrorResponse, TransportFailure};
use crate::http_response::HttpResponse;
use crate::test_support::GET_THING;

fn api(status: u16, body: &str) -> Error {
    let mut headers = HeaderMap::new();
    headers.insert("x-request-id", http::HeaderValue::from_static("from-header"));
    let status = StatusCode::from_u16(status).unwrap();
    Error::from_http_response(HttpResponse { status, headers, body: body.as_bytes().to_vec() })
        .with_operation(&GET_THING)
}

#[test]
fn error_is_small_and_send() {
    fn assert_error<T: StdError + Send + Sync + 'static>() {}
    assert_error::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[test]
fn display_names_operation_code_and_fields() {
    assert_eq!(Error::missing("sourceAmount").to_string(), "`sourceAmount` is required");
    let invalid = Error::invalid("id", "must not\nbe empty").with_operation(&GET_THING);
    assert_eq!(invalid.to_string(), "GET /things/{id}: `id` must not be empty");
    assert_eq!(invalid.field(), Some("id"));
    let error = api(
        400,
        r#"{"code":"BAD_REQUEST","message":"Two\nlines","requestId":"abc",
            "errors":["[email] a@b is wrong","phone: STALE","free text of a@b","a: b"]}"#,
    );
    assert_eq!(
        error.to_string(),
        "GET /things/{id}: 400 Bad Request, BAD_REQUEST: Two lines [email, phone: STALE] \
         (request id abc)"
    );
    assert_eq!(error.code(), Some(&ErrorCode::BadRequest));
    assert_eq!(error.request_id(), Some("abc"));
    let error = api(502, "<html><title>Bad\ngateway</title>private</html>");
    assert_eq!(
        error.to_string(),
        "GET /things/{id}: 502 Bad Gateway, with a body and not Meld's form of errors: \
         \"Bad gateway\" (request id from-header)"
    );
    assert_eq!(error.error_response(), Some(&ErrorResponse::default()));
    assert!(api(400, &format!("\"{}\"", "x".repeat(5000))).to_string().len() < 400);
}

#[test]
fn retryable_by_status() {
    for status in [408, 425, 429, 500, 502, 503, 504, 599] {
        assert!(api(status, "").is_retryable(), "{status}");
    }
    for status in [400, 401, 403, 404, 409, 422, 501] {
        assert!(!api(status, "").is_retryable(), "{status}");
    }
    assert!(!Error::missing("a").is_retryable());
    assert!(Error::transport(TransportFailure::Timeout).is_retryable());
    assert!(!Error::transport(TransportFailure::ResponseTooLarge).is_retryable());
}

#[test]
fn debug_omits_headers_and_body() {
    let text = format!("{:?}", api(409, r#"{"code":"CONFLICT","private":"hidden value"}"#));
    assert!(text.contains("CONFLICT") && text.contains("GET /things/{id}"), "{text}");
    assert!(!text.contains("hidden"), "{text}");
}

#[test]
fn error_body_decodes_as_any_type() {
    let error = api(404, r#"{"a":5}"#);
    let body: std::collections::HashMap<String, u8> = error.decode_body().unwrap();
    assert_eq!(body["a"], 5);
    assert_eq!(error.body(), Some(r#"{"a":5}"#.as_bytes()));
    let failure = error.decode_body::<Vec<u8>>().unwrap_err();
    assert_eq!(failure.operation(), Some(&GET_THING));
    assert!(matches!(failure.kind(), ErrorKind::Decode { .. }));
    assert!(Error::missing("a").decode_body::<u8>().is_err());
}

#[test]
fn errors_are_one_printable_line() {
    let odd = "a\\n\\u001b[2J\\u009b\\u202e\\u200b\\u2028b";
    let body = format!(
        r#"{{"code":"{odd}","message":"{odd}","errors":["[{odd}] x"],"requestId":"{odd}"}}"#
    );
    let long = "x".repeat(5000);
    let long = format!(r#"{{"code":"{long}","message":"{long}","requestId":"{long}"}}"#);
    for body in [body, long] {
        let error = api(400, &body);
        for text in [error.to_string(), format!("{error:?}")] {
            let odd = |c: char| {
                c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            };
            assert!(!text.contains(odd) && text.len() < 2000, "{text:?}");
        }
    }
}
