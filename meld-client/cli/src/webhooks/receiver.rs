//! The server that receives events.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::routing::any;
use meld_client::reqwest;
use meld_client::webhooks::Verifier;
use tokio::sync::{mpsc, watch};

use super::trigger::post;
use crate::printable::printable;

const MAX_BODY: usize = 1024 * 1024;

/// The headers of one connection, which are not forwarded, and those that the client sets.
const NOT_FORWARDED: [HeaderName; 5] = [
    axum::http::header::HOST,
    axum::http::header::CONNECTION,
    axum::http::header::CONTENT_LENGTH,
    axum::http::header::CONTENT_TYPE,
    axum::http::header::TRANSFER_ENCODING,
];

#[derive(Clone)]
pub struct Receiver {
    /// The verifier, once the secret is known: the first event of a new profile can arrive before.
    pub verifier: watch::Receiver<Option<Arc<Verifier>>>,
    pub forward_to: Option<String>,
    pub client: reqwest::Client,
    /// A line for each delivery.
    pub lines: mpsc::Sender<String>,
}

impl Receiver {
    /// Returns the routes: every path receives events, because a tunnel may add one.
    pub fn router(self) -> Router {
        let routes = Router::new().fallback(any(receive));
        routes.layer(DefaultBodyLimit::max(MAX_BODY)).with_state(self)
    }

    async fn status(&self, headers: &HeaderMap, body: Bytes) -> (StatusCode, String) {
        let mut verifier = self.verifier.clone();
        let verifier = match verifier.wait_for(Option::is_some).await {
            Ok(verifier) => verifier.clone(),
            Err(_) => None,
        };
        let Some(verifier) = verifier else { return (StatusCode::SERVICE_UNAVAILABLE, "stopped".to_owned()) };
        let event = match verifier.verify(headers, &body) {
            Ok(delivery) => delivery.event,
            Err(rejection) => return (rejection.status(), format!("rejected: {rejection}")),
        };
        let id = event.event_id.as_deref().unwrap_or("-");
        let retry = headers.get("meld-retry-count").and_then(|count| count.to_str().ok());
        let retry = retry.map(|count| format!("  retry {count}")).unwrap_or_default();
        let line = format!("{}  {id}{retry}", event.event_type);
        let Some(to) = &self.forward_to else { return (StatusCode::OK, line) };
        let mut headers = headers.clone();
        NOT_FORWARDED.iter().for_each(|name| drop(headers.remove(name)));
        match post(&self.client, to, headers, body.into()).await {
            Ok(status) => {
                let line = format!("{line}  -> {status}");
                (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY), line)
            }
            Err(failure) => (StatusCode::BAD_GATEWAY, format!("{line}  -> {failure}")),
        }
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let (status, line) = receiver.status(&headers, body).await;
    let line = format!("{}  {}", status.as_u16(), printable(&line));
    // Without a reader, the program ends.
    let _ = receiver.lines.send(line).await;
    status
}
