//! Requests to paths that no spec has.

use meld_client::serde_json::{Value, json};
use meld_client::uuid::Uuid;
use meld_client::{Error, ErrorKind, Meld, Method, RetryPolicy};

use crate::support::{KEY, PRIVATE, Server, clean, json as reply, response};

#[derive(Debug, serde::Deserialize)]
struct Thing {
    name: String,
}

fn retrying(server: &Server) -> Meld {
    let policy = RetryPolicy::default().initial_backoff(std::time::Duration::from_millis(1));
    server.builder().retry_policy(policy).build().unwrap()
}

#[tokio::test]
async fn raw_request_has_key_version_and_body() {
    let server = Server::start([reply(r#"{"name":"a","more":1.10}"#)]).await;
    let request = server.meld().request(Method::Post, "/any/päth").meld_version("2026-05-01");
    let request = request.query("a b", "1&2").query("n", 7_u64).header("X-Tenant", "acme").json(&json!({"x": 1}));
    let response = request.send::<Thing>().await.unwrap();
    assert_eq!(response.name, "a");
    assert_eq!(response.bytes(), r#"{"name":"a","more":1.10}"#);
    let received = server.received();
    assert_eq!(received[0].line(), "POST /any/p%C3%A4th?a%20b=1%262&n=7");
    let header = |name| received[0].header(name);
    assert_eq!(header("authorization"), Some(format!("BASIC {KEY}").as_str()));
    assert_eq!((header("meld-version"), header("x-tenant")), (Some("2026-05-01"), Some("acme")));
    assert_eq!((header("content-type"), header("x-idempotency-key")), (Some("application/json"), None));
    assert_eq!(received[0].body, r#"{"x":1}"#);
}

#[tokio::test]
async fn raw_version_is_newest_or_of_client() {
    let server = Server::start([reply("{}")]).await;
    server.meld().request(Method::Get, "/a").send::<Value>().await.unwrap();
    let meld = server.builder().meld_version("2030-01-01").build().unwrap();
    meld.request(Method::Get, "/a").send::<Value>().await.unwrap();
    let newest = meld_client::operations().map(|operation| operation.version).max().unwrap();
    let some = |version: &str| Some(version.to_owned());
    assert_eq!(server.sent("meld-version"), [some(newest), some("2030-01-01")]);
}

#[tokio::test]
async fn raw_reads_and_keyed_writes_are_retried() {
    let unavailable = || response("503 Service Unavailable", "", "{}");
    let count = async |method, key: Option<Uuid>| {
        let server = Server::start([unavailable(), reply("{}")]).await;
        let request = retrying(&server).request(method, "/a");
        let request = key.into_iter().fold(request, |request, key| request.idempotency_key(key));
        let result = request.send::<Value>().await;
        assert_eq!(result.is_ok(), server.received().len() == 2);
        server.received().len()
    };
    assert_eq!(count(Method::Get, None).await, 2);
    assert_eq!(count(Method::Post, None).await, 1);
    assert_eq!(count(Method::Post, Some(Uuid::from_u128(7))).await, 2);
    assert_eq!(count(Method::Delete, None).await, 1);
}

#[tokio::test]
async fn raw_errors_are_redacted() {
    let body = format!(r#"{{"code":"BAD_REQUEST","message":"account {PRIVATE}-1 is closed"}}"#);
    let server = Server::start([response("400 Bad Request", "", &body)]).await;
    let request = server.meld().request(Method::Post, "/a").json(&json!({"accountNumber": format!("{PRIVATE}-1")}));
    assert!(!format!("{request:?}").contains(PRIVATE));
    let error = clean(request.send::<Value>().await.unwrap_err());
    assert!(error.to_string().contains("account [redacted] is closed"), "{error}");
}

#[tokio::test]
async fn raw_path_cannot_leave_the_host() {
    let server = Server::start([reply("{}")]).await;
    let meld = server.meld();
    let failed = async |path: &str| -> Error { meld.request(Method::Get, path).send::<Value>().await.unwrap_err() };
    for path in [
        "",
        "a",
        "https://example.com/a",
        "//example.com/a",
        "/\\example.com",
        "\\\\example.com",
        "@example.com",
        "/a/../b",
        "/..",
        "/a/%2e%2E/b",
        "/./a",
        "/a?b=c",
        "/a#b",
        "/a\r\nHost: example.com",
        "/a%0",
        "/100%",
    ] {
        let error = clean(failed(path).await);
        assert!(matches!(error.kind(), ErrorKind::InvalidRequest { .. }), "{path}: {error}");
        assert!(error.field() == Some("path") && !error.to_string().contains("example.com"), "{error}");
    }
    let request = meld.request(Method::Get, "/a").header("Authorization", PRIVATE);
    assert_eq!(clean(request.send::<Value>().await.unwrap_err()).field(), Some("authorization"));
    assert!(server.received().is_empty());
}
