//! Webhook events: signed, retried by the clock.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use common::Meld;
use meld_sandbox::{Outcome, sign_webhook};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A receiver of webhooks, which records events and responds with a status.
#[derive(Clone, Default)]
struct Receiver {
    url: String,
    received: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    status: Arc<Mutex<u16>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/events?of=meld", listener.local_addr().unwrap());
        let receiver = Self { url, status: Arc::new(Mutex::new(200)), ..Self::default() };
        let here = receiver.clone();
        let take = move |headers: HeaderMap, body: String| async move {
            here.received.lock().unwrap().push((headers, body));
            StatusCode::from_u16(*here.status.lock().unwrap()).unwrap()
        };
        let router = Router::new().route("/events", post(take));
        tokio::spawn(async move { common::serve(listener, router).await });
        receiver
    }

    fn respond_with(&self, status: u16) {
        *self.status.lock().unwrap() = status;
    }

    /// Waits for a number of events and returns them.
    async fn wait(&self, count: usize) -> Vec<(HeaderMap, String)> {
        for _ in 0..500 {
            let received = self.received.lock().unwrap().clone();
            if received.len() >= count {
                return received;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("only {} of {count} events were received", self.received.lock().unwrap().len());
    }

    async fn types(&self, count: usize) -> Vec<String> {
        let mut types: Vec<String> = self
            .wait(count)
            .await
            .iter()
            .map(|(_, body)| serde_json::from_str::<Value>(body).unwrap())
            .map(|event| event["eventType"].as_str().unwrap().to_owned())
            .collect();
        types.sort();
        types
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

async fn profile(meld: &Meld, receiver: &Receiver, event_types: &[&str]) -> Value {
    let body = json!({ "name": "mine", "url": receiver.url, "eventTypes": event_types });
    let (status, profile) = meld.post("/notifications/webhooks", body).await;
    assert_eq!(status, 201, "{profile}");
    profile
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
async fn new_profile_receives_signed_test() {
    let meld = Meld::start().await;
    let receiver = Receiver::start().await;
    let profile = profile(&meld, &receiver, &[]).await;
    let (headers, body) = receiver.wait(1).await.remove(0);
    let secret = profile["secret"].as_str().unwrap();
    let at = text(&headers, "meld-signature-timestamp");
    assert_eq!(text(&headers, "meld-signature"), sign_webhook(secret, at, &receiver.url, &body));
    assert_eq!(text(&headers, "meld-retry-count"), "");
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event.to_string(), body, "the body is compact JSON");
    assert_eq!(event["eventType"], "WEBHOOK_TEST");
    assert_eq!(event["profileId"], profile["id"]);
    assert_eq!(event["version"], profile["eventVersion"]);

    let target = format!("/notifications/webhooks/{}", profile["id"].as_str().unwrap());
    let (_, response) = meld.post(&format!("{target}/test"), json!({})).await;
    let (_, body) = receiver.wait(2).await.remove(1);
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["payload"]["requestId"], response["requestId"]);
}

#[tokio::test]
async fn profile_is_read_and_updated() {
    let meld = Meld::start().await;
    let receiver = Receiver::start().await;
    let profile = profile(&meld, &receiver, &["TRANSACTION_CRYPTO_PENDING"]).await;
    let target = format!("/notifications/webhooks/{}", profile["id"].as_str().unwrap());
    assert_eq!(meld.get(&target).await.1, profile);
    let (_, page) = meld.get("/notifications/webhooks").await;
    assert_eq!(page["webhookProfiles"], json!([profile]));
    let change = json!({ "status": "DISABLED", "eventTypes": null });
    let (_, changed) = meld.patch(&target, change).await;
    assert_eq!((&changed["status"], changed.get("eventTypes")), (&json!("DISABLED"), None));
    assert_eq!(meld.post(&format!("{target}/test"), json!({})).await.0, 400);
    assert_eq!(meld.patch(&target, json!({ "url": "ftp://example.com" })).await.0, 400);
    assert_eq!(meld.get("/notifications/webhooks/none").await.0, 404);
    let (_, types) = meld.get("/notifications/webhooks/event-types").await;
    assert!(types.as_array().unwrap().contains(&json!("WEBHOOK_TEST")));
}

#[tokio::test]
async fn failed_events_are_retried_by_clock() {
    let meld = Meld::start().await;
    let receiver = Receiver::start().await;
    receiver.respond_with(500);
    profile(&meld, &receiver, &[]).await;
    let first = receiver.wait(1).await.remove(0);
    let mut stamps = vec![text(&first.0, "meld-signature-timestamp").to_owned()];
    for (retry, minutes) in [1, 2, 4, 8, 16, 32, 60, 60].into_iter().enumerate() {
        until_failed(&meld, retry + 1).await;
        // Just before the retry is due, nothing is sent.
        meld.sandbox.clock().advance(Duration::from_secs(minutes * 60 - 20));
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert_eq!(receiver.received.lock().unwrap().len(), retry + 1);
        meld.sandbox.clock().advance(Duration::from_secs(21));
        let (headers, body) = receiver.wait(retry + 2).await.pop().unwrap();
        assert_eq!(body, first.1, "the event is the same");
        assert_eq!(text(&headers, "meld-retry-count"), (retry + 1).to_string());
        assert_eq!(text(&headers, "meld-retry-reason"), "HTTP error: 500");
        stamps.push(text(&headers, "meld-signature-timestamp").to_owned());
    }
    stamps.dedup();
    assert_eq!(stamps.len(), 9, "each attempt has its own timestamp");
    receiver.respond_with(200);
    until_failed(&meld, 9).await;
    meld.sandbox.clock().advance(Duration::from_secs(3601));
    receiver.wait(10).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    meld.sandbox.clock().advance(Duration::from_secs(3 * 24 * 3600));
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(receiver.received.lock().unwrap().len(), 10, "a delivered event is not retried");
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
    let body = json!({ "externalCustomerId": "robin", "products": ["TRANSACTIONS", "BALANCES"] });
    let (_, started) = meld.post("/bank-linking/connect/start", body).await;
    let id = started["id"].as_str().unwrap();
    let accounts = meld.sandbox.complete_connection(id).unwrap();
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
    let (_, body) = receiver.wait(8).await.pop().unwrap();
    let event: Value = serde_json::from_str(&body).unwrap();
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
    let body = json!({ "sessionType": "BUY", "externalCustomerId": "robin", "sessionData": {
        "countryCode": "US", "sourceCurrencyCode": "USD", "destinationCurrencyCode": "BTC",
        "sourceAmount": "100", "serviceProvider": "TRANSAK", "walletAddress": "wallet",
    } });
    let (_, session) = meld.post("/crypto/session/widget", body).await;
    let session = session["id"].as_str().unwrap();
    let id = meld.sandbox.complete_session(session, Outcome::Settled).unwrap();
    receiver.wait(1).await;
    // There is no request; only the clock advances.
    meld.sandbox.clock().advance(Duration::from_secs(90));
    let (_, body) = receiver.wait(2).await.pop().unwrap();
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["eventType"], "TRANSACTION_CRYPTO_COMPLETE");
    assert_eq!(event["payload"]["paymentTransactionId"], json!(id));
    assert_eq!(event["payload"]["paymentTransactionStatus"], "SETTLED");
    assert_eq!(event["payload"]["sessionId"], json!(session));
}
