//! Retries.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use meld_client::prelude::*;
use meld_client::uuid::Uuid;
use meld_client::{Attempt, Error, ErrorKind, Meld, Observer, RetryPolicy, TransportFailure};
use meld_test_server::closed_address;
use tokio::time::Instant;

use crate::support::{KEY, Reply, Server, clean, get, json, pay, quote, refresh, repair, response, send};

fn failing(status: &str) -> Reply {
    response(status, "", "")
}

/// Returns a client with the default retry policy.
fn retrying(server: &Server) -> Meld {
    server.builder().retry_policy(RetryPolicy::default()).build().unwrap()
}

/// Returns the number of attempts of a call whose first response fails, and whose second succeeds.
async fn attempts<C: Call>(first: Reply, call: impl Fn(&Meld) -> C) -> usize {
    let server = Server::start([first, json("{}")]).await;
    let result = send(call(&retrying(&server))).await;
    let sent = server.received().len();
    assert_eq!(result.is_ok(), sent == 2);
    match result {
        Ok(response) => assert_eq!(response.retries(), 1),
        Err(error) => assert_eq!(clean(error).retries(), 0),
    }
    let keys = server.sent("x-idempotency-key");
    assert!(keys.windows(2).all(|keys| keys[0] == keys[1]), "{keys:?}");
    sent
}

/// Checks that reads, and writes with a key, are retried after this reply, and other writes are not.
async fn assert_retried_only_if_safe(reply: &Reply) {
    assert_eq!(attempts(reply.clone(), get).await, 2, "{reply:?}");
    assert_eq!(attempts(reply.clone(), quote).await, 2, "{reply:?}");
    assert_eq!(attempts(reply.clone(), pay).await, 2, "{reply:?}");
    assert_eq!(attempts(reply.clone(), repair).await, 1, "{reply:?}");
    assert_eq!(attempts(reply.clone(), refresh).await, 1, "{reply:?}");
}

#[tokio::test(start_paused = true)]
async fn status_and_operation_decide_on_retries() {
    for status in ["408 x", "425 x", "429 x", "500 x", "502 x", "503 x", "504 x", "599 x"] {
        assert_retried_only_if_safe(&failing(status)).await;
    }
    for status in ["300 x", "400 x", "401 x", "403 x", "404 x", "409 x", "422 x", "501 x"] {
        assert_eq!(attempts(failing(status), get).await, 1, "{status}");
        assert_eq!(attempts(failing(status), pay).await, 1, "{status}");
    }
    let limited = response("429 x", "", r#"{"code":"TRANSFER_RATE_LIMITED"}"#);
    assert_eq!(attempts(limited, get).await, 1);
}

#[tokio::test(start_paused = true)]
async fn unknown_outcome_is_retried_only_if_safe() {
    let cut_off = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"id\":".to_vec();
    for reply in [Reply::Silence, Reply::Break(Vec::new()), Reply::Break(cut_off)] {
        assert_retried_only_if_safe(&reply).await;
    }
}

/// Counts attempts that no server receives.
#[derive(Clone, Default)]
struct Count(Arc<AtomicU32>);

impl Observer for Count {
    fn on_attempt(&self, _: &Attempt<'_>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Calls a closed port. Returns the error and the number of attempts.
async fn unreachable<C: Call>(call: impl Fn(&Meld) -> C) -> (Error, u32) {
    let count = Count::default();
    let meld = Meld::builder().api_key(KEY).base_url(closed_address()).observer(count.clone());
    let result = send(call(&meld.build().unwrap())).await;
    (clean(result.map(drop).unwrap_err()), count.0.load(Ordering::Relaxed))
}

#[tokio::test(start_paused = true)]
async fn connect_errors_are_retried_except_refresh() {
    for (error, sent) in [unreachable(get).await, unreachable(pay).await, unreachable(repair).await] {
        assert_eq!((sent, error.retries()), (3, 2));
        assert!(matches!(error.kind(), ErrorKind::Transport(TransportFailure::Connect)));
        assert!(error.to_string().ends_with("(retries: 2)"), "{error}");
    }
    assert_eq!(unreachable(refresh).await.1, 1);
}

#[tokio::test(start_paused = true)]
async fn default_policy_has_two_retries() {
    let server = Server::start([failing("503 x")]).await;
    let error = clean(get(&retrying(&server)).send().await.unwrap_err());
    let received = server.received();
    assert_eq!((error.retries(), received.len()), (2, 3));
    for (pair, longest) in received.windows(2).zip([500, 1_000]) {
        let wait = pair[1].at - pair[0].at;
        assert!(wait <= Duration::from_millis(longest + 50), "{wait:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_obeyed_up_to_a_limit() {
    let date = "Date: Wed, 21 Oct 2026 07:28:00 GMT\r\nRetry-After: Wed, 21 Oct 2026 07:28:07 GMT\r\n";
    for header in ["Retry-After: 7\r\n", date] {
        let server = Server::start([response("429 x", header, ""), json("{}")]).await;
        get(&retrying(&server)).send().await.unwrap();
        let received = server.received();
        let wait = received[1].at - received[0].at;
        assert!(wait >= Duration::from_secs(7) && wait < Duration::from_secs(8), "{wait:?}");
    }
    // Longer than `max_retry_after`.
    let server = Server::start([response("429 x", "Retry-After: 31\r\n", "")]).await;
    let error = clean(get(&retrying(&server)).send().await.unwrap_err());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(31)));
    server.request();
    let patient = RetryPolicy::default().max_retry_after(Duration::from_secs(60));
    get(&retrying(&server)).with_retry_policy(patient).send().await.unwrap_err();
    assert_eq!(server.received().len(), 4);
    // Invalid values are ignored.
    for nonsense in ["soon", "-1", "", "Wed, 21 Oct 2026"] {
        let header = format!("Retry-After: {nonsense}\r\n");
        let server = Server::start([response("503 x", &header, ""), json("{}")]).await;
        assert_eq!(get(&retrying(&server)).send().await.unwrap().retries(), 1, "{nonsense}");
    }
}

#[tokio::test(start_paused = true)]
async fn deadline_limits_attempts_and_delays() {
    let deadline = RetryPolicy::default().deadline(Duration::from_secs(5));
    // The delay would exceed the deadline.
    let server = Server::start([response("503 x", "Retry-After: 6\r\n", "")]).await;
    let started = Instant::now();
    clean(get(&retrying(&server)).with_retry_policy(deadline).send().await.unwrap_err());
    assert!(started.elapsed() < Duration::from_secs(1));
    server.request();
    // The attempt would exceed the deadline.
    let server = Server::start([Reply::Silence]).await;
    let started = Instant::now();
    let error = clean(get(&retrying(&server)).with_retry_policy(deadline).send().await.unwrap_err());
    assert!(matches!(error.kind(), ErrorKind::Transport(TransportFailure::Timeout)), "{error}");
    let took = started.elapsed();
    assert!(took >= Duration::from_secs(5) && took < Duration::from_secs(6), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn call_overrides_policy_and_timeout() {
    let server = Server::start([failing("503 x")]).await;
    let meld = retrying(&server);
    clean(get(&meld).with_retry_policy(RetryPolicy::never()).send().await.unwrap_err());
    assert_eq!(server.received().len(), 1);
    clean(get(&meld).with_retry_policy(RetryPolicy::default().max_retries(4)).send().await.unwrap_err());
    assert_eq!(server.received().len(), 6);

    let server = Server::start([Reply::Silence]).await;
    let started = Instant::now();
    let call = get(&server.meld()).with_timeout(Duration::from_secs(3));
    clean(call.send().await.unwrap_err());
    assert!(started.elapsed() < Duration::from_secs(4));
    // The timeout applies to each attempt.
    let started = Instant::now();
    let retries = RetryPolicy::default().initial_backoff(Duration::ZERO).max_backoff(Duration::ZERO);
    let call = get(&server.meld()).with_retry_policy(retries).with_timeout(Duration::from_secs(3));
    clean(call.send().await.unwrap_err());
    assert_eq!(started.elapsed().as_secs(), 9);
}

#[tokio::test(start_paused = true)]
async fn idempotency_key_can_be_stored_and_reused() {
    let server = Server::start([json("{}")]).await;
    let meld = server.meld();
    let response = pay(&meld).send().await.unwrap();
    let first = response.idempotency_key().unwrap().to_owned();
    assert_eq!(first.parse::<Uuid>().unwrap().get_version_num(), 4);
    let other = pay(&meld).send().await.unwrap();
    assert_ne!(other.idempotency_key(), Some(&*first));

    let stored = Uuid::from_u128(7);
    let response = pay(&meld).idempotency_key(stored).send().await.unwrap();
    assert_eq!(response.idempotency_key(), Some(&*stored.to_string()));

    // A stored request has its key before it is sent.
    let request = pay(&meld).into_request().unwrap();
    let key = request.idempotency_key().unwrap().to_owned();
    for _ in 0..2 {
        let transport = meld.transport();
        let sent = transport.send_ignoring_body(request.clone()).await.unwrap();
        assert_eq!(sent.idempotency_key(), Some(&*key));
    }
    let keys: Vec<String> = server.sent("x-idempotency-key").into_iter().flatten().collect();
    assert_eq!((&keys[0], &keys[2], &keys[3], &keys[4]), (&first, &stored.to_string(), &key, &key));

    let server = Server::start([failing("500 x")]).await;
    let error = clean(pay(&server.meld()).idempotency_key(stored).send().await.unwrap_err());
    assert_eq!(error.idempotency_key(), Some(&*stored.to_string()));
    assert_eq!(get(&server.meld()).send().await.unwrap_err().idempotency_key(), None);
}

#[tokio::test(start_paused = true)]
async fn earlier_attempt_makes_outcome_unknown() {
    let refusal = || response("403 x", "", r#"{"code":"KYC_NOT_COMPLETED"}"#);
    for (first, is_unknown) in
        [(Reply::Break(Vec::new()), true), (Reply::Silence, true), (failing("500 x"), true), (failing("429 x"), false)]
    {
        let server = Server::start([first, refusal()]).await;
        let error = clean(pay(&retrying(&server)).send().await.unwrap_err());
        assert_eq!((error.status().unwrap().as_u16(), error.retries()), (403, 1));
        assert_eq!(error.outcome_unknown(), is_unknown);
    }
    let unknown = response("409 x", "", r#"{"code":"HEADLESS_PAYMENT_OUTCOME_UNKNOWN"}"#);
    for (only, is_unknown) in [(refusal(), false), (failing("401 x"), false), (failing("403 x"), true), (unknown, true)]
    {
        let server = Server::start([only]).await;
        let error = clean(pay(&retrying(&server)).send().await.unwrap_err());
        assert_eq!((error.retries(), error.outcome_unknown()), (0, is_unknown));
    }
    assert!(!unreachable(pay).await.0.outcome_unknown());
}
