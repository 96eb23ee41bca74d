//! Delivery of webhook events. It also advances the state when there are no requests.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use chrono::Utc;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tokio::task::JoinSet;

use crate::client::{Client, Failure};
use crate::clock::timestamp;
use crate::hosts::is_local;
use crate::server::Server;
use crate::state::webhooks::Delivery;

/// Delivers events until the future is dropped.
pub(crate) async fn run(server: Arc<Server>, client: Client) {
    let mut sending = JoinSet::new();
    loop {
        let (due, next) = server.read(|state, now| (state.webhooks.take_due(now), state.next_due()));
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
    server.read(|state, now| state.webhooks.record(delivery, failure, now));
}

/// Sends an event and returns the reason of a failure, as in `Meld-Retry-Reason`.
async fn attempt(server: &Server, client: &Client, delivery: &Delivery) -> Option<String> {
    if !server.external_webhooks && !is_local(&delivery.url) {
        return Some("Could not connect".to_owned());
    }
    // The time of the attempt, which differs for each retry. Not that of the server's clock: receivers compare it with
    // their own, and would refuse every event once the server's is advanced.
    let now = timestamp(Utc::now());
    let signature = sign_webhook(&delivery.secret, &now, &delivery.url, &delivery.body);
    let mut headers = vec![("Meld-Signature", signature), ("Meld-Signature-Timestamp", now)];
    if let Some(reason) = &delivery.reason {
        headers.push(("Meld-Retry-Count", delivery.retries.to_string()));
        headers.push(("Meld-Retry-Reason", reason.clone()));
    }
    match client.post_json(&delivery.url, &headers, delivery.body.clone()).await {
        Ok(200) => None,
        Ok(status) => Some(format!("HTTP error: {status}")),
        Err(Failure::Timeout) => Some("Timeout".to_owned()),
        Err(Failure::Connect) => Some("Could not connect".to_owned()),
    }
}

/// Signs a webhook event and returns the value of the header `Meld-Signature`.
///
/// The signature is the HMAC-SHA256 of `timestamp`, `url` and `body`, joined by dots, in URL-safe base64 with padding.
/// The key is the bytes of the secret as shown, not decoded.
///
/// # Examples
///
/// ```
/// let signature = meld_sandbox::sign_webhook("secret", "2026-02-03T00:00:00Z", "https://example.com", "{}");
/// assert_eq!(signature.len(), 44);
/// ```
pub fn sign_webhook(secret: &str, timestamp: &str, url: &str, body: &str) -> String {
    // HMAC accepts keys of any length, so this does not fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{timestamp}.{url}.{body}").as_bytes());
    URL_SAFE.encode(mac.finalize().into_bytes())
}
