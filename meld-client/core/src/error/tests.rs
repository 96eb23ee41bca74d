//! Errors: display, debug output and classification.

use std::error::Error as StdError;

use http::{HeaderMap, StatusCode};

use super::{Error, ErrorCode, ErrorResponse};
use crate::http_response::HttpResponse;
use crate::test_support::GET_THING;

fn api(status: u16, body: &str) -> Error {
    let mut headers = HeaderMap::new();
    headers.insert("x-request-id", http::HeaderValue::from_static("from-header"));
    let status = StatusCode::from_u16(status).unwrap();
    Error::from_http_response(HttpResponse { status, headers, body: body.to_owned().into() }).with_operation(&GET_THING)
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
fn debug_omits_headers_and_body() {
    let text = format!("{:?}", api(409, r#"{"code":"CONFLICT","private":"hidden value"}"#));
    assert!(text.contains("CONFLICT") && text.contains("GET /things/{id}"), "{text}");
    assert!(!text.contains("hidden"), "{text}");
}
