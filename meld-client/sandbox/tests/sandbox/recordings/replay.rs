//! Replayed recordings.

use std::fs;
use std::path::Path;

use meld_sandbox::{Error, Outcome, Sandbox};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{api, files, recorder};
use crate::support::{Meld, session, text};

/// Creates a customer and a session and reads both. Returns the ids and the transactions.
async fn flow(meld: &Meld, external_id: &str, complete: impl FnOnce(&str)) -> (String, String, Value) {
    let customer = meld.create("/accounts/customers", json!({ "externalId": external_id })).await;
    let id = text(&customer["id"]);
    let found = meld.read(&format!("/accounts/customers/{id}")).await;
    assert_eq!((&found["id"], &found["externalId"]), (&json!(id), &json!(external_id)));
    let mut body = session(external_id);
    body["externalSessionId"] = json!(format!("{external_id}-session"));
    let opened = text(&meld.create("/crypto/session/widget", body).await["id"]);
    complete(&opened);
    let transactions = meld.read(&format!("/payments/transactions?sessionIds={opened}")).await;
    assert_eq!(transactions["transactions"][0]["sessionId"], json!(opened), "{transactions}");
    (id, opened, transactions)
}

/// Records the flow against a mock server.
async fn record(folder: &Path) {
    let upstream = Meld::start().await;
    let mut meld = recorder(upstream.sandbox.base_url(), folder).await;
    meld.key = Some(upstream.sandbox.api_key().to_owned());
    let complete = |session: &str| drop(upstream.sandbox.complete_session(session, Outcome::Settled).unwrap());
    flow(&meld, "robin@example.org", complete).await;
}

#[tokio::test]
async fn replayed_flow_has_matching_ids() {
    let folder = tempfile::tempdir().unwrap();
    record(folder.path()).await;
    for (_, text) in files(folder.path()) {
        assert!(!text.contains("robin"), "{text}");
    }
    for external_id in ["other", "robin@example.org"] {
        let meld = Meld::with(Sandbox::builder().replay(folder.path())).await;
        let (_, _, transactions) = flow(&meld, external_id, |_| {}).await;
        assert_eq!(transactions["transactions"][0]["sourceCurrencyCode"], "USD");
    }
}

#[tokio::test]
async fn repeated_calls_replay_in_order() {
    let folder = tempfile::tempdir().unwrap();
    {
        let upstream = Meld::start().await;
        let mut meld = recorder(upstream.sandbox.base_url(), folder.path()).await;
        meld.key = Some(upstream.sandbox.api_key().to_owned());
        let session = text(&meld.create("/crypto/session/widget", session("one")).await["id"]);
        let id = upstream.sandbox.complete_session(&session, Outcome::Settled).unwrap();
        meld.read(&format!("/payments/transactions/{id}")).await;
        upstream.sandbox.clock().advance(std::time::Duration::from_secs(3600));
        meld.read(&format!("/payments/transactions/{id}")).await;
    }
    let meld = Meld::with(Sandbox::builder().replay(folder.path())).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let body = meld.read("/payments/transactions/mine").await;
        assert_eq!(body["transaction"]["id"], "mine");
        statuses.push(text(&body["transaction"]["status"]));
    }
    assert_ne!(statuses[0], "SETTLED");
    assert_eq!(statuses[1..], ["SETTLED", "SETTLED"]);
}

#[tokio::test]
async fn unmatched_request_names_nearest_recording() {
    let folder = tempfile::tempdir().unwrap();
    let upstream = api("200 OK", json!({ "quotes": [] })).await;
    let meld = recorder(&upstream.address, folder.path()).await;
    let quote = |amount: u32| json!({ "sourceAmount": amount, "sourceCurrencyCode": "USD" });
    meld.create("/payments/crypto/quote", quote(100)).await;
    let meld = Meld::with(Sandbox::builder().replay(folder.path())).await;
    let (status, body) = meld.post("/payments/crypto/quote", quote(200)).await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
    let expected = "No recording of POST /payments/crypto/quote matches. The nearest is \
                    00001-post-payments-crypto-quote.json, whose request differs at /body/sourceAmount";
    assert_eq!(body["message"], expected);
    let (status, body) = meld.get("/payments/transactions/1").await;
    assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
    assert!(text(&body["message"]).contains("was not recorded. The nearest recording is 00001-post"), "{body}");
    let (status, _) = crate::support::read(meld.bare(Method::GET, "/institutions").send().await.unwrap()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn foreign_file_is_an_error_with_its_pointer() {
    let valid = json!({
        "format": 1, "method": "GET", "path": "/institutions", "request": { "path": {}, "query": {} },
        "response": { "status": 200, "body": {} },
    });
    for (pointer, value) in [
        ("/format", json!(2)),
        ("/method", json!(1)),
        ("/path", json!("/none")),
        ("/request/query", json!([])),
        ("/response/status", json!(1)),
        ("/response/meldVersion", json!("x")),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut changed = valid.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap()[name] = value;
        fs::write(folder.path().join("0001.json"), changed.to_string()).unwrap();
        match Sandbox::replay(folder.path()).await {
            Err(Error::Recording { path, pointer: found, .. }) => {
                assert!(path.ends_with("0001.json"), "{path:?}");
                assert_eq!(found, pointer);
            }
            other => panic!("{pointer}: {other:?}"),
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let error = Sandbox::replay(folder.path()).await.unwrap_err().to_string();
    assert!(error.ends_with("the folder has no recordings"), "{error}");
    fs::write(folder.path().join("0001.json"), "{\n x").unwrap();
    let error = Sandbox::replay(folder.path()).await.unwrap_err().to_string();
    assert!(error.contains("0001.json") && error.contains("line 2"), "{error}");
}

#[tokio::test]
async fn unusable_settings_of_a_recording_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    for url in ["http://api.example.com", "https://user:secret@api.example.com", "ftp://localhost", "x"] {
        let error = Sandbox::builder().record(url, folder.path()).start().await.unwrap_err();
        assert!(matches!(error, Error::Setting { name: "record", .. }), "{error}");
        assert!(!error.to_string().contains("secret"));
    }
    fs::write(folder.path().join("0001.json"), "{}").unwrap();
    let error = Sandbox::builder().record("http://localhost:1", folder.path()).start().await.unwrap_err();
    assert!(error.to_string().contains("record into an empty one"), "{error}");
}
