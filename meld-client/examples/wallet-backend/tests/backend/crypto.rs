//! Buying and selling.

use std::time::Duration;

use meld_sandbox::{Fault, FaultRule, Outcome};

use crate::support::{Browser, Wallet, offers};

const SESSIONS: &str = "/crypto/session/widget";

/// Returns the id of the session behind a checkout URL of the mock server.
fn session(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn double_click_makes_one_order() {
    let wallet = Wallet::start().await;
    let page = wallet.browser.get(&offers("buy")).await;
    let (token, quote) = (page.token("/orders"), page.field("/orders", "quote"));
    let fields = [("token", &*token), ("quote", &*quote), ("wallet", crate::support::WALLET)];
    let (first, second) =
        tokio::join!(wallet.browser.post("/orders", &fields), wallet.browser.post("/orders", &fields));
    assert_eq!((first.status, &first.location), (303, &second.location));
    wallet.browser.wait_for(&first.location, "Continue to checkout").await;
    assert_eq!(wallet.count("POST", SESSIONS), 1);
}

#[tokio::test]
async fn lost_webhook_is_reconciled() {
    let change = |config: &mut wallet_backend::Config| {
        (config.creates_webhook_profile, config.patience) = (false, Duration::from_millis(100));
    };
    let wallet = Wallet::start_with(change).await;
    let order = wallet.browser.order("buy").await;
    let page = wallet.browser.wait_for(&order, "Continue to checkout").await;
    wallet.sandbox.complete_session(session(&page.link("Continue to checkout")), Outcome::Settled).unwrap();
    wallet.sandbox.clock().advance(Duration::from_secs(100));
    wallet.browser.wait_for(&order, "state settled").await;
    let metrics = wallet.browser.get("/metrics").await;
    assert!(metrics.html.contains("wallet_reconciled_total 1"), "{}", metrics.html);
}

#[tokio::test]
async fn sale_shows_the_exact_deposit() {
    let wallet = Wallet::start().await;
    let order = wallet.browser.order("sell").await;
    let page = wallet.browser.wait_for(&order, "Continue to checkout").await;
    wallet.sandbox.complete_session(session(&page.link("Continue to checkout")), Outcome::Settled).unwrap();
    let page = wallet.browser.wait_for(&order, "Send exactly 200 USDC to deposit-").await;
    assert!(!page.html.contains("Continue to checkout"));
    wallet.sandbox.clock().advance(Duration::from_secs(100));
    let page = wallet.browser.wait_for(&order, "state settled").await;
    assert!(!page.html.contains("Send exactly"), "the deposit must not be sent twice");
}

#[tokio::test]
async fn failed_purchase_ends() {
    let wallet = Wallet::start().await;
    let order = wallet.browser.order("buy").await;
    let page = wallet.browser.wait_for(&order, "Continue to checkout").await;
    wallet.sandbox.complete_session(session(&page.link("Continue to checkout")), Outcome::Declined).unwrap();
    wallet.sandbox.clock().advance(Duration::from_secs(100));
    wallet.browser.wait_for(&order, "<td>DECLINED<td>").await;
    wallet.browser.wait_for(&order, "state ended").await;
}

#[tokio::test]
async fn refused_session_rejects_the_order() {
    let wallet = Wallet::start().await;
    wallet.sandbox.add_fault(FaultRule::new(Fault::BadRequest).operation("crypto-session-*")).unwrap();
    let order = wallet.browser.order("buy").await;
    wallet.browser.wait_for(&order, "state rejected").await;
}

#[tokio::test]
async fn limits_and_unknown_coins_are_shown() {
    let wallet = Wallet::start().await;
    for (from, to) in [("200", "0.01"), ("200", "x"), ("USDC", "NOSUCHCOIN"), ("=US&", "=&")] {
        let page = wallet.browser.get(&offers("buy").replace(from, to)).await;
        assert_eq!(page.status, 422, "{to}: {}", page.html);
        assert!(page.html.contains("role=alert"));
    }
}

#[tokio::test]
async fn input_is_escaped() {
    let wallet = Wallet::start().await;
    let page = wallet.browser.get(&offers("buy").replace("USDC", "%3Cscript%3Ealert(1)%3C/script%3E")).await;
    assert!(!page.html.contains("<script>alert"), "{}", page.html);
}

#[tokio::test]
async fn orders_and_forms_belong_to_one_user() {
    let wallet = Wallet::start().await;
    let order = wallet.browser.order("buy").await;
    let page = wallet.browser.get(&offers("buy")).await;
    let other = Browser::new(&wallet.browser.url);
    for path in [order.clone(), format!("{order}/live")] {
        assert_eq!(other.get(&path).await.status, 404);
    }
    let fields = [("token", &*page.token("/orders")), ("quote", &page.field("/orders", "quote")), ("wallet", "")];
    assert_eq!(other.post("/orders", &fields).await.status, 403);
    // Without a valid token, the form may be from another site.
    let own = [("token", "x.y"), fields[1], fields[2]];
    assert_eq!(wallet.browser.post("/orders", &own).await.status, 403);
    // The offer of another user is not found either.
    let token = other.get(&offers("buy")).await.token("/orders");
    assert_eq!(other.post("/orders", &[("token", &token), fields[1], fields[2]]).await.status, 422);
}
