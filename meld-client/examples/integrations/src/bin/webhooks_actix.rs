//! Receives webhooks with actix-web.
//!
//! `cargo run --features actix --bin webhooks_actix` in this folder serves until Ctrl-C. It needs the secret of the
//! webhook profile in `MELD_WEBHOOK_SECRET`. `meld webhooks trigger EVENT --to http://127.0.0.1:3000/webhooks` sends it an
//! event.

use std::env;
use std::error::Error;

use actix_web::http::StatusCode;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use meld_client::http::{HeaderMap, HeaderName, HeaderValue};
use meld_client::webhooks::{Event, Verifier};
use tokio::sync::mpsc;

/// The maximum size of an event, in bytes. The default of actix-web is 256 KiB.
const MAX_BODY: usize = 2 << 20;

struct Receiver {
    verifier: Verifier,
    queue: mpsc::Sender<Event>,
}

/// Responds within the ten seconds that Meld allows, so nothing here may take long.
///
/// The signature covers the raw bytes of the body.
async fn receive(receiver: web::Data<Receiver>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match receiver.verifier.verify(&headers(&request), &body) {
        Ok(delivery) => match receiver.queue.try_send(delivery.event) {
            Ok(()) => HttpResponse::Ok().finish(),
            // Meld retries the delivery.
            Err(_) => HttpResponse::ServiceUnavailable().finish(),
        },
        Err(rejection) => {
            println!("rejected: {rejection}");
            let status = StatusCode::from_u16(rejection.status().as_u16());
            HttpResponse::new(status.unwrap_or(StatusCode::BAD_REQUEST))
        }
    }
}

/// Returns the headers as types of `http` 1. actix-web has those of version 0.2.
fn headers(request: &HttpRequest) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers() {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            headers.append(name, value);
        }
    }
    headers
}

/// Processes events one by one. A service that must not lose events stores them first; see `meld_client::inbox`.
async fn process(mut queue: mpsc::Receiver<Event>) {
    while let Some(event) = queue.recv().await {
        println!("processing {} {:?}", event.event_type, event.event_id);
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret = env::var("MELD_WEBHOOK_SECRET").map_err(|_| "set `MELD_WEBHOOK_SECRET`")?;
    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    // The URL as entered in the profile. Behind a proxy, the server sees another one.
    let url = env::var("MELD_WEBHOOK_URL").unwrap_or_else(|_| format!("http://{address}/webhooks"));
    let (queue, events) = mpsc::channel(1000);
    actix_web::rt::spawn(process(events));
    let receiver = web::Data::new(Receiver { verifier: Verifier::new(secret, url)?, queue });
    let app = move || {
        let limit = web::PayloadConfig::new(MAX_BODY);
        App::new().app_data(receiver.clone()).app_data(limit).route("/webhooks", web::post().to(receive))
    };
    HttpServer::new(app).workers(2).bind(address)?.run().await?;
    Ok(())
}
