//! Crypto and customers: quotes, sessions, their transactions, KYC and discovery.

use std::time::Duration;

use meld_sandbox::{KycStatus, Outcome};
use serde_json::{Value, json};

use crate::support::{Meld, assert_refused, billing_address, quote, session, text, with};

const SESSION: &str = "/crypto/session/widget";
const CUSTOMERS: &str = "/accounts/customers";

async fn transaction(meld: &Meld, id: &str) -> Value {
    let body = meld.read(&format!("/payments/transactions/{id}")).await;
    body["transaction"].clone()
}

#[tokio::test]
async fn quote_lists_several_providers() {
    let meld = Meld::start().await;
    let body = meld.create("/payments/crypto/quote", quote()).await;
    let quotes = body["quotes"].as_array().unwrap();
    assert!(quotes.len() > 3);
    for quote in quotes {
        assert_eq!(quote["transactionType"], "CRYPTO_PURCHASE");
        assert!(quote["rampIntelligence"]["rampScore"].is_number());
        assert!(quote["destinationAmount"].as_f64().unwrap() > 0.0);
    }
    assert_eq!(meld.post("/payments/crypto/quote", quote()).await.1, body, "quotes are reproducible");

    let sell = json!({
        "countryCode": "US", "sourceCurrencyCode": "BTC", "destinationCurrencyCode": "EUR",
        "sourceAmount": 0.1, "serviceProviders": ["TOPPER", "UNLIMIT"],
    });
    let (_, body) = meld.post("/payments/crypto/quote", sell).await;
    assert_eq!(body["quotes"].as_array().unwrap().len(), 2);
    assert_eq!(body["quotes"][0]["transactionType"], "CRYPTO_SELL");
    assert!(body["quotes"][0].get("sourceAmountWithoutFees").is_none());
}

#[tokio::test]
async fn refused_quote_has_code() {
    let meld = Meld::start().await;
    for (changes, status, code) in [
        (json!({ "sourceAmount": 1 }), 400, "INVALID_AMOUNT_TOO_LOW"),
        (json!({ "sourceAmount": 1_000_000 }), 400, "INVALID_AMOUNT_TOO_HIGH"),
        (json!({ "sourceCurrencyCode": "XYZ" }), 400, "INVALID_FIAT_CURRENCY"),
        (json!({ "destinationCurrencyCode": "NOCOIN" }), 400, "INVALID_CRYPTO_CURRENCY"),
        (json!({ "paymentMethodType": "Credit Card" }), 400, "NO_VALID_QUOTES"),
        (json!({ "serviceProviders": ["MX"] }), 404, "NOT_FOUND"),
        (json!({ "customerId": "unknown" }), 400, "CUSTOMER_NOT_FOUND"),
        (json!({ "customerId": "a", "externalCustomerId": "b" }), 400, "BAD_REQUEST"),
        (json!({ "walletAddress": " " }), 400, "CRYPTO_INVALID_DESTINATION_WALLET"),
    ] {
        let response = meld.post("/payments/crypto/quote", with(quote(), changes)).await;
        assert_refused(response, status, code, "");
    }
}

#[tokio::test]
async fn completed_session_settles() {
    let meld = Meld::start().await;
    let opened = meld.create(SESSION, session("one")).await;
    let by_session = format!("/payments/transactions/sessions/{}", text(&opened["id"]));
    let code = "TRANSACTION_FETCH_BY_SESSION_NOT_YET_CREATED_WITH_PROVIDER";
    assert_refused(meld.get(&by_session).await, 404, code, "");
    let unknown = meld.get("/payments/transactions/sessions/none").await;
    assert_refused(unknown, 404, "NOT_FOUND", "");
    assert!(meld.sandbox.complete_session("none", Outcome::Settled).is_err());

    assert_eq!(meld.open(&opened["serviceProviderWidgetUrl"]).await, 200);
    let found = &meld.read(&by_session).await["transaction"];
    assert_eq!((&found["status"], &found["externalSessionId"]), (&json!("PENDING"), &json!("one")));
    let id = found["id"].as_str().unwrap();
    for (seconds, status) in [(30, "SETTLING"), (60, "SETTLED"), (1000, "SETTLED")] {
        meld.sandbox.clock().advance(Duration::from_secs(seconds));
        assert_eq!(transaction(&meld, id).await["status"], status);
    }
    let target = "/payments/transactions?externalSessionIds=one&statuses=SETTLED";
    assert_eq!(meld.read(target).await["transactions"][0]["id"], json!(id));
}

#[tokio::test]
async fn wallet_fields_depend_on_version() {
    let meld = Meld::start().await;
    let (_, body) = meld.post(SESSION, session("one")).await;
    let session = body["id"].as_str().unwrap();
    let id = meld.sandbox.complete_session(session, Outcome::Settled).unwrap();
    let new = transaction(&meld, &id).await["cryptoDetails"].clone();
    assert_eq!(new["destinationWalletAddress"], "0x5125e50f");
    assert!(new.get("walletAddress").is_none());
    let request = meld
        .bare(reqwest::Method::GET, &format!("/payments/transactions/{id}"))
        .header("Authorization", meld.authorization())
        .header("Meld-Version", "2023-12-19");
    let (_, old) = crate::support::read(request.send().await.unwrap()).await;
    assert_eq!(old["transaction"]["cryptoDetails"]["walletAddress"], "0x5125e50f");
    assert!(old["transaction"]["cryptoDetails"].get("sessionWalletAddress").is_none());
}

#[tokio::test]
async fn sessions_are_opened_or_refused() {
    let meld = Meld::start().await;
    let swapped = json!({ "sourceCurrencyCode": "USDC", "destinationCurrencyCode": "USD" });
    let transfer = json!({ "sessionType": "TRANSFER", "externalCustomerId": "robin", "sessionData": {
        "countryCode": "US", "serviceProvider": "MESH", "sourceCurrencyCodes": ["USDC"],
    } });
    for (reason, body, status) in [
        ("a purchase", session("one"), 200),
        ("the same external id", session("one"), 400),
        ("swapped currencies", with(session("two"), json!({ "sessionData": swapped })), 400),
        ("a sale", with(session("two"), json!({ "sessionType": "SELL", "sessionData": swapped })), 200),
        ("an amount as a number", with(session("three"), json!({ "sessionData": { "sourceAmount": 100 } })), 400),
        (
            "a purchase without a wallet",
            with(session("four"), json!({ "sessionData": { "walletAddress": null } })),
            400,
        ),
        ("a transfer", transfer, 200),
    ] {
        let (found, response) = meld.post(SESSION, body).await;
        assert_eq!(found, status, "{reason}: {response}");
    }
    let response = meld.post(SESSION, session("one")).await;
    assert_refused(response, 400, "DUPLICATE_EXTERNAL_SESSION_ID", "");
}

#[tokio::test]
async fn customer_is_updated_and_deleted() {
    let meld = Meld::start().await;
    let id = meld.customer().await;
    let target = format!("{CUSTOMERS}/{id}");
    for email in [json!("old@example.com"), Value::Null, json!("new@example.com")] {
        let (status, customer) = meld.patch(&target, json!({ "email": email })).await;
        assert_eq!(status, 200, "{customer}");
        assert_eq!(customer.get("email"), Some(&email).filter(|email| !email.is_null()));
    }
    let address = meld.create(&format!("{target}/addresses"), billing_address()).await;
    assert_eq!(address["addressDetails"]["country"], "US");
    let page = meld.read("/accounts/customers?email=new@example.com").await;
    assert_eq!(page["customers"][0]["addresses"][0]["id"], address["id"]);
    let nobody = meld.post("/accounts/customers/none/addresses", billing_address()).await;
    assert_refused(nobody, 400, "CUSTOMER_NOT_FOUND", "");

    assert_eq!(meld.delete(&target).await.1["isDeleted"], true);
    assert_eq!(meld.delete(&target).await.0, 404);
    assert_eq!(meld.patch(&target, json!({})).await.0, 404);
}

#[tokio::test]
async fn invalid_kyc_steps_are_refused() {
    let meld = Meld::start().await;
    let id = meld.customer().await;
    let target = format!("{CUSTOMERS}/{id}/kyc/initiate");
    let body = json!({ "serviceProvider": "SUMSUB", "mode": "HOSTED_URL" });
    assert_eq!(meld.patch(&target, body.clone()).await.0, 404, "it was not started");
    meld.create(&target, body.clone()).await;
    assert_eq!(meld.post(&target, body.clone()).await.0, 409, "it was started");
    assert_eq!(meld.patch(&target, with(body, json!({ "mode": "NONE" }))).await.0, 400);
    assert!(meld.sandbox.decide_kyc_at(&id, "BRALE", KycStatus::Approved).is_err());
    assert!(meld.sandbox.ask_customer("nobody", "NOAH").is_err());
}

#[tokio::test]
async fn kyc_token_import_is_approved_later() {
    let meld = Meld::start().await;
    let target = format!("{CUSTOMERS}/{}/kyc/initiate", meld.customer().await);
    let body = json!({ "serviceProvider": "SUMSUB", "mode": "TOKEN_IMPORT" });
    assert_eq!(meld.post(&target, body.clone()).await.0, 400);
    let details = json!({ "serviceProviderDetails": { "applicantId": "a", "kycToken": "t" } });
    meld.create(&target, with(body, details)).await;
    meld.sandbox.clock().advance(Duration::from_secs(60));
    let page = meld.read(CUSTOMERS).await;
    let kyc = &page["customers"][0]["serviceProviderCustomers"][0]["kyc"];
    assert_eq!(kyc["status"], "APPROVED");
}

#[tokio::test]
async fn routes_depend_on_direction() {
    let meld = Meld::start().await;
    let routes = "/network-partner/supported/routes";
    let (status, buy) = meld.get(&format!("{routes}/CRYPTO_ONRAMP/US/USD/USDC?partners=BANXA")).await;
    assert_eq!(status, 200, "{buy}");
    assert_eq!(buy.as_array().unwrap().len(), 1);
    assert_eq!(buy[0]["paymentMethods"][0]["name"], "CREDIT_DEBIT_CARD");
    assert_eq!(buy[0]["paymentMethods"][0]["limits"]["currencyCode"], "USD");
    assert!(buy[0]["paymentMethods"][2].get("limits").is_none());
    let sell = meld.read(&format!("{routes}/CRYPTO_OFFRAMP/US/USDC/USD")).await;
    assert!(sell.as_array().unwrap().len() > 3);
    for crossed in ["CRYPTO_ONRAMP/US/USDC/USD", "CRYPTO_OFFRAMP/US/USD/USDC"] {
        let (status, none) = meld.get(&format!("{routes}/{crossed}")).await;
        assert_eq!((status.as_u16(), &none), (200, &json!([])), "an empty list, not an error");
    }
    let methods = "/network-partner/supported/payment-methods?category=CRYPTO_ONRAMP&country=US";
    let methods = meld.read(methods).await;
    assert_eq!(methods[0]["method"], "CREDIT_DEBIT_CARD");
    assert_eq!(methods[0]["name"], "Credit & Debit Card");
}

#[tokio::test]
async fn countries_and_limits_are_listed() {
    let meld = Meld::start().await;
    let countries = meld.read("/network-partner/supported/countries?category=CRYPTO_ONRAMP").await;
    let codes: Vec<_> = countries["countries"].as_array().unwrap().iter().map(|it| text(&it["countryCode"])).collect();
    assert!(codes.contains(&"US".to_owned()), "{codes:?}");
    let path = "/network-partner/supported/fiat-limits?category=CRYPTO_ONRAMP&country=US&currencyCode=EUR";
    let limits = meld.read(&format!("{path}&partners=TRANSAK")).await;
    let limit = &limits["fiatLimits"][0];
    assert_eq!((&limit["provider"], &limit["paymentMethod"]), (&json!("TRANSAK"), &json!("CREDIT_DEBIT_CARD")));
    assert_eq!((&limit["currencyCode"], &limit["countryCode"]), (&json!("EUR"), &json!("US")));
    assert!(limit["min"].as_f64() < limit["max"].as_f64(), "{limit}");
}

#[tokio::test]
async fn currencies_depend_on_category() {
    let meld = Meld::start().await;
    let codes = async |query: &str| {
        let found = meld.read(&format!("/network-partner/supported/currencies?{query}")).await;
        let list = found["currencies"].as_array().unwrap().clone();
        let row = |one: &Value| (text(&one["currencyCode"]), one["chainCode"].clone(), one["chainId"].clone());
        list.iter().map(row).collect::<Vec<_>>()
    };
    let transfer = codes("category=CRYPTO_TRANSFER&country=US&partner=COINBASEPAY&type=CRYPTO").await;
    assert!(transfer.contains(&("USDC_BASE".to_owned(), json!("BASE"), json!("8453"))));
    assert_eq!(codes("category=CRYPTO_ONRAMP&network=BASE").await.len(), 1);
    assert_eq!(codes("category=CRYPTO_ONRAMP&network=ETHEREUM").await, []);
    assert!(codes("category=CRYPTO_ONRAMP&type=FIAT").await.contains(&("USD".to_owned(), Value::Null, Value::Null)));
}
