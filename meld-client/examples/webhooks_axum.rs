//! A server for webhooks with axum: it verifies, queues and responses, and another task does the work.
//!
//! It sends itself an event that is signed as Meld signs, then the same with another signature:
//! `cargo run --example webhooks_axum --features axum`.

use std::error::Error;
use std::time::SystemTime;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use meld_client::webhooks::{Event, Rejection, Signer, VerifiedDelivery, Verifier};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const SECRET: &str = "the secret that Meld gave when the profile was made";

const BODY: &str = r#"{"eventType":"TRANSACTION_CRYPTO_COMPLETE","eventId":"event-1","payload":{"paymentTransactionId":"transaction-1","paymentTransactionStatus":"SETTLED"}}"#;

#[derive(Clone)]
struct App {
    verifier: Verifier,
    queue: mpsc::Sender<Event>,
}

/// Where the extractor finds the verifier.
impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// Meld waits ten seconds for a 200, so nothing is done here that takes time. A service that must lose nothing writes
/// `event.json()` into its database here, with `event_id` as the key, so that what comes twice is there once; `Event::read`
/// reads it again.
async fn receive(
    State(app): State<App>,
    delivery: Result<VerifiedDelivery, Rejection>,
) -> StatusCode {
    match delivery {
        Ok(VerifiedDelivery(delivery)) => match app.queue.try_send(delivery.event) {
            Ok(()) => StatusCode::OK,
            // Meld sends it again.
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        },
        Err(rejection) => {
            println!("refused: {rejection}");
            rejection.status()
        }
    }
}

/// Does the work, one event after the other.
async fn work(mut queue: mpsc::Receiver<Event>) {
    while let Some(event) = queue.recv().await {
        println!("working on {} {:?}", event.event_type, event.event_id);
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    // As it was entered in the profile. What the server sees behind a proxy is another address.
    let url = format!("http://{}/webhooks", listener.local_addr()?);
    let (queue, events) = mpsc::channel(1000);
    let app = App { verifier: Verifier::new(SECRET, url.as_str())?, queue };
    let router = Router::new().route("/webhooks", post(receive)).with_state(app);
    tokio::spawn(work(events));
    tokio::spawn(async move { axum::serve(listener, router).await });

    let mut headers =
        Signer::new(SECRET, url.as_str()).sign(SystemTime::now().into(), BODY.as_bytes());
    let genuine = send(&url, &headers, BODY.to_owned()).await?;
    println!("as Meld sends it: {genuine}");
    let changed = send(&url, &headers, BODY.replace("transaction-1", "transaction-2")).await?;
    println!("with one byte changed: {changed}");
    headers.clear();
    let unsigned = send(&url, &headers, BODY.to_owned()).await?;
    println!("without a signature: {unsigned}");
    if [genuine, changed, unsigned] != [200, 401, 401] {
        return Err("the responses are not those expected".into());
    }
    Ok(())
}

async fn send(url: &str, headers: &HeaderMap, body: String) -> Result<u16, Box<dyn Error>> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let response = client.post(url).headers(headers.clone()).body(body).send().await?;
    Ok(response.status().as_u16())
}
