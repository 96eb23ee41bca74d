//! Request validation: version, API key, path, method, parameters, body, host.
use meld_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Meld, assert_refused, header, quote, read, with};

async fn version_used(meld: &Meld, target: &str, requested: Option<&str>) -> String {
    let mut request = meld.bare(Method::GET, target).header("Authorization", meld.authorization());
    if let Some(requested) = requested {
        request = request.header("Meld-Version", requested);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    header(&response, "meld-version").to_owned()
}

#[tokio::test]
async fn newest_version_up_to_requested_is_used() {
    let meld = Meld::start().await;
    for (requested, used) in [
        (Some("2023-12-19"), "2023-12-19"),
        (Some("2024-04-27"), "2023-12-19"),
        (Some("2025-03-03"), "2023-12-19"),
        (Some("2025-03-04"), "2025-03-04"),
        (Some("2026-02-02"), "2025-03-04"),
        (Some("2026-02-03"), "2026-02-03"),
        (Some("2099-01-01"), "2026-02-03"),
        (Some("2020-01-01"), "2023-12-19"),
        (None, "2026-02-03"),
    ] {
        let found = version_used(&meld, "/notifications/webhooks/event-types", requested).await;
        assert_eq!(found, used, "{requested:?}");
    }
    // Versions are per operation: this one was added with 2026-02-03.
    let target = "/network-partner/supported/countries";
    assert_eq!(version_used(&meld, target, Some("2023-12-19")).await, "2026-02-03");
}

#[tokio::test]
async fn default_version_is_configurable() {
    let version = "2025-03-04".parse().unwrap();
    let meld = Meld::with(Sandbox::builder().version(version)).await;
    let target = "/notifications/webhooks/event-types";
    assert_eq!(version_used(&meld, target, None).await, "2025-03-04");
    assert_eq!(version_used(&meld, target, Some("2026-02-03")).await, "2026-02-03");
}

#[tokio::test]
async fn invalid_version_is_refused() {
    let meld = Meld::start().await;
    let request = meld.bare(Method::GET, "/institutions").header("Meld-Version", "newest");
    assert_refused(read(request.send().await.unwrap()).await, 400, "BAD_REQUEST", "");
}

#[tokio::test]
async fn authorization_must_match_exactly() {
    let meld = Meld::start().await;
    let key = meld.sandbox.api_key();
    for wrong in [
        None,
        Some(String::new()),
        Some(key.to_owned()),
        Some(format!("Basic {key}")),
        Some(format!("BASIC  {key}")),
        Some(format!("Bearer {key}")),
        Some("BASIC wrong".to_owned()),
    ] {
        let mut request = meld.bare(Method::GET, "/institutions");
        if let Some(value) = &wrong {
            request = request.header("Authorization", value);
        }
        let response = request.send().await.unwrap();
        let id = header(&response, "x-request-id").to_owned();
        let (status, body) = read(response).await;
        assert_eq!(status, 401, "{wrong:?}");
        assert_eq!(body["requestId"], id);
        assert!(body["message"].is_string() && body["timestamp"].is_string());
    }
    let request = meld.request(Method::GET, "/institutions");
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn network_partner_needs_no_key() {
    let meld = Meld::start().await;
    let target = "/network-partner/supported/countries?category=CRYPTO_ONRAMP";
    let send = async |header: Option<(&str, String)>| {
        let mut request = meld.bare(Method::GET, target);
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(send(None).await, 200);
    assert_eq!(send(Some(("Meld-Account-Id", "any".to_owned()))).await, 200);
    let key = format!("BASIC {}", meld.sandbox.api_key());
    assert_eq!(send(Some(("Authorization", key))).await, 200);
    assert_eq!(send(Some(("Authorization", "BASIC wrong".to_owned()))).await, 401);
}

#[tokio::test]
async fn undocumented_operations_are_missing() {
    let meld = Meld::start().await;
    assert_refused(meld.get("/crypto/order/headless/none/none").await, 404, "NOT_FOUND", "");
    assert_refused(meld.delete("/payments/crypto/quote").await, 405, "METHOD_NOT_ALLOWED", "");
}

#[tokio::test]
async fn invalid_query_is_refused() {
    let meld = Meld::start().await;
    for (target, field, says) in [
        ("/payments/transactions?externalSessionId=a", "[externalSessionId]", "externalSessionIds"),
        ("/payments/transactions?limit=ten", "[limit]", ""),
        ("/payments/transactions?limit=101", "[limit]", "100"),
        ("/payments/transactions?limit=0", "[limit]", "1"),
        ("/payments/transactions?before=a&after=b", "[before]", "after"),
        ("/payments/transactions?limit=1&limit=2", "[limit]", "twice"),
        ("/payments/transactions?amountFrom=much", "[amountFrom]", "number"),
        ("/service-providers?accountFilter=perhaps", "[accountFilter]", "boolean"),
        ("/activity-log?end=2026-01-01T00:00:00.000Z", "[start]", "required"),
        ("/network-partner/supported/countries?category=CRYPTO", "[category]", "CRYPTO_ONRAMP"),
    ] {
        let (status, body) = meld.get(target).await;
        assert_eq!(status, 400, "{target}");
        assert_eq!(body["code"], "INVALID_QUERY_PARAMETER", "{target}");
        let error = body["errors"][0].as_str().unwrap();
        assert!(error.starts_with(field) && error.contains(says), "{target}: {error}");
    }
    let several = "/bank-linking/investments/transactions?statuses=PENDING,POSTED";
    assert_eq!(meld.get(several).await.0, 200);
}

#[tokio::test]
async fn invalid_body_is_refused() {
    let meld = Meld::start().await;
    let mut null = quote();
    null["customerId"] = Value::Null;
    for (body, field) in [
        (with(quote(), json!({ "countryCode": null })), "[countryCode]"),
        (with(quote(), json!({ "sourceAmount": "much" })), "[sourceAmount]"),
        (with(quote(), json!({ "sourceAmount": -1 })), "[sourceAmount]"),
        (with(quote(), json!({ "sourceCurrencyCode": "" })), "[sourceCurrencyCode]"),
        (with(quote(), json!({ "serviceProviders": ["NOBODY"] })), "[serviceProviders.0]"),
        (null, "[customerId]"),
    ] {
        let (status, response) = meld.post("/payments/crypto/quote", body.clone()).await;
        assert_eq!((status.as_u16(), &response["code"]), (400, &json!("BAD_REQUEST")), "{body}");
        assert!(response["errors"][0].as_str().unwrap().starts_with(field), "{response}");
    }
    meld.create("/payments/crypto/quote", quote()).await;
}

#[tokio::test]
async fn body_must_be_json() {
    let meld = Meld::start().await;
    let request = || meld.request(Method::POST, "/payments/crypto/quote");
    let empty = read(request().send().await.unwrap()).await;
    assert_eq!(empty.0, 400);
    let broken = request().header("Content-Type", "application/json").body("{");
    assert_eq!(read(broken.send().await.unwrap()).await.0, 400);
    let form = request().header("Content-Type", "text/plain").body(quote().to_string());
    assert_eq!(read(form.send().await.unwrap()).await.0, 415);
}

#[tokio::test]
async fn idempotency_key_must_be_uuid() {
    let meld = Meld::start().await;
    let body = json!({ "sourceAmount": "10", "sourceCurrencyCode": "USD" });
    let (status, response) = meld.post_with_key("/payments/transactions", "again", body).await;
    assert_eq!(status, 400, "{response}");
    assert!(response["errors"][0].as_str().unwrap().starts_with("[X-Idempotency-Key]"));
}

#[tokio::test]
async fn examples_of_guides_are_accepted() {
    let meld = Meld::start().await;
    let (customer, method) = meld.customer_with_account().await;
    // The specs refuse some of these, but the guides are right.
    for (target, body) in [
        ("/payments/crypto/quote", quote()),
        ("/payments/crypto/quote", with(quote(), json!({ "sourceAmount": "200.50" }))),
        (
            "/crypto/session/widget",
            json!({ "sessionType": "SELL", "externalCustomerId": "robin", "sessionData": {
                "countryCode": "US", "sourceCurrencyCode": "BTC", "destinationCurrencyCode": "USD",
                "sourceAmount": "0.01", "serviceProvider": "TRANSAK", "walletAddress": "mine",
            } }),
        ),
        (
            "/bank-linking/connections/import",
            json!({ "connections": [
                { "serviceProvider": "MESH", "importType": "MELD_AUTHENTICATED" },
            ] }),
        ),
        (
            "/payments/transactions",
            json!({
                "sourceAmount": "10.00", "sourceCurrencyCode": "USD", "serviceProvider": "PLAID",
                "customerId": customer, "paymentMethod": method,
            }),
        ),
    ] {
        meld.create(target, body).await;
    }
}

#[tokio::test]
async fn foreign_host_returns_421() {
    let builder = Sandbox::builder().allow_host("mock");
    let meld = Meld::with(builder).await;
    let port = meld.sandbox.base_url().rsplit(':').next().unwrap();
    for (host, status) in [
        (format!("localhost:{port}"), 200),
        (format!("127.0.0.1:{port}"), 200),
        (format!("mock:{port}"), 200),
        ("mock".to_owned(), 200),
        (format!("evil.example:{port}"), 421),
        (format!("localhost.evil.example:{port}"), 421),
    ] {
        let request = meld.request(Method::GET, "/institutions").header("Host", &host);
        let (found, body) = read(request.send().await.unwrap()).await;
        assert_eq!(found, status, "{host}: {body}");
        assert_eq!(body["errors"][0].as_str().is_some(), status == 421, "{body}");
    }
    // The widget pages change the state, too.
    let request = meld.request(Method::GET, "/sandbox/connect/1").header("Host", "evil.example");
    assert_eq!(request.send().await.unwrap().status(), 421);
}

#[tokio::test]
async fn widget_url_has_requested_host() {
    let meld = Meld::with(Sandbox::builder().allow_host("mock")).await;
    let body = json!({ "externalCustomerId": "robin", "products": ["BALANCES"] });
    let request = meld.request(Method::POST, "/bank-linking/connect/start").json(&body);
    let (_, response) = read(request.header("Host", "mock:8080").send().await.unwrap()).await;
    assert!(response["widgetUrl"].as_str().unwrap().starts_with("http://mock:8080/sandbox/"));
}

#[tokio::test]
async fn key_is_random_without_seed() {
    let key = async |builder: meld_sandbox::Builder| builder.start().await.unwrap().api_key().to_owned();
    assert_ne!(key(Sandbox::builder()).await, key(Sandbox::builder()).await);
    assert_eq!(key(Sandbox::builder().seed(7)).await, key(Sandbox::builder().seed(7)).await);
    assert_ne!(key(Sandbox::builder().seed(7)).await, key(Sandbox::builder().seed(8)).await);
    assert_eq!(key(Sandbox::builder().seed(7).api_key("mine")).await, "mine");
    for wrong in ["", "a b", "a\n", "ä"] {
        let error = Sandbox::builder().api_key(wrong).start().await.unwrap_err();
        assert!(error.to_string().contains("api_key"), "{error}");
    }
    let error = Sandbox::builder().allow_host("mock:8080").start().await.unwrap_err();
    assert!(error.to_string().contains("allow_host"), "{error}");
}

#[tokio::test]
async fn accept_must_include_json() {
    let meld = Meld::start().await;
    for (accept, status) in [
        ("application/json", 200),
        ("text/html, application/*;q=0.5", 200),
        ("*/*", 200),
        ("text/html", 406),
        ("application/xml", 406),
    ] {
        let request = meld.request(Method::GET, "/institutions").header("Accept", accept);
        let (found, body) = read(request.send().await.unwrap()).await;
        assert_eq!(found, status, "{accept}: {body}");
    }
}
