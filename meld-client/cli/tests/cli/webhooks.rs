//! `verify`, `trigger` and `listen`.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use meld_client::webhooks::{Event, EventType, Signer, Verifier};
use meld_sandbox::Sandbox;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

use crate::support::Run;

#[path = "../../../examples/webhooks_axum.rs"]
#[allow(dead_code, reason = "its `main` sends an event to itself")]
mod webhooks_axum;

const SECRET: &str = "the secret of the profile";

/// A receiver like that of the example `webhooks_axum`. Returns its URL and the events that it accepts.
async fn receiver(secret: Arc<Mutex<String>>, signed_url: Option<String>) -> (String, mpsc::Receiver<Event>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks", listener.local_addr().unwrap());
    let signed_url = signed_url.unwrap_or_else(|| url.clone());
    let (queue, events) = mpsc::channel(100);
    let handler = move |headers: axum::http::HeaderMap, body: axum::body::Bytes| async move {
        let verifier = Verifier::new(secret.lock().await.clone(), signed_url).unwrap();
        match verifier.verify(&headers, &body) {
            Ok(delivery) => {
                queue.send(delivery.event).await.unwrap();
                StatusCode::OK
            }
            Err(rejection) => rejection.status(),
        }
    };
    let router = Router::new().route("/hooks", post(handler));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, events)
}

#[tokio::test]
async fn trigger_is_accepted_by_the_example() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
    let signed_url = url.clone();
    tokio::spawn(async move { webhooks_axum::serve(listener, SECRET, &signed_url).await });
    let trigger =
        |event: &str| Run::new(&format!("webhooks trigger {event} --to {url}")).var("MELD_WEBHOOK_SECRET", SECRET);
    for event in EventType::KNOWN {
        assert_eq!(trigger(event.as_str()).run().await.ok(), format!("200 {event}\n"));
    }
    let error = trigger("TEST").var("MELD_WEBHOOK_SECRET", "another").run().await;
    assert_eq!((error.code, error.output.as_str()), (12, "401 TEST\n"));
    let error = trigger("TEST").var("MELD_WEBHOOK_SECRET", "").run().await.failed(3);
    assert!(error.contains("MELD_WEBHOOK_SECRET"), "{error}");
}

#[tokio::test]
async fn triggered_events_decode_without_warnings() {
    let (url, mut events) = receiver(Arc::new(Mutex::new(SECRET.to_owned())), None).await;
    for event in EventType::KNOWN {
        let run = Run::new(&format!("webhooks trigger {event} --to {url}")).var("MELD_WEBHOOK_SECRET", SECRET);
        run.run().await.ok();
        let received = events.recv().await.unwrap();
        assert_eq!((&received.event_type, received.decode_warnings().count()), (event, 0));
    }
}

#[tokio::test]
async fn trigger_sets_fields_of_the_event() {
    let (url, mut events) = receiver(Arc::new(Mutex::new(SECRET.to_owned())), None).await;
    let line = format!("webhooks trigger transaction_crypto_complete --to {url} --set payload.customerId=W9a");
    let line = format!("{line} --set eventId=event-1 --set payload.extra:=[1]");
    Run::new(&line).var("MELD_WEBHOOK_SECRET", SECRET).run().await.ok();
    let event = events.recv().await.unwrap();
    assert_eq!(event.event_id.as_deref(), Some("event-1"));
    assert!(event.payload_json().contains("\"customerId\":\"W9a\"") && event.payload_json().contains("[1]"));
}

#[tokio::test]
async fn verify_prints_the_event_or_the_reason() {
    let url = "https://example.com/hooks";
    let signer = Signer::new(SECRET, url);
    let sign = |id: u32| {
        let body = format!(r#"{{"eventType":"TEST","eventId":"event-{id}","payload":{{}}}}"#);
        let headers = signer.sign(std::time::SystemTime::now().into(), body.as_bytes());
        let [signature, timestamp] =
            ["meld-signature", "meld-signature-timestamp"].map(|name| headers[name].to_str().unwrap().to_owned());
        (body, signature, timestamp)
    };
    // Such a signature looks like an option.
    let (body, signature, timestamp) = (0..).map(sign).find(|(_, signature, _)| signature.starts_with('-')).unwrap();
    let line = format!("webhooks verify --url {url} --signature {signature} --timestamp {timestamp}");
    let verify = |body| Run::new(&line).var("MELD_WEBHOOK_SECRET", SECRET).input(body);
    assert!(verify(&body).run().await.ok().contains("\"eventId\": \"event-"));
    let error = verify("{}").run().await.failed(12);
    assert!(error.starts_with("error: not valid: "), "{error}");
}

#[tokio::test]
async fn listen_forwards_events_of_the_mock_server() {
    let sandbox = Sandbox::start().await.unwrap();
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let secret = Arc::new(Mutex::new(String::new()));
    let url = format!("http://127.0.0.1:{port}/tunnel");
    let (forward_to, mut events) = receiver(Arc::clone(&secret), Some(url.clone())).await;
    let line = format!("webhooks listen --port {port} --url {url} --forward-to {forward_to} --create-profile");
    // The secret is known from the profile, which the mock server returns.
    let learn = async {
        loop {
            let run = Run::new("webhooks search-profiles --query webhookProfiles[0].secret").at(&sandbox);
            let found: Option<String> = serde_json::from_str(&run.run().await.ok()).unwrap();
            if let Some(found) = found {
                *secret.lock().await = found;
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let create = Run::new("customer create-customer --external-id c-1 --query id").at(&sandbox).run().await.ok();
        assert!(create.len() > 2);
        let profile = "webhooks search-profiles --query webhookProfiles[0].id";
        let id: String = serde_json::from_str(&Run::new(profile).at(&sandbox).run().await.ok()).unwrap();
        Run::new(&format!("webhooks test-profile --webhook-profile-id {id}")).at(&sandbox).run().await.ok();
    };
    let listen = Run::new(&format!("{line} --count 2")).at(&sandbox);
    let both = async { tokio::join!(listen.run(), learn) };
    let (ran, ()) = tokio::time::timeout(Duration::from_secs(30), both).await.unwrap();
    assert!(ran.errors.contains("created the webhook profile") && ran.errors.contains("disabled"), "{}", ran.errors);
    let lines = ran.ok();
    assert_eq!(lines.lines().count(), 2, "{lines}");
    assert!(lines.contains("WEBHOOK_TEST") && lines.contains("-> 200"), "{lines}");
    assert_eq!(events.recv().await.unwrap().event_type, EventType::WebhookTest);
}
