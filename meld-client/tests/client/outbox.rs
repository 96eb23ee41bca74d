//! The outbox: stored requests that are sent until their outcome is known.

use std::convert::Infallible;
use std::time::Duration;

use meld_client::chrono::{DateTime, TimeDelta, Utc};
use meld_client::http::StatusCode;
use meld_client::idempotent::{IdempotentRequest, StoreError};
use meld_client::outbox::{Delivery, Outbox, OutboxError, Settlement};
use meld_client::payments::{IdempotentExt, PaymentsExt};
use meld_client::storage::{MemoryStore, Queue, Record, RecordState, Schedule, Store};
use meld_client::uuid::Uuid;
use meld_client::v2026_02_03::payments::types::PaymentTransactionRequest;
use meld_client::{Call, Decimal, ErrorCode, Meld};

use crate::support::{Reply, Server, json, pay, response};

type Time = DateTime<Utc>;

const PAID: &str = r#"{"transaction":{"id":"a"}}"#;

fn outbox(meld: &Meld, store: &MemoryStore) -> Outbox<MemoryStore> {
    let schedule = Schedule::default().initial_backoff(Duration::ZERO).max_attempts(3);
    Outbox::new(meld, store.clone()).schedule(schedule)
}

fn charge(meld: &Meld) -> IdempotentRequest<impl Call + use<>> {
    let request = PaymentTransactionRequest::builder().source_amount(Decimal::TEN).source_currency_code("USD");
    meld.v2026_02_03().payments().charge(request).idempotent().unwrap()
}

fn refund(meld: &Meld) -> IdempotentRequest<impl Call + use<>> {
    meld.v2026_02_03().payments().refund("a").idempotent().unwrap()
}

/// Claims a request and does not send it, like a process that crashes.
async fn crash(store: &MemoryStore, id: Uuid) {
    let (id, now) = (id.to_string(), Utc::now());
    store.claim_one(Queue::Outbox, &id, now, now).await.unwrap().unwrap();
}

fn error(status: &str, code: &str) -> Reply {
    response(status, "", format!(r#"{{"code":"{code}"}}"#))
}

#[tokio::test]
async fn results_stay_until_they_are_removed() {
    let server = Server::start([json(PAID)]).await;
    let (meld, store) = (server.meld(), MemoryStore::default());
    let request = charge(&meld);
    let id = outbox(&meld, &store).enqueue(&request).await.unwrap();
    assert_eq!(outbox(&meld, &store).enqueue(&request).await.unwrap(), id);
    assert!(server.received().is_empty());
    let deliveries = outbox(&meld, &store).run_once().await.unwrap();
    let settled = deliveries.into_iter().next().unwrap().settled().unwrap();
    assert_eq!((settled.id, &*settled.operation_id), (id, "/payments-transactions-create"));
    assert!(matches!(&settled.settlement, Settlement::Completed(response) if response.as_str() == PAID));
    let outbox = outbox(&meld, &store);
    assert!(outbox.run_once().await.unwrap().is_empty());
    assert_eq!(outbox.settled(10).await.unwrap(), [settled]);
    assert!(outbox.remove(id).await.unwrap());
    assert!(outbox.settled(10).await.unwrap().is_empty());
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn lost_responses_are_sent_again_with_their_key() {
    let server = Server::start([Reply::Break(Vec::new()), response("425 X", "", ""), json(PAID)]).await;
    let (meld, store) = (server.meld(), MemoryStore::default());
    let id = outbox(&meld, &store).enqueue(&charge(&meld)).await.unwrap();
    for expected in ["pending", "pending", "settled"] {
        let found = match &outbox(&meld, &store).run_once().await.unwrap()[..] {
            [Delivery::Pending { .. }] => "pending",
            [Delivery::Settled(_)] => "settled",
            other => panic!("{other:?}"),
        };
        assert_eq!(found, expected);
    }
    let received = server.received();
    assert!(received.iter().all(|request| request.body == received[0].body));
    assert_eq!(server.sent("x-idempotency-key"), vec![Some(id.to_string()); 3]);
}

#[tokio::test]
async fn refusals_count_only_without_open_attempts() {
    let server = Server::start([error("401 X", "UNAUTHORIZED")]).await;
    let (meld, store) = (server.meld(), MemoryStore::default());
    let outbox = outbox(&meld, &store);
    let fresh = outbox.enqueue(&charge(&meld)).await.unwrap();
    assert!(matches!(outbox.send(fresh).await.unwrap(), Some(Delivery::Settled(_))));
    let settled = outbox.settled(10).await.unwrap();
    let Settlement::Rejected(rejection) = &settled[0].settlement else { panic!("{settled:?}") };
    assert_eq!(rejection.status(), Some(StatusCode::UNAUTHORIZED));
    assert_eq!(rejection.code(), Some(ErrorCode::from("UNAUTHORIZED")));
    assert!(rejection.message().contains("401"), "{}", rejection.message());
    let crashed = outbox.enqueue(&charge(&meld)).await.unwrap();
    crash(&store, crashed).await;
    for _ in 0..2 {
        assert!(outbox.settled(10).await.unwrap().iter().all(|settled| settled.id != crashed));
        outbox.send(crashed).await.unwrap().unwrap();
    }
    assert_eq!(outbox.parked(10).await.unwrap()[0].id, crashed);
    assert!(outbox.send(crashed).await.unwrap().is_none());
}

/// Meld asks for time before the request is executed, so a later refusal proves that it was not.
#[tokio::test]
async fn refused_attempts_are_remembered() {
    let server = Server::start([response("429 X", "", ""), error("400 X", "BAD_REQUEST")]).await;
    let (meld, store) = (server.meld(), MemoryStore::default());
    let outbox = outbox(&meld, &store);
    let id = outbox.enqueue(&charge(&meld)).await.unwrap();
    assert!(matches!(outbox.send(id).await.unwrap(), Some(Delivery::Pending { .. })));
    let Some(Delivery::Settled(settled)) = outbox.send(id).await.unwrap() else { panic!() };
    assert!(matches!(settled.settlement, Settlement::Rejected(_)));
}

#[tokio::test]
async fn retry_after_delays_the_next_attempt() {
    let server = Server::start([response("429 X", "retry-after: 3600\r\n", "")]).await;
    let (meld, store) = (server.meld(), MemoryStore::default());
    let outbox = outbox(&meld, &store);
    let id = outbox.enqueue(&charge(&meld)).await.unwrap();
    let Some(Delivery::Pending { due_at, .. }) = outbox.send(id).await.unwrap() else { panic!() };
    assert!(due_at > Utc::now() + TimeDelta::minutes(59));
    assert!(outbox.send(id).await.unwrap().is_none());
    assert!(outbox.run_once().await.unwrap().is_empty());
}

#[tokio::test]
async fn unknown_refunds_wait_for_a_decision() {
    let server = Server::start([response("503 X", "", ""), json(PAID)]).await;
    let (meld, store) = (server.meld(), MemoryStore::default());
    let outbox = outbox(&meld, &store);
    let id = outbox.enqueue(&refund(&meld)).await.unwrap();
    let Some(Delivery::Parked(parked)) = outbox.send(id).await.unwrap() else { panic!() };
    assert!(parked.reason.contains("read the transaction"), "{}", parked.reason);
    assert!(outbox.run_once().await.unwrap().is_empty());
    assert_eq!(server.received().len(), 1);
    assert!(outbox.retry(id).await.unwrap());
    assert!(!outbox.retry(id).await.unwrap());
    assert!(matches!(outbox.send(id).await.unwrap(), Some(Delivery::Settled(_))));
}

#[tokio::test]
async fn refunds_of_a_crashed_process_are_not_sent() {
    let server = Server::start([json(PAID)]).await;
    let (meld, store) = (server.meld(), MemoryStore::default());
    let outbox = outbox(&meld, &store);
    let id = outbox.enqueue(&refund(&meld)).await.unwrap();
    crash(&store, id).await;
    assert!(matches!(&outbox.run_once().await.unwrap()[..], [Delivery::Parked(_)]));
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn requests_of_other_accounts_are_kept() {
    let server = Server::start([json(PAID)]).await;
    let (meld, store) = (server.meld(), MemoryStore::default());
    let id = outbox(&meld, &store).enqueue(&charge(&meld)).await.unwrap();
    let other = server.builder().api_key("another-key").build().unwrap();
    let Some(Delivery::Parked(parked)) = outbox(&other, &store).send(id).await.unwrap() else { panic!() };
    assert!(parked.reason.contains("another account"), "{}", parked.reason);
    assert!(server.received().is_empty());
    assert!(outbox(&meld, &store).retry(id).await.unwrap());
    // The other process may have sent it. Sending it once more is safe, because the key is honored.
    assert!(matches!(outbox(&meld, &store).send(id).await.unwrap(), Some(Delivery::Settled(_))));
}

#[tokio::test]
async fn secrets_are_enqueued_explicitly() {
    let server = Server::start([json(PAID)]).await;
    let (meld, store) = (server.meld(), MemoryStore::default());
    let outbox = outbox(&meld, &store);
    let request = pay(&meld).idempotent().unwrap();
    let error = outbox.enqueue(&request).await.unwrap_err();
    assert!(matches!(&error, OutboxError::Request(StoreError::Redacted { .. })), "{error}");
    let id = outbox.enqueue_with_secrets(&request).await.unwrap();
    let refund = meld.v2026_02_03().payments().refund("a").idempotency_key(id).idempotent().unwrap();
    let error = outbox.enqueue(&refund).await.unwrap_err();
    assert!(matches!(&error, OutboxError::KeyInUse(_)), "{error}");
}

/// A store with mistakes: `claim` returns records twice, and `claim_one` those from before the claim.
struct Careless(MemoryStore);

impl Store for Careless {
    type Error = Infallible;

    async fn insert(&self, record: &Record) -> Result<bool, Infallible> {
        self.0.insert(record).await
    }

    async fn get(&self, queue: Queue, id: &str) -> Result<Option<Record>, Infallible> {
        self.0.get(queue, id).await
    }

    async fn claim(&self, queue: Queue, now: Time, until: Time, limit: usize) -> Result<Vec<Record>, Infallible> {
        let records = self.0.claim(queue, now, until, limit).await?;
        Ok([records.clone(), records].concat())
    }

    async fn claim_one(&self, queue: Queue, id: &str, now: Time, until: Time) -> Result<Option<Record>, Infallible> {
        let before = self.0.get(queue, id).await?;
        Ok(self.0.claim_one(queue, id, now, until).await?.and(before))
    }

    async fn update(&self, record: &Record) -> Result<bool, Infallible> {
        self.0.update(record).await
    }

    async fn list(&self, queue: Queue, state: RecordState, limit: usize) -> Result<Vec<Record>, Infallible> {
        self.0.list(queue, state, limit).await
    }

    async fn remove(&self, queue: Queue, id: &str) -> Result<bool, Infallible> {
        self.0.remove(queue, id).await
    }
}

#[tokio::test]
async fn careless_stores_do_not_double_refunds() {
    let server = Server::start([json(PAID)]).await;
    let meld = server.meld();
    let outbox = Outbox::new(&meld, Careless(MemoryStore::default()));
    outbox.enqueue(&refund(&meld)).await.unwrap();
    assert!(matches!(&outbox.run_once().await.unwrap()[..], [Delivery::Settled(_)]));
    assert_eq!(server.received().len(), 1);
    let id = outbox.enqueue(&refund(&meld)).await.unwrap();
    outbox.send(id).await.unwrap();
    assert_eq!(server.received().len(), 1, "nothing proves that it was not sent before");
}

#[tokio::test]
async fn refunds_sent_before_wait_for_a_decision() {
    let server = Server::start([response("503 X", "", ""), json(PAID)]).await;
    let (meld, store) = (server.meld(), MemoryStore::default());
    let outbox = outbox(&meld, &store);
    let request = refund(&meld);
    drop(request.send().await.unwrap());
    let id = outbox.enqueue(&request).await.unwrap();
    assert!(matches!(&outbox.run_once().await.unwrap()[..], [Delivery::Parked(_)]));
    assert_eq!(server.received().len(), 1);
    assert!(outbox.retry(id).await.unwrap());
    assert!(matches!(&outbox.run_once().await.unwrap()[..], [Delivery::Settled(_)]));
}
