//! A receiver of webhooks, and the mock server that sends them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use meld_client::Meld;
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::bank_linking::types::{ConnectStartRequest, Product};
use meld_client::v2026_02_03::webhooks::types::{WebhookProfile, WebhookProfileCreateRequest};
use meld_client::webhooks::{Delivery, Event, EventType, Verifier};
use meld_sandbox::Sandbox;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// A server that forwards deliveries, and responds with a configurable status.
pub struct Receiver {
    pub url: String,
    pub status: Arc<AtomicU16>,
    deliveries: UnboundedReceiver<(HeaderMap, Bytes)>,
}

type Shared = (UnboundedSender<(HeaderMap, Bytes)>, Arc<AtomicU16>);

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/meld/webhooks?of=meld", listener.local_addr().unwrap());
        let (sender, deliveries) = unbounded_channel();
        let status = Arc::new(AtomicU16::new(200));
        let shared: Shared = (sender, Arc::clone(&status));
        let router = Router::new().route("/meld/webhooks", post(receive)).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, status, deliveries }
    }

    /// Waits for the next delivery.
    pub async fn next(&mut self) -> (HeaderMap, Bytes) {
        timeout(Duration::from_secs(10), self.deliveries.recv()).await.unwrap().unwrap()
    }
}

async fn receive(
    State((sender, status)): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    sender.send((headers, body)).unwrap();
    StatusCode::from_u16(status.load(Ordering::Relaxed)).unwrap()
}

/// A mock server with a webhook profile, and the verifier of its deliveries.
pub struct Story {
    pub sandbox: Sandbox,
    pub api: Api,
    pub receiver: Receiver,
    pub profile: WebhookProfile,
    pub verifier: Verifier,
}

impl Story {
    /// Creates a profile for these event types, or for all if the list is empty.
    pub async fn begin(event_types: &[EventType]) -> Self {
        let sandbox = Sandbox::builder().transactions_per_account(30).start().await.unwrap();
        let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
        let api = meld.build().unwrap().v2026_02_03();
        let mut receiver = Receiver::start().await;
        let request = WebhookProfileCreateRequest::builder()
            .name("ledger")
            .url(receiver.url.as_str())
            .event_types(event_types.iter().cloned());
        let profile = api.webhooks().create_profile().body(request).send().await.unwrap();
        let verifier = Verifier::try_from(profile.as_ref()).unwrap();
        let (headers, body) = receiver.next().await;
        let test = verifier.verify(&headers, &body).unwrap();
        assert_eq!(test.event.event_type, EventType::WebhookTest);
        Self { sandbox, api, receiver, profile: profile.into_inner(), verifier }
    }

    /// Waits for the next delivery and verifies it by the clock of the mock server.
    pub async fn delivery(&mut self) -> Delivery {
        let (headers, body) = self.receiver.next().await;
        let now = self.sandbox.clock().now();
        let verifier = self.verifier.clone().strict_decoding(true);
        verifier.verify_at(&headers, &body, now).unwrap()
    }

    /// Waits for the next event of this type. Skips others, because events arrive in any order.
    pub async fn event(&mut self, event_type: &EventType) -> Event {
        loop {
            let event = self.delivery().await.event;
            if event.event_type == *event_type {
                return event;
            }
        }
    }

    /// Links a bank. Returns the id of the connection and those of its accounts.
    pub async fn link_bank(&self) -> (String, Vec<String>) {
        let request = ConnectStartRequest::builder()
            .external_customer_id("robin")
            .products([Product::Balances, Product::Transactions]);
        let started = self.api.bank_linking().start_connect().body(request).send().await.unwrap();
        let connection = started.into_inner().id.unwrap();
        let accounts = self.sandbox.complete_connection(&connection).unwrap();
        (connection, accounts)
    }
}

/// Encodes a value.
pub fn as_json(value: &impl serde::Serialize) -> meld_client::serde_json::Value {
    meld_client::serde_json::to_value(value).unwrap()
}
