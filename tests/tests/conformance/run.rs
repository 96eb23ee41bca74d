//! Sends all requests of all operations, and counts.

use std::io::Write;
use std::sync::Arc;

use meld_client::http::{HeaderMap, HeaderValue};
use meld_client::{Error, HttpConfig, RetryPolicy, Transport};
use meld_client_core::{Operation, SecretString};
use meld_sandbox::{Fault, Sandbox};
use meld_tests::calls::{Fill, Outcome, Planned, planned};
use meld_tests::responses::{MODULES, Output};
use tokio::sync::Semaphore;

/// The number of concurrent calls. More of them only wait for each other.
const AT_ONCE: usize = 200;

/// The configuration of an HTTP client that requests a fault each time.
pub fn http(fault: Option<Fault>) -> HttpConfig {
    let mut headers = HeaderMap::new();
    if let Some(fault) = fault {
        headers.insert("sandbox-fault", HeaderValue::from_static(fault.name()));
    }
    HttpConfig::default().configure(move |builder| builder.default_headers(headers.clone()))
}

/// A transport to the mock server without retries.
pub fn transport(sandbox: &Sandbox, http: HttpConfig) -> Transport {
    Transport::new(sandbox.base_url(), http)
        .unwrap()
        .with_api_key(SecretString::from(sandbox.api_key()))
        // Examples have the ids of the specs, whatever the request.
        .with_sample_responses(true)
        .with_retry_policy(RetryPolicy::never())
}

pub fn all() -> Vec<Planned> {
    // Nothing is sent there; the requests are only built.
    planned(&Transport::new("http://localhost", http(None)).unwrap()).unwrap()
}

pub fn minimal() -> Vec<Planned> {
    let is_it = |planned: &Planned| (planned.fill, planned.turn) == (Fill::Minimal, 0);
    all().into_iter().filter(is_it).collect()
}

/// The API version of a request, which the mock server serves: that of the operation, or a newer one that the request
/// needs.
pub fn version(planned: &Planned) -> String {
    let request = planned.request(&Transport::new("http://localhost", http(None)).unwrap()).unwrap();
    request.meld_version().into_owned()
}

/// Returns `true` if successful responses have a body.
pub fn has_response_body(operation: &Operation) -> bool {
    let mut responses = MODULES.iter().flat_map(|module| module.responses);
    responses.any(|response| response.operation == operation && response.success != "()")
}

/// Returns `true` if the response of an operation is multipart.
pub fn is_multipart(operation: &Operation) -> bool {
    let mut responses = MODULES.iter().flat_map(|module| module.responses);
    let is_it = |response: &Output| response.success != "()" && response.read.is_none();
    responses.any(|response| response.operation == operation && is_it(response))
}

pub async fn send(
    planned: impl IntoIterator<Item = Planned>,
    transport: &Transport,
) -> Vec<(Planned, Result<Outcome, Error>)> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let start = |planned: Planned| {
        let (places, sending) = (Arc::clone(&places), planned.send(transport.clone()));
        let call = tokio::spawn(async move {
            let _place = places.acquire().await.unwrap();
            sending.await
        });
        (planned, call)
    };
    let calls: Vec<_> = planned.into_iter().map(start).collect();
    let mut outcomes = Vec::new();
    for (planned, call) in calls {
        // A panic of a call ends the test here.
        outcomes.push((planned, call.await.unwrap()));
    }
    outcomes
}

/// Prints a line. Bypasses the test harness, which shows only the output of failed tests.
pub fn say(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Fails with the first failures, if there are any.
pub fn assert_none(failures: &[String]) {
    let first: Vec<&str> = failures.iter().take(20).map(String::as_str).collect();
    assert!(first.is_empty(), "{} failures:\n{}", failures.len(), first.join("\n"));
}
