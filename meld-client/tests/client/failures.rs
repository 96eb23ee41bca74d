//! Failures, and the errors that they return.

use std::time::Duration;

use meld_client::payments::Outcome;
use meld_client::prelude::*;
use meld_client::v2026_02_03::payments::types::PaymentTransactionResponse;
use meld_client::{ErrorCode, ErrorKind, ErrorResponse, Meld, TransportFailure};
use tokio::time::Instant;

use crate::support::{PRIVATE, Reply, Server, clean, failed, failure, get, gzip, json, pay, quote, response};

#[tokio::test]
async fn api_errors_display_as_one_line() {
    let body = r#"{"code":"INVALID_AMOUNT_TOO_LOW","message":"[TRANSAK] too low","errors":["[sourceAmount] 5 is below 20"],
        "requestId":"4d9e1f","timestamp":"2026-02-03T10:00:00.482+00:00","serviceProviderDetails":{"message":"Minimum is 20"}}"#;
    let error = failed(response("400 Bad Request", "", body), quote).await;
    assert_eq!(
        error.to_string(),
        "POST /payments/crypto/quote: 400 Bad Request, INVALID_AMOUNT_TOO_LOW: [TRANSAK] too low \
         [sourceAmount] (request id 4d9e1f)"
    );
    assert_eq!(error.code(), Some(&ErrorCode::InvalidAmountTooLow));
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!(error.request_id(), Some("4d9e1f"));
    let api = error.error_response().unwrap();
    assert_eq!(api.errors, ["[sourceAmount] 5 is below 20"]);
    assert_eq!(api.time().unwrap().timestamp_subsec_millis(), 482);
    assert_eq!(api.service_provider_details.as_ref().unwrap()["message"], "Minimum is 20");
    assert_eq!(error.type_name(), "400");
}

#[tokio::test]
async fn errors_of_proxies_and_without_body() {
    let html = "<html><head><title>502 Bad Gateway</title></head>very-private</html>";
    for (status, headers, body, line) in [
        (
            "502 Bad Gateway",
            "content-type: text/html\r\n",
            html,
            "with text/html and not Meld's form of errors: \"502 Bad Gateway\"",
        ),
        ("503 Service Unavailable", "", "", "without a body"),
        ("403 Forbidden", "content-type: text/plain\r\n", PRIVATE, "with text/plain and not Meld's form of errors"),
        ("304 Not Modified", "", "", "without a body"),
    ] {
        let error = failed(response(status, headers, body), get).await;
        let expected = format!("GET /payments/transactions/{{id}}: {status}, {line}");
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.error_response(), Some(&ErrorResponse::default()), "{status}");
        assert_eq!(error.body(), Some(body.as_bytes()), "{status}");
        assert_eq!(error.outcome_unknown(), !status.starts_with("403"), "{status}");
    }
    let error = failed(response("400 Bad Request", "", r#""Unknown category""#), get).await;
    assert_eq!(error.error_response().unwrap().message.as_deref(), Some("Unknown category"));
}

#[tokio::test]
async fn error_body_with_status_200_is_an_error() {
    for (body, code) in [
        (
            r#"{"quotes":null,"message":"Nothing fits","error":"NO_VALID_QUOTES","timestamp":null}"#,
            ErrorCode::NoValidQuotes,
        ),
        (r#"{"code":"BAD_REQUEST","message":"countryCode is required"}"#, ErrorCode::BadRequest),
        (r#"{"code":"BAD_REQUEST","errors":["[a] b"],"requestId":"r","timestamp":"t"}"#, ErrorCode::BadRequest),
        (r#"{"code":"NOT_FOUND","x":1,"trace":{"id":"r"}}"#, ErrorCode::NotFound),
    ] {
        for error in [failed(json(body), quote).await, failed(json(body), get).await] {
            assert_eq!((error.code(), error.status().unwrap().as_u16()), (Some(&code), 200));
            assert!(!error.is_retryable());
        }
    }
    // An operation whose success response has no body.
    let server = Server::start([json(r#"{"code":"CONFLICT","message":"still in use"}"#)]).await;
    let request = get(&server.meld()).into_request().unwrap();
    let error = server.meld().transport().send_ignoring_body(request).await.unwrap_err();
    assert_eq!(clean(error).code(), Some(&ErrorCode::Conflict));
    // A body that has quotes as well is a success.
    let body = r#"{"quotes":[{"serviceProvider":"BANXA"}],"message":"One failed","error":"X"}"#;
    let server = Server::start([json(body)]).await;
    let response = quote(&server.meld()).send().await.unwrap();
    assert_eq!(response.quotes.len(), 1);
}

#[tokio::test]
async fn failures_of_gateways_with_200_are_errors() {
    for (body, code, message) in [
        (r#"{"errors":["[a] b"]}"#, None, None),
        (r#"{"success":false,"message":"no"}"#, None, Some("no")),
        (r#"{"status":"error","error_description":"no"}"#, None, Some("no")),
        (r#"{"errorCode":"CONFLICT","errorMessage":"no"}"#, Some(&ErrorCode::Conflict), Some("no")),
        (r#"{"fault":{"faultstring":"no"}}"#, None, Some("no")),
        (r#"{"Message":"no"}"#, None, Some("no")),
    ] {
        let read = failed(json(body), get).await;
        let write = failed(json(body), pay).await;
        for error in [&read, &write] {
            let response = error.error_response().unwrap();
            assert_eq!((response.code.as_ref(), response.message.as_deref()), (code, message), "{body}");
            assert!(error.status().unwrap().is_success() && !error.is_retryable(), "{body}");
        }
        assert_eq!((read.outcome_unknown(), write.outcome_unknown()), (false, true), "{body}");
        // A proxy may have answered in place of the service, so nothing is proven about the payment.
        let server = Server::start([json(body)]).await;
        let payment = pay(&server.meld()).idempotent().unwrap();
        assert!(matches!(payment.send().await.unwrap(), Outcome::Unknown(_)), "{body}");
        assert_eq!(server.received().len(), 1);
    }
    // A payment that failed is a result.
    let body = r#"{"transaction":{"id":"a","status":"FAILED"},"errors":["declined"],"message":"no"}"#;
    let server = Server::start([json(body)]).await;
    assert!(pay(&server.meld()).send().await.is_ok());
}

#[tokio::test]
async fn malformed_responses_name_the_position() {
    for (body, position) in [
        (r#"{"transaction":{"id":"very-private""#, "in `{\"transaction\":{\"id\":\"…\"`"),
        (r#"{"transaction":"#, "it ends too early"),
        ("<html>very-private</html>", "expected an object, found something that is not JSON"),
        ("[1]", "expected an object, found an array"),
        ("\"very-private\"", "expected an object, found a string"),
        ("null", "expected an object, found null"),
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("\u{feff}", "it is empty"),
        ("\u{0}", "cannot be decoded"),
    ] {
        let error = failed(json(body), get).await;
        assert!(error.to_string().contains(position), "{body}: {error}");
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }) && !error.is_retryable());
        assert_eq!(error.body(), Some(body.as_bytes()));
    }
}

#[tokio::test]
async fn strict_decoding_is_opt_in() {
    let body = r#"{"transaction":{"sourceAmount":{"very":"private"}}}"#;
    let server = Server::start([response("200 OK", "x-request-id: r9\r\n", body)]).await;
    let response = get(&server.meld()).send().await.unwrap();
    let warnings = response.decode_warnings();
    assert_eq!(warnings.count(), 1);
    let warning = warnings.first()[0].to_string();
    assert_eq!(warning, "transaction.sourceAmount: expected a number, found an object");
    let strict = server.builder().strict_decoding(true).build().unwrap();
    let error = clean(get(&strict).send().await.unwrap_err());
    assert_eq!(
        error.to_string(),
        "GET /payments/transactions/{id}: the response (200 OK) cannot be decoded at \
         `transaction.sourceAmount`: expected a number, found an object, in \
         `{\"transaction\":{\"sourceAmount\":{\"very\":\"…\"}}}` (request id r9)"
    );
    let ErrorKind::Decode { path, .. } = error.kind() else { panic!("{error:?}") };
    assert_eq!(path, "transaction.sourceAmount");
    assert!(error.error_response().is_none());
}

#[tokio::test]
async fn bodies_are_ignored_or_optional() {
    let request = |server: &Server| get(&server.meld()).into_request().unwrap();
    for (status, body) in [("204 No Content", ""), ("200 OK", "<html>"), ("202 Accepted", "")] {
        let server = Server::start([response(status, "", body)]).await;
        let sent = server.meld().transport().send_ignoring_body(request(&server)).await;
        assert!(status.starts_with(sent.unwrap().status().as_str()), "{status}");
    }
    let server = Server::start([response("202 Accepted", "", "")]).await;
    let empty = get(&server.meld()).send().await.unwrap().into_inner();
    assert_eq!(empty, PaymentTransactionResponse::default());
    let transport = server.meld().transport().clone();
    let absent = transport.send::<Option<PaymentTransactionResponse>>(request(&server)).await;
    assert_eq!(absent.unwrap().into_inner(), None);
}

#[tokio::test]
async fn connection_broken_at_any_byte_is_interrupted() {
    let whole = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    for length in 0..whole.len() {
        let error = failed(Reply::Break(whole.as_bytes()[..length].to_vec()), get).await;
        assert_eq!(failure(&error), TransportFailure::Interrupted, "{length}: {error}");
        assert!(error.is_retryable());
    }
    failed(Reply::Bytes(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()), get).await;
}

#[tokio::test]
async fn truncated_refusals_prove_nothing() {
    for code in ["TRANSACTION_NO_RESPONSE", "INVALID_AMOUNT"] {
        let body = format!(r#"{{"code":"{code}"}}"#);
        let whole = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        for length in 0..whole.len() {
            let error = failed(Reply::Break(whole.as_bytes()[..length].to_vec()), pay).await;
            assert!(error.outcome_unknown(), "{length}: {error}");
        }
        let error = failed(Reply::Bytes(whole.into_bytes()), pay).await;
        assert_eq!(error.outcome_unknown(), code == "TRANSACTION_NO_RESPONSE");
    }
    let compressed = response("400 Bad Request", "content-encoding: br\r\n", b"\x8b\x01\x80");
    assert!(failed(compressed, pay).await.outcome_unknown());
}

#[tokio::test]
async fn server_without_tls_is_a_tls_failure() {
    let server = Server::start([json("{}")]).await;
    let secure = server.builder().base_url(server.address.replace("http:", "https:"));
    let error = clean(get(&secure.build().unwrap()).send().await.unwrap_err());
    assert_eq!(failure(&error), TransportFailure::Tls, "{error:?}");
    assert!(!error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn slow_responses_time_out() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".to_vec();
    let dripping = Reply::Drip(head, vec![b' '; 1000], Duration::from_secs(1));
    for reply in [Reply::Silence, dripping] {
        let started = Instant::now();
        let error = failed(reply, get).await;
        assert_eq!(failure(&error), TransportFailure::Timeout, "{error}");
        assert_eq!(started.elapsed().as_secs(), 30);
    }
}

#[tokio::test]
async fn response_size_is_limited() {
    let body = format!(r#"{{"x":"{}"}}"#, "a".repeat(100_000));
    // 100,008 bytes compress to 140.
    let compressed = gzip(&body);
    assert!(compressed.len() < 1000);
    let chunked =
        format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    for reply in [
        json(&body),
        Reply::Bytes(chunked.into_bytes()),
        response("200 OK", "content-encoding: gzip\r\n", &compressed),
        response("200 OK", "content-encoding: GZIP\r\n", &compressed),
    ] {
        let server = Server::start([reply]).await;
        let limited = |size| server.builder().max_response_size(size).build().unwrap();
        assert!(get(&limited(body.len())).send().await.is_ok());
        assert_eq!(server.request().header("accept-encoding"), Some("gzip"));
        let error = clean(get(&limited(body.len() - 1)).send().await.unwrap_err());
        assert_eq!(failure(&error), TransportFailure::ResponseTooLarge);
        assert!(!error.is_retryable());
    }
    // An error keeps its status.
    let server = Server::start([response("500 Internal Server Error", "", &body)]).await;
    let limited = server.builder().max_response_size(5).build().unwrap();
    assert_eq!(clean(get(&limited).send().await.unwrap_err()).status().unwrap(), 500);
}

#[test]
fn error_bodies_take_limited_memory() {
    const MIB: usize = 1024 * 1024;
    let text = format!(r#"{{"code":"CONFLICT","message":"{}"}}"#, "a".repeat(40 * MIB));
    let lists = format!(r#"{{"code":"CONFLICT","errors":[{}0]}}"#, "[],".repeat(MIB / 4));
    let objects = format!("[{}0]", r#"{"a":{}},"#.repeat(20 * MIB / 9));
    for (body, is_truncated) in [(text, true), (lists, false), (objects, true)] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let reply = response("400 Bad Request", "content-encoding: gzip\r\n", gzip(&body));
        let server = runtime.block_on(Server::start([reply]));
        let call = get(&server.meld());
        let mut result = None;
        let used = allocation_counter::measure(|| result = runtime.block_on(call.send()).err());
        assert!(used.bytes_max < 12 * MIB as u64, "{} bytes", used.bytes_max);
        let error = clean(result.unwrap());
        let ErrorKind::Api(response) = error.kind() else { panic!("{error:?}") };
        assert_eq!((response.status().as_u16(), response.is_truncated()), (400, is_truncated));
        assert_eq!(error.to_string().contains("truncated"), is_truncated, "{error}");
        assert_eq!(response.body().len(), body.len().min(MIB));
    }
}

#[tokio::test]
async fn error_body_decodes_as_another_type() {
    let reply = response("404 Not Found", "", r#"{"transaction":{"id":"t"}}"#);
    let error = failed(reply, get).await;
    let body: PaymentTransactionResponse = error.decode_body().unwrap();
    assert_eq!(body.transaction.unwrap().id.as_deref(), Some("t"));
    let other = error.decode_body::<Vec<u8>>().unwrap_err();
    assert!(other.operation() == error.operation() && other.operation().is_some());
    assert!(matches!(other.kind(), ErrorKind::Decode { .. }));
    let refused = Meld::builder().build().unwrap_err();
    assert!(refused.decode_body::<u8>().is_err(), "it has no body");
}

#[tokio::test(start_paused = true)]
async fn dropped_call_does_not_affect_the_next() {
    let server = Server::start([Reply::Silence, json("{}")]).await;
    let meld = server.meld();
    let call = tokio::time::timeout(Duration::from_secs(1), get(&meld).send());
    assert!(call.await.is_err());
    get(&meld).send().await.unwrap();
    assert_eq!(server.received().len(), 2);
}
