//! Sends webhook events when they are due, and lets the state go on when nobody asks.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use tokio::task::JoinSet;
use url::{Host, Url};

use crate::Error;
use crate::envelope::timestamp;
use crate::server::Server;
use crate::state::webhooks::{Delivery, sign_webhook};

/// Whoever takes longer to response has not received the event.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client that goes where an event is to go and nowhere else: not after a redirect, and through
/// no proxy as long as events stay on this machine.
pub(crate) fn client(leaves: bool) -> Result<Client, Error> {
    let builder = Client::builder().redirect(Policy::none());
    let builder = if leaves { builder } else { builder.no_proxy() };
    builder.build().map_err(|error| Error::Client(error.to_string()))
}

/// Runs until it is dropped.
pub(crate) async fn run(server: Arc<Server>, client: Client) {
    let mut sending = JoinSet::new();
    loop {
        let now = server.clock.now();
        let (due, next) = server.look(|state| (state.webhooks.take_due(now), state.next_due()));
        for delivery in due {
            sending.spawn(send(Arc::clone(&server), client.clone(), delivery));
        }
        let wait = async {
            match next {
                Some(next) => server.clock.wait_until(next).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = wait => {}
            () = server.changed.notified() => {}
            Some(_) = sending.join_next() => {}
        }
    }
}

async fn send(server: Arc<Server>, client: Client, delivery: Delivery) {
    let failure = attempt(&server, &client, &delivery).await;
    let now = server.clock.now();
    server.look(|state| state.webhooks.ended(delivery, failure, now));
}

/// Why an event did not arrive, in the words of `Meld-Retry-Reason`.
async fn attempt(server: &Server, client: &Client, delivery: &Delivery) -> Option<String> {
    if !server.webhooks_leave && !is_here(&delivery.url) {
        return Some("Could not connect".to_owned());
    }
    // The time of sending: a retry has its own.
    let now = timestamp(server.clock.now());
    let signature = sign_webhook(&delivery.secret, &now, &delivery.url, &delivery.body);
    let mut request = client
        .post(&delivery.url)
        .timeout(PATIENCE)
        .header("Content-Type", "application/json")
        .header("Meld-Signature", signature)
        .header("Meld-Signature-Timestamp", now)
        .body(delivery.body.clone());
    if let Some(reason) = &delivery.reason {
        request = request
            .header("Meld-Retry-Count", delivery.retries.to_string())
            .header("Meld-Retry-Reason", reason);
    }
    match request.send().await {
        Ok(response) if response.status() == StatusCode::OK => None,
        Ok(response) => Some(format!("HTTP error: {}", response.status().as_u16())),
        Err(error) if error.is_timeout() => Some("Timeout".to_owned()),
        Err(_) => Some("Could not connect".to_owned()),
    }
}

/// Whether an address is on this machine.
fn is_here(url: &str) -> bool {
    let url = Url::parse(url).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_here() {
        for url in ["http://127.0.0.1:1/x", "http://localhost/", "http://[::1]:80/"] {
            assert!(is_here(url), "{url}");
        }
        for url in ["http://example.com/", "http://localhost.example.com/", "http://192.0.2.1/"] {
            assert!(!is_here(url), "{url}");
        }
    }
}
