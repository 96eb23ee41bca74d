//! Failures, and the errors that they return.

use std::time::Duration;

use meld_client::{ErrorCode, ErrorKind, Meld, TransportFailure};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::support::{KEY, PRIVATE, Reply, Server, clean, get, gzip, json, quote, response};

fn failure(error: &meld_client::Error) -> TransportFailure {
    match error.kind() {
        ErrorKind::Transport(failure) => *failure,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn api_errors_display_as_one_line() {
    let body = r#"{"code":"INVALID_AMOUNT_TOO_LOW","message":"[TRANSAK] too low","errors":["[sourceAmount] 5 is below 20"],
        "requestId":"4d9e1f","timestamp":"2026-02-03T10:00:00.482+00:00","serviceProviderDetails":{"message":"Minimum is 20"}}"#;
    let server = Server::start([response("400 Bad Request", "", body)]).await;
    let error = clean(quote(&server.meld()).send().await.unwrap_err());
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
    for (reply, line) in [
        (
            response("502 Bad Gateway", "content-type: text/html\r\n", html),
            "502 Bad Gateway, with text/html and not Meld's form of errors: \"502 Bad Gateway\"",
        ),
        (response("503 Service Unavailable", "", ""), "503 Service Unavailable, without a body"),
        (
            response("403 Forbidden", "content-type: text/plain\r\n", PRIVATE),
            "403 Forbidden, with text/plain and not Meld's form of errors",
        ),
    ] {
        let server = Server::start([reply]).await;
        let error = clean(get(&server.meld()).send().await.unwrap_err());
        assert_eq!(error.to_string(), format!("GET /payments/transactions/{{id}}: {line}"));
    }
}

#[tokio::test]
async fn error_body_with_status_200_is_an_error() {
    let body =
        r#"{"quotes":null,"message":"Nothing fits","error":"NO_VALID_QUOTES","timestamp":null}"#;
    let server = Server::start([json(body)]).await;
    let error = clean(quote(&server.meld()).send().await.unwrap_err());
    assert_eq!(
        (error.code(), error.status().unwrap().as_u16()),
        (Some(&ErrorCode::NoValidQuotes), 200)
    );
    assert!(!error.is_retryable());
    for body in [
        r#"{"code":"BAD_REQUEST","message":"countryCode is required"}"#,
        r#"{"code":"BAD_REQUEST","errors":["[a] b"],"requestId":"r","timestamp":"t"}"#,
    ] {
        let server = Server::start([json(body)]).await;
        let error = clean(quote(&server.meld()).send().await.unwrap_err());
        assert_eq!(error.code(), Some(&ErrorCode::BadRequest));
        let error = clean(get(&server.meld()).send().await.unwrap_err());
        assert_eq!(error.code(), Some(&ErrorCode::BadRequest));
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
async fn malformed_responses_name_the_position() {
    for (body, position) in [
        (r#"{"transaction":{"id":"very-private""#, "in `{\"transaction\":{\"id\":\"…\"`"),
        ("<html>very-private</html>", "expected an object, found something that is not JSON"),
        ("[1]", "expected an object, found an array"),
        ("\u{0}", "cannot be decoded"),
    ] {
        let server = Server::start([json(body)]).await;
        let error = clean(get(&server.meld()).send().await.unwrap_err());
        assert!(error.to_string().contains(position), "{error}");
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }) && !error.is_retryable());
        assert_eq!(error.body(), Some(body.as_bytes()));
    }
}

#[tokio::test]
async fn strict_decoding_is_opt_in() {
    let body = r#"{"transaction":{"sourceAmount":{"very":"private"}}}"#;
    let server = Server::start([json(body)]).await;
    let response = get(&server.meld()).send().await.unwrap();
    assert_eq!(response.decode_warnings().count(), 1);
    let strict = server.builder().strict_decoding(true).build().unwrap();
    let error = clean(get(&strict).send().await.unwrap_err());
    assert!(
        matches!(error.kind(), ErrorKind::Decode { path, .. } if path == "transaction.sourceAmount")
    );
}

#[tokio::test]
async fn connection_broken_at_any_byte_is_interrupted() {
    let whole = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    for length in 0..whole.len() {
        let server = Server::start([Reply::Break(whole.as_bytes()[..length].to_vec())]).await;
        let error = clean(get(&server.meld()).send().await.unwrap_err());
        assert_eq!(failure(&error), TransportFailure::Interrupted, "{length}: {error}");
    }
    let server = Server::start([Reply::Bytes(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec())]).await;
    clean(get(&server.meld()).send().await.unwrap_err());
}

#[tokio::test]
async fn server_without_tls_is_a_tls_failure() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        }
    });
    let meld = Meld::builder().api_key(KEY).base_url(address).build().unwrap();
    let error = clean(get(&meld).send().await.unwrap_err());
    assert_eq!(failure(&error), TransportFailure::Tls, "{error:?}");
    assert!(!error.is_retryable());
}

#[tokio::test(start_paused = true)]
async fn slow_responses_time_out() {
    let whole = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n".to_vec();
    let dripping = Reply::Drip([whole, vec![b' '; 1000]].concat(), Duration::from_secs(1));
    for reply in [Reply::Silence, dripping] {
        let server = Server::start([reply]).await;
        let started = Instant::now();
        let error = clean(get(&server.meld()).send().await.unwrap_err());
        assert_eq!(failure(&error), TransportFailure::Timeout, "{error}");
        assert_eq!(started.elapsed().as_secs(), 30);
    }
}

#[tokio::test]
async fn response_size_is_limited() {
    let body = format!(r#"{{"x":"{}"}}"#, "a".repeat(100_000));
    let server = Server::start([json(&body)]).await;
    let meld = server.builder().max_response_size(100_000).build().unwrap();
    let error = clean(get(&meld).send().await.unwrap_err());
    assert_eq!(failure(&error), TransportFailure::ResponseTooLarge);
    assert!(get(&server.meld()).send().await.is_ok());

    // 100,008 bytes compress to 140.
    let compressed = gzip(body);
    assert!(compressed.len() < 1000);
    for encoding in ["content-encoding: gzip\r\n", "content-encoding: GZIP\r\n"] {
        let server = Server::start([response("200 OK", encoding, &compressed)]).await;
        assert!(get(&server.meld()).send().await.is_ok());
        assert_eq!(server.request().header("accept-encoding"), Some("gzip"));
        let meld = server.builder().max_response_size(100_000).build().unwrap();
        let error = clean(get(&meld).send().await.unwrap_err());
        assert_eq!(failure(&error), TransportFailure::ResponseTooLarge);
    }
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
    use meld_client::v2026_02_03::payments::types::PaymentTransactionResponse;
    let server =
        Server::start([response("404 Not Found", "", r#"{"transaction":{"id":"t"}}"#)]).await;
    let error = clean(get(&server.meld()).send().await.unwrap_err());
    let body: PaymentTransactionResponse = error.decode_body().unwrap();
    assert_eq!(body.transaction.unwrap().id.as_deref(), Some("t"));
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
