//! Receiving webhooks with any server whose requests are those of the crate `http`: verified, queued, answered.
//!
//! It needs no HTTP client: `cargo run --example webhooks_http --no-default-features --features webhooks`.

use std::error::Error;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::SystemTime;

use meld_client::http::{Request, Response, StatusCode};
use meld_client::webhooks::{Event, Payload, Signer, Verifier};

const SECRET: &str = "the secret that Meld gave when the profile was made";

/// As it was entered in the profile, whatever the server sees behind a proxy.
const URL: &str = "https://example.com/webhooks";

const BODY: &str = r#"{"eventType":"BANK_LINKING_ACCOUNTS_UPDATED","eventId":"event-1","payload":{"connectionId":"connection-1","financialAccounts":[{"id":"account-1","products":["BALANCES"]}]}}"#;

/// What a server calls with each request. The body is the bytes that came, before anything has read them.
///
/// Meld waits ten seconds for a 200, so nothing is done here that takes time.
fn handle(
    verifier: &Verifier,
    queue: &SyncSender<Event>,
    request: &Request<Vec<u8>>,
) -> Result<Response<()>, Box<dyn Error>> {
    let status = match verifier.verify_request(request) {
        // Meld sends again what there is no room for.
        Ok(delivery) => match queue.try_send(delivery.event) {
            Ok(()) => StatusCode::OK,
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        },
        Err(rejection) => {
            println!("refused: {rejection}");
            rejection.status()
        }
    };
    Ok(Response::builder().status(status).body(())?)
}

/// Does the work, one event after the other.
fn work(queue: &Receiver<Event>) {
    for event in queue {
        match &event.payload {
            Payload::AccountsUpdated(updated) => {
                println!("{} accounts to be read", updated.financial_accounts.len());
            }
            _ => println!("nothing to do for {}", event.event_type),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let verifier = Verifier::new(SECRET, URL)?;
    let (queue, events) = sync_channel(1000);
    let worker = thread::spawn(move || work(&events));

    let genuine = handle(&verifier, &queue, &request(BODY)?)?.status();
    println!("as Meld sends it: {genuine}");
    let changed =
        handle(&verifier, &queue, &request(&BODY.replace("account-1", "account-2"))?)?.status();
    println!("with one byte changed: {changed}");

    drop(queue);
    if worker.join().is_err() || [genuine, changed] != [StatusCode::OK, StatusCode::UNAUTHORIZED] {
        return Err("the responses are not those expected".into());
    }
    Ok(())
}

/// A request with this body and the signature of the true one.
fn request(body: &str) -> Result<Request<Vec<u8>>, Box<dyn Error>> {
    let headers = Signer::new(SECRET, URL).sign(SystemTime::now().into(), BODY.as_bytes());
    // The address that a server sees behind a proxy.
    let mut request =
        Request::post("http://10.0.0.5:8080/webhooks").body(body.as_bytes().to_vec())?;
    request.headers_mut().extend(headers);
    Ok(request)
}
