//! Crypto and customers: quotes, sessions, their transactions, KYC and discovery.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Meld, quote};
use meld_sandbox::{KycStatus, Outcome};
use serde_json::{Value, json};

fn session(external_id: &str) -> Value {
    json!({
        "sessionType": "BUY",
        "externalCustomerId": "robin",
        "externalSessionId": external_id,
        "sessionData": {
            "countryCode": "US", "sourceCurrencyCode": "USD", "destinationCurrencyCode": "USDC",
            "sourceAmount": "100", "serviceProvider": "TRANSAK", "walletAddress": "0x5125e50f",
            "paymentMethodType": "CREDIT_DEBIT_CARD",
        },
    })
}

async fn transaction(meld: &Meld, id: &str) -> Value {
    let (status, body) = meld.get(&format!("/payments/transactions/{id}")).await;
    assert_eq!(status, 200, "{body}");
    body["transaction"].clone()
}

#[tokio::test]
async fn quote_lists_several_providers() {
    let meld = Meld::start().await;
    let (status, body) = meld.post("/payments/crypto/quote", quote()).await;
    assert_eq!(status, 200, "{body}");
    let quotes = body["quotes"].as_array().unwrap();
    assert!(quotes.len() > 3);
    for quote in quotes {
        assert_eq!(quote["transactionType"], "CRYPTO_PURCHASE");
        assert!(quote["rampIntelligence"]["rampScore"].is_number());
        assert!(quote["destinationAmount"].as_f64().unwrap() > 0.0);
    }
    assert_eq!(
        meld.post("/payments/crypto/quote", quote()).await.1,
        body,
        "quotes are reproducible"
    );

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
    for (field, value, status, code) in [
        ("sourceAmount", json!(1), 400, "INVALID_AMOUNT_TOO_LOW"),
        ("sourceAmount", json!(1_000_000), 400, "INVALID_AMOUNT_TOO_HIGH"),
        ("sourceCurrencyCode", json!("XYZ"), 400, "INVALID_FIAT_CURRENCY"),
        ("destinationCurrencyCode", json!("NOCOIN"), 400, "INVALID_CRYPTO_CURRENCY"),
        ("paymentMethodType", json!("Credit Card"), 400, "NO_VALID_QUOTES"),
        ("serviceProviders", json!(["MX"]), 404, "NOT_FOUND"),
        ("customerId", json!("unknown"), 400, "CUSTOMER_NOT_FOUND"),
    ] {
        let mut body = quote();
        body[field] = value;
        let (found, response) = meld.post("/payments/crypto/quote", body).await;
        assert_eq!((found.as_u16(), &response["code"]), (status, &json!(code)), "{response}");
    }
    let mut both = quote();
    both["customerId"] = json!("a");
    both["externalCustomerId"] = json!("b");
    assert_eq!(meld.post("/payments/crypto/quote", both).await.1["code"], "BAD_REQUEST");
}

#[tokio::test]
async fn completed_session_settles() {
    let meld = Meld::start().await;
    let (status, body) = meld.post("/crypto/session/widget", session("one")).await;
    assert_eq!(status, 200, "{body}");
    let id = body["id"].as_str().unwrap();
    let by_session = format!("/payments/transactions/sessions/{id}");
    let (status, early) = meld.get(&by_session).await;
    let code = "TRANSACTION_FETCH_BY_SESSION_NOT_YET_CREATED_WITH_PROVIDER";
    assert_eq!((status.as_u16(), &early["code"]), (404, &json!(code)));
    assert_eq!(meld.get("/payments/transactions/sessions/none").await.1["code"], "NOT_FOUND");

    let widget = body["serviceProviderWidgetUrl"].as_str().unwrap();
    assert_eq!(meld.client.get(widget).send().await.unwrap().status(), 200);
    let (_, found) = meld.get(&by_session).await;
    let found = &found["transaction"];
    assert_eq!((&found["status"], &found["externalSessionId"]), (&json!("PENDING"), &json!("one")));
    let id = found["id"].as_str().unwrap();
    for (seconds, status) in [(30, "SETTLING"), (60, "SETTLED"), (1000, "SETTLED")] {
        meld.sandbox.clock().advance(Duration::from_secs(seconds));
        assert_eq!(transaction(&meld, id).await["status"], status);
    }
    let target = "/payments/transactions?externalSessionIds=one&statuses=SETTLED";
    assert_eq!(meld.get(target).await.1["transactions"][0]["id"], json!(id));
}

#[tokio::test]
async fn wallet_fields_depend_on_version() {
    let meld = Meld::start().await;
    let (_, body) = meld.post("/crypto/session/widget", session("one")).await;
    let session = body["id"].as_str().unwrap();
    let id = meld.sandbox.complete_session(session, Outcome::Settled).unwrap();
    let new = transaction(&meld, &id).await["cryptoDetails"].clone();
    assert_eq!(new["destinationWalletAddress"], "0x5125e50f");
    assert!(new.get("walletAddress").is_none());
    let request = meld
        .bare(reqwest::Method::GET, &format!("/payments/transactions/{id}"))
        .header("Authorization", format!("BASIC {}", meld.sandbox.api_key()))
        .header("Meld-Version", "2023-12-19");
    let (_, old) = common::read(request.send().await.unwrap()).await;
    assert_eq!(old["transaction"]["cryptoDetails"]["walletAddress"], "0x5125e50f");
    assert!(old["transaction"]["cryptoDetails"].get("sessionWalletAddress").is_none());
}

#[tokio::test]
async fn transaction_reaches_chosen_outcome() {
    let meld = Meld::start().await;
    for (number, outcome) in [Outcome::Failed, Outcome::Refunded].into_iter().enumerate() {
        let (_, body) = meld.post("/crypto/session/widget", session(&number.to_string())).await;
        let id = meld.sandbox.complete_session(body["id"].as_str().unwrap(), outcome).unwrap();
        meld.sandbox.clock().advance(Duration::from_secs(90));
        assert_eq!(transaction(&meld, &id).await["status"], outcome.name());
    }
    assert!(meld.sandbox.complete_session("none", Outcome::Settled).is_err());
}

#[tokio::test]
async fn refused_session_has_code() {
    let meld = Meld::start().await;
    assert_eq!(meld.post("/crypto/session/widget", session("one")).await.0, 200);
    let (_, body) = meld.post("/crypto/session/widget", session("one")).await;
    assert_eq!(body["code"], "DUPLICATE_EXTERNAL_SESSION_ID");
    let mut crossed = session("two");
    crossed["sessionData"]["sourceCurrencyCode"] = json!("USDC");
    crossed["sessionData"]["destinationCurrencyCode"] = json!("USD");
    let (status, _) = meld.post("/crypto/session/widget", crossed.clone()).await;
    assert_eq!(status, 400);
    crossed["sessionType"] = json!("SELL");
    assert_eq!(meld.post("/crypto/session/widget", crossed).await.0, 200);
    let mut number = session("three");
    number["sessionData"]["sourceAmount"] = json!(100);
    assert_eq!(meld.post("/crypto/session/widget", number).await.0, 400);
    let mut without_wallet = session("four");
    without_wallet["sessionData"].as_object_mut().unwrap().remove("walletAddress");
    let (status, body) = meld.post("/crypto/session/widget", without_wallet).await;
    assert_eq!(status, 400, "a purchase needs a wallet: {body}");
    let transfer = json!({ "sessionType": "TRANSFER", "externalCustomerId": "robin", "sessionData": {
        "countryCode": "US", "serviceProvider": "MESH", "sourceCurrencyCodes": ["USDC"],
    } });
    assert_eq!(meld.post("/crypto/session/widget", transfer).await.0, 200);
}

#[tokio::test]
async fn customer_is_found_or_created() {
    let meld = Meld::start().await;
    let body = json!({ "externalId": "robin", "email": "robin@example.com" });
    let (status, first) = meld.post("/accounts/customers", body).await;
    assert_eq!(status, 200, "{first}");
    let body =
        json!({ "externalId": "robin", "email": "other@example.com", "phone": "+14155550123" });
    let (_, second) = meld.post("/accounts/customers", body).await;
    assert_eq!(second["id"], first["id"]);
    assert_eq!(second["email"], "robin@example.com", "set fields are kept");
    assert_eq!(second["phone"], "+14155550123", "missing fields are filled");

    let id = first["id"].as_str().unwrap();
    let target = format!("/accounts/customers/{id}");
    let (_, named) = meld.patch(&target, json!({ "email": "old@example.com" })).await;
    assert_eq!(named["email"], "old@example.com");
    let (status, bare) = meld.patch(&target, json!({ "email": null })).await;
    assert_eq!((status.as_u16(), bare.get("email")), (200, None), "null clears a field");
    let (_, updated) = meld.patch(&target, json!({ "email": "new@example.com" })).await;
    assert_eq!(updated["email"], "new@example.com");
    let address = json!({ "type": "BILLING", "address": {
        "lineOne": "1 Example Street", "city": "Boston", "region": "MA", "countryCode": "US",
        "postalCode": "02112",
    } });
    let (_, response) = meld.post(&format!("{target}/addresses"), address.clone()).await;
    assert_eq!(response["addressDetails"]["country"], "US");
    let (_, page) = meld.get("/accounts/customers?email=new@example.com").await;
    assert_eq!(page["customers"][0]["addresses"][0]["id"], response["id"]);
    let (status, body) = meld.post("/accounts/customers/none/addresses", address).await;
    assert_eq!((status.as_u16(), &body["code"]), (400, &json!("CUSTOMER_NOT_FOUND")));

    let (_, body) = meld.delete(&target).await;
    assert_eq!(body["isDeleted"], true);
    assert_eq!(meld.delete(&target).await.0, 404);
    assert_eq!(meld.patch(&target, json!({})).await.0, 404);
}

#[tokio::test]
async fn kyc_is_initiated_once() {
    let meld = Meld::start().await;
    let (_, customer) = meld.post("/accounts/customers", json!({ "externalId": "robin" })).await;
    let id = customer["id"].as_str().unwrap();
    let target = format!("/accounts/customers/{id}/kyc/initiate");
    let body =
        json!({ "serviceProvider": "SUMSUB", "mode": "HOSTED_URL", "kycShareProviders": ["NOAH"] });
    let (status, begun) = meld.post(&target, body.clone()).await;
    assert_eq!((status.as_u16(), &begun["status"]), (200, &json!("PENDING")));
    assert_eq!(meld.post(&target, body.clone()).await.0, 409);
    let unknown = "/accounts/customers/none/kyc/initiate";
    assert_eq!(meld.post(unknown, body).await.0, 404);

    let mut bypass = session("one");
    bypass["bypassKyc"] = json!(true);
    bypass["sessionData"]["serviceProvider"] = json!("MERCURYO");
    let (_, refused) = meld.post("/crypto/session/widget", bypass.clone()).await;
    assert_eq!(refused["code"], "CUSTOMER_KYC_NOT_APPROVED");
    meld.sandbox.decide_kyc(id, KycStatus::Approved).unwrap();
    let (_, page) = meld.get("/accounts/customers?externalCustomerId=robin").await;
    let providers = page["customers"][0]["serviceProviderCustomers"].as_array().unwrap();
    assert_eq!(providers.len(), 2);
    assert!(providers.iter().all(|one| one["kyc"]["status"] == "APPROVED"));
    assert_eq!(meld.post("/crypto/session/widget", bypass).await.0, 200);
}

#[tokio::test]
async fn kyc_status_is_separate_for_each_provider() {
    let meld = Meld::start().await;
    let (_, customer) = meld.post("/accounts/customers", json!({ "externalId": "robin" })).await;
    let id = customer["id"].as_str().unwrap();
    let target = format!("/accounts/customers/{id}/kyc/initiate");
    let mut body = json!({ "serviceProvider": "SUMSUB", "mode": "HOSTED_URL" });
    assert_eq!(meld.patch(&target, body.clone()).await.0, 404);
    assert_eq!(meld.post(&target, body.clone()).await.0, 200);
    body["kycShareProviders"] = json!(["NOAH"]);
    let (status, changed) = meld.patch(&target, body.clone()).await;
    assert_eq!((status.as_u16(), &changed["status"]), (200, &json!("PENDING")));
    body["mode"] = json!("NONE");
    assert_eq!(meld.patch(&target, body).await.0, 400);

    meld.sandbox.decide_kyc_at(id, "SUMSUB", KycStatus::Approved).unwrap();
    meld.sandbox.ask_customer(id, "NOAH").unwrap();
    let (_, page) = meld.get("/accounts/customers").await;
    let providers = &page["customers"][0]["serviceProviderCustomers"];
    assert_eq!(providers[0]["kyc"]["status"], "APPROVED");
    assert_eq!(providers[1]["kyc"]["status"], "PENDING");
    let url = providers[1]["kyc"]["additionalInfo"]["HostedURL"].as_str().unwrap();
    assert!(url.starts_with(meld.sandbox.base_url()), "{url}");
    assert!(meld.sandbox.decide_kyc_at(id, "BRALE", KycStatus::Approved).is_err());
    assert!(meld.sandbox.ask_customer("nobody", "NOAH").is_err());
}

#[tokio::test]
async fn kyc_token_import_is_approved_later() {
    let meld = Meld::start().await;
    let (_, customer) = meld.post("/accounts/customers", json!({ "externalId": "robin" })).await;
    let target = format!("/accounts/customers/{}/kyc/initiate", customer["id"].as_str().unwrap());
    let body = json!({ "serviceProvider": "SUMSUB", "mode": "TOKEN_IMPORT" });
    assert_eq!(meld.post(&target, body).await.0, 400);
    let details = json!({ "applicantId": "a", "kycToken": "t" });
    let body = json!({
        "serviceProvider": "SUMSUB", "mode": "TOKEN_IMPORT", "serviceProviderDetails": details,
    });
    assert_eq!(meld.post(&target, body).await.0, 200);
    meld.sandbox.clock().advance(Duration::from_secs(60));
    let (_, page) = meld.get("/accounts/customers").await;
    let kyc = &page["customers"][0]["serviceProviderCustomers"][0]["kyc"];
    assert_eq!(kyc["status"], "APPROVED");
}

#[tokio::test]
async fn routes_depend_on_direction() {
    let meld = Meld::start().await;
    let routes = "/network-partner/supported/routes";
    let (status, buy) =
        meld.get(&format!("{routes}/CRYPTO_ONRAMP/US/USD/USDC?partners=BANXA")).await;
    assert_eq!(status, 200, "{buy}");
    assert_eq!(buy.as_array().unwrap().len(), 1);
    assert_eq!(buy[0]["paymentMethods"][0]["name"], "CREDIT_DEBIT_CARD");
    assert_eq!(buy[0]["paymentMethods"][0]["limits"]["currencyCode"], "USD");
    assert!(buy[0]["paymentMethods"][2].get("limits").is_none());
    let (_, sell) = meld.get(&format!("{routes}/CRYPTO_OFFRAMP/US/USDC/USD")).await;
    assert!(sell.as_array().unwrap().len() > 3);
    for crossed in ["CRYPTO_ONRAMP/US/USDC/USD", "CRYPTO_OFFRAMP/US/USD/USDC"] {
        let (status, none) = meld.get(&format!("{routes}/{crossed}")).await;
        assert_eq!((status.as_u16(), &none), (200, &json!([])), "an empty list, not an error");
    }
    let methods = "/network-partner/supported/payment-methods?category=CRYPTO_ONRAMP&country=US";
    let (_, methods) = meld.get(methods).await;
    assert_eq!(methods[0]["method"], "CREDIT_DEBIT_CARD");
    assert_eq!(methods[0]["name"], "Credit & Debit Card");
}

#[tokio::test]
async fn transactions_are_found_by_subaccount() {
    let meld = Meld::start().await;
    let shop = json!({ "externalId": "shop", "type": "BUSINESS" });
    assert_eq!(meld.post("/accounts/customers", shop).await.0, 200);
    let mut of_shop = session("one");
    of_shop["externalSubaccountCustomerId"] = json!("shop");
    for body in [of_shop, session("two")] {
        let (_, opened) = meld.post("/crypto/session/widget", body).await;
        let id = opened["id"].as_str().unwrap();
        meld.sandbox.complete_session(id, Outcome::Settled).unwrap();
    }
    let target = "/payments/transactions?externalSubaccountCustomerIds=shop";
    let (_, page) = meld.get(target).await;
    assert_eq!(page["totalCount"], 1, "{page}");
    assert_eq!(page["transactions"][0]["externalSubaccountCustomerId"], "shop");
}
