//! Receives webhooks with any server that uses the request type of the `http` crate.
//!
//! No HTTP client is needed: `cargo run -p meld-client --example webhooks_http --no-default-features --features
//! webhooks`.

use std::error::Error;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::SystemTime;

use meld_client::http::{Request, Response, StatusCode};
use meld_client::webhooks::{Event, Payload, Signer, Verifier};

const SECRET: &str = "the secret that Meld returned when the profile was created";

/// The URL as entered in the profile. Behind a proxy, the server sees another one.
const URL: &str = "https://example.com/webhooks";

const BODY: &str = r#"{"eventType":"BANK_LINKING_ACCOUNTS_UPDATED","eventId":"event-1","payload":{"connectionId":"connection-1","financialAccounts":[{"id":"account-1","products":["BALANCES"]}]}}"#;

/// Handles a request with the raw bytes of its body.
///
/// Responds within the ten seconds that Meld allows, so nothing here may take long.
fn handle(
    verifier: &Verifier,
    queue: &SyncSender<Event>,
    request: &Request<Vec<u8>>,
) -> Result<Response<()>, Box<dyn Error>> {
    let status = match verifier.verify_request(request) {
        // If the queue is full, Meld retries the delivery.
        Ok(delivery) => match queue.try_send(delivery.event) {
            Ok(()) => StatusCode::OK,
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        },
        Err(rejection) => {
            println!("rejected: {rejection}");
            rejection.status()
        }
    };
    Ok(Response::builder().status(status).body(())?)
}

/// Processes events one by one.
fn process(queue: &Receiver<Event>) {
    for event in queue {
        match &event.payload {
            Payload::AccountsUpdated(updated) => {
                println!("{} accounts to fetch", updated.financial_accounts.len());
            }
            _ => println!("nothing to do for {}", event.event_type),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let verifier = Verifier::new(SECRET, URL)?;
    let (queue, events) = sync_channel(1000);
    let worker = thread::spawn(move || process(&events));

    let genuine = handle(&verifier, &queue, &request(BODY)?)?.status();
    println!("signed: {genuine}");
    let changed = handle(&verifier, &queue, &request(&BODY.replace("account-1", "account-2"))?)?.status();
    println!("modified: {changed}");

    drop(queue);
    if worker.join().is_err() || [genuine, changed] != [StatusCode::OK, StatusCode::UNAUTHORIZED] {
        return Err("unexpected responses".into());
    }
    Ok(())
}

/// Creates a request with this body, and the signature of `BODY`.
fn request(body: &str) -> Result<Request<Vec<u8>>, Box<dyn Error>> {
    let headers = Signer::new(SECRET, URL).sign(SystemTime::now().into(), BODY.as_bytes());
    // The URL that a server sees behind a proxy.
    let mut request = Request::post("http://10.0.0.5:8080/webhooks").body(body.as_bytes().to_vec())?;
    request.headers_mut().extend(headers);
    Ok(request)
}
