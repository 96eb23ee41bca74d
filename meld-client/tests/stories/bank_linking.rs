// Scenarios of bank linking.
// Compiled once for each API version, which is `api`; see `dates.rs`.

// `dates.rs` includes them.
#[cfg(rustfmt)]
mod activity;
#[cfg(rustfmt)]
mod connections;
#[cfg(rustfmt)]
mod reading;
#[cfg(rustfmt)]
mod unlinking;

use std::time::Duration;

use meld_client::RetryPolicy;
use meld_sandbox::Sandbox;

use super::api;
use crate::support::client;
use api::Api;
use api::bank_linking::types::{ConnectStartRequest, Connection, Product};
use api::webhooks::types::WebhookProfileCreateRequest;

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
        Self { sandbox, api: Api::new(meld.transport().clone()) }
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
        let profile = WebhookProfileCreateRequest::builder().name("all").url("http://127.0.0.1:9/webhooks");
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

    pub fn requests(&self) -> u64 {
        self.sandbox.requests_received()
    }
}

/// Links a bank. Returns the id of the connection and those of its accounts.
pub async fn link(sandbox: &Sandbox, api: &Api, customer: &str, products: &[Product]) -> (String, Vec<String>) {
    let request = ConnectStartRequest::builder().external_customer_id(customer);
    let request = request.products(products.iter().cloned());
    let started = api.bank_linking().start_connect().body(request).send().await.unwrap();
    let connection = started.into_inner().id.unwrap();
    let accounts = sandbox.complete_connection(&connection).unwrap();
    (connection, accounts)
}
