//! Retries after each fault, as the mock server counts them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use meld_client::RetryPolicy;
use meld_client_core::Idempotency;
use meld_sandbox::Sandbox;
use meld_tests::arbitrary::some;
use meld_tests::calls::Planned;

use crate::faults::{Expected, ROWS, Row, wrong};
use crate::run::{assert_none, http, minimal, say, transport};

/// The default policy with short delays.
fn retries() -> RetryPolicy {
    RetryPolicy::default().initial_backoff(Duration::from_millis(1)).max_backoff(Duration::from_millis(2))
}

/// The retries of the default policy.
const AGAIN: u64 = 2;

/// The expected number of attempts.
fn attempts(row: &Row, planned: &Planned) -> u64 {
    let may_be_repeated = match planned.operation.idempotency {
        Idempotency::Safe => true,
        // The client makes a key for each call.
        Idempotency::WithKey => planned.operation.takes_idempotency_key,
        _ => false,
    };
    let fails = row.expected(planned) != Expected::Read;
    if row.may_pass && fails && may_be_repeated { 1 + AGAIN } else { 1 }
}

/// The operations by their idempotency.
fn kinds() -> Vec<(String, Vec<Planned>)> {
    let mut kinds: BTreeMap<String, Vec<Planned>> = BTreeMap::new();
    for planned in minimal() {
        kinds.entry(format!("{:?}", planned.operation.idempotency)).or_default().push(planned);
    }
    kinds.into_iter().collect()
}

#[derive(Default)]
struct Figures {
    calls: u64,
    requests: u64,
    failures: Vec<String>,
}

impl Figures {
    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.requests += other.requests;
        self.failures.extend(other.failures);
    }
}

/// The operations for one fault. All operations of a kind are retried by the same rule, so that a part of a large kind is
/// enough, another one for each fault.
fn some_of(requests: &[Planned], turn: usize) -> Vec<Planned> {
    if requests.len() < 16 { requests.to_vec() } else { some(requests.iter().copied(), turn).collect() }
}

/// Calls operations of a kind with one fault.
async fn check(sandbox: &Sandbox, row: &Row, requests: Vec<Planned>) -> Figures {
    let fault = row.fault;
    let transport = transport(sandbox, http(Some(fault))).with_retry_policy(retries());
    let mut figures = Figures::default();
    let mut expected = 0;
    for (planned, outcome) in row.send(requests, &transport).await {
        figures.calls += 1;
        let attempts = attempts(row, &planned);
        expected += attempts;
        let said = outcome.as_ref().map_or_else(|error| 1 + u64::from(error.retries()), |_| 1);
        let place = || format!("{fault}, {}", planned.place());
        if said != attempts {
            figures.failures.push(format!("{}: {said} attempts instead of {attempts}", place()));
        }
        let wrong = wrong(row.expected(&planned), &outcome);
        figures.failures.extend(wrong.map(|wrong| format!("{}: {wrong}", place())));
    }
    let happened = sandbox.injected_faults().remove(&fault).unwrap_or_default();
    figures.requests += happened;
    if !row.has_arrived(happened, expected) {
        let wrong = format!("{fault}: {happened} requests arrived instead of {expected}");
        figures.failures.push(wrong);
    }
    figures
}

#[tokio::test(flavor = "multi_thread")]
async fn conformance_of_retries() {
    let kinds = kinds();
    assert_eq!(kinds.len(), 4, "every kind of operation is there");
    let mut figures = Figures::default();
    for (kind, requests) in &kinds {
        // A mock server for each kind, which then counts only this kind.
        let slow = Duration::from_secs(600);
        let sandbox = Sandbox::builder().examples_only(true).slow(slow).start().await.unwrap();
        let sandbox = Arc::new(sandbox);
        let (waiting, others): (Vec<&Row>, _) = ROWS.iter().partition(|row| row.takes_time());
        let checks = waiting.into_iter().enumerate().map(|(turn, row)| {
            let (sandbox, requests) = (Arc::clone(&sandbox), some_of(requests, turn));
            tokio::spawn(async move { check(&sandbox, row, requests).await })
        });
        // Faults that mostly wait run at the same time.
        let checks: Vec<_> = checks.collect();
        for (turn, row) in others.into_iter().enumerate() {
            figures.add(check(&sandbox, row, some_of(requests, turn)).await);
        }
        for check in checks {
            figures.add(check.await.unwrap());
        }
        let received = sandbox.requests_received();
        let faults: u64 = sandbox.injected_faults().values().sum();
        assert_eq!(received, faults, "{kind}: every request was of a call that was made");
    }
    let counted: Vec<String> = kinds.iter().map(|(kind, requests)| format!("{} {kind}", requests.len())).collect();
    say(&format!(
        "conformance: {} faults with retries, operations: {}: {} calls, {} requests, {} failures",
        ROWS.len(),
        counted.join(", "),
        figures.calls,
        figures.requests,
        figures.failures.len(),
    ));
    assert_none(&figures.failures);
}
