//! Payments and idempotency keys.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use common::{Meld, read};
use meld_sandbox::{Fault, FaultRule, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

fn card(amount: &str) -> Value {
    json!({
        "sourceAmount": amount,
        "sourceCurrencyCode": "USD",
        "externalCustomerId": "robin",
        "paymentMethod": {
            "type": "CARD",
            "details": { "number": "4242424242424242", "cvc": "123", "expiration": "12/30" },
        },
    })
}

async fn ach(meld: &Meld, amount: &str) -> Value {
    let (customer, method) = meld.customer_with_account().await;
    json!({
        "customerId": customer,
        "sourceAmount": amount,
        "sourceCurrencyCode": "USD",
        "serviceProvider": "PLAID",
        "paymentMethod": method,
    })
}

fn key() -> String {
    Uuid::new_v4().to_string()
}

async fn authorized(meld: &Meld, amount: &str) -> String {
    let mut body = card(amount);
    body["capture"] = json!(false);
    let (status, response) = meld.post("/payments/transactions", body).await;
    assert_eq!(status, 201, "{response}");
    assert_eq!(response["transaction"]["status"], "AUTHORIZED");
    response["transaction"]["id"].as_str().unwrap().to_owned()
}

async fn status_of(meld: &Meld, id: &str) -> Value {
    meld.get(&format!("/payments/transactions/{id}")).await.1["transaction"]["status"].clone()
}

#[tokio::test]
async fn replay_returns_first_response() {
    let meld = Meld::start().await;
    let payout = ach(&meld, "20.00").await;
    for (target, body) in
        [("/payments/transactions", card("10.00")), ("/payments/transactions/payout", payout)]
    {
        let key = key();
        let first = meld.post_with_key(target, &key, body.clone()).await;
        assert_eq!(first.0, 201, "{}", first.1);
        assert_eq!(meld.post_with_key(target, &key, body.clone()).await, first);
        // A different body with the same key is ignored.
        let mut other = body.clone();
        other["sourceAmount"] = json!("99.00");
        assert_eq!(meld.post_with_key(target, &key, other).await, first);
        let ledger = meld.sandbox.payments();
        let entries = ledger.iter().filter(|one| one.idempotency_key.as_ref() == Some(&key));
        assert_eq!(entries.count(), 1);
        // A different key executes another payment.
        let second = meld.post_with_key(target, &self::key(), body).await;
        assert_ne!(second.1, first.1);
    }
    assert_eq!(meld.sandbox.payments().len(), 4);
}

#[tokio::test]
async fn replay_with_ok_returns_200() {
    let meld = Meld::of(Sandbox::builder().replay_with_ok(true).start().await.unwrap());
    let key = key();
    let first = meld.post_with_key("/payments/transactions", &key, card("10.00")).await;
    let second = meld.post_with_key("/payments/transactions", &key, card("10.00")).await;
    assert_eq!((first.0.as_u16(), second.0.as_u16()), (201, 200));
    assert_eq!(first.1, second.1);
}

#[tokio::test]
async fn requests_without_key_are_all_executed() {
    let meld = Meld::start().await;
    for _ in 0..2 {
        assert_eq!(meld.post("/payments/transactions", card("10.00")).await.0, 201);
    }
    assert_eq!(meld.sandbox.payments().len(), 2);
}

#[tokio::test]
async fn key_in_progress_returns_425() {
    let builder = Sandbox::builder().slow(Duration::from_millis(400));
    let meld = Meld::of(builder.start().await.unwrap());
    let key = key();
    let request = || {
        let request = meld.request(Method::POST, "/payments/transactions");
        request.header("X-Idempotency-Key", &key).json(&card("10.00"))
    };
    let slow = request().header("Sandbox-Fault", Fault::Slow.name()).send();
    let early = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let response = request().send().await.unwrap();
        assert_eq!(common::header(&response, "retry-after"), "2");
        read(response).await
    };
    let (slow, early) = tokio::join!(slow, early);
    assert_eq!((early.0.as_u16(), &early.1["code"]), (425, &json!("TOO_EARLY")));
    let first = read(slow.unwrap()).await;
    assert_eq!(first.0, 201);
    assert_eq!(read(request().send().await.unwrap()).await, first);
    assert_eq!(meld.sandbox.payments().len(), 1);
}

#[tokio::test]
async fn accepted_payment_completes_after_a_second() {
    let meld = Meld::start().await;
    let key = key();
    let request = meld.request(Method::POST, "/payments/transactions").json(&card("10.00"));
    let request = request.header("X-Idempotency-Key", &key);
    let accepted = request.header("Sandbox-Fault", Fault::Accepted.name()).send().await.unwrap();
    assert_eq!(accepted.status(), 202);
    let again = async || meld.post_with_key("/payments/transactions", &key, card("10.00")).await.0;
    assert_eq!(again().await, 425);
    meld.sandbox.clock().advance(Duration::from_secs(1));
    assert_eq!(again().await, 201);
    assert_eq!(meld.sandbox.payments().len(), 1);
}

#[tokio::test]
async fn lost_response_is_replayed() {
    let meld = Meld::start().await;
    for (fault, carried_out) in [
        (Fault::ConnectionReset, true),
        (Fault::CutOff, true),
        (Fault::InternalErrorAfterWork, true),
        (Fault::KeyConflictAfterWork, true),
        (Fault::RequestConflictAfterWork, true),
        (Fault::SeeOther, true),
        (Fault::ErrorUnderOk, true),
        (Fault::ErrorUnderCreated, true),
        (Fault::ErrorUnderAccepted, true),
        (Fault::Conflict, false),
        (Fault::TemporaryRedirect, false),
        (Fault::ProxyAuthentication, false),
        (Fault::Misdirected, false),
        (Fault::ConnectionResetUnworked, false),
        (Fault::BadGateway, false),
    ] {
        let before = meld.sandbox.payments().len();
        let key = key();
        let request = meld.request(Method::POST, "/payments/transactions");
        let request =
            request.header("X-Idempotency-Key", &key).header("Sandbox-Fault", fault.name());
        let _ = request.json(&card("10.00")).send().await;
        assert_eq!(meld.sandbox.payments().len() - before, usize::from(carried_out), "{fault}");
        let (status, _) = meld.post_with_key("/payments/transactions", &key, card("10.00")).await;
        assert_eq!(status, 201);
        assert_eq!(meld.sandbox.payments().len() - before, 1, "{fault}");
    }
}

#[tokio::test]
async fn virtual_account_orders_are_idempotent() {
    let meld = Meld::start().await;
    let customer = meld.sandbox.add_customer(&["NOAH"]);
    let mut body = json!({
        "customerId": customer, "destinationCurrencyCode": "USDC", "destinationWalletAddress": "0x0",
        "paymentMethodType": "ACH", "serviceProvider": "NOAH", "sourceAmount": 25,
        "sourceCurrencyCode": "USD",
    });
    let target = "/payments/virtual-account/onramp-order";
    let key = key();
    let first = meld.post_with_key(target, &key, body.clone()).await;
    assert_eq!(first.0, 201, "{}", first.1);
    body["sourceAmount"] = json!(26);
    assert_eq!(meld.post_with_key(target, &key, body.clone()).await, first);
    assert_ne!(meld.post_with_key(target, &self::key(), body).await.1, first.1);
}

#[tokio::test]
async fn authorized_charge_is_captured_and_refunded() {
    let meld = Meld::start().await;
    let id = authorized(&meld, "50.00").await;
    let target = |what: &str| format!("/payments/transactions/{id}/{what}");
    let (status, body) = meld.post(&target("refund"), json!({})).await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (400, &json!("PAYMENT_TRANSACTION_STATE_INVALID"))
    );
    let (status, body) = meld.post(&target("capture"), json!({ "sourceAmount": 50.01 })).await;
    assert_eq!((status.as_u16(), &body["code"]), (400, &json!("INVALID_AMOUNT_OR_CURRENCY")));
    let (status, body) = meld.post(&target("capture"), json!({ "sourceAmount": 40 })).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["transaction"]["status"], "SETTLED");
    assert_eq!(body["transaction"]["paymentDetails"]["captureAmount"], 40.0);
    let (_, body) = meld.post(&target("capture"), json!({})).await;
    assert_eq!(body["code"], "PREVIOUS_TRANSACTION_STATE_INVALID");

    let (status, body) = meld.post(&target("refund"), json!({ "sourceAmount": 10.1 })).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["transaction"]["transactionType"], "REFUND");
    assert_eq!(body["transaction"]["parentPaymentTransactionId"], json!(id));
    assert_eq!(status_of(&meld, &id).await, "PARTIALLY_REFUNDED");
    let (_, body) = meld.post(&target("refund"), json!({})).await;
    assert_eq!(body["transaction"]["sourceAmount"], 29.9);
    assert_eq!(status_of(&meld, &id).await, "REFUNDED");
    assert_eq!(meld.post(&target("refund"), json!({})).await.0, 400);

    let operations: Vec<String> =
        meld.sandbox.payments().into_iter().map(|one| one.operation).collect();
    assert_eq!(
        operations,
        [
            "payments-transactions-create",
            "payments-transactions-capture",
            "payments-transactions-refund",
            "payments-transactions-refund",
        ]
    );
}

#[tokio::test]
async fn payment_status_follows_clock() {
    let meld = Meld::start().await;
    let (_, body) = meld.post("/payments/transactions", ach(&meld, "10.00").await).await;
    let id = body["transaction"]["id"].as_str().unwrap();
    assert_eq!(status_of(&meld, id).await, "PENDING");
    meld.sandbox.clock().advance(Duration::from_secs(3600));
    assert_eq!(status_of(&meld, id).await, "SETTLING");
    meld.sandbox.clock().advance(Duration::from_secs(8 * 3600));
    assert_eq!(status_of(&meld, id).await, "SETTLED");

    let id = authorized(&meld, "10.00").await;
    meld.sandbox.clock().advance(Duration::from_secs(31 * 24 * 3600));
    assert_eq!(status_of(&meld, &id).await, "AUTHORIZATION_EXPIRED");
}

#[tokio::test]
async fn declined_and_invalid_payments_fail() {
    let meld = Meld::start().await;
    let mut body = card("10.00");
    body["paymentMethod"]["details"]["number"] = json!("4000 0000 0000 0002");
    let (status, response) = meld.post("/payments/transactions", body).await;
    assert_eq!((status.as_u16(), &response["transaction"]["status"]), (201, &json!("DECLINED")));
    for amount in ["0", "-1", "ten"] {
        let (status, response) = meld.post("/payments/transactions", card(amount)).await;
        assert_eq!(
            (status.as_u16(), &response["code"]),
            (400, &json!("INVALID_AMOUNT_OR_CURRENCY"))
        );
    }
    let (status, response) = meld.get("/payments/transactions/unknown").await;
    assert_eq!((status.as_u16(), &response["code"]), (404, &json!("NOT_FOUND")));
}

#[tokio::test]
async fn transaction_search_filters_and_pages() {
    let meld = Meld::start().await;
    for number in 1..=25 {
        let (status, _) = meld.post("/payments/transactions", card(&format!("{number}.00"))).await;
        assert_eq!(status, 201);
    }
    let mut amounts = Vec::new();
    let mut target = "/payments/transactions?limit=10".to_owned();
    loop {
        let (status, page) = meld.get(&target).await;
        assert_eq!(status, 200, "{page}");
        let rows = page["transactions"].as_array().unwrap();
        amounts.extend(rows.iter().map(|row| row["sourceAmount"].as_f64().unwrap()));
        if page["remaining"] == 0 {
            break;
        }
        let last = rows.last().unwrap()["key"].as_str().unwrap();
        target = format!("/payments/transactions?limit=10&after={last}");
    }
    let expected: Vec<f64> = (1..=25).rev().map(f64::from).collect();
    assert_eq!(amounts, expected);
    let (_, page) =
        meld.get("/payments/transactions?amountFrom=24&externalCustomerIds=robin").await;
    assert_eq!((&page["count"], &page["totalCount"]), (&json!(2), &json!(2)));
    let (_, page) = meld.get("/payments/transactions?externalCustomerIds=nobody").await;
    assert_eq!(page["count"], 0);
}

/// Checks that retries with the same key execute each payment once, whatever happens to the responses.
#[tokio::test(flavor = "multi_thread")]
async fn concurrent_payments_are_executed_once() {
    const CLIENTS: usize = 40;
    const PAYMENTS: usize = 5;
    let rules = [
        Fault::ConnectionReset,
        Fault::ConnectionResetUnworked,
        Fault::CutOff,
        Fault::InternalErrorAfterWork,
        Fault::BadGateway,
        Fault::Slow,
    ]
    .map(|fault| FaultRule::new(fault).operation("payments-transactions-create").probability(0.1));
    let builder = Sandbox::builder().faults(rules).slow(Duration::from_millis(30));
    let meld = Arc::new(Meld::of(builder.start().await.unwrap()));
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..CLIENTS {
        let meld = Arc::clone(&meld);
        clients.spawn(async move {
            for _ in 0..PAYMENTS {
                pay_until_it_is_done(&meld, &key()).await;
            }
        });
    }
    clients.join_all().await;
    let payments = meld.sandbox.payments();
    let keys: HashSet<_> = payments.iter().map(|one| one.idempotency_key.clone()).collect();
    assert_eq!((payments.len(), keys.len()), (CLIENTS * PAYMENTS, CLIENTS * PAYMENTS));
    assert_eq!(meld.sandbox.injected_faults().len(), 6);
}

async fn pay_until_it_is_done(meld: &Meld, key: &str) {
    loop {
        let request = meld.request(Method::POST, "/payments/transactions");
        let request = request.header("X-Idempotency-Key", key).json(&card("10.00"));
        if let Ok(response) = request.send().await
            && response.status() == 201
            && response.text().await.is_ok()
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
