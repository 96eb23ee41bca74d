//! Headless orders that buy crypto: quotes, requirements, orders and their settlement.

use std::time::Duration;

use meld_sandbox::KycStatus;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Meld, assert_refused, card_order, header, key, quote, read, text, with};

const ORDER: &str = "/crypto/order/headless/onramp";

async fn order(meld: &Meld, body: Value) -> (reqwest::StatusCode, Value) {
    meld.headless(Method::POST, ORDER, body).await
}

async fn requirements(meld: &Meld, provider: &str, customer: &str) -> Value {
    meld.read(&format!(
        "/crypto/onramp/{provider}/requirements?customerId={customer}&paymentMethodType=CREDIT_DEBIT_CARD&sourceAmount=100\
         &sourceCurrencyCode=EUR&destinationCurrencyCode=USDC&countryCode=FR"
    ))
    .await
}

#[tokio::test]
async fn integration_mode_depends_on_version() {
    let meld = Meld::start().await;
    let target = "/payments/crypto/quote?integrationMode=HEADLESS";
    let body = with(quote(), json!({ "destinationCurrencyCode": "USDC_BASE", "paymentMethodType": "ACH" }));
    let (_, old) = meld.post(target, body.clone()).await;
    assert!(old["quotes"].as_array().unwrap().len() > 3, "ignored, so the quotes are those of widgets");
    assert!(old["quotes"][0].get("integrationMode").is_none());
    let (_, new) = meld.headless(Method::POST, target, body.clone()).await;
    let names: Vec<&Value> = new["quotes"].as_array().unwrap().iter().map(|one| &one["serviceProvider"]).collect();
    assert_eq!(names, ["NOAH", "DUENETWORK", "BRALE"]);
    let quote = &new["quotes"][0];
    let fields = (&quote["integrationMode"], &quote["destinationNetworkCode"], &quote["kycMode"]);
    assert_eq!(fields, (&json!("HEADLESS"), &json!("BASE"), &json!("ASYNC")));
    let apple = with(body, json!({ "paymentMethodType": "APPLE_PAY" }));
    let (_, all) = meld.headless(Method::POST, "/payments/crypto/quote?integrationMode=ALL", apple).await;
    let native = all["quotes"].as_array().unwrap().iter().filter(|one| one["isNativeAvailable"] == true).count();
    assert_eq!(native, 3);
}

#[tokio::test]
async fn response_has_served_version() {
    let meld = Meld::start().await;
    for (asked, served) in [
        ("2026-02-03", "2026-02-03"),
        ("2026-04-30", "2026-02-03"),
        ("2026-05-01", "2026-05-01"),
        ("2030-01-01", "2026-05-01"),
        ("2025-03-04", "2025-03-04"),
    ] {
        let request = meld.bare(Method::POST, "/payments/crypto/quote").header("Authorization", meld.authorization());
        let response = request.header("Meld-Version", asked).json(&quote()).send().await.unwrap();
        assert_eq!(header(&response, "meld-version"), served, "{asked}");
    }
}

#[tokio::test]
async fn requirements_change_with_each_step() {
    let meld = Meld::start().await;
    let id = meld.customer().await;
    let codes = async || {
        let found = requirements(&meld, "BANXA", &id).await;
        let list = found["kycRequirements"].as_array().unwrap().clone();
        list.iter().map(|one| format!("{}: {}", text(&one["code"]), text(&one["status"]))).collect::<Vec<_>>()
    };
    let first = requirements(&meld, "BANXA", &id).await;
    assert_eq!(first["customerStatus"]["email"], json!({ "satisfied": false, "reason": "MISSING" }));
    assert_eq!(first["kycRequirements"][2]["missingFields"], json!(["occupation", "sourceOfFunds"]));
    let refused = order(&meld, with(card_order(&id, "one"), json!({ "serviceProvider": "BANXA" }))).await;
    assert_refused(refused, 403, "VERIFICATION_REQUIRED", "phone: MISSING");

    meld.verify(&id, "EMAIL", "robin@example.com").await;
    meld.verify(&id, "PHONE", "+14155550123").await;
    let refused = order(&meld, with(card_order(&id, "one"), json!({ "serviceProvider": "BANXA" }))).await;
    assert_refused(refused, 403, "KYC_NOT_COMPLETED", "PROVIDER_EXTRA_KYC: REQUIRED");
    let kyc = format!("/accounts/customers/{id}/kyc/initiate");
    let body = json!({ "serviceProvider": "SUMSUB", "mode": "HOSTED_URL", "kycShareProviders": ["BANXA"] });
    meld.create(&kyc, body.clone()).await;
    let pending = ["MELD_KYC_APPROVED: PENDING", "PROVIDER_KYC_SHARE: PENDING", "PROVIDER_EXTRA_KYC: REQUIRED"];
    assert_eq!(codes().await, pending);
    let fields = json!({ "serviceProviderDetails": { "occupation": "baker", "sourceOfFunds": "SALARY" } });
    assert_eq!(meld.patch(&kyc, with(body, fields)).await.0, 200);
    meld.sandbox.decide_kyc(&id, KycStatus::Approved).unwrap();
    assert!(codes().await.iter().all(|line| line.ends_with("SATISFIED")));
    let (status, _) = order(&meld, with(card_order(&id, "one"), json!({ "serviceProvider": "BANXA" }))).await;
    assert_eq!(status, 201);
    meld.sandbox.decide_kyc_at(&id, "BANXA", KycStatus::Rejected).unwrap();
    assert_eq!(codes().await[1], "PROVIDER_KYC_SHARE: BLOCKED");
}

#[tokio::test]
async fn stale_and_voip_phones_are_refused() {
    let meld = Meld::start().await;
    let id = meld.verified_customer().await;
    meld.sandbox.accept_agreements(&id, "COINBASEPAY").unwrap();
    let coinbase = |external: &str| {
        let changes =
            json!({ "serviceProvider": "COINBASEPAY", "paymentMethodType": "APPLE_PAY", "countryCode": "US" });
        with(card_order(&id, external), changes)
    };
    assert_eq!(order(&meld, coinbase("one")).await.0, 201);
    meld.sandbox.clock().advance(Duration::from_secs(61 * 24 * 3600));
    let status = &requirements(&meld, "COINBASEPAY", &id).await["customerStatus"]["phone"];
    assert_eq!(*status, json!({ "satisfied": false, "reason": "STALE" }));
    assert_refused(order(&meld, coinbase("two")).await, 403, "VERIFICATION_REQUIRED", "phone: STALE");
    meld.verify(&id, "PHONE", "+15005550009").await;
    assert_refused(order(&meld, coinbase("two")).await, 403, "VERIFICATION_REQUIRED", "phone: VOIP");
    assert_refused(order(&meld, card_order(&id, "two")).await, 403, "VERIFICATION_REQUIRED", "phone: VOIP");
}

#[tokio::test]
async fn agreements_must_be_accepted() {
    let meld = Meld::start().await;
    let id = meld.verified_customer().await;
    let changes = json!({ "serviceProvider": "COINBASEPAY", "paymentMethodType": "APPLE_PAY", "countryCode": "US" });
    let body = with(card_order(&id, "one"), changes);
    let found = requirements(&meld, "COINBASEPAY", &id).await;
    assert_eq!(found["legalAgreements"].as_array().unwrap().len(), 2);
    assert_refused(order(&meld, body.clone()).await, 403, "LEGAL_ACCEPTANCE_REQUIRED", "COINBASEPAY");
    let future = with(body.clone(), json!({ "agreementAcceptedAt": "2999-01-01T00:00:00Z" }));
    assert_refused(order(&meld, future).await, 400, "TRANSACTION_REQUEST_VALIDATION_ERROR", "[agreementAcceptedAt]");
    let accepted = with(body, json!({ "agreementAcceptedAt": "2026-01-01T00:00:00Z" }));
    assert_eq!(order(&meld, accepted).await.0, 201);
    meld.sandbox.reach_limit(&id, "MERCURYO").unwrap();
    let refused = order(&meld, card_order(&id, "two")).await;
    assert_refused(refused, 422, "CUSTOMER_NOT_PAYMENT_READY", "limitUpgrade: REQUIRED");
}

#[tokio::test]
async fn onramp_order_rules_are_enforced() {
    let meld = Meld::start().await;
    let id = meld.verified_customer().await;
    order(&meld, card_order(&id, "used")).await;
    let redirect = json!({ "redirectUrl": "https://example.com" });
    let apple = |country: &str| json!({ "paymentMethodType": "APPLE_PAY", "countryCode": country });
    let money = json!({ "serviceProvider": "YELLOWCARD", "paymentMethodType": "MOBILE_MONEY" });
    for (changes, code) in [
        (redirect.clone(), "INVALID_REDIRECT_URL"),
        (with(redirect, apple("FR")), "INVALID_REDIRECT_URL"),
        (json!({ "customerId": null }), "CUSTOMER_ID_REQUIRED"),
        (json!({ "customerId": "nobody" }), "CUSTOMER_NOT_FOUND"),
        (json!({ "customerId": null, "externalCustomerId": "nobody" }), "CUSTOMER_NOT_FOUND"),
        (json!({ "externalCustomerId": "robin" }), "BAD_REQUEST"),
        (json!({ "externalOrderId": "used" }), "EXTERNAL_ORDER_ID_NOT_UNIQUE"),
        (json!({ "paymentMethodType": "PIX" }), "PAYMENT_METHOD_NOT_SUPPORTED"),
        (apple("US"), "INVALID_PAYMENT_METHOD"),
        (money, "PHONE_NUMBER_REQUIRED"),
        (json!({ "destinationNetworkCode": "BASE" }), "INVALID_CRYPTO_CURRENCY"),
        (json!({ "serviceProvider": "STRIPE", "destinationNetworkCode": null }), "INVALID_CRYPTO_CURRENCY"),
        (json!({ "sourceAmount": 1 }), "INVALID_AMOUNT_TOO_LOW"),
        (json!({ "destinationWalletAddress": " " }), "CRYPTO_INVALID_DESTINATION_WALLET"),
        (json!({ "clientIpAddress": "here" }), "BAD_REQUEST"),
        (json!({ "sourceCurrencyCode": "BTC", "destinationCurrencyCode": "USD" }), "INVALID_FIAT_CURRENCY"),
    ] {
        assert_refused(order(&meld, with(card_order(&id, "new"), changes)).await, 400, code, "");
    }
}

#[tokio::test]
async fn order_details_depend_on_method() {
    let meld = Meld::start().await;
    let id = meld.verified_customer().await;
    let (status, card) = order(&meld, card_order(&id, "card")).await;
    assert_eq!((status.as_u16(), &card["paymentMethodResponseDetails"]["renderMode"]), (201, &json!("IFRAME")));
    assert_eq!(card["payload"]["sourceAmount"], "100");
    assert_eq!(card["externalCustomerId"], "robin");
    let apple = with(card_order(&id, "apple"), json!({ "paymentMethodType": "APPLE_PAY" }));
    let (_, old) = meld.post(ORDER, with(apple.clone(), json!({ "externalOrderId": "old" }))).await;
    assert!(old.get("responseKind").is_none(), "a field of 2026-05-01");
    let (_, new) = order(&meld, apple).await;
    assert_eq!(new["responseKind"], "SESSION");
    assert_eq!(new["headlessPresentation"]["protocol"], "MELD_WALLET_TOKEN");
    assert!(new["paymentMethodResponseDetails"]["sessionToken"].is_string());
    let bank = meld.sandbox.add_customer(&["NOAH"]);
    let ach = json!({
        "serviceProvider": "NOAH", "paymentMethodType": "ACH", "sourceCurrencyCode": "USD", "countryCode": "US",
    });
    let (_, ach) = order(&meld, with(card_order(&bank, "ach"), ach)).await;
    assert!(ach["paymentMethodResponseDetails"]["accountNumber"].is_string(), "{ach}");
}

#[tokio::test]
async fn onramp_key_replays_first_response() {
    let meld = Meld::start().await;
    let id = meld.verified_customer().await;
    let first = meld.keyed(ORDER, &key(1), &card_order(&id, "one")).await;
    assert_eq!(first.status(), 201);
    let second = meld.keyed(ORDER, &key(1), &card_order(&id, "one")).await;
    assert_eq!(second.status(), 200);
    assert_eq!(read(first).await.1, read(second).await.1);
    let request = meld.request(Method::POST, ORDER).header("X-Idempotency-Key", key(2)).header("Sandbox-Fault", "slow");
    let slow = request.json(&card_order(&id, "two")).send();
    let (slow, running) = tokio::join!(slow, async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        meld.keyed(ORDER, &key(2), &card_order(&id, "two")).await
    });
    assert_eq!(header(&running, "retry-after"), "2");
    assert_refused(read(running).await, 425, "HEADLESS_PAYMENT_IN_PROGRESS", "");
    assert_eq!(slow.unwrap().status(), 201);
}

#[tokio::test]
async fn simulated_order_settles() {
    let meld = Meld::start().await;
    let id = meld.verified_customer().await;
    let (_, created) = order(&meld, card_order(&id, "one")).await;
    let simulate = async |external: &str| {
        meld.post("/payments/mock/headless/simulate", json!({ "externalOrderId": external })).await
    };
    assert_refused(simulate("none").await, 404, "NOT_FOUND", "order");
    let (status, simulated) = simulate("one").await;
    assert_eq!(status, 200);
    assert_eq!(simulate("one").await.1, simulated, "an order is paid once");
    meld.sandbox.clock().advance(Duration::from_secs(3));
    let target = format!("/payments/transactions/{}", text(&simulated["transactionId"]));
    let transaction = &meld.read(&target).await["transaction"];
    assert_eq!((&transaction["status"], &transaction["orderId"]), (&json!("SETTLED"), &created["id"]));
}
