//! Polling, as fast as it is told.

use std::time::Duration;

use meld_client::payments::Outcome;
use meld_client::prelude::*;
use meld_client::transactions::TransactionOutcome;
use meld_client::{Polling, RetryPolicy};
use tokio::time::Instant;

use crate::support::{Reply, Server, json, response};

const SETTLED: &str =
    r#"{"transaction":{"id":"t","status":"SETTLED","transactionType":"CRYPTO_SELL"}}"#;

/// A poll that would ask again every few milliseconds.
fn eager(limit: Duration) -> Polling {
    let gap = Duration::from_millis(5);
    Polling::default().timeout(limit).initial_interval(gap).max_interval(gap)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The ways in which a service asks to wait a second.
fn in_a_second() -> [Reply; 3] {
    [
        response("202 Accepted", "retry-after: 1\r\n", ""),
        response("429 Too Many Requests", "retry-after: 1\r\n", "{}"),
        response("503 Service Unavailable", "retry-after: 1\r\n", "{}"),
    ]
}

/// The least time between two requests.
fn gap(server: &Server) -> Duration {
    let received = server.received();
    assert_eq!(received.len(), 2, "{received:?}");
    received[1].at - received[0].at
}

#[tokio::test]
async fn transactions_are_polled_when_told() {
    for told in in_a_second() {
        let server = Server::start([told, json(SETTLED)]).await;
        let crypto = server.meld().v2026_02_03().crypto();
        let outcome = crypto.wait_for_transaction("t", eager(seconds(20))).await.unwrap();
        assert!(matches!(outcome, TransactionOutcome::Settled(_)));
        assert!(gap(&server) >= seconds(1));
    }
}

#[tokio::test]
async fn sessions_deposits_and_orders_are_polled_when_told() {
    for told in in_a_second() {
        let start = || Server::start([told.clone(), json(SETTLED)]);
        let server = start().await;
        let crypto = server.meld().v2026_02_03().crypto();
        let _ = crypto.wait_for_session("s", eager(seconds(20))).await.unwrap();
        assert!(gap(&server) >= seconds(1));

        let server = start().await;
        let crypto = server.meld().v2026_02_03().crypto();
        let _ = crypto.wait_for_deposit("s", eager(seconds(20))).await.unwrap();
        assert!(gap(&server) >= seconds(1));
    }
    // A refund is not sent again after an error, as it is not known to heed its key.
    let told = response("202 Accepted", "retry-after: 1\r\n", "");
    let server = Server::start([told, json(r#"{"transaction":{"id":"r"}}"#)]).await;
    let order = server.meld().v2026_02_03().payments().refund("t").idempotent().unwrap();
    let outcome = order.finish(eager(seconds(20))).await.unwrap();
    assert!(matches!(outcome, Outcome::Completed(_)), "{outcome:?}");
    assert!(gap(&server) >= seconds(1));
}

#[tokio::test]
async fn connections_are_polled_when_told() {
    let done = r#"{"id":"c","status":"ACTIVE","successfullyAggregatedAt":"2026-01-01T00:00:00Z"}"#;
    for told in [
        response("429 Too Many Requests", "retry-after: 1\r\n", "{}"),
        response("200 OK", "retry-after: 1\r\n", r#"{"id":"c","status":"IN_PROGRESS"}"#),
    ] {
        let server = Server::start([told, json(done)]).await;
        let banks = server.meld().v2026_02_03().bank_linking();
        let since = meld_client::chrono::DateTime::UNIX_EPOCH;
        let _ = banks.wait_until_aggregated("c", since, eager(seconds(20))).await.unwrap();
        assert!(gap(&server) >= seconds(1));
    }
}

#[tokio::test]
async fn a_poll_told_to_wait_too_long_ends_on_time() {
    for told in [
        response(
            "200 OK",
            "retry-after: 120\r\n",
            r#"{"transaction":{"id":"t","status":"PENDING"}}"#,
        ),
        response("429 Too Many Requests", "retry-after: 120\r\n", "{}"),
    ] {
        let server = Server::start([told]).await;
        let crypto = server.meld().v2026_02_03().crypto();
        let start = Instant::now();
        let outcome = crypto.wait_for_transaction("t", eager(Duration::from_millis(300))).await;
        let is_under_way = matches!(outcome, Ok(TransactionOutcome::Pending(_)));
        assert!(is_under_way || outcome.unwrap_err().retry_after() == Some(seconds(120)));
        assert!(start.elapsed() >= Duration::from_millis(300) && start.elapsed() < seconds(5));
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn retries_of_a_call_do_not_outlast_the_poll() {
    let server = Server::start([response("503 Service Unavailable", "", "{}")]).await;
    let retries =
        RetryPolicy::default().max_retries(50).initial_backoff(seconds(2)).max_backoff(seconds(2));
    let meld = server.builder().retry_policy(retries).build().unwrap();
    let start = Instant::now();
    let waiting =
        Polling::default().timeout(Duration::from_millis(300)).initial_interval(seconds(1));
    let outcome = meld.v2026_02_03().crypto().wait_for_transaction("t", waiting).await;
    assert!(outcome.is_err());
    assert!(start.elapsed() < seconds(2), "{:?}", start.elapsed());
    assert_eq!(server.received().len(), 2);
}
