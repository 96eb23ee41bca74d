//! The flows of a customer, in headless Chromium. Screenshots are in `target/tmp/screenshots`.

use std::time::{Duration, Instant};

use meld_sandbox::{Fault, FaultRule, KycStatus};
use meld_test_browser::thirtyfour::prelude::*;
use meld_test_browser::{Browser, start};
use tokio::sync::{Mutex, MutexGuard};

use crate::crashes::{Process, free_port, slow, wait_for_requests};
use crate::support::Wallet;

/// One browser at a time, because each uses several processors.
static ONE: Mutex<()> = Mutex::const_new(());

/// `None` if no browser is installed.
async fn begin() -> Option<(MutexGuard<'static, ()>, Browser, Wallet)> {
    Some((ONE.lock().await, start().await?, Wallet::start().await))
}

async fn wait_for(browser: &Browser, text: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let body = match browser.find(By::Tag("body")).await {
            Ok(body) => body.text().await.unwrap_or_default(),
            // The page is changing.
            Err(_) => String::new(),
        };
        if body.contains(text) {
            return;
        }
        assert!(Instant::now() < end, "no `{text}` in {body}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn click(browser: &Browser, css: &str) {
    browser.query(By::Css(css)).first().await.unwrap().click().await.unwrap();
}

/// Clicks a link that opens the page of a provider, lets that page do its work, and returns.
async fn visit(browser: &Browser, css: &str) {
    let own = browser.window().await.unwrap();
    click(browser, css).await;
    let end = Instant::now() + Duration::from_secs(10);
    while browser.windows().await.unwrap().len() < 2 {
        assert!(Instant::now() < end, "no page was opened");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let other = browser.windows().await.unwrap().into_iter().find(|window| *window != own).unwrap();
    browser.switch_to_window(other).await.unwrap();
    wait_for(browser, "The widget is completed.").await;
    browser.close_window().await.unwrap();
    browser.switch_to_window(own).await.unwrap();
}

async fn screenshot(browser: &Browser, name: &str) {
    browser.write_screenshot(env!("CARGO_TARGET_TMPDIR"), name).await;
}

/// Orders the best offer.
async fn order(browser: &Browser, url: &str, form: &str) {
    browser.goto(url).await.unwrap();
    screenshot(browser, "wallet-start").await;
    click(browser, &format!("{form} button")).await;
    wait_for(browser, "They can be ordered for 15 minutes").await;
    screenshot(browser, &format!("wallet-offers-{}", &form[1..])).await;
    click(browser, "button.order").await;
}

#[tokio::test]
async fn browser_buys_with_one_double_click() {
    let Some((_one, browser, wallet)) = begin().await else { return };
    browser.goto(wallet.service.url()).await.unwrap();
    click(&browser, "#buy button").await;
    wait_for(&browser, "They can be ordered for 15 minutes").await;
    let button = browser.query(By::Css("button.order")).first().await.unwrap();
    browser.action_chain().double_click_element(&button).perform().await.unwrap();
    wait_for(&browser, "Continue to checkout").await;
    screenshot(&browser, "wallet-checkout").await;
    visit(&browser, "#checkout a").await;
    wait_for(&browser, "PENDING").await;
    wallet.sandbox.clock().advance(Duration::from_secs(100));
    wait_for(&browser, "SETTLED").await;
    screenshot(&browser, "wallet-settled").await;
    browser.goto(format!("{}/orders", wallet.service.url())).await.unwrap();
    screenshot(&browser, "wallet-history").await;
    assert_eq!(browser.find_all(By::Css("tbody tr")).await.unwrap().len(), 1);
    assert_eq!(wallet.count("POST", "/crypto/session/widget"), 1);
}

#[tokio::test]
async fn browser_sells() {
    let Some((_one, browser, wallet)) = begin().await else { return };
    order(&browser, wallet.service.url(), "#sell").await;
    wait_for(&browser, "Continue to checkout").await;
    visit(&browser, "#checkout a").await;
    wait_for(&browser, "Send exactly 250 USDC to deposit-").await;
    screenshot(&browser, "wallet-deposit").await;
    wallet.sandbox.clock().advance(Duration::from_secs(100));
    wait_for(&browser, "SETTLED").await;
}

#[tokio::test]
async fn browser_links_a_bank_and_refunds() {
    let Some((_one, browser, wallet)) = begin().await else { return };
    browser.goto(format!("{}/banks", wallet.service.url())).await.unwrap();
    click(&browser, "form[action='/banks'] button").await;
    wait_for(&browser, "Continue to your bank").await;
    visit(&browser, "[data-live] a.button").await;
    wait_for(&browser, "Pay from this account").await;
    wait_for(&browser, "ACTIVE").await;
    screenshot(&browser, "wallet-banks").await;
    click(&browser, "a[href$='/charge']").await;
    wait_for(&browser, "by ACH").await;
    screenshot(&browser, "wallet-charge").await;
    click(&browser, "form[action='/charges'] button").await;
    wait_for(&browser, "PENDING").await;
    wallet.sandbox.clock().advance(Duration::from_secs(9 * 3600));
    wait_for(&browser, "SETTLED").await;
    click(&browser, "form[action$='/refund'] button").await;
    wait_for(&browser, "settled").await;
    screenshot(&browser, "wallet-refund").await;
    assert_eq!(wallet.sandbox.payments().len(), 2, "one charge and one refund");
}

#[tokio::test]
async fn browser_repeats_kyc_until_approved() {
    let Some((_one, browser, wallet)) = begin().await else { return };
    browser.goto(format!("{}/kyc", wallet.service.url())).await.unwrap();
    click(&browser, "form[action='/kyc'] button").await;
    wait_for(&browser, "PENDING").await;
    wallet.sandbox.decide_kyc(&wallet.customer_id(), KycStatus::Rejected).unwrap();
    wait_for(&browser, "REJECTED").await;
    screenshot(&browser, "wallet-kyc-refused").await;
    click(&browser, "form[action='/kyc'] button").await;
    wait_for(&browser, "Continue").await;
    visit(&browser, "[data-live] a.button").await;
    wait_for(&browser, "APPROVED").await;
    screenshot(&browser, "wallet-kyc-approved").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_follows_an_order_through_a_crash() {
    let _one = ONE.lock().await;
    let Some(browser) = start().await else { return };
    let (sandbox, folder, port) = (slow().await, tempfile::tempdir().unwrap(), free_port());
    let process = Process::start(&sandbox, &folder, port);
    sandbox.add_fault(FaultRule::new(Fault::Slow).operation("crypto-session-widget-create").nth(1)).unwrap();
    order(&browser, &process.url, "#buy").await;
    wait_for(&browser, "Preparing").await;
    wait_for_requests(&sandbox, "/crypto/session/widget", 1).await;
    process.kill();
    let _process = Process::start(&sandbox, &folder, port);
    // The page refreshes itself.
    wait_for(&browser, "Continue to checkout").await;
    visit(&browser, "#checkout a").await;
    wait_for(&browser, "PENDING").await;
    sandbox.clock().advance(Duration::from_secs(100));
    wait_for(&browser, "SETTLED").await;
}
