//! The endpoint of webhooks. It only verifies and stores events; `events` handles them.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use meld_client::v2026_02_03::prelude::*;
use meld_client::v2026_02_03::webhooks::types::WebhookProfileCreateRequest;
use meld_client::webhooks::Verifier;
use meld_client::{Meld, SecretString};

use crate::error::StartError;
use crate::metrics::Count;
use crate::state::App;
use crate::storage::{Database, profiles};

const PATH: &str = "/webhooks/meld";

pub(crate) fn routes() -> Router<App> {
    Router::new().route(PATH, post(receive))
}

/// Stores a verified event. Meld delivers it again, for up to three days, unless the response is 200.
async fn receive(State(app): State<App>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let Some(verifier) = &app.verifier else { return StatusCode::SERVICE_UNAVAILABLE };
    let delivery = match verifier.verify(&headers, &body) {
        Ok(delivery) => delivery,
        Err(rejection) => {
            app.metrics.add(Count::WebhooksRejected);
            tracing::warn!(%rejection, "a webhook was rejected");
            return rejection.status();
        }
    };
    match app.inbox.receive(&delivery.event).await {
        Ok(is_new) => {
            app.metrics.add(if is_new { Count::WebhooksReceived } else { Count::WebhooksRepeated });
            app.wake.notify_waiters();
            StatusCode::OK
        }
        Err(error) => {
            tracing::error!(%error, "an event cannot be stored");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// Returns the verifier of a known secret.
pub(crate) fn verifier(public_url: &str, secret: SecretString) -> Result<Verifier, StartError> {
    Verifier::new(secret, format!("{public_url}{PATH}")).map_err(StartError::Webhook)
}

/// Returns the verifier of the stored profile, or creates a profile.
///
/// Only the response to the creation has the secret, so it is stored at once.
pub(crate) async fn register(meld: &Meld, database: &Database, public_url: &str) -> Result<Verifier, StartError> {
    let url = format!("{public_url}{PATH}");
    let webhooks = meld.v2026_02_03().webhooks();
    let stored = profiles::secret(&mut *database.connection().await?, &url).await?;
    let known = webhooks.search_profiles().all(1000).await;
    // A service that worked before starts although Meld is down.
    let is_known = known.as_ref().map_or(true, |known| known.iter().any(|profile| profile.url.as_ref() == Some(&url)));
    if let Some(secret) = stored.filter(|_| is_known) {
        return verifier(public_url, secret.into());
    }
    known?;
    // Without event types, it subscribes to all of them.
    let request = WebhookProfileCreateRequest::builder().name("wallet-backend").url(&url);
    let profile = webhooks.create_profile().body(request).send().await?;
    let secret = profile.secret.clone().unwrap_or_default();
    profiles::save(&mut *database.connection().await?, &url, &secret).await?;
    verifier(public_url, secret.into())
}
