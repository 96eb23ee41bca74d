//! A mock server, a client of it, and what several stories do.

use std::time::Duration;

use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::bank_linking::types::{ConnectStartRequest, Product};
use meld_client::{Meld, MeldBuilder, Polling};
use meld_sandbox::Sandbox;

pub async fn start() -> (Sandbox, Meld) {
    let sandbox = Sandbox::start().await.unwrap();
    let meld = client(&sandbox).build().unwrap();
    (sandbox, meld)
}

pub fn client(sandbox: &Sandbox) -> MeldBuilder {
    Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url())
}

/// Polls in this interval until this timeout, both in milliseconds.
pub fn polling(interval: u64, timeout: u64) -> Polling {
    let polling = Polling::default().initial_interval(Duration::from_millis(interval));
    polling.timeout(Duration::from_millis(timeout))
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
