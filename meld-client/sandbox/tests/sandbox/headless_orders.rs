//! Headless orders that sell crypto, virtual accounts, and Apple Pay.

use std::time::Duration;

use reqwest::Method;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::support::{Meld, assert_refused, card_order, header, key, read, text, with};

const OFFRAMP: &str = "/crypto/order/headless/offramp";
const DEPOSITS: &str = "/payments/virtual-account/deposit-instructions";

fn sale(customer: &str) -> Value {
    let address = json!({
        "streetLineOne": "1 Example Street", "city": "Boston", "state": "MA", "postalCode": "02112", "country": "US",
    });
    let details = json!({
        "accountType": "CHECKING", "routingNumber": "110000000", "accountNumber": "1200639475",
        "beneficiaryAddress": address, "bankAddress": address,
    });
    json!({
        "customerId": customer, "sourceAmount": 100, "sourceCurrencyCode": "USDC", "destinationCurrencyCode": "USD",
        "sourceWalletAddress": "0xe4460793fc7989f803fc78cd0e7f05c2571bca41", "serviceProvider": "NOAH",
        "fiatPayoutMethod": { "type": "ACH", "owner": "Robin Example", "details": details },
    })
}

fn deposit(customer: &str) -> Value {
    json!({
        "customerId": customer, "serviceProvider": "NOAH", "paymentMethodType": "ACH", "sourceCurrencyCode": "USD",
        "destinationCurrencyCode": "USDC", "destinationWalletAddress": "0x032877dedefe82840a6773514c0793899",
        "countryCode": "US",
    })
}

async fn status(meld: &Meld, transaction: &str) -> String {
    text(&meld.read(&format!("/payments/transactions/{transaction}")).await["transaction"]["status"])
}

#[tokio::test]
async fn sale_settles_on_exact_amount_only() {
    let meld = Meld::start().await;
    let id = meld.sandbox.add_customer(&["NOAH"]);
    for (amount, outcome) in [("100", "SETTLED"), ("99.99", "FAILED")] {
        let order = meld.create(OFFRAMP, sale(&id)).await;
        assert_eq!(order["paymentMethodType"], "ACH");
        let amount: Decimal = amount.parse().unwrap();
        let transaction = meld.sandbox.receive_crypto(&text(&order["id"]), amount).unwrap();
        meld.sandbox.clock().advance(Duration::from_secs(91));
        assert_eq!(status(&meld, &transaction).await, outcome);
        let found = &meld.read(&format!("/payments/transactions/{transaction}")).await["transaction"];
        assert_eq!(found["orderId"], order["id"]);
        assert_eq!(found["cryptoDetails"]["destinationWalletAddress"], order["walletAddress"]);
    }
}

#[tokio::test]
async fn sale_rules_are_enforced() {
    let meld = Meld::start().await;
    let id = meld.sandbox.add_customer(&["NOAH"]);
    let nobody = meld.customer().await;
    let sepa = json!({ "fiatPayoutMethod": { "type": "SEPA" } });
    for (changes, status, code) in [
        (json!({ "customerId": "nobody" }), 400, "CUSTOMER_NOT_FOUND"),
        (json!({ "customerId": nobody }), 403, "KYC_NOT_COMPLETED"),
        (json!({ "serviceProvider": "YELLOWCARD" }), 400, "PAYMENT_METHOD_NOT_SUPPORTED"),
        (sepa, 400, "BAD_REQUEST"),
        (json!({ "sourceWalletAddress": "a b" }), 400, "CRYPTO_INVALID_DESTINATION_WALLET"),
        (json!({ "sourceCurrencyCode": "USD", "destinationCurrencyCode": "USDC" }), 400, "INVALID_CRYPTO_CURRENCY"),
    ] {
        assert_refused(meld.post(OFFRAMP, with(sale(&id), changes)).await, status, code, "");
    }
    let old = json!({ "streetLineOne": null, "street_line_1": "1 Example Street" });
    let old = json!({ "fiatPayoutMethod": { "details": { "beneficiaryAddress": old } } });
    meld.create(OFFRAMP, with(sale(&id), old)).await;
}

#[tokio::test]
async fn failed_sale_keeps_its_key() {
    let meld = Meld::start().await;
    let id = meld.sandbox.add_customer(&[]);
    let refused = meld.post_with_key(OFFRAMP, &key(1), sale(&id)).await;
    assert_refused(refused, 403, "KYC_NOT_COMPLETED", "");
    let approved = meld.sandbox.add_customer(&["NOAH"]);
    let again = meld.post_with_key(OFFRAMP, &key(1), sale(&approved)).await;
    assert_refused(again, 425, "HEADLESS_PAYMENT_IN_PROGRESS", "");
    let (status, first) = meld.post_with_key(OFFRAMP, &key(2), sale(&approved)).await;
    assert_eq!(status, 201);
    let (status, second) = meld.post_with_key(OFFRAMP, &key(2), sale(&approved)).await;
    assert_eq!((status.as_u16(), second), (200, first));
}

#[tokio::test]
async fn orders_are_listed_with_their_transactions() {
    let meld = Meld::start().await;
    let id = meld.sandbox.add_customer(&["NOAH"]);
    let (_, order) = meld.post_with_key(OFFRAMP, &key(1), sale(&id)).await;
    meld.post_with_key(OFFRAMP, &key(1), sale(&id)).await;
    let transaction = meld.sandbox.receive_crypto(&text(&order["id"]), Decimal::from(100)).unwrap();
    let orders = meld.sandbox.headless_orders();
    let [listed] = &orders[..] else { panic!("{orders:?}") };
    assert_eq!((listed.amount, listed.currency.as_str()), (Decimal::from(100), "USDC"));
    assert_eq!((listed.idempotency_key.as_deref(), &*listed.order_id), (Some(&*key(1)), &*text(&order["id"])));
    assert_eq!(listed.transaction_ids, [transaction]);
}

#[tokio::test]
async fn deposit_instructions_are_provisioned() {
    let meld = Meld::start().await;
    let id = meld.sandbox.add_customer(&["NOAH"]);
    let first = meld.keyed(DEPOSITS, &key(1), &deposit(&id)).await;
    assert_eq!((first.status().as_u16(), header(&first, "retry-after")), (202, "1"));
    assert_eq!(first.text().await.unwrap(), "");
    meld.sandbox.clock().advance(Duration::from_secs(1));
    let (status, created) = read(meld.keyed(DEPOSITS, &key(1), &deposit(&id)).await).await;
    assert_eq!(status, 201);
    assert_eq!(created["receivingBankInformation"]["accountHolderName"], "Robin Example");
    for number in [1, 2] {
        let again = read(meld.keyed(DEPOSITS, &key(number), &deposit(&id)).await).await;
        assert_eq!((again.0.as_u16(), &again.1), (200, &created));
    }
}

#[tokio::test]
async fn deposit_rules_are_enforced() {
    let meld = Meld::start().await;
    let id = meld.customer().await;
    for (changes, status, code) in [
        (json!({}), 403, "KYC_NOT_COMPLETED"),
        (json!({ "customerId": "nobody" }), 400, "CUSTOMER_NOT_FOUND"),
        (json!({ "externalCustomerId": "robin" }), 400, "BAD_REQUEST"),
        (json!({ "paymentMethodType": "MOBILE_MONEY" }), 400, "PAYMENT_METHOD_NOT_SUPPORTED"),
    ] {
        assert_refused(meld.post(DEPOSITS, with(deposit(&id), changes)).await, status, code, "");
    }
    let due = meld.sandbox.add_customer(&["DUENETWORK"]);
    let sepa = json!({ "serviceProvider": "DUENETWORK", "paymentMethodType": "SEPA", "sourceCurrencyCode": "EUR" });
    let sepa = with(deposit(&due), sepa);
    assert_eq!(meld.post(DEPOSITS, sepa.clone()).await.0, 202);
    meld.sandbox.clock().advance(Duration::from_secs(1));
    let found = meld.create(DEPOSITS, sepa).await;
    assert!(found["receivingBankInformation"]["iban"].is_string());
    assert!(found["serviceProviderDetails"]["memo"].is_string());
}

#[tokio::test]
async fn simulated_deposit_settles() {
    let meld = Meld::start().await;
    let id = meld.sandbox.add_customer(&["NOAH"]);
    let simulate = async |changes: Value| {
        let body = with(with(deposit(&id), json!({ "amount": "25" })), changes);
        meld.post("/payments/mock/headless/virtual-account/simulate-deposit", body).await
    };
    assert_refused(simulate(json!({})).await, 404, "NOT_FOUND", "deposit-instructions");
    assert_refused(simulate(json!({ "customerId": null })).await, 400, "BAD_REQUEST", "[customerId]");
    assert_refused(simulate(json!({ "serviceProvider": "BRALE" })).await, 400, "BAD_REQUEST", "");
    meld.keyed(DEPOSITS, &key(1), &deposit(&id)).await;
    meld.sandbox.clock().advance(Duration::from_secs(1));
    let instructions = read(meld.keyed(DEPOSITS, &key(1), &deposit(&id)).await).await.1;
    for amount in ["0", "-1", "much", "1e40"] {
        assert_refused(simulate(json!({ "amount": amount })).await, 400, "INVALID_AMOUNT", "");
    }
    let (status, simulated) = simulate(json!({})).await;
    assert_eq!((status.as_u16(), text(&simulated["providerReference"]).len()), (200, 36));
    meld.sandbox.clock().advance(Duration::from_secs(91));
    let found = meld.read(&format!("/payments/transactions?customerIds={id}")).await;
    let found = &found["transactions"][0];
    assert_eq!((&found["status"], &found["orderId"]), (&json!("SETTLED"), &instructions["depositInstructionsId"]));
}

#[tokio::test]
async fn apple_pay_needs_session_token() {
    let meld = Meld::start().await;
    let id = meld.verified_customer().await;
    let body = with(card_order(&id, "one"), json!({ "paymentMethodType": "APPLE_PAY" }));
    let order = meld.create("/crypto/order/headless/onramp", body).await;
    let details = &order["paymentMethodResponseDetails"];
    let process = async |token: &str, changes: Value| {
        let body = with(
            json!({
                "pay_token": "token", "merchant_transaction_id": details["merchantTransactionId"],
                "first_name": "Robin", "last_name": "Example", "ip": "203.0.113.7",
                "address": "0x032877dedefe82840a6773514c0793899",
            }),
            changes,
        );
        let request = meld.bare(Method::POST, "/crypto/session/mercuryo/apple-pay/process").json(&body);
        let request = if token.is_empty() { request } else { request.header("X-Crypto-Session-Token", token) };
        read(request.send().await.unwrap()).await
    };
    let token = text(&details["sessionToken"]);
    assert_refused(process("", json!({})).await, 401, "UNAUTHORIZED", "");
    assert_refused(process("other", json!({})).await, 400, "INVALID_SESSION_ID", "");
    assert_refused(process(&token, json!({ "ip": "192.0.2.1" })).await, 400, "BAD_REQUEST", "[ip]");
    let (status, paid) = process(&token, json!({})).await;
    assert_eq!((status.as_u16(), &paid["data"]["status"]), (200, &json!("order_scheduled")));
    assert_eq!(process(&token, json!({})).await.1, paid, "an order is paid once");
    let session = meld
        .bare(Method::GET, "/crypto/session/applepay/paymentsession")
        .header("X-Crypto-Session-Token", &token)
        .send();
    assert!(read(session.await.unwrap()).await.1["paymentSession"].is_object());
    meld.sandbox.clock().advance(Duration::from_secs(1801));
    assert_refused(process(&token, json!({})).await, 400, "INVALID_SESSION_ID", "");
}
