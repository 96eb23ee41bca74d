// A receiver of webhooks, and the mock server that sends them.
// Compiled once for each API version, which is `api`; see `dates.rs`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use meld_client::http::HeaderMap;
use meld_client::webhooks::{Delivery, Event, EventType, Verifier};
use meld_sandbox::Sandbox;
use meld_test_server::{Server, response};

use super::super::bank_linking::link;
use super::api;
use crate::support::client;
use api::Api;
use api::bank_linking::types::Product;
use api::webhooks::types::{WebhookProfile, WebhookProfileCreateRequest};

/// A server that receives deliveries, and responds with a configurable status.
pub struct Receiver {
    pub url: String,
    pub status: Arc<AtomicU16>,
    server: Server,
    read: usize,
}

impl Receiver {
    async fn start() -> Self {
        let status = Arc::new(AtomicU16::new(200));
        let current = Arc::clone(&status);
        let server = Server::with(move |_| response(&format!("{} x", current.load(Ordering::Relaxed)), "", ""));
        let server = server.await;
        let url = format!("{}/meld/webhooks?of=meld", server.address);
        Self { url, status, server, read: 0 }
    }

    pub async fn next(&mut self) -> (HeaderMap, String) {
        self.read += 1;
        let delivery = &self.server.wait_for(self.read).await[self.read - 1];
        assert_eq!(delivery.line(), "POST /meld/webhooks?of=meld");
        (delivery.header_map(), delivery.body.clone())
    }
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
        let api = Api::new(client(&sandbox).build().unwrap().transport().clone());
        let mut receiver = Receiver::start().await;
        let request = WebhookProfileCreateRequest::builder()
            .name("ledger")
            .url(receiver.url.as_str())
            .event_types(event_types.iter().cloned());
        let profile = api.webhooks().create_profile().body(request).send().await.unwrap();
        let verifier = Verifier::try_from(profile.as_ref()).unwrap();
        let (headers, body) = receiver.next().await;
        let test = verifier.verify(&headers, body.as_bytes()).unwrap();
        assert_eq!(test.event.event_type, EventType::WebhookTest);
        Self { sandbox, api, receiver, profile: profile.into_inner(), verifier }
    }

    /// Waits for the next delivery and verifies it by the clock of the mock server.
    pub async fn delivery(&mut self) -> Delivery {
        let (headers, body) = self.receiver.next().await;
        let now = self.sandbox.clock().now();
        let verifier = self.verifier.clone().strict_decoding(true);
        verifier.verify_at(&headers, body.as_bytes(), now).unwrap()
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
        link(&self.sandbox, &self.api, "robin", &[Product::Balances, Product::Transactions]).await
    }
}

pub fn as_json(value: &impl serde::Serialize) -> meld_client::serde_json::Value {
    meld_client::serde_json::to_value(value).unwrap()
}
