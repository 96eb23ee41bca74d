//! Observers and spans.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use meld_client::{Attempt, AttemptResult, Call, Observer, Passthrough, RetryPolicy};

use crate::support::{PRIVATE, Server, clean, get, json, logged, pay, response};

#[derive(Clone, Default)]
struct Record(Arc<Mutex<Vec<String>>>);

impl Observer for Record {
    fn on_attempt(&self, attempt: &Attempt<'_>) {
        let (operation, retries) = (attempt.operation(), attempt.retries());
        let key = attempt.idempotency_key().is_some();
        self.0.lock().unwrap().push(format!("{operation} {retries} {key} {attempt:?}"));
    }

    fn on_result(&self, attempt: &Attempt<'_>, outcome: &AttemptResult<'_>) {
        let (status, is_retried) = (outcome.status(), outcome.next_attempt().is_some());
        assert!(outcome.duration() < Duration::from_secs(60) && attempt.body_length() > 0);
        let text = format!("{status:?} {is_retried} {} {outcome:?}", outcome.body_length());
        self.0.lock().unwrap().push(text);
    }
}

#[tokio::test(start_paused = true)]
async fn observers_see_every_attempt_without_secrets() {
    let server = Server::start([response("500 x", "", ""), json(r#"{"very":"private"}"#)]).await;
    let record = Record::default();
    let meld = server
        .builder()
        .retry_policy(RetryPolicy::default())
        .passthrough(Passthrough::square(PRIVATE, PRIVATE))
        .observer(record.clone())
        .build()
        .unwrap();
    pay(&meld).send().await.unwrap();
    let seen = record.0.lock().unwrap();
    for (seen, start) in seen.iter().zip([
        "POST /payments/transactions 0 true",
        "Some(500) true 0",
        "POST /payments/transactions 1 true",
        "Some(200) false 18",
    ]) {
        assert!(seen.starts_with(start), "{seen}");
        assert!(!seen.contains(PRIVATE) && !seen.contains("BASIC"), "{seen}");
    }
    assert_eq!(seen.len(), 4);
    assert!(seen[0].contains("meld-passthrough-key-private"), "{}", seen[0]);
}

/// Records the headers of the attempt.
#[derive(Clone, Default)]
struct Headers(Arc<Mutex<Vec<Header>>>);

/// The name of a header, and its value unless it is sensitive.
type Header = (String, Option<String>);

impl Observer for Headers {
    fn on_attempt(&self, attempt: &Attempt<'_>) {
        let headers = attempt.headers().into_iter();
        self.0.lock().unwrap().extend(headers.map(|(name, value)| (name.to_owned(), value.map(str::to_owned))));
    }
}

#[tokio::test]
async fn observers_see_extra_headers_of_both_kinds() {
    let server = Server::start([json("{}")]).await;
    let headers = Headers::default();
    let meld = server.builder().header("x-tenant", "acme").header("x-gateway-key", PRIVATE).header("x-team", "one");
    let meld = meld.observer(headers.clone()).build().unwrap();
    get(&meld).with_header("X-Team", "two").with_header("x-trace", "7").send().await.unwrap();
    let seen = headers.0.lock().unwrap();
    let seen: Vec<_> = seen.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
    assert_eq!(
        seen,
        [("x-gateway-key", None), ("x-team", Some("two")), ("x-tenant", Some("acme")), ("x-trace", Some("7"))]
    );
}

#[tokio::test]
async fn span_has_opentelemetry_fields() {
    let headers = "X-Request-Id: span-test\r\nMeld-Version: 2026-02-03\r\n";
    let server = Server::start([response("200 OK", headers, "{}")]).await;
    get(&server.meld()).send().await.unwrap();
    let body = r#"{"code":"CONFLICT","requestId":"span-failure"}"#;
    let server = Server::start([response("409 Conflict", "", body)]).await;
    clean(get(&server.meld()).send().await.unwrap_err());
    let logged = logged().lock().unwrap();
    let line = |id: &str| {
        let close = |line: &&str| line.contains(id) && line.contains("close");
        logged.lines().find(close).unwrap_or_else(|| panic!("no span of {id}")).to_owned()
    };
    let success = line("span-test");
    for field in [
        "meld_client.call{",
        "otel.name=GET /payments/transactions/{id}",
        r#"otel.kind="client""#,
        r#"http.request.method="GET""#,
        r#"url.template="/payments/transactions/{id}""#,
        r#"server.address="127.0.0.1""#,
        r#"meld.version="2026-02-03""#,
        "http.response.status_code=200",
        r#"meld.request_id="span-test""#,
    ] {
        assert!(success.contains(field), "{field} in {success}");
    }
    let failure = line("span-failure");
    for field in ["http.response.status_code=409", "error.type=409", r#"otel.status_code="ERROR""#] {
        assert!(failure.contains(field), "{field} in {failure}");
    }
}
