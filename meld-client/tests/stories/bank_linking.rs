//! Scenarios of bank linking.

mod activity;
mod connections;
mod reading;
mod unlinking;

use std::time::Duration;

use meld_client::RetryPolicy;
use meld_client::v2026_02_03::bank_linking::types::{Connection, Product};
use meld_client::v2026_02_03::{Api, webhooks};
use meld_sandbox::Sandbox;

use crate::support::{client, link};

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
        let wait = Duration::from_millis(1);
        let policy = RetryPolicy::default().initial_backoff(wait).max_backoff(wait);
        let meld = client(&sandbox).retry_policy(policy).build().unwrap();
        Self { sandbox, api: meld.v2026_02_03() }
    }

    /// Links a bank. Returns the id of the connection and those of its accounts.
    pub async fn link(&self, customer: &str, products: &[Product]) -> (String, Vec<String>) {
        link(&self.sandbox, &self.api, customer, products).await
    }

    pub async fn connection(&self, id: &str) -> Connection {
        let call = self.api.bank_linking().get_connection().connection_id(id);
        call.send().await.unwrap().into_inner()
    }

    /// Subscribes to all webhooks. Nothing receives them, but the mock server lists its deliveries.
    pub async fn subscribe(&self) {
        let profile =
            webhooks::types::WebhookProfileCreateRequest::builder().name("all").url("http://127.0.0.1:9/webhooks");
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
