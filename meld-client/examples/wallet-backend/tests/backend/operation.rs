//! Health checks, metrics, webhooks and restarts.

use crate::support::Wallet;

#[tokio::test]
async fn health_needs_a_valid_key() {
    let wallet = Wallet::start().await;
    assert_eq!(wallet.browser.get("/health/live").await.status, 200);
    let ready = wallet.browser.get("/health/ready").await;
    assert_eq!(ready.status, 200, "{}", ready.html);
    let fault = meld_sandbox::FaultRule::new(meld_sandbox::Fault::Unauthorized);
    wallet.sandbox.add_fault(fault).unwrap();
    let ready = wallet.browser.get("/health/ready").await;
    assert_eq!(ready.status, 503, "{}", ready.html);
    assert!(ready.html.contains("API key      failed"), "{}", ready.html);
    assert_eq!(wallet.browser.get("/health/live").await.status, 200);
}

#[tokio::test]
async fn metrics_count_calls_and_records() {
    let wallet = Wallet::start().await;
    let order = wallet.browser.order("buy").await;
    wallet.browser.wait_for(&order, "Continue to checkout").await;
    let metrics = wallet.browser.get("/metrics").await.html;
    for expected in [
        "meld_attempts_total{operation=\"crypto-session-widget-create\",status=\"200\"} 1",
        "wallet_orders{kind=\"buy\",state=\"waiting for you\"} 1",
        "wallet_records{queue=\"watches\",state=\"pending\"} 1",
        "http_requests_total{route=\"/orders/{id}\",status=\"200\"}",
    ] {
        assert!(metrics.contains(expected), "{expected}: {metrics}");
    }
    assert!(!metrics.contains(order.rsplit('/').next().unwrap()), "no ids");
}

#[tokio::test]
async fn unsigned_webhooks_are_refused() {
    let wallet = Wallet::start().await;
    assert_eq!(wallet.browser.post("/webhooks/meld", &[("a", "b")]).await.status, 401);
    let metrics = wallet.browser.get("/metrics").await.html;
    assert!(metrics.contains("wallet_webhooks_total{result=\"rejected\"} 1"), "{metrics}");
}

#[tokio::test]
async fn restart_keeps_orders_and_session() {
    let wallet = Wallet::start().await;
    let order = wallet.browser.order("buy").await;
    wallet.browser.wait_for(&order, "Continue to checkout").await;
    let wallet = wallet.restart().await;
    assert!(wallet.browser.get(&order).await.html.contains("Continue to checkout"));
}

#[tokio::test]
async fn pages_load_nothing_from_other_sites() {
    let wallet = Wallet::start().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = client.get(&wallet.browser.url).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    for path in ["/style.css", "/live.js"] {
        assert_eq!(wallet.browser.get(path).await.status, 200);
    }
}
