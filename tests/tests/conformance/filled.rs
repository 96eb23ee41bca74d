//! All requests and responses of all operations: the mock server accepts each request, and the client decodes each
//! response completely.

use std::collections::BTreeSet;

use chrono::DateTime;
use meld_client::{Decimal, Error, Transport, reqwest};
use meld_client_core::http::HeaderValue;
use meld_client_core::http::header::CONTENT_TYPE;
use meld_sandbox::{Filling, Sandbox};
use meld_tests::calls::{Outcome, Planned, key};
use serde_json::Value;

use crate::run::{all, assert_none, http, say, send, transport, version};

const FILLINGS: [Filling; 2] = [Filling::Minimal, Filling::Full];

#[derive(Default)]
struct Figures {
    operations: BTreeSet<String>,
    calls: usize,
    compared: usize,
    failures: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn conformance_of_requests_and_responses() {
    let mut figures = Figures::default();
    let requests = all();
    for filling in FILLINGS {
        let builder = Sandbox::builder().examples_only(true).filling(filling);
        let sandbox = builder.start().await.unwrap();
        for strict in [false, true] {
            figures.send_all(&sandbox, &requests, filling, strict).await;
        }
    }
    say(&format!(
        "conformance: {} operations, {} requests, {} fillings of responses, 2 modes: {} calls, {} responses compared with what \
         was sent, {} failures",
        figures.operations.len(),
        requests.len(),
        FILLINGS.len(),
        figures.calls,
        figures.compared,
        figures.failures.len(),
    ));
    assert_none(&figures.failures);
}

impl Figures {
    async fn send_all(&mut self, sandbox: &Sandbox, requests: &[Planned], filling: Filling, strict: bool) {
        let plain = reqwest::Client::builder().no_proxy().build().unwrap();
        let transport = transport(sandbox, http(None)).with_strict_decoding(strict);
        let received = sandbox.requests_received();
        let outcomes = send(requests.iter().copied(), &transport).await;
        assert_eq!(sandbox.requests_received() - received, outcomes.len() as u64);
        for (planned, outcome) in outcomes {
            self.calls += 1;
            self.operations.insert(key(planned.operation));
            let place = format!("{}, response {filling:?}, strict {strict}", planned.place());
            let wrong = wrong(&planned, &outcome);
            self.failures.extend(wrong.map(|wrong| format!("{place}: {wrong}")));
            if let Ok(Outcome { value: Some(value), .. }) = outcome {
                let Some(sent) = response(sandbox, &plain, &transport, &planned).await else { continue };
                self.compared += 1;
                let difference = difference(&sent, &value, "");
                self.failures.extend(difference.map(|wrong| format!("{place}: {wrong}")));
            }
        }
    }
}

/// The fault of an outcome; `None` if there is none.
fn wrong(planned: &Planned, outcome: &Result<Outcome, Error>) -> Option<String> {
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => return Some(format!("{error}: {:?}", error.error_response())),
    };
    if !planned.operation.success.contains(&outcome.status) {
        return Some(format!("the status is {}", outcome.status));
    }
    if outcome.version.as_deref() != Some(&version(planned)) {
        return Some(format!("the version is {:?}", outcome.version));
    }
    outcome.first_report.clone()
}

/// The body of the mock server's response to the same request, sent without our client. `None` if either is multipart.
async fn response(
    sandbox: &Sandbox,
    http: &reqwest::Client,
    transport: &Transport,
    planned: &Planned,
) -> Option<Value> {
    let request = planned.request(transport).unwrap();
    if planned.operation.has_body && request.body_bytes().is_none() {
        return None;
    }
    let target = format!("{}{}", sandbox.base_url(), request.path_and_query().unwrap());
    let mut message = http.request(planned.operation.method.into(), target);
    for (name, value) in request.redacted_headers() {
        // Any credentials do.
        message = message.header(name, value.unwrap_or("credential"));
    }
    let mut key = HeaderValue::try_from(format!("BASIC {}", sandbox.api_key())).unwrap();
    key.set_sensitive(true);
    message = message
        .header("authorization", key)
        .header("meld-version", planned.operation.version)
        .header("content-type", "application/json")
        .body(request.body_bytes().unwrap_or_default().to_vec());
    let response = message.send().await.unwrap();
    let content_type = response.headers()[CONTENT_TYPE].to_str().unwrap();
    if content_type.starts_with("multipart/") {
        return None;
    }
    Some(serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
}

/// The path of a value that is missing or different. Numbers and times may be encoded differently, and empty values may be
/// left out.
fn difference(sent: &Value, read: &Value, path: &str) -> Option<String> {
    match (sent, read) {
        (Value::Object(sent), Value::Object(read)) => {
            let names: BTreeSet<&String> = sent.keys().chain(read.keys()).collect();
            names.into_iter().find_map(|name| {
                let of = |fields: &serde_json::Map<_, _>| fields.get(name).cloned();
                let (sent, read) = (of(sent).unwrap_or_default(), of(read).unwrap_or_default());
                difference(&sent, &read, &format!("{path}.{name}"))
            })
        }
        (Value::Array(sent), Value::Array(read)) if sent.len() == read.len() => {
            let mut pairs = sent.iter().zip(read).enumerate();
            pairs.find_map(|(index, (sent, read))| difference(sent, read, &format!("{path}[{index}]")))
        }
        _ if sent == read || is_nothing(sent) && is_nothing(read) => None,
        _ if is_same(sent, read) => None,
        _ => Some(format!("{path}: sent {sent}, read {read}")),
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Returns `true` if two scalars are the same number or the same time.
fn is_same(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (one, other) = (text(one), text(other));
    let number = |text: &str| text.parse::<Decimal>().ok();
    let time = |text: &str| DateTime::parse_from_rfc3339(text).ok();
    number(&one).is_some_and(|one| number(&other) == Some(one))
        || time(&one).is_some_and(|one| time(&other) == Some(one))
}
