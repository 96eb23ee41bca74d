//! A mock server, a client of it, and what several stories do.

use std::time::Duration;

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
