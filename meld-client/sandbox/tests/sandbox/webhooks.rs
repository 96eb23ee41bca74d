//! Webhook events: signed, retried by the clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use meld_sandbox::{Outcome, sign_webhook};
use meld_test_server::{Received, Server, response};
use serde_json::{Value, json};

use crate::support::{Meld, card_order, onramp_order, session, text, with};

/// A receiver of webhooks, which responds with a status.
struct Receiver {
    url: String,
    server: Server,
    status: Arc<AtomicU16>,
}

impl Receiver {
    async fn start() -> Self {
        let status = Arc::new(AtomicU16::new(200));
        let current = Arc::clone(&status);
        let server = Server::with(move |_| response(&format!("{} x", current.load(Ordering::Relaxed)), "", ""));
        let server = server.await;
        Self { url: format!("{}/events?of=meld", server.address), server, status }
    }

    /// Waits for a number of events and returns the last.
    async fn wait(&self, count: usize) -> Received {
        self.server.wait_for(count).await.remove(count - 1)
    }

    async fn event(&self, count: usize) -> Value {
        event(&self.wait(count).await)
    }

    /// Waits for a number of events and returns their types.
    async fn types(&self, count: usize) -> Vec<String> {
        let received = self.server.wait_for(count).await;
        let mut types: Vec<String> = received.iter().map(|request| text(&event(request)["eventType"])).collect();
        types.sort();
        types
    }
}

fn event(request: &Received) -> Value {
    serde_json::from_str(&request.body).unwrap()
}

async fn profile(meld: &Meld, receiver: &Receiver, event_types: &[&str]) -> Value {
    let body = json!({ "name": "mine", "url": receiver.url, "eventTypes": event_types });
    meld.create("/notifications/webhooks", body).await
}

#[test]
fn signature_matches_documented_example() {
    let body = concat!(
        r#"{"eventType":"WEBHOOK_TEST","eventId":"GDtv8pQgwzc9HuFFBQFrww","#,
        r#""timestamp":"2022-05-26T20:23:45.908400Z","accountId":"W9jpQc1HKvwscqMPcLmzUS","#,
        r#""profileId":null,"version":"2021-10-27","payload":{"requestId":"7aWW1GXTjWCCtNubzvVX7V"}}"#,
    );
    let signature = sign_webhook(
        "42m4NMLS34WQ6BbMfo1KFKqMv4hy",
        "2022-05-26T20:25:17.682818Z",
        "https://example.meld.io/webhooks",
        body,
    );
    assert_eq!(signature, "O4bN5E0U9s88l2DFc0kjt-0w3LLA3Zkv8hXhafc22Hg=");
}

#[tokio::test]
async fn profile_is_read_and_updated() {
    let meld = Meld::start().await;
    let receiver = Receiver::start().await;
    let profile = profile(&meld, &receiver, &["TRANSACTION_CRYPTO_PENDING"]).await;
    let target = format!("/notifications/webhooks/{}", profile["id"].as_str().unwrap());
    assert_eq!(meld.get(&target).await.1, profile);
    let page = meld.read("/notifications/webhooks").await;
    assert_eq!(page["webhookProfiles"], json!([profile]));
    let change = json!({ "status": "DISABLED", "eventTypes": null });
    let (_, changed) = meld.patch(&target, change).await;
    assert_eq!((&changed["status"], changed.get("eventTypes")), (&json!("DISABLED"), None));
    assert_eq!(meld.post(&format!("{target}/test"), json!({})).await.0, 400);
    assert_eq!(meld.patch(&target, json!({ "url": "ftp://example.com" })).await.0, 400);
    assert_eq!(meld.get("/notifications/webhooks/none").await.0, 404);
    let types = meld.read("/notifications/webhooks/event-types").await;
    assert!(types.as_array().unwrap().contains(&json!("WEBHOOK_TEST")));
}

#[tokio::test]
async fn failed_events_are_retried_by_clock() {
    let meld = Meld::start().await;
    let receiver = Receiver::start().await;
    receiver.status.store(500, Ordering::Relaxed);
    let secret = text(&profile(&meld, &receiver, &[]).await["secret"]);
    let body = receiver.wait(1).await.body;
    assert_eq!(receiver.event(1).await.to_string(), body, "the body is compact JSON");
    let mut stamps = Vec::new();
    for (retry, minutes) in [0, 1, 2, 4, 8, 16, 32, 60, 60].into_iter().enumerate() {
        if retry > 0 {
            until_failed(&meld, retry).await;
            // Just before the retry is due, nothing is sent.
            meld.sandbox.clock().advance(Duration::from_secs(minutes * 60 - 20));
            tokio::time::sleep(Duration::from_millis(30)).await;
            assert_eq!(receiver.server.received().len(), retry);
            meld.sandbox.clock().advance(Duration::from_secs(21));
        }
        let sent = receiver.wait(retry + 1).await;
        assert_eq!(sent.body, body, "the event is the same");
        let stamp = sent.header("meld-signature-timestamp").unwrap().to_owned();
        let signature = sign_webhook(&secret, &stamp, &receiver.url, &body);
        assert_eq!(sent.header("meld-signature"), Some(&*signature));
        stamps.push(stamp);
        let retries = (retry > 0).then(|| retry.to_string());
        assert_eq!(sent.header("meld-retry-count"), retries.as_deref());
        let reason = (retry > 0).then_some("HTTP error: 500");
        assert_eq!(sent.header("meld-retry-reason"), reason);
    }
    stamps.dedup();
    assert_eq!(stamps.len(), 9, "each attempt has its own timestamp");
    receiver.status.store(200, Ordering::Relaxed);
    until_failed(&meld, 9).await;
    meld.sandbox.clock().advance(Duration::from_secs(3601));
    receiver.wait(10).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    meld.sandbox.clock().advance(Duration::from_secs(3 * 24 * 3600));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(receiver.server.received().len(), 10, "a delivered event is not retried");
    assert_eq!(meld.sandbox.webhook_deliveries().last().unwrap().failure, None);
}

/// Waits until a number of attempts have failed, so that the next is scheduled.
async fn until_failed(meld: &Meld, count: usize) {
    while meld.sandbox.webhook_deliveries().len() < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn external_webhooks_require_setting() {
    let meld = Meld::start().await;
    let body = json!({ "name": "theirs", "url": "https://example.com/events" });
    assert_eq!(meld.post("/notifications/webhooks", body).await.0, 201);
    until_failed(&meld, 1).await;
    let failure = meld.sandbox.webhook_deliveries()[0].failure.clone();
    assert_eq!(failure.as_deref(), Some("Could not connect"));
}

#[tokio::test]
async fn bank_linking_emits_events() {
    let meld = Meld::start().await;
    let receiver = Receiver::start().await;
    profile(&meld, &receiver, &[]).await;
    let (id, accounts) = meld.link("robin", &["TRANSACTIONS", "BALANCES"]).await;
    let expected = [
        "BANK_LINKING_ACCOUNTS_UPDATED",
        "BANK_LINKING_ACCOUNTS_UPDATING",
        "BANK_LINKING_CONNECTION_COMPLETED",
        "BANK_LINKING_CONNECTION_STATUS_CHANGE",
        "BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED",
        "BANK_LINKING_TRANSACTIONS_AGGREGATED",
        "WEBHOOK_TEST",
    ];
    assert_eq!(receiver.types(7).await, expected);

    let updated = meld.sandbox.update_transactions(&accounts[0], 2, 1, 1).unwrap();
    let event = receiver.event(8).await;
    let account = &event["payload"]["financialAccounts"][0];
    assert_eq!(account["financialAccountId"], json!(accounts[0]));
    assert_eq!(account["oldestTransactionUpdatedSearchKey"], json!(updated.oldest_key));
    assert_eq!(account["numTransactionsAdded"], 2);
    assert_eq!(account["transactionIdsRemoved"], json!(updated.removed));

    meld.delete(&format!("/bank-linking/connections/{id}")).await;
    assert_eq!(receiver.types(11).await.len(), 11);
}

#[tokio::test]
async fn advanced_clock_emits_events() {
    let meld = Meld::start().await;
    let receiver = Receiver::start().await;
    profile(&meld, &receiver, &["TRANSACTION_CRYPTO_COMPLETE", "TRANSACTION_CRYPTO_FAILED"]).await;
    let session = text(&meld.create("/crypto/session/widget", session("one")).await["id"]);
    let id = meld.sandbox.complete_session(&session, Outcome::Settled).unwrap();
    receiver.wait(1).await;
    // There is no request; only the clock advances.
    meld.sandbox.clock().advance(Duration::from_secs(24 * 3600));
    let received = receiver.wait(2).await;
    let signed_at: DateTime<Utc> = received.header("meld-signature-timestamp").unwrap().parse().unwrap();
    assert!(Utc::now() - signed_at < TimeDelta::minutes(5), "receivers refuse other times");
    let event = event(&received);
    assert_eq!(event["eventType"], "TRANSACTION_CRYPTO_COMPLETE");
    assert_eq!(event["payload"]["paymentTransactionId"], json!(id));
    assert_eq!(event["payload"]["paymentTransactionStatus"], "SETTLED");
    assert_eq!(event["payload"]["sessionId"], json!(session));
}

#[tokio::test]
async fn headless_events_have_order_ids() {
    let meld = Meld::start().await;
    let receiver = Receiver::start().await;
    let customer = meld.verified_customer().await;
    let approved = meld.sandbox.add_customer(&["NOAH"]);
    profile(&meld, &receiver, &["TRANSACTION_CRYPTO_PENDING", "TRANSACTION_CRYPTO_COMPLETE"]).await;
    receiver.wait(1).await;
    let order = meld.create("/crypto/order/headless/onramp", card_order(&customer, "one")).await;
    let simulated = meld.create("/payments/mock/headless/simulate", json!({ "externalOrderId": "one" })).await;
    let payload = receiver.event(2).await["payload"].clone();
    assert_eq!(payload["headlessOrderId"], order["id"]);
    assert_eq!(payload["paymentTransactionId"], simulated["transactionId"]);
    meld.sandbox.clock().advance(Duration::from_secs(3));
    let complete = receiver.event(3).await;
    assert_eq!(complete["eventType"], "TRANSACTION_CRYPTO_COMPLETE");
    assert_eq!(complete["payload"]["headlessOrderId"], order["id"]);

    let deposit = with(onramp_order(&approved), json!({ "sourceAmount": null }));
    let instructions = "/payments/virtual-account/deposit-instructions";
    meld.create(instructions, deposit.clone()).await;
    meld.sandbox.clock().advance(Duration::from_secs(1));
    let instructions = meld.create(instructions, deposit.clone()).await;
    let simulate = "/payments/mock/headless/virtual-account/simulate-deposit";
    meld.create(simulate, with(deposit, json!({ "amount": "25" }))).await;
    let payload = receiver.event(4).await["payload"].clone();
    assert_eq!(payload["virtualAccountRampOrderId"], instructions["depositInstructionsId"]);
}
