//! Multipart requests and responses on the wire.

use std::time::Duration;

use meld_client::multipart::{FilePart, Files, JsonOrMultipart, Multipart, ReceivedFile, Required, ResponseParts};
use meld_client::payments::IdempotentExt;
use meld_client::serde_json::{Map, Value, json as value};
use meld_client::{
    Call, Error, ErrorKind, Idempotency, Method, Operation, Receive, Request, RequestOptions, ResponseValue,
    RetryPolicy, Transport,
};

use crate::support::{PRIVATE, Received, Reply, Server, clean, json, response};

static IMPORT: Operation = Operation {
    version: "2026-02-03",
    family: "customer",
    operation_id: "import",
    method: Method::Post,
    path: "/import",
    rust_name: "import",
    has_body: true,
    takes_idempotency_key: true,
    idempotency: Idempotency::WithKey,
    ..Operation::DEFAULT
};

static PARTS: ResponseParts = ResponseParts { json: &["data"], text: &["mode"] };

type Answer = JsonOrMultipart<Map<String, Value>, Map<String, Value>>;

/// A request with a document in the part `front`.
fn request(front: FilePart) -> Request {
    let mut files = Files::default();
    files.set("front", [front]);
    let fields =
        value!({ "data": { "documents": [{ "part": "front" }], "ssn": PRIVATE }, "mode": "RAW", "tags": ["a", "b"] });
    let Value::Object(fields) = fields else { panic!() };
    let mut request = Request::new(&IMPORT);
    let required = Required { field: Some("data"), files: &["front"] };
    request.required_multipart(Some(Ok(fields)), files, required).unwrap();
    request.accept_multipart(&PARTS, true);
    request
}

fn front() -> FilePart {
    FilePart::bytes(format!("bytes of {PRIVATE}")).file_name("../a\"\r\nb.png").content_type("image/png")
}

/// The parts of a body as their head and content.
fn parts(received: &Received) -> Vec<(String, String)> {
    let media_type = received.header("content-type").unwrap();
    let boundary = media_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let body = received.body.strip_suffix(&format!("--{boundary}--\r\n")).unwrap();
    let separator = format!("--{boundary}\r\n");
    body.split(&separator)
        .skip(1)
        .map(|part| part.strip_suffix("\r\n").unwrap().split_once("\r\n\r\n").unwrap())
        .map(|(head, content)| (head.to_owned(), content.to_owned()))
        .collect()
}

fn multipart(body: &str) -> Reply {
    let body = body.replace('\n', "\r\n");
    response("200 OK", "Content-Type: multipart/form-data; boundary=b\r\n", body)
}

async fn send(server: &Server, request: Request) -> Result<Answer, Error> {
    let response = server.meld().transport().send_json_or_multipart(request).await;
    response.map(ResponseValue::into_inner)
}

#[tokio::test]
async fn parts_are_sent_by_their_kinds() {
    let server = Server::start([json("{}")]).await;
    send(&server, request(front())).await.unwrap();
    let received = server.request();
    assert_eq!(received.header("accept"), Some("application/json, multipart/form-data"));
    assert_eq!(received.header("content-length"), Some(&*received.body.len().to_string()));
    let part = |name: &str, rest: &str| format!("Content-Disposition: form-data; name=\"{name}\"{rest}");
    let json = "\r\nContent-Type: application/json";
    let png = "; filename=\"ab.png\"\r\nContent-Type: image/png";
    let data = format!(r#"{{"documents":[{{"part":"front"}}],"ssn":"{PRIVATE}"}}"#);
    let expected = [
        (part("data", json), data),
        (part("mode", ""), "RAW".to_owned()),
        (part("tags", ""), "a".to_owned()),
        (part("tags", ""), "b".to_owned()),
        (part("front", png), format!("bytes of {PRIVATE}")),
    ];
    assert_eq!(parts(&received), expected);
    let shown = format!("{:?} {:?}", request(front()), front());
    assert!(!shown.contains(PRIVATE) && !shown.contains("png"), "{shown}");
}

#[test]
fn missing_parts_are_named() {
    let required = Required { field: Some("data"), files: &["front"] };
    let fields = || Some(Ok(Map::new()));
    let mut back = Files::default();
    back.set("back", [FilePart::bytes("")]);
    for (fields, files, missing) in [
        (None, Files::default(), "data"),
        (None, back.clone(), "data"),
        (fields(), Files::default(), "front"),
        (fields(), back, "front"),
    ] {
        let error = Request::new(&IMPORT).required_multipart(fields, files, required).unwrap_err();
        assert_eq!(error.field(), Some(missing));
    }
    // Beside JSON, no part is needed if there is none.
    let nothing = None::<Result<Map<String, Value>, Error>>;
    assert!(!Request::new(&IMPORT).multipart(nothing, Files::default(), required).unwrap());
}

#[tokio::test]
async fn bytes_are_retried_and_streams_are_not() {
    let busy = || response("503 Service Unavailable", "", "");
    let policy = RetryPolicy::default().initial_backoff(Duration::from_millis(1));
    let server = Server::start([busy(), json("{}"), busy()]).await;
    let meld = server.builder().retry_policy(policy).build().unwrap();
    let transport = meld.transport();
    transport.send_ignoring_body(request(front())).await.unwrap();
    let bodies: Vec<_> = server.received().iter().map(parts).collect();
    assert_eq!((bodies.len(), &bodies[0]), (2, &bodies[1]));
    let streamed = request(FilePart::stream("abc", 3));
    let error = transport.send_ignoring_body(streamed.clone()).await.unwrap_err();
    assert_eq!((error.retries(), error.outcome_unknown()), (0, true));
    assert_eq!(parts(&server.received()[2])[4].1, "abc");
    // The clone has no stream left, and is not sent.
    let error = transport.send_ignoring_body(streamed).await.unwrap_err();
    assert_eq!((error.field(), error.outcome_unknown(), server.received().len()), (Some("front"), false, 3));
}

#[tokio::test]
async fn large_bodies_fail_before_sending() {
    let server = Server::start([json("{}")]).await;
    let meld = server.builder().max_upload_size(1_000).build().unwrap();
    for file in [FilePart::bytes(vec![b'x'; 1_000]), FilePart::stream("", 10_000_000)] {
        let error = meld.transport().send_ignoring_body(request(file)).await.unwrap_err();
        assert_eq!((error.field(), error.outcome_unknown()), (Some("body"), false), "{error}");
    }
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn errors_redact_sensitive_parts() {
    let server = Server::start([response("400 Bad Request", "", format!("no ssn {PRIVATE}"))]).await;
    let error = clean(send(&server, request(front())).await.unwrap_err());
    assert_eq!(error.body(), Some(&b"no ssn [redacted]"[..]));
}

#[tokio::test]
async fn responses_are_json_or_multipart() {
    let body = "--b\nContent-Disposition: form-data; name=\"data\"\nContent-Type: application/json\n\n\
        {\"id\": 7}\n--b\nContent-Disposition: form-data; name=\"mode\"\n\nRAW\n\
        --b\nContent-Disposition: form-data; name=\"front\"; filename=\"../../etc/passwd\"\n\
        Content-Type: image/png\n\nvery-private bytes\n--b--\n";
    let server = Server::start([multipart(body), json(r#"{"mode":"TOKEN"}"#)]).await;
    let response = server.meld().transport().send_json_or_multipart(request(front())).await;
    let response: ResponseValue<Answer> = response.unwrap();
    assert!(!format!("{response:?}").contains(PRIVATE), "{response:?}");
    assert_eq!(response.bytes(), &body.replace('\n', "\r\n"));
    let response = response.into_inner().multipart().unwrap();
    assert_eq!(Value::Object(response.fields().clone()), value!({ "data": { "id": 7 }, "mode": "RAW" }));
    let file = response.file("front").unwrap();
    assert_eq!((file.file_name(), file.content_type()), (Some("passwd"), Some("image/png")));
    assert_eq!(file.content(), b"very-private bytes");
    let response = send(&server, request(front())).await.unwrap();
    assert_eq!(response.json().unwrap()["mode"], "TOKEN");
}

#[tokio::test]
async fn malformed_multipart_is_a_decode_error() {
    let head = "--b\nContent-Disposition: form-data; name=\"front\"";
    for body in [
        "",
        "{}",
        "--b",
        &format!("{head}\n\n{PRIVATE}"),
        &format!("{head}\n\n{PRIVATE}\n--b"),
        &format!("--b\nX: {PRIVATE}\n\na\n--b--\n"),
        &format!("{head}\n\na\n--b\n").repeat(300),
    ] {
        let server = Server::start([multipart(body)]).await;
        let error = clean(send(&server, request(front())).await.unwrap_err());
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{error}");
        assert!(error.outcome_unknown() && error.body().is_some_and(<[u8]>::is_empty), "{error}");
    }
    let server = Server::start([json("{}")]).await;
    let only = server.meld().transport().send_multipart::<Map<String, Value>>(request(front())).await;
    assert!(matches!(only.unwrap_err().kind(), ErrorKind::Decode { .. }));
    let large = format!("{head}\n\n{}\n--b--\n", "x".repeat(2_000));
    let server = Server::start([multipart(&large)]).await;
    let meld = server.builder().max_response_size(1_000).build().unwrap();
    let result = meld.transport().send_multipart::<Map<String, Value>>(request(front())).await;
    assert_eq!(result.unwrap_err().type_name(), "response_too_large");
}

/// A call of `IMPORT` with a file.
struct Import(Transport, RequestOptions, FilePart);

impl Call for Import {
    type Output = Multipart<Map<String, Value>>;

    const OPERATION: &'static Operation = &IMPORT;

    const RECEIVE: Receive<Self::Output> = Receive::send_multipart();

    fn transport(&self) -> &Transport {
        &self.0
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.1
    }

    fn into_request(self) -> Result<Request, Error> {
        Ok(request(self.2))
    }
}

#[tokio::test]
async fn idempotency_keys_are_bound_to_the_files() {
    let server = Server::start([json("{}")]).await;
    let import = |file| Import(server.meld().transport().clone(), RequestOptions::default(), file);
    let key = import(front()).idempotent().unwrap().key();
    assert!(import(front()).with_idempotency_key(&key).is_ok());
    let forwarded = FilePart::from(ReceivedFile::new("front", "other bytes"));
    assert!(import(forwarded).with_idempotency_key(&key).is_err());
    let error = import(FilePart::stream("abc", 3)).idempotent().err().unwrap();
    assert_eq!(error.field(), Some("body"));
}
