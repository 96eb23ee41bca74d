//! Checkout URLs.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Meld, assert_refused, text, with};

const TARGET: &str = "/crypto/session/widget/url";

fn request() -> Value {
    let prefill = json!({
        "countryCode": "DE", "sourceCurrencyCode": "EUR", "destinationCurrencyCode": "ETH", "sourceAmount": 250,
        "walletAddress": "0x2fb8c9b9ba942682393c47c92204b7e6b9fc1caa",
    });
    json!({
        "publicKey": "public", "sessionType": "BUY", "prefill": prefill, "locked": ["walletAddress", "sourceAmount"],
        "externalCustomerId": "robin", "externalSessionId": "checkout-1",
    })
}

#[tokio::test]
async fn checkout_url_opens_one_session() {
    let meld = Meld::start().await;
    let minted = meld.create(TARGET, request()).await;
    assert_eq!(meld.open(&minted["widgetUrl"]).await, 200);
    assert_eq!(meld.open(&minted["widgetUrl"]).await, 404, "the externalSessionId has a session");
    let found = meld.read("/payments/transactions?externalSessionIds=checkout-1").await;
    let found = &found["transactions"][0];
    assert_eq!((&found["sourceAmount"], &found["externalCustomerId"]), (&json!(250.0), &json!("robin")));
    assert_refused(meld.post(TARGET, request()).await, 400, "DUPLICATE_EXTERNAL_SESSION_ID", "");
    let many = meld.create(TARGET, json!({ "publicKey": "public" })).await;
    assert_eq!(meld.open(&many["widgetUrl"]).await, 200);
    assert_eq!(meld.open(&many["widgetUrl"]).await, 200);
    meld.sandbox.clock().advance(Duration::from_secs(31 * 24 * 3600));
    assert_eq!(meld.open(&many["widgetUrl"]).await, 404, "expired");
}

#[tokio::test]
async fn checkout_url_rules_are_enforced() {
    let meld = Meld::start().await;
    let amount =
        |session_type: &str, amount: f64| json!({ "sessionType": session_type, "prefill": { "sourceAmount": amount } });
    for (changes, says) in [
        (json!({ "locked": ["countryCode"], "prefill": { "countryCode": null } }), "[prefill.countryCode]"),
        (json!({ "locked": ["walletTag"] }), "[locked"),
        (amount("BUY", 0.5), "[prefill.sourceAmount]"),
        (amount("SELL", 1_000_001.0), "[prefill.sourceAmount]"),
        (json!({ "prefill": { "walletAddress": "short" } }), "[prefill.walletAddress]"),
        (json!({ "redirectUrl": "/back" }), "[redirectUrl]"),
        (json!({ "publicKey": meld.sandbox.api_key() }), "[publicKey]"),
        (json!({ "publicKey": null }), "[publicKey]"),
    ] {
        assert_refused(meld.post(TARGET, with(request(), changes)).await, 400, "BAD_REQUEST", says);
    }
    let sale = with(request(), amount("SELL", 0.5));
    let minted = meld.create(TARGET, with(sale, json!({ "locked": ["WALLETADDRESS"] }))).await;
    assert!(text(&minted["widgetUrl"]).contains("/sandbox/checkout/"));
}
