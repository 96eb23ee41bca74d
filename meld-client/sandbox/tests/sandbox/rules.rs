//! Rules of the guides. Each refusal names its rule.

use std::time::Duration;

use meld_sandbox::KycStatus;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Meld, assert_refused, billing_address, card, onramp_order, read, session, text, with};

const PAY: &str = "/payments/transactions";

#[tokio::test]
async fn ach_requires_verified_account() {
    let meld = Meld::start().await;
    let ach = json!({
        "sourceAmount": "10.00", "sourceCurrencyCode": "USD",
        "paymentMethod": { "type": "ACH", "details": {
            "accountType": "CHECKING", "routingNumber": "110000000", "accountNumber": "62629220",
        } },
    });
    for target in [PAY, "/payments/transactions/payout"] {
        let response = meld.post(target, ach.clone()).await;
        assert_refused(response, 400, "CUSTOMER_ID_REQUIRED", "ACH requires a customer");
        let body = with(ach.clone(), json!({ "customerId": "nobody" }));
        assert_refused(meld.post(target, body).await, 400, "CUSTOMER_NOT_FOUND", "nobody");
    }

    // The steps of the guide, in order.
    let ach = with(ach, json!({ "externalCustomerId": "robin" }));
    let pay = async |body: &Value| meld.post(PAY, body.clone()).await;
    assert_refused(pay(&ach).await, 400, "BAD_REQUEST", "has no account");
    meld.link("robin", &["BALANCES"]).await;
    assert_refused(pay(&ach).await, 400, "BAD_REQUEST", "OWNERS and IDENTIFIERS");
    meld.link("robin", &["OWNERS", "IDENTIFIERS"]).await;
    assert_refused(pay(&ach).await, 400, "BAD_REQUEST", "not an account of the customer");
    let page = meld.read("/bank-linking/accounts?externalCustomerId=robin").await;
    let account = &page["financialAccounts"][0];
    let number = &account["identifiers"]["ach"]["accountNumber"];
    let linked = with(ach, json!({ "paymentMethod": { "details": { "accountNumber": number } } }));
    assert_refused(pay(&linked).await, 400, "BAD_REQUEST", "no name or no email");
    let target = format!("/accounts/customers/{}", text(&account["customerId"]));
    let name = json!({ "firstName": "Robin", "lastName": "Example" });
    meld.patch(&target, json!({ "name": name, "email": "robin@example.com" })).await;
    assert_refused(pay(&linked).await, 400, "BAD_REQUEST", "no BILLING address");
    meld.create(&format!("{target}/addresses"), billing_address()).await;
    meld.create(PAY, linked).await;
    assert_eq!(meld.sandbox.payments().len(), 1);
}

#[tokio::test]
async fn refund_refusal_names_rule() {
    let meld = Meld::start().await;
    let (customer, method) = meld.customer_with_account().await;
    let charge = json!({
        "sourceAmount": "10.00", "sourceCurrencyCode": "USD", "customerId": customer,
        "paymentMethod": method,
    });
    let charged = meld.create(PAY, charge).await;
    let target = format!("{PAY}/{}", text(&charged["transaction"]["id"]));
    let refund = async |body: Value| meld.post(&format!("{target}/refund"), body).await;
    let code = "PAYMENT_TRANSACTION_STATE_INVALID";
    assert_refused(refund(json!({})).await, 400, code, "PENDING; it will be SETTLED at");
    meld.sandbox.clock().advance(Duration::from_secs(9 * 3600));
    let response = refund(json!({ "sourceAmount": 10.01 })).await;
    assert_refused(response, 400, "INVALID_AMOUNT_OR_CURRENCY", "at most 10");
    let (status, response) = refund(json!({})).await;
    assert_eq!(status, 200, "{response}");
    assert_refused(refund(json!({})).await, 400, code, "this one is REFUNDED");
    let capture = meld.post(&format!("{target}/capture"), json!({})).await;
    let code = "PREVIOUS_TRANSACTION_STATE_INVALID";
    assert_refused(capture, 400, code, "AUTHORIZED (capture: false)");
}

#[tokio::test]
async fn capture_is_limited_to_the_authorization() {
    let meld = Meld::start().await;
    let authorized = meld.create(PAY, with(card(), json!({ "capture": false }))).await;
    let target = format!("{PAY}/{}/capture", text(&authorized["transaction"]["id"]));
    let response = meld.post(&target, json!({ "sourceAmount": 10.01 })).await;
    assert_refused(response, 400, "INVALID_AMOUNT_OR_CURRENCY", "");
    let captured = meld.create(&target, json!({ "sourceAmount": 8 })).await;
    assert_eq!(captured["transaction"]["status"], "SETTLED");
    assert_eq!(captured["transaction"]["paymentDetails"]["captureAmount"], 8.0);
}

#[tokio::test]
async fn payment_method_must_be_complete() {
    let meld = Meld::start().await;
    let nonce = json!({ "paymentMethod": null, "nonce": "meld-fake-valid-nonce" });
    let method = |method: Value| json!({ "paymentMethod": method });
    let token = method(json!({ "type": "MELD_PAYMENT_TOKEN", "details": { "number": null } }));
    for (changes, code, says) in [
        (json!({ "paymentMethod": null }), "BAD_REQUEST", "[paymentMethod]"),
        (json!({ "nonce": "a" }), "BAD_REQUEST", "[nonce]"),
        (nonce.clone(), "TRANSACTION_INVALID_PROVIDER", "[serviceProvider]"),
        (method(json!({ "details": { "number": null } })), "BAD_REQUEST", "[paymentMethod.details.number]"),
        (method(json!({ "details": { "expiration": null } })), "BAD_REQUEST", "[paymentMethod.details.expiration]"),
        (token, "BAD_REQUEST", "[paymentMethod.details.meldPaymentToken]"),
        (json!({ "sourceCurrencyCode": "usd" }), "INVALID_AMOUNT_OR_CURRENCY", "ISO 4217"),
        (json!({ "sourceCurrencyCode": "BTC" }), "INVALID_AMOUNT_OR_CURRENCY", "ISO 4217"),
    ] {
        assert_refused(meld.post(PAY, with(card(), changes)).await, 400, code, says);
    }
    let nonce = with(card(), nonce);
    meld.create(PAY, with(nonce, json!({ "serviceProvider": "BRAINTREE" }))).await;
}

#[tokio::test]
async fn provider_must_support_method() {
    let meld = Meld::start().await;
    let at = async |provider: &str, capture: bool| {
        let changes = json!({ "serviceProvider": provider, "capture": capture });
        meld.post(PAY, with(card(), changes)).await
    };
    let code = "TRANSACTION_PROPERTY_COMBINATION_NOT_SUPPORTED_BY_SERVICE_PROVIDER";
    assert_refused(at("PLAID", true).await, 400, code, "PLAID does not support CARD");
    assert_refused(at("SQUARE", false).await, 501, "NOT_SUPPORTED", "SQUARE cannot authorize");
    assert_eq!(at("SQUARE", true).await.0, 201);
    assert_eq!(at("STRIPE", false).await.0, 201);
}

#[tokio::test]
async fn passthrough_headers_must_match_provider() {
    let meld = Meld::start().await;
    let pay = async |provider: Option<&str>, headers: &[&str]| {
        let body = with(card(), json!({ "serviceProvider": provider }));
        let mut request = meld.request(Method::POST, PAY).json(&body);
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
    let person = json!({ "externalId": "person", "type": "INDIVIDUAL" });
    meld.create("/accounts/customers", person).await;
    let data = |data: Value| json!({ "sessionData": data });
    let wallet = "CRYPTO_INVALID_DESTINATION_WALLET";
    let disabled = "SERVICE_PROVIDER_NOT_ENABLED";
    for (changes, status, code, says) in [
        (data(json!({ "serviceProvider": "ALCHEMYPAY" })), 403, disabled, "TRANSAK"),
        (data(json!({ "serviceProvider": "ROBINHOOD" })), 403, disabled, "TRANSAK"),
        (data(json!({ "walletAddress": "a b" })), 400, wallet, "256"),
        (data(json!({ "walletAddress": "a".repeat(257) })), 400, wallet, "256"),
        (data(json!({ "countryCode": "USA" })), 400, "BAD_REQUEST", "ISO 3166-1"),
        (data(json!({ "clientIpAddress": "here" })), 400, "BAD_REQUEST", "clientIpAddress"),
        (data(json!({ "redirectUrl": "/back" })), 400, "INVALID_REDIRECT_URL", "redirectUrl"),
        (json!({ "externalCustomerId": null }), 400, "CUSTOMER_ID_REQUIRED", "[customerId]"),
        (json!({ "bypassKyc": true }), 400, "INCOMPATIBLE_REQUEST", "MERCURYO"),
        (json!({ "externalSubaccountCustomerId": "person" }), 400, "BAD_REQUEST", "BUSINESS"),
    ] {
        let response = meld.post("/crypto/session/widget", with(session("one"), changes)).await;
        assert_refused(response, status, code, says);
    }
}

#[tokio::test]
async fn order_requires_kyc_of_its_provider() {
    let meld = Meld::start().await;
    let id = &meld.customer().await;
    let order =
        async |customer: &str| meld.post("/payments/virtual-account/onramp-order", onramp_order(customer)).await;
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
        let page = meld.read(&format!("/institutions?serviceProviders={provider}")).await;
        text(&page["institutions"][0]["id"])
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

    let linked = async |provider: &str| {
        let id = text(&start(provider, json!(["BALANCES"])).await.1["id"]);
        meld.sandbox.complete_connection(&id).unwrap();
        format!("/bank-linking/connections/{id}")
    };
    let yodlee = linked("YODLEE").await;
    let add = json!({ "products": ["OWNERS"] });
    let response = meld.post(&format!("{yodlee}/update"), add).await;
    assert_refused(response, 400, "BAD_REQUEST", "cannot add later");
    let response = meld.post(&format!("{yodlee}/refresh"), json!({ "products": ["OWNERS"] })).await;
    assert_refused(response, 400, "BAD_REQUEST", "does not have");
    let target = format!("{}/update", linked("MX").await);
    let response = meld.post(&target, json!({ "products": ["TRANSACTIONS"] })).await;
    assert_refused(response, 400, "BAD_REQUEST", "cannot add later");
    let target = format!("{}/refresh", linked("SALTEDGEPARTNERS").await);
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
    let is_it =
        |operation: &&meld_sandbox::Operation| operation.name() == "bank-linking-accounts-create-processor-token";
    let operation = operations.iter().rfind(is_it).unwrap();
    let example = operation.example_request(1, meld_sandbox::Filling::Minimal).unwrap();
    let response = meld.post(&example.target, example.body.unwrap()).await;
    assert_refused(response, 404, "NOT_FOUND", "financial account");
}
