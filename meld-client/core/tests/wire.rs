//! Requests and responses on the wire, against a server on this machine.
#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

use meld_client_core::{
    Error, ErrorCode, ErrorKind, ErrorResponse, HttpConfig, Idempotency, Method, Operation,
    Parameter, ParameterLocation, Request, RetryPolicy, SecretString, Transport, TransportFailure,
    serde_json,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const KEY: &str = "W8b1vQzTnYpXsKcDfGhJmR:4nV7bC2xZ9aS6dF3gH5jK8lP1qWe";

const ID: Parameter = Parameter {
    name: "id",
    rust_name: "id",
    location: ParameterLocation::Path,
    required: true,
    is_list: false,
};

static GET: Operation = Operation {
    version: "2026-02-03",
    family: "payments",
    operation_id: "/payments-transaction-get",
    method: Method::Get,
    path: "/payments/transactions/{id}",
    rust_name: "transaction",
    parameters: &[ID],
    has_body: false,
    success: &[200],
    success_body_statuses: &[404],
    takes_idempotency_key: false,
    idempotency: Idempotency::Safe,
    is_paged: false,
};

static POST: Operation = Operation {
    version: "2025-03-04",
    method: Method::Post,
    path: "/payments/transactions",
    parameters: &[],
    has_body: true,
    takes_idempotency_key: true,
    idempotency: Idempotency::WithKey,
    ..GET
};

static LIST: Operation =
    Operation { path: "/network-partner/supported/partners", parameters: &[], ..GET };

static DELETE: Operation = Operation {
    method: Method::Delete,
    success: &[204],
    idempotency: Idempotency::NotIdempotent,
    ..GET
};

#[derive(Clone, Default, PartialEq)]
struct Transaction {
    id: Option<String>,
    tags: Vec<String>,
}
meld_client_core::object! { read Transaction { id: "id", tags: "tags" } }

/// Responds to one request with these bytes, and returns the request.
async fn serve(response: impl Into<Vec<u8>>) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let response = response.into();
    let received = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut received = Vec::new();
        while !is_whole(&received) {
            let mut part = [0; 4096];
            let length = stream.read(&mut part).await.unwrap();
            assert!(length > 0, "the request is cut off");
            received.extend_from_slice(&part[..length]);
        }
        // The client may have closed the connection on purpose.
        stream.write_all(&response).await.ok();
        stream.shutdown().await.ok();
        String::from_utf8(received).unwrap()
    });
    (address, received)
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}

fn transport(address: &str) -> Transport {
    let transport = Transport::new(address, HttpConfig::default()).unwrap();
    transport.with_api_key(SecretString::from(KEY)).with_retry_policy(RetryPolicy::never())
}

fn get(id: &str) -> Request {
    let mut request = Request::new(&GET);
    request.path("id", Some(id)).unwrap();
    request
}

/// Returns the error of a call with this response, and checks that it shows no secret.
async fn failure(status: &str, headers: &str, body: &str) -> Error {
    let (address, received) = serve(http(status, headers, body)).await;
    let error = transport(&address).send::<Transaction>(get("x")).await.unwrap_err();
    received.await.unwrap();
    assert_shows_no_secret(&error);
    error
}

fn assert_shows_no_secret(error: &Error) {
    let line = error.to_string();
    assert!(!line.contains('\n') && line.contains("/payments/transactions"), "{line}");
    let mut texts = format!("{line} {error:?} {error:#?}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        texts.push_str(&format!("{cause} {cause:?}"));
        source = cause.source();
    }
    assert!(!texts.contains(KEY) && !texts.contains("private"), "{texts}");
}

/// Returns the lines of a request's head, sorted by name.
fn lines(received: &str) -> Vec<&str> {
    let (head, _) = received.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.lines().collect();
    lines[1..].sort_unstable();
    lines
}

#[tokio::test]
async fn get_sends_exactly_these_headers() {
    let headers = "Meld-Version: 2026-02-03\r\nX-Request-Id: r1\r\n";
    let (address, received) = serve(http("200 OK", headers, r#"{"id":"a","new":1}"#)).await;
    let mut request = get("a/../ä");
    request.list("statuses", &["SETTLED", "FAILED"]).unwrap();
    let response = transport(&address).send::<Transaction>(request).await.unwrap();
    assert_eq!(*response, Transaction { id: Some("a".into()), tags: vec![] });
    assert_eq!(response.status(), 200);
    assert_eq!(response.version(), Some("2026-02-03"));
    assert_eq!(response.request_id(), Some("r1"));
    let host = address.strip_prefix("http://").unwrap();
    assert_eq!(
        lines(&received.await.unwrap()),
        [
            "GET /payments/transactions/a%2F..%2F%C3%A4?statuses=SETTLED,FAILED HTTP/1.1",
            "accept-encoding: gzip",
            "accept: application/json",
            &format!("authorization: BASIC {KEY}"),
            &format!("host: {host}"),
            "meld-version: 2026-02-03",
            &format!("user-agent: meld-client/{}", env!("CARGO_PKG_VERSION")),
        ]
    );
}

#[tokio::test]
async fn post_sends_body_and_header_parameters() {
    let (address, received) = serve(http("201 Created", "", r#"{"id":"a"}"#)).await;
    let mut request = Request::new(&POST);
    request.header("X-Idempotency-Key", Some("0192")).unwrap();
    request.header("Meld-Passthrough-Oauth", Some("token")).unwrap();
    request.body(&serde_json::json!({"amount": "1.50"})).unwrap();
    let response = transport(&format!("{address}/prefix/")).send::<Transaction>(request).await;
    assert_eq!(response.unwrap().status(), 201);
    let received = received.await.unwrap();
    assert!(received.starts_with("POST /prefix/payments/transactions HTTP/1.1\r\n"), "{received}");
    assert!(received.ends_with("\r\n\r\n{\"amount\":\"1.50\"}"), "{received}");
    for line in [
        "content-length: 17",
        "content-type: application/json",
        "meld-passthrough-oauth: token",
        "meld-version: 2025-03-04",
        "x-idempotency-key: 0192",
    ] {
        assert!(lines(&received).contains(&line), "{line} in {received}");
    }
}

#[tokio::test]
async fn no_authorization_without_api_key() {
    let (address, received) = serve(http("200 OK", "", r#"{"id":"a"}"#)).await;
    let transport = Transport::new(&address, HttpConfig::default()).unwrap();
    let error = transport.send::<Transaction>(get("x")).await.unwrap_err();
    assert!(error.to_string().contains("needs an API key"), "{error}");
    transport.send::<Transaction>(Request::new(&LIST)).await.unwrap();
    assert!(!received.await.unwrap().contains("authorization"));
}

#[tokio::test]
async fn empty_and_ignored_bodies_are_accepted() {
    for (status, body) in [("204 No Content", ""), ("200 OK", "<html>"), ("202 Accepted", "")] {
        let (address, _) = serve(http(status, "", body)).await;
        let mut request = Request::new(&DELETE);
        request.path("id", Some("x")).unwrap();
        let response = transport(&address).send_ignoring_body(request).await.unwrap();
        assert!(status.starts_with(response.status().as_str()));
    }
    let (address, _) = serve("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").await;
    let response = transport(&address).send::<Option<Transaction>>(get("x")).await.unwrap();
    assert_eq!((response.status().as_u16(), response.into_inner()), (202, None));
}

#[tokio::test]
async fn error_responses_decode_in_every_format() {
    let json = r#"{"code":"CONFLICT","message":"Busy","requestId":"r7","hint":"private"}"#;
    let error = failure("409 Conflict", "", json).await;
    assert_eq!(
        error.to_string(),
        "GET /payments/transactions/{id}: 409 Conflict, CONFLICT: Busy (request id r7)"
    );
    assert_eq!((error.code(), error.request_id()), (Some(&ErrorCode::Conflict), Some("r7")));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(409));
    assert!(!error.is_retryable());

    let error = failure("400 Bad Request", "", r#"{"error":"NO_VALID_QUOTES"}"#).await;
    assert_eq!(error.code(), Some(&ErrorCode::NoValidQuotes));

    let error = failure("400 Bad Request", "", r#""Unknown category""#).await;
    assert_eq!(error.error_response().unwrap().message.as_deref(), Some("Unknown category"));

    let html = "<html>private</html>";
    let error = failure("502 Bad Gateway", "content-type: text/html\r\n", html).await;
    assert_eq!(error.error_response(), Some(&ErrorResponse::default()));
    assert_eq!(error.body(), Some(html.as_bytes()));
    assert!(error.is_retryable());

    let error = failure("425 Too Early", "Retry-After: 2\r\n", "").await;
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(2)));
    assert!(error.is_retryable());

    let error = failure("404 Not Found", "", r#"{"id":"a","tags":["private"]}"#).await;
    assert_eq!(error.decode_body::<Transaction>().unwrap().tags, ["private"]);
}

#[tokio::test]
async fn redirect_is_an_error() {
    let error = failure("304 Not Modified", "", "").await;
    assert!(matches!(error.kind(), ErrorKind::Api(response) if response.status() == 304));
}

#[tokio::test]
async fn repeated_secrets_are_redacted() {
    let json = format!(r#"{{"message":"The key {KEY} is wrong","errors":["[{KEY}] bad"]}}"#);
    let error = failure("401 Unauthorized", "", &json).await;
    assert_eq!(
        error.error_response().unwrap().message.as_deref(),
        Some("The key [redacted] is wrong")
    );

    let (address, _) =
        serve(http("400 Bad Request", "", r#"{"message":"private-reference"}"#)).await;
    let mut request = Request::new(&POST);
    request.header("Meld-Passthrough-Reference", Some("private-reference")).unwrap();
    assert_shows_no_secret(&transport(&address).send::<Transaction>(request).await.unwrap_err());
}

#[tokio::test]
async fn undecodable_response_names_the_path() {
    let body = r#"{"id":"private","tags":["a",{"b":"private"}]}"#;
    let response = http("200 OK", "x-request-id: r9\r\n", body);
    let (address, _) = serve(response.clone()).await;
    let lenient = transport(&address).send::<Transaction>(get("x")).await.unwrap();
    assert_eq!(lenient.tags, ["a"]);
    let [warning] = lenient.decode_warnings().first() else {
        panic!("{:?}", lenient.decode_warnings())
    };
    assert_eq!(warning.to_string(), "tags[1]: expected a string, found an object");

    let (address, _) = serve(response).await;
    let strict = transport(&address).with_strict_decoding(true);
    let error = strict.send::<Transaction>(get("x")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "GET /payments/transactions/{id}: the response (200 OK) cannot be decoded at `tags[1]`: \
         expected a string, found an object, in \
         `{\"id\":\"…\",\"tags\":[\"…\",{\"b\":\"…\"}]}` (request id r9)"
    );
    assert!(matches!(error.kind(), ErrorKind::Decode { path, .. } if path == "tags[1]"));
    assert_eq!(error.body(), Some(body.as_bytes()));
    assert!(!error.is_retryable() && error.error_response().is_none());
}

#[tokio::test]
async fn response_of_another_kind_is_an_error() {
    for (body, reason) in [
        ("[1]", "expected an object, found an array"),
        ("\"private\"", "expected an object, found a string"),
        ("null", "expected an object, found null"),
        ("", "expected an object, found null"),
        ("{\"id\":", "it ends too early"),
        ("<html>private</html>", "expected an object, found something that is not JSON"),
    ] {
        let error = failure("200 OK", "", body).await;
        assert!(error.to_string().contains(reason), "{body}: {error}");
    }
    let (address, _) = serve(http("202 Accepted", "", "")).await;
    let response = transport(&address).send::<Transaction>(get("x")).await.unwrap();
    assert_eq!(*response, Transaction::default());
}

#[tokio::test]
async fn too_large_responses_are_refused() {
    let body = format!(r#"{{"id":"{}"}}"#, "private".repeat(20));
    let chunked = format!(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n",
        body.len()
    );
    for response in [http("200 OK", "", &body), chunked] {
        let (address, _) = serve(response.clone()).await;
        let transport = transport(&address).with_max_response_size(body.len() - 1);
        let error = transport.send::<Transaction>(get("x")).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Transport(TransportFailure::ResponseTooLarge)));
        assert_shows_no_secret(&error);

        let (address, _) = serve(response).await;
        let transport = Transport::with_max_response_size(self::transport(&address), body.len());
        transport.send::<Transaction>(get("x")).await.unwrap();
    }
    let (address, _) = serve(http("500 Internal Server Error", "", &body)).await;
    let transport = transport(&address).with_max_response_size(5);
    let error = transport.send::<Transaction>(get("x")).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(500));
}

#[tokio::test]
async fn transport_failures_by_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = transport(&address).send::<Transaction>(get("private")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Transport(TransportFailure::Connect)), "{error:?}");
    assert!(error.is_retryable() && std::error::Error::source(&error).is_some());
    assert_shows_no_secret(&error);

    for response in ["", "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":"] {
        let (address, _) = serve(response).await;
        let error = transport(&address).send::<Transaction>(get("private")).await.unwrap_err();
        let expected = TransportFailure::Interrupted;
        assert!(matches!(error.kind(), ErrorKind::Transport(failure) if *failure == expected));
        assert!(error.is_retryable());
        assert_shows_no_secret(&error);
    }

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let transport = transport(&address).with_timeout(std::time::Duration::from_millis(50));
    let error = transport.send::<Transaction>(get("private")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Transport(TransportFailure::Timeout)), "{error:?}");
    assert_shows_no_secret(&error);
}

#[tokio::test]
async fn invalid_requests_fail_before_sending() {
    let transport = Transport::new("http://localhost:1", HttpConfig::default()).unwrap();
    let error = transport.send::<Transaction>(Request::new(&GET)).await.unwrap_err();
    assert_eq!(error.to_string(), "GET /payments/transactions/{id}: `id` is required");
    let transport = transport.with_api_key(SecretString::from("BASIC private"));
    let error = transport.send::<Transaction>(get("x")).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Configuration { .. }));
    assert_shows_no_secret(&error);
}

#[tokio::test]
async fn futures_are_send_and_small() {
    fn assert_send<T: Send>(_: &T) {}
    let transport = transport("http://localhost:1");
    let call = transport.send::<Transaction>(get("x"));
    assert_send(&call);
    assert!(size_of_val(&call) < 1024, "{}", size_of_val(&call));
    assert_send(&transport.send_ignoring_body(get("x")));
}
