//! Polling, and the `Retry-After` headers that it honors.

use std::time::Duration;

use meld_client::payments::Outcome;
use meld_client::prelude::*;
use meld_client::transactions::TransactionOutcome;
use meld_client::{Polling, RetryPolicy};
use tokio::time::Instant;

use crate::support::{Reply, Server, json, response};

const SETTLED: &str = r#"{"transaction":{"id":"t","status":"SETTLED","transactionType":"CRYPTO_SELL"}}"#;

/// Polls every five milliseconds.
fn eager(timeout: Duration) -> Polling {
    let interval = Duration::from_millis(5);
    Polling::default().timeout(timeout).initial_interval(interval).max_interval(interval)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Returns responses that ask for a delay of one second.
fn with_retry_after() -> [Reply; 3] {
    [
        response("202 Accepted", "retry-after: 1\r\n", ""),
        response("429 Too Many Requests", "retry-after: 1\r\n", "{}"),
        response("503 Service Unavailable", "retry-after: 1\r\n", "{}"),
    ]
}

/// Returns the time between the two requests.
fn interval(server: &Server) -> Duration {
    let received = server.received();
    assert_eq!(received.len(), 2, "{received:?}");
    received[1].at - received[0].at
}

#[tokio::test(start_paused = true)]
async fn transactions_obey_retry_after() {
    for pending in with_retry_after() {
        let server = Server::start([pending, json(SETTLED)]).await;
        let crypto = server.meld().v2026_02_03().crypto();
        let outcome = crypto.wait_for_transaction("t", eager(seconds(20))).await.unwrap();
        assert!(matches!(outcome, TransactionOutcome::Settled(_)));
        assert!(interval(&server) >= seconds(1));
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_deposits_refunds_obey_retry_after() {
    for pending in with_retry_after() {
        let start = || Server::start([pending.clone(), json(SETTLED)]);
        let server = start().await;
        let crypto = server.meld().v2026_02_03().crypto();
        let _ = crypto.wait_for_session("s", eager(seconds(20))).await.unwrap();
        assert!(interval(&server) >= seconds(1));

        let server = start().await;
        let crypto = server.meld().v2026_02_03().crypto();
        let _ = crypto.wait_for_deposit("s", eager(seconds(20))).await.unwrap();
        assert!(interval(&server) >= seconds(1));
    }
    // A refund is not retried after an error, because Meld does not document that it honors the key.
    let accepted = response("202 Accepted", "retry-after: 1\r\n", "");
    let server = Server::start([accepted, json(r#"{"transaction":{"id":"r"}}"#)]).await;
    let refund = server.meld().v2026_02_03().payments().refund("t").idempotent().unwrap();
    let outcome = refund.finish(eager(seconds(20))).await.unwrap();
    assert!(matches!(outcome, Outcome::Completed(_)), "{outcome:?}");
    assert!(interval(&server) >= seconds(1));
}

#[tokio::test(start_paused = true)]
async fn connections_obey_retry_after() {
    let done = r#"{"id":"c","status":"ACTIVE","successfullyAggregatedAt":"2026-01-01T00:00:00Z"}"#;
    for pending in [
        response("429 Too Many Requests", "retry-after: 1\r\n", "{}"),
        response("200 OK", "retry-after: 1\r\n", r#"{"id":"c","status":"IN_PROGRESS"}"#),
    ] {
        let server = Server::start([pending, json(done)]).await;
        let banks = server.meld().v2026_02_03().bank_linking();
        let since = meld_client::chrono::DateTime::UNIX_EPOCH;
        let _ = banks.wait_until_aggregated("c", since, eager(seconds(20))).await.unwrap();
        assert!(interval(&server) >= seconds(1));
    }
}

#[tokio::test(start_paused = true)]
async fn long_retry_after_ends_polling_on_time() {
    for pending in [
        response("200 OK", "retry-after: 120\r\n", r#"{"transaction":{"id":"t","status":"PENDING"}}"#),
        response("429 Too Many Requests", "retry-after: 120\r\n", "{}"),
    ] {
        let server = Server::start([pending]).await;
        let crypto = server.meld().v2026_02_03().crypto();
        let start = Instant::now();
        let outcome = crypto.wait_for_transaction("t", eager(Duration::from_millis(300))).await;
        let is_pending = matches!(outcome, Ok(TransactionOutcome::Pending(_)));
        assert!(is_pending || outcome.unwrap_err().retry_after() == Some(seconds(120)));
        assert!(start.elapsed() >= Duration::from_millis(300) && start.elapsed() < seconds(5));
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn retries_end_with_the_poll() {
    let server = Server::start([response("503 Service Unavailable", "", "{}")]).await;
    let policy = RetryPolicy::default().max_retries(50).initial_backoff(seconds(2)).max_backoff(seconds(2));
    let meld = server.builder().retry_policy(policy).build().unwrap();
    let start = Instant::now();
    let polling = Polling::default().timeout(Duration::from_millis(300)).initial_interval(seconds(1));
    let outcome = meld.v2026_02_03().crypto().wait_for_transaction("t", polling).await;
    assert!(outcome.is_err());
    assert!(start.elapsed() < seconds(2), "{:?}", start.elapsed());
    assert_eq!(server.received().len(), 2);
}
