//! The page `/_mock/` in a browser.

use std::time::{Duration, Instant};

use meld_test_browser::Browser;
use meld_test_browser::thirtyfour::By;
use meld_test_server::Server;
use serde_json::json;

use crate::support::{Meld, quote, session, text};

/// The longest time until the page shows a change; it asks once a second.
const SHOWN_WITHIN: Duration = Duration::from_secs(20);

/// Waits until a section of the page has a text.
async fn wait_for(browser: &Browser, section: &str, shown: &str) {
    wait_until(browser, section, &format!("{shown} is not shown"), |text| text.contains(shown)).await;
}

/// Waits until the text of a section meets a condition.
async fn wait_until(browser: &Browser, section: &str, otherwise: &str, condition: impl Fn(&str) -> bool) {
    let started = Instant::now();
    loop {
        let text = browser.find(By::Id(section)).await.unwrap().text().await.unwrap();
        if condition(&text) {
            return;
        }
        assert!(started.elapsed() < SHOWN_WITHIN, "{section}: {otherwise}: {text}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Presses the first button of a section with a label.
async fn press(browser: &Browser, section: &str, label: &str) {
    let button = || By::XPath(format!("//*[@id='{section}']//button[.='{label}']"));
    let started = Instant::now();
    // A refresh may replace a button between the search and the click.
    while let Err(error) = async { browser.find(button()).await?.click().await }.await {
        assert!(started.elapsed() < SHOWN_WITHIN, "{label}: {error}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn screenshot(browser: &Browser, name: &str) {
    let path = browser.write_screenshot(env!("CARGO_TARGET_TMPDIR"), name).await;
    println!("{}", path.display());
}

#[tokio::test]
async fn page_shows_calls_and_completes_sessions() {
    let Some(browser) = meld_test_browser::start().await else { return };
    let meld = Meld::start().await;
    let receiver = Server::with(|_| meld_test_server::response("200 OK", "", "")).await;
    let types = ["TRANSACTION_CRYPTO_PENDING", "TRANSACTION_CRYPTO_COMPLETE"];
    let profile = json!({ "name": "mine", "url": format!("{}/hook", receiver.address), "eventTypes": types });
    meld.create("/notifications/webhooks", profile).await;
    browser.goto(format!("{}/_mock/", meld.sandbox.base_url())).await.unwrap();
    wait_for(&browser, "sessions", "None").await;

    // Everything from here on appears without a reload.
    meld.create("/payments/crypto/quote", quote()).await;
    wait_for(&browser, "requests", "/payments/crypto/quote").await;
    let id = text(&meld.create("/crypto/session/widget", session("order-17")).await["id"]);
    wait_for(&browser, "sessions", &id).await;
    screenshot(&browser, "mock-session").await;

    press(&browser, "sessions", "Complete").await;
    wait_for(&browser, "transactions", "PENDING").await;
    wait_for(&browser, "deliveries", "TRANSACTION_CRYPTO_PENDING").await;
    press(&browser, "clock", "Advance the clock").await;
    wait_for(&browser, "sessions", "SETTLED").await;
    wait_for(&browser, "transactions", "SETTLED").await;
    wait_for(&browser, "deliveries", "TRANSACTION_CRYPTO_COMPLETE").await;
    // The event of the profile itself is the third.
    receiver.wait_for(3).await;
    press(&browser, "deliveries", "Resend").await;
    receiver.wait_for(4).await;
    screenshot(&browser, "mock-complete").await;
}

#[tokio::test]
async fn page_asks_for_the_token_and_shows_errors() {
    let Some(browser) = meld_test_browser::start().await else { return };
    let meld = Meld::with(meld_sandbox::Sandbox::builder().control_token("right")).await;
    browser.goto(format!("{}/_mock/", meld.sandbox.base_url())).await.unwrap();
    wait_for(&browser, "error", "token").await;
    screenshot(&browser, "mock-token").await;
    browser.find(By::Id("token")).await.unwrap().send_keys("right\n").await.unwrap();
    wait_for(&browser, "requests", "None").await;
    wait_until(&browser, "error", "the error stays", str::is_empty).await;
}
