//! The control API: a mock server that is steered by plain HTTP requests.

use std::time::Duration;

use meld_sandbox::Sandbox;
use meld_test_server::Server;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Meld, assert_refused, card, card_order, quote, read, session, text, with};

/// Sends a request to the control API, without the API key.
async fn control(meld: &Meld, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
    let request = meld.bare(method, &format!("/_mock{path}"));
    let request = if body.is_null() { request } else { request.json(&body) };
    read(request.send().await.unwrap()).await
}

async fn get(meld: &Meld, path: &str) -> Value {
    let (status, body) = control(meld, Method::GET, path, Value::Null).await;
    assert_eq!(status, 200, "{body}");
    body
}

async fn post(meld: &Meld, path: &str, body: Value) -> Value {
    let (status, body) = control(meld, Method::POST, path, body).await;
    assert_eq!(status, 200, "{path}: {body}");
    body
}

#[tokio::test]
async fn session_completes_by_http_alone() {
    let meld = Meld::start().await;
    let receiver = Server::with(|_| meld_test_server::response("200 OK", "", "")).await;
    let types = ["TRANSACTION_CRYPTO_PENDING", "TRANSACTION_CRYPTO_TRANSFERRING", "TRANSACTION_CRYPTO_COMPLETE"];
    let profile = json!({ "name": "mine", "url": format!("{}/hook", receiver.address), "eventTypes": types });
    meld.create("/notifications/webhooks", profile).await;
    let id = text(&meld.create("/crypto/session/widget", session("one")).await["id"]);
    assert_eq!(get(&meld, "/sessions").await["sessions"][0]["transactionStatus"], Value::Null);
    let transaction = text(&post(&meld, &format!("/sessions/{id}/complete"), Value::Null).await["transactionId"]);
    post(&meld, "/clock/advance", json!({ "seconds": 90 })).await;
    assert_eq!(get(&meld, "/sessions").await["sessions"][0]["transactionStatus"], "SETTLED");
    assert_eq!(get(&meld, "/transactions").await["transactions"][0]["id"], transaction.as_str());
    let events = receiver.wait_for(4).await;
    assert!(events.iter().any(|event| event.body.contains("TRANSACTION_CRYPTO_COMPLETE")));
    let count = get(&meld, "/deliveries").await["deliveries"].as_array().unwrap().len();
    let event = text(&get(&meld, "/deliveries").await["deliveries"][count - 1]["eventId"]);
    post(&meld, &format!("/deliveries/{event}/resend"), Value::Null).await;
    assert!(receiver.wait_for(5).await[4].body.contains(&event));
}

#[tokio::test]
async fn orders_kyc_and_connections_are_steered() {
    let meld = Meld::start().await;
    let customer = text(&post(&meld, "/customers", json!({ "approvedBy": ["NOAH"] })).await["id"]);
    let body = json!({ "status": "REJECTED", "serviceProvider": "NOAH" });
    post(&meld, &format!("/customers/{customer}/kyc"), body).await;
    assert_eq!(get(&meld, "/customers").await["customers"][0]["kyc"][0]["status"], "REJECTED");
    let noah = || json!({ "serviceProvider": "NOAH" });
    post(&meld, &format!("/customers/{customer}/hosted-check"), noah()).await;
    post(&meld, &format!("/customers/{customer}/limit"), noah()).await;
    post(&meld, &format!("/customers/{customer}/kyc"), json!({ "status": "APPROVED" })).await;
    meld.verify(&customer, "EMAIL", "robin@example.com").await;
    meld.verify(&customer, "PHONE", "+14155550123").await;
    post(&meld, &format!("/customers/{customer}/agreements"), json!({ "serviceProvider": "COINBASEPAY" })).await;
    let changes = json!({ "serviceProvider": "COINBASEPAY", "paymentMethodType": "APPLE_PAY", "countryCode": "US" });
    let body = with(card_order(&customer, "one"), changes);
    let (status, order) = meld.headless(Method::POST, "/crypto/order/headless/onramp", body).await;
    assert!(status.is_success(), "{order}");
    let order = text(&get(&meld, "/orders").await["orders"][0]["id"]);
    let paid = post(&meld, &format!("/orders/{order}/pay"), json!({ "outcome": "FAILED" })).await;
    post(&meld, "/clock/advance", json!({ "seconds": 2.5 })).await;
    assert_eq!(get(&meld, "/transactions").await["transactions"][0]["status"], "FAILED");
    assert_eq!(get(&meld, "/orders").await["orders"][0]["transactionIds"][0], paid["transactionId"]);

    let start = json!({ "externalCustomerId": "sam", "products": ["BALANCES"] });
    let id = text(&meld.create("/bank-linking/connect/start", start).await["id"]);
    let accounts = post(&meld, &format!("/connections/{id}/complete"), Value::Null).await["accountIds"].clone();
    post(&meld, &format!("/accounts/{}/transactions", text(&accounts[0])), json!({ "add": 2 })).await;
    post(&meld, &format!("/connections/{id}/status"), json!({ "status": "DEGRADED" })).await;
    let listed = &get(&meld, "/connections").await["connections"][0];
    assert_eq!((&listed["status"], &listed["accountIds"]), (&json!("DEGRADED"), &accounts));
}

#[tokio::test]
async fn deposits_complete_and_fail() {
    let meld = Meld::start().await;
    let customer = meld.sandbox.add_customer(&["NOAH"]);
    let body = json!({
        "customerId": customer, "serviceProvider": "NOAH", "paymentMethodType": "ACH", "countryCode": "US",
        "sourceCurrencyCode": "USD", "destinationCurrencyCode": "USDC", "destinationWalletAddress": "0x0",
    });
    let target = "/payments/virtual-account/deposit-instructions";
    let (status, response) = meld.headless(Method::POST, target, body).await;
    assert_eq!(status, 202, "{response}");
    let deposit = get(&meld, "/deposits").await["deposits"][0].clone();
    let path = format!("/deposits/{}", text(&deposit["id"]));
    let amount = json!({ "amount": 12.5 });
    let early = control(&meld, Method::POST, &format!("{path}/complete"), amount.clone()).await;
    assert_refused(early, 404, "NOT_FOUND", "virtual account that is ready");
    meld.sandbox.clock().advance(Duration::from_secs(1));
    post(&meld, &format!("{path}/complete"), amount.clone()).await;
    post(&meld, &format!("{path}/fail"), amount).await;
    meld.sandbox.clock().advance(Duration::from_secs(90));
    let found = get(&meld, "/transactions").await;
    let statuses = [&found["transactions"][0]["status"], &found["transactions"][1]["status"]];
    assert_eq!(statuses, ["FAILED", "SETTLED"]);
    assert_eq!(found["transactions"][0]["sourceAmount"], "12.5");
}

#[tokio::test]
async fn faults_and_stubs_are_set_by_http() {
    let meld = Meld::start().await;
    post(&meld, "/faults", json!({ "fault": "conflict", "operation": "crypto-quote-get", "nth": 1 })).await;
    let stub = json!({
        "operation": "POST /payments/crypto/quote", "body": { "sourceCurrencyCode": "USD" },
        "responses": [{ "code": "QUOTE_TIMEOUT" }, { "status": 200, "body": { "quotes": [] } }],
    });
    post(&meld, "/stubs", stub).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(meld.post("/payments/crypto/quote", quote()).await.0.as_u16());
    }
    assert_eq!(statuses, [409, 408, 200]);
    assert_eq!(get(&meld, "/faults").await["injected"]["conflict"], 1);
    assert_eq!(get(&meld, "/stubs").await["stubs"][0]["calls"], 2);
    assert_eq!(get(&meld, "/stubs/check").await["met"], true);
    for (path, body, says) in [
        ("/faults", json!({ "fault": "conflict", "nth": 0 }), "counted from 1"),
        ("/faults", json!({ "fault": "none" }), "none"),
        ("/stubs", json!({ "operation": "crypto-quote", "responses": [] }), "the nearest are"),
        ("/stubs", json!({ "operation": "*" }), "responses"),
        ("/clock/advance", json!({ "second": 1 }), "[second] is unknown; the nearest is seconds"),
        ("/clock/advance", json!({ "seconds": -1 }), "from 0"),
        ("/sessions/x/complete", json!({ "outcome": "DONE" }), "[outcome] must be"),
    ] {
        assert_refused(control(&meld, Method::POST, path, body).await, 400, "BAD_REQUEST", says);
    }
    assert_refused(control(&meld, Method::POST, "/sessions/x/complete", json!({})).await, 404, "NOT_FOUND", "session");
    post(&meld, "/reset", Value::Null).await;
    assert_eq!(get(&meld, "/stubs").await["stubs"], json!([]));
    assert_eq!(get(&meld, "/requests").await["requests"], json!([]));
    assert_eq!(meld.post("/payments/crypto/quote", quote()).await.0, 200);
}

#[tokio::test]
async fn logged_requests_hide_secrets() {
    let meld = Meld::start().await;
    let key = meld.sandbox.api_key().to_owned();
    meld.get(&format!("/institutions?token=hidden-token&search={}", key.replace(':', "%3A"))).await;
    meld.post("/payments/transactions", card()).await;
    assert_eq!(get(&meld, "/payments").await["payments"][0]["amount"], "10.00");
    let listed = get(&meld, "/requests").await;
    let request = &listed["requests"][0];
    assert_eq!(request["body"]["paymentMethod"]["details"]["number"], "[redacted]");
    assert_eq!(request["body"]["sourceAmount"], "10.00");
    for secret in ["4242424242424242", "12/30", "hidden-token", &key] {
        assert!(!listed.to_string().contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn token_is_required_beyond_loopback() {
    let meld = Meld::with(Sandbox::builder().listen(([0, 0, 0, 0], 0))).await;
    for path in ["/_mock/", "/_mock/status", "/_mock/openapi.json"] {
        assert_eq!(meld.bare(Method::GET, path).send().await.unwrap().status(), 404, "{path}");
    }
    let builder = Sandbox::builder().listen(([0, 0, 0, 0], 0)).control_token("right");
    let meld = Meld::with(builder).await;
    for (header, status) in [("", 401), ("Bearer wrong", 401), ("right", 401), ("Bearer right", 200)] {
        let request = meld.bare(Method::GET, "/_mock/status").header("Authorization", header);
        assert_eq!(request.send().await.unwrap().status(), status, "{header}");
    }
    assert_eq!(meld.bare(Method::GET, "/_mock/").send().await.unwrap().status(), 200);
    let error = Sandbox::builder().control_token(" ").start().await.unwrap_err();
    assert!(error.to_string().contains("control_token"), "{error}");
}

#[tokio::test]
async fn pages_of_other_sites_are_refused() {
    let meld = Meld::start().await;
    let reset = || meld.bare(Method::POST, "/_mock/reset");
    let foreign = reset().header("Origin", "http://evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), 403);
    let own = reset().header("Origin", meld.sandbox.base_url()).send().await.unwrap();
    assert_eq!(own.status(), 200);
    let rebound = reset().header("Host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), 421);
}

#[tokio::test]
async fn document_lists_all_operations() {
    let meld = Meld::start().await;
    let document = get(&meld, "/openapi.json").await;
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    let mut ids = std::collections::BTreeSet::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            assert!(ids.insert(text(&operation["operationId"])), "{path}");
            let method = method.to_ascii_uppercase().parse().unwrap();
            let (status, body) =
                control(&meld, method, &path.replace("/_mock", "").replace("{id}", "x"), json!({})).await;
            assert_ne!(body["message"], "There is no such control operation", "{path} {status}");
        }
    }
    assert!(ids.len() > 25, "{ids:?}");
    let (status, body) = control(&meld, Method::GET, "/no-such", Value::Null).await;
    assert_eq!((status.as_u16(), &body["message"]), (404, &json!("There is no such control operation")));
}

#[tokio::test]
async fn page_needs_no_other_resources() {
    let meld = Meld::start().await;
    let response = meld.bare(Method::GET, "/_mock/").send().await.unwrap();
    assert!(response.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
    let page = response.text().await.unwrap();
    for part in ["http://", "https://", "innerHTML", "src=", "href=", "eval("] {
        assert!(!page.contains(part), "{part}");
    }
}
