//! Receives webhooks with axum: the handler verifies and queues events, and another task processes them.
//!
//! `cargo run -p meld-client --example webhooks_axum --features axum` sends a signed event to itself, then a modified and
//! an unsigned one. With the secret in `MELD_WEBHOOK_SECRET`, it serves until Ctrl-C, and `meld webhooks trigger EVENT
//! --to http://127.0.0.1:3000/webhooks` sends it any event.

use std::env;
use std::error::Error;
use std::time::SystemTime;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use meld_client::reqwest;
use meld_client::webhooks::{Event, Rejection, Signer, VerifiedDelivery, Verifier};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const SECRET: &str = "the secret that Meld returned when the profile was created";

const BODY: &str = r#"{"eventType":"TRANSACTION_CRYPTO_COMPLETE","eventId":"event-1","payload":{"paymentTransactionId":"transaction-1","paymentTransactionStatus":"SETTLED"}}"#;

#[derive(Clone)]
struct App {
    verifier: Verifier,
    queue: mpsc::Sender<Event>,
}

/// Lets the extractor find the verifier.
impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

/// Responds within the ten seconds that Meld allows, so nothing here may take long.
///
/// A service that must not lose events stores `event.json()` in its database here, with `event_id` as the unique key.
/// `Event::parse` restores the event.
async fn receive(State(app): State<App>, delivery: Result<VerifiedDelivery, Rejection>) -> StatusCode {
    match delivery {
        Ok(VerifiedDelivery(delivery)) => match app.queue.try_send(delivery.event) {
            Ok(()) => StatusCode::OK,
            // Meld retries the delivery.
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        },
        Err(rejection) => {
            println!("rejected: {rejection}");
            rejection.status()
        }
    }
}

/// Processes events one by one.
async fn process(mut queue: mpsc::Receiver<Event>) {
    while let Some(event) = queue.recv().await {
        println!("processing {} {:?}", event.event_type, event.event_id);
    }
}

/// Serves the receiver.
///
/// `url` is the URL as entered in the profile. Behind a proxy, the server sees another one.
pub async fn serve(listener: TcpListener, secret: &str, url: &str) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (queue, events) = mpsc::channel(1000);
    tokio::spawn(process(events));
    let app = App { verifier: Verifier::new(secret, url)?, queue };
    let router = Router::new().route("/webhooks", post(receive)).with_state(app);
    Ok(axum::serve(listener, router).await?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    if let Ok(secret) = env::var("MELD_WEBHOOK_SECRET") {
        let url = env::var("MELD_WEBHOOK_URL").unwrap_or_else(|_| "http://127.0.0.1:3000/webhooks".to_owned());
        return serve(TcpListener::bind("127.0.0.1:3000").await?, &secret, &url).await;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/webhooks", listener.local_addr()?);
    let signed_url = url.clone();
    tokio::spawn(async move { serve(listener, SECRET, &signed_url).await });

    let mut headers = Signer::new(SECRET, url.as_str()).sign(SystemTime::now().into(), BODY.as_bytes());
    let genuine = send(&url, &headers, BODY.to_owned()).await?;
    println!("signed: {genuine}");
    let changed = send(&url, &headers, BODY.replace("transaction-1", "transaction-2")).await?;
    println!("modified: {changed}");
    headers.clear();
    let unsigned = send(&url, &headers, BODY.to_owned()).await?;
    println!("unsigned: {unsigned}");
    if [genuine, changed, unsigned] != [200, 401, 401] {
        return Err("unexpected responses".into());
    }
    Ok(())
}

async fn send(url: &str, headers: &HeaderMap, body: String) -> Result<u16, reqwest::Error> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let response = client.post(url).headers(headers.clone()).body(body).send().await?;
    Ok(response.status().as_u16())
}
