//! Scenarios of bank linking.

mod activity;
mod connections;
mod reading;
mod unlinking;

use std::time::Duration;

use meld_client::v2026_02_03::bank_linking::types::{ConnectStartRequest, Connection, Product};
use meld_client::v2026_02_03::{Api, prelude::*, webhooks};
use meld_client::{Meld, RetryPolicy};
use meld_sandbox::Sandbox;

/// The backend of a wallet, and the mock server that it calls.
pub struct Wallet {
    pub sandbox: Sandbox,
    pub api: Api,
}

impl Wallet {
    pub async fn open() -> Self {
        Self::with(Sandbox::builder()).await
    }

    pub async fn with(sandbox: meld_sandbox::Builder) -> Self {
        let sandbox = sandbox.start().await.unwrap();
        let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
        let wait = Duration::from_millis(1);
        let meld = meld
            .retry_policy(RetryPolicy::default().initial_backoff(wait).max_backoff(wait))
            .build()
            .unwrap();
        Self { sandbox, api: meld.v2026_02_03() }
    }

    /// Links a bank. Returns the id of the connection and those of its accounts.
    pub async fn link(&self, customer: &str, products: &[Product]) -> (String, Vec<String>) {
        let request = ConnectStartRequest::builder()
            .external_customer_id(customer)
            .products(products.iter().cloned());
        let started = self.api.bank_linking().start_connection(request).await.unwrap();
        let id = started.into_inner().id.unwrap();
        let accounts = self.sandbox.complete_connection(&id).unwrap();
        (id, accounts)
    }

    pub async fn connection(&self, id: &str) -> Connection {
        let call = self.api.bank_linking().get_connection().connection_id(id);
        call.send().await.unwrap().into_inner()
    }

    /// Subscribes to all webhooks. Nothing receives them, but the mock server lists its deliveries.
    pub async fn subscribe(&self) {
        let profile = webhooks::types::WebhookProfileCreateRequest::builder()
            .name("all")
            .url("http://127.0.0.1:9/webhooks");
        self.api.webhooks().create_profile().body(profile).send().await.unwrap();
    }

    /// Waits for an event of this type, and returns all events sent so far.
    pub async fn events_up_to(&self, event: &str) -> Vec<String> {
        let sent = || self.sandbox.webhook_deliveries().into_iter().map(|one| one.event_type);
        for _ in 0..500 {
            if sent().any(|known| known == event) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let sent: Vec<String> = sent().collect();
        assert!(sent.iter().any(|known| known == event), "{event} was not sent: {sent:?}");
        sent
    }

    /// Returns the number of requests so far.
    pub fn requests(&self) -> u64 {
        self.sandbox.requests_received()
    }
}
