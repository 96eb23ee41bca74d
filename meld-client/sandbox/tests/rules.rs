//! Rules of the guides. Each refusal names its rule.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Meld, billing_address, quote, read};
use meld_sandbox::KycStatus;
use reqwest::Method;
use serde_json::{Value, json};

fn card() -> Value {
    json!({ "type": "CARD", "details": { "number": "4242424242424242", "cvc": "123", "expiration": "12/30" } })
}

fn charge(method: Value) -> Value {
    json!({ "sourceAmount": "10.00", "sourceCurrencyCode": "USD", "paymentMethod": method })
}

/// Asserts the status and the code, and that the body contains a text.
fn assert_refused(
    (found, body): (reqwest::StatusCode, Value),
    status: u16,
    code: &str,
    says: &str,
) {
    assert_eq!((found.as_u16(), &body["code"]), (status, &json!(code)), "{body}");
    assert!(body.to_string().contains(says), "{says} is not in {body}");
}

#[tokio::test]
async fn ach_requires_verified_account() {
    let meld = Meld::start().await;
    let ach = json!({ "type": "ACH", "details": {
        "accountType": "CHECKING", "routingNumber": "110000000", "accountNumber": "62629220",
    } });
    for target in ["/payments/transactions", "/payments/transactions/payout"] {
        let response = meld.post(target, charge(ach.clone())).await;
        assert_refused(response, 400, "CUSTOMER_ID_REQUIRED", "ACH requires a customer");
        let mut body = charge(ach.clone());
        body["customerId"] = json!("nobody");
        assert_refused(meld.post(target, body).await, 400, "CUSTOMER_NOT_FOUND", "nobody");
    }

    // The steps of the guide, in order.
    let start = async |products: Value| {
        let body = json!({ "externalCustomerId": "robin", "products": products });
        let (_, started) = meld.post("/bank-linking/connect/start", body).await;
        meld.sandbox.complete_connection(started["id"].as_str().unwrap()).unwrap();
    };
    let pay = async |method: &Value| {
        let mut body = charge(method.clone());
        body["externalCustomerId"] = json!("robin");
        meld.post("/payments/transactions", body).await
    };
    assert_refused(pay(&ach).await, 400, "BAD_REQUEST", "has no account");
    start(json!(["BALANCES"])).await;
    assert_refused(pay(&ach).await, 400, "BAD_REQUEST", "OWNERS and IDENTIFIERS");
    start(json!(["OWNERS", "IDENTIFIERS"])).await;
    assert_refused(pay(&ach).await, 400, "BAD_REQUEST", "not an account of the customer");
    let (_, page) = meld.get("/bank-linking/accounts?externalCustomerId=robin").await;
    let account = &page["financialAccounts"][0];
    let mut linked = ach.clone();
    linked["details"]["accountNumber"] = account["identifiers"]["ach"]["accountNumber"].clone();
    assert_refused(pay(&linked).await, 400, "BAD_REQUEST", "no name or no email");
    let target = format!("/accounts/customers/{}", account["customerId"].as_str().unwrap());
    let name = json!({ "firstName": "Robin", "lastName": "Example" });
    meld.patch(&target, json!({ "name": name, "email": "robin@example.com" })).await;
    assert_refused(pay(&linked).await, 400, "BAD_REQUEST", "no BILLING address");
    meld.post(&format!("{target}/addresses"), billing_address()).await;
    let (status, response) = pay(&linked).await;
    assert_eq!(status, 201, "{response}");
    assert_eq!(meld.sandbox.payments().len(), 1);
}

#[tokio::test]
async fn refund_refusal_names_rule() {
    let meld = Meld::start().await;
    let (customer, method) = meld.customer_with_account().await;
    let mut body = charge(method);
    body["customerId"] = json!(customer);
    let (_, charged) = meld.post("/payments/transactions", body).await;
    let id = charged["transaction"]["id"].as_str().unwrap();
    let refund = format!("/payments/transactions/{id}/refund");
    let code = "PAYMENT_TRANSACTION_STATE_INVALID";
    assert_refused(
        meld.post(&refund, json!({})).await,
        400,
        code,
        "PENDING; it will be SETTLED at",
    );
    meld.sandbox.clock().advance(Duration::from_secs(9 * 3600));
    let response = meld.post(&refund, json!({ "sourceAmount": 10.01 })).await;
    assert_refused(response, 400, "INVALID_AMOUNT_OR_CURRENCY", "at most 10");
    let (status, response) = meld.post(&refund, json!({})).await;
    assert_eq!(status, 200, "{response}");
    assert_refused(meld.post(&refund, json!({})).await, 400, code, "this one is REFUNDED");
    let capture = format!("/payments/transactions/{id}/capture");
    let code = "PREVIOUS_TRANSACTION_STATE_INVALID";
    assert_refused(meld.post(&capture, json!({})).await, 400, code, "AUTHORIZED (capture: false)");
}

#[tokio::test]
async fn payment_method_must_be_complete() {
    let meld = Meld::start().await;
    let with = |field: &str, value: Value| {
        let mut body = charge(card());
        body[field] = value;
        body
    };
    let without = |field: &str| {
        let mut method = card();
        method["details"].as_object_mut().unwrap().remove(field);
        charge(method)
    };
    let nothing = json!({ "sourceAmount": "10", "sourceCurrencyCode": "USD" });
    let mut nonce = nothing.clone();
    nonce["nonce"] = json!("meld-fake-valid-nonce");
    let token = json!({ "type": "MELD_PAYMENT_TOKEN", "details": {} });
    for (body, code, says) in [
        (nothing, "BAD_REQUEST", "[paymentMethod]"),
        (with("nonce", json!("a")), "BAD_REQUEST", "[nonce]"),
        (nonce.clone(), "TRANSACTION_INVALID_PROVIDER", "[serviceProvider]"),
        (without("number"), "BAD_REQUEST", "[paymentMethod.details.number]"),
        (without("expiration"), "BAD_REQUEST", "[paymentMethod.details.expiration]"),
        (charge(token), "BAD_REQUEST", "[paymentMethod.details.meldPaymentToken]"),
        (with("sourceCurrencyCode", json!("usd")), "INVALID_AMOUNT_OR_CURRENCY", "ISO 4217"),
        (with("sourceCurrencyCode", json!("BTC")), "INVALID_AMOUNT_OR_CURRENCY", "ISO 4217"),
    ] {
        assert_refused(meld.post("/payments/transactions", body).await, 400, code, says);
    }
    nonce["serviceProvider"] = json!("BRAINTREE");
    assert_eq!(meld.post("/payments/transactions", nonce).await.0, 201);
}

#[tokio::test]
async fn provider_must_support_method() {
    let meld = Meld::start().await;
    let at = |provider: &str, capture: bool| {
        let mut body = charge(card());
        body["serviceProvider"] = json!(provider);
        body["capture"] = json!(capture);
        body
    };
    let code = "TRANSACTION_PROPERTY_COMBINATION_NOT_SUPPORTED_BY_SERVICE_PROVIDER";
    let response = meld.post("/payments/transactions", at("PLAID", true)).await;
    assert_refused(response, 400, code, "PLAID does not support CARD");
    let response = meld.post("/payments/transactions", at("SQUARE", false)).await;
    assert_refused(response, 501, "NOT_SUPPORTED", "SQUARE cannot authorize");
    assert_eq!(meld.post("/payments/transactions", at("SQUARE", true)).await.0, 201);
    assert_eq!(meld.post("/payments/transactions", at("STRIPE", false)).await.0, 201);
}

#[tokio::test]
async fn passthrough_headers_must_match_provider() {
    let meld = Meld::start().await;
    let pay = async |provider: Option<&str>, headers: &[&str]| {
        let mut body = charge(card());
        if let Some(provider) = provider {
            body["serviceProvider"] = json!(provider);
        }
        let mut request = meld.request(Method::POST, "/payments/transactions").json(&body);
        for header in headers {
            request = request.header(format!("Meld-Passthrough-{header}"), "secret");
        }
        read(request.send().await.unwrap()).await
    };
    let code = "PASSTHROUGH_CREDENTIALS_INVALID";
    let square = ["Key-Private", "Reference"];
    assert_refused(pay(None, &square).await, 400, code, "[serviceProvider]");
    assert_refused(pay(Some("CHECKOUT"), &square).await, 400, code, "[serviceProvider]");
    assert_refused(pay(Some("STRIPE"), &square).await, 400, code, "[meld-passthrough-key-id]");
    assert_refused(pay(Some("BRAINTREE"), &square).await, 400, code, "[meld-passthrough-oauth]");
    let more = ["Key-Private", "Reference", "Oauth"];
    assert_refused(pay(Some("SQUARE"), &more).await, 400, code, "[meld-passthrough-oauth]");
    assert_eq!(pay(Some("SQUARE"), &square).await.0, 201);
}

#[tokio::test]
async fn session_rules_are_enforced() {
    let meld = Meld::start().await;
    let session = || {
        json!({ "sessionType": "BUY", "externalCustomerId": "robin", "sessionData": {
            "countryCode": "US", "sourceCurrencyCode": "USD", "destinationCurrencyCode": "BTC",
            "sourceAmount": "100", "serviceProvider": "TRANSAK", "walletAddress": "wallet",
        } })
    };
    for (field, value, status, code, says) in [
        ("serviceProvider", json!("ALCHEMYPAY"), 403, "SERVICE_PROVIDER_NOT_ENABLED", "TRANSAK"),
        ("serviceProvider", json!("ROBINHOOD"), 403, "SERVICE_PROVIDER_NOT_ENABLED", "TRANSAK"),
        ("walletAddress", json!("a b"), 400, "CRYPTO_INVALID_DESTINATION_WALLET", "256"),
        ("walletAddress", json!("a".repeat(257)), 400, "CRYPTO_INVALID_DESTINATION_WALLET", "256"),
        ("countryCode", json!("USA"), 400, "BAD_REQUEST", "ISO 3166-1"),
        ("clientIpAddress", json!("here"), 400, "BAD_REQUEST", "clientIpAddress"),
        ("redirectUrl", json!("/back"), 400, "INVALID_REDIRECT_URL", "redirectUrl"),
    ] {
        let mut body = session();
        body["sessionData"][field] = value;
        assert_refused(meld.post("/crypto/session/widget", body).await, status, code, says);
    }
    let mut nobody = session();
    nobody.as_object_mut().unwrap().remove("externalCustomerId");
    let response = meld.post("/crypto/session/widget", nobody).await;
    assert_refused(response, 400, "CUSTOMER_ID_REQUIRED", "[customerId]");
    let mut bypass = session();
    bypass["bypassKyc"] = json!(true);
    let response = meld.post("/crypto/session/widget", bypass).await;
    assert_refused(response, 400, "INCOMPATIBLE_REQUEST", "MERCURYO");
    meld.post("/accounts/customers", json!({ "externalId": "person", "type": "INDIVIDUAL" })).await;
    let mut of_person = session();
    of_person["externalSubaccountCustomerId"] = json!("person");
    let response = meld.post("/crypto/session/widget", of_person).await;
    assert_refused(response, 400, "BAD_REQUEST", "BUSINESS");

    let mut wallet = quote();
    wallet["walletAddress"] = json!(" ");
    let response = meld.post("/payments/crypto/quote", wallet).await;
    assert_refused(response, 400, "CRYPTO_INVALID_DESTINATION_WALLET", "[walletAddress]");
}

#[tokio::test]
async fn order_requires_kyc_of_its_provider() {
    let meld = Meld::start().await;
    let (_, customer) = meld.post("/accounts/customers", json!({ "externalId": "robin" })).await;
    let id = customer["id"].as_str().unwrap();
    let order = async |customer: &str| {
        let body = json!({
            "customerId": customer, "destinationCurrencyCode": "USDC", "paymentMethodType": "ACH",
            "destinationWalletAddress": "0x0", "serviceProvider": "NOAH", "sourceAmount": 25,
            "sourceCurrencyCode": "USD",
        });
        meld.post("/payments/virtual-account/onramp-order", body).await
    };
    assert_refused(order("nobody").await, 400, "CUSTOMER_NOT_FOUND", "nobody");
    assert_refused(order(id).await, 403, "KYC_NOT_COMPLETED", "NOAH");
    let target = format!("/accounts/customers/{id}/kyc/initiate");
    let kyc = |provider: &str| {
        let shared = [provider];
        json!({ "serviceProvider": "SUMSUB", "mode": "HOSTED_URL", "kycShareProviders": shared })
    };
    assert_refused(meld.post(&target, kyc("DUENETWORK")).await, 400, "BAD_REQUEST", "address");
    assert_eq!(meld.post(&target, kyc("NOAH")).await.0, 200);
    meld.sandbox.decide_kyc_at(id, "SUMSUB", KycStatus::Approved).unwrap();
    assert_refused(order(id).await, 403, "KYC_NOT_COMPLETED", "itself has approved");
    meld.sandbox.decide_kyc_at(id, "NOAH", KycStatus::Approved).unwrap();
    assert_eq!(order(id).await.0, 201);
}

#[tokio::test]
async fn products_must_suit_institution() {
    let meld = Meld::start().await;
    let institution = async |provider: &str| {
        let (_, page) = meld.get(&format!("/institutions?serviceProviders={provider}")).await;
        page["institutions"][0]["id"].as_str().unwrap().to_owned()
    };
    let start = async |provider: &str, products: Value| {
        let body = json!({
            "externalCustomerId": provider, "products": products,
            "institutionId": institution(provider).await,
        });
        meld.post("/bank-linking/connect/start", body).await
    };
    let response = start("SALTEDGE", json!(["INVESTMENT_HOLDINGS"])).await;
    assert_refused(response, 400, "BAD_REQUEST", "INVESTMENT_HOLDINGS");
    assert_refused(start("MESH", json!(["OWNERS"])).await, 400, "BAD_REQUEST", "OWNERS");

    let linked = async |provider: &str, product: &str| {
        let (_, started) = start(provider, json!([product])).await;
        let id = started["id"].as_str().unwrap().to_owned();
        meld.sandbox.complete_connection(&id).unwrap();
        id
    };
    let yodlee = format!("/bank-linking/connections/{}", linked("YODLEE", "BALANCES").await);
    let add = json!({ "products": ["OWNERS"] });
    let response = meld.post(&format!("{yodlee}/update"), add).await;
    assert_refused(response, 400, "BAD_REQUEST", "cannot add later");
    let response = meld.post(&format!("{yodlee}/refresh"), json!({ "products": ["OWNERS"] })).await;
    assert_refused(response, 400, "BAD_REQUEST", "does not have");
    let mx = format!("/bank-linking/connections/{}/update", linked("MX", "BALANCES").await);
    let response = meld.post(&mx, json!({ "products": ["TRANSACTIONS"] })).await;
    assert_refused(response, 400, "BAD_REQUEST", "cannot add later");
    let partners = linked("SALTEDGEPARTNERS", "BALANCES").await;
    let target = format!("/bank-linking/connections/{partners}/refresh");
    assert_refused(meld.post(&target, json!({})).await, 501, "NOT_SUPPORTED", "refresh");
}

#[tokio::test]
async fn unknown_ids_are_refused() {
    let meld = Meld::start().await;
    for target in [
        "/bank-linking/investments/holdings/none",
        "/bank-linking/investments/transactions/none",
        "/bank-linking/transactions/none",
        "/bank-linking/accounts/none",
        "/institutions/none",
    ] {
        assert_refused(meld.get(target).await, 404, "NOT_FOUND", "There is no such");
    }
    let operations = meld_sandbox::operations().unwrap();
    let is_it = |operation: &&meld_sandbox::Operation| {
        operation.name() == "bank-linking-accounts-create-processor-token"
    };
    let operation = operations.iter().rfind(is_it).unwrap();
    let example = operation.example_request(1, meld_sandbox::Filling::Minimal).unwrap();
    let response = meld.post(&example.target, example.body.unwrap()).await;
    assert_refused(response, 404, "NOT_FOUND", "financial account");
}
