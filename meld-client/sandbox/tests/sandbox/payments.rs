//! Payments and idempotency keys.

use std::time::Duration;

use meld_sandbox::{Fault, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Meld, assert_refused, card, header, onramp_order, read, text, with};

const PAY: &str = "/payments/transactions";

async fn ach(meld: &Meld) -> Value {
    let (customer, method) = meld.customer_with_account().await;
    json!({
        "customerId": customer, "sourceAmount": "10.00", "sourceCurrencyCode": "USD",
        "serviceProvider": "PLAID", "paymentMethod": method,
    })
}

fn key() -> String {
    Uuid::new_v4().to_string()
}

async fn status_of(meld: &Meld, id: &str) -> Value {
    meld.read(&format!("{PAY}/{id}")).await["transaction"]["status"].clone()
}

#[tokio::test]
async fn replay_returns_first_response() {
    let meld = Meld::start().await;
    let payout = ach(&meld).await;
    let order = onramp_order(&meld.sandbox.add_customer(&["NOAH"]));
    for (target, body, other_amount, is_in_ledger) in [
        (PAY, card(), json!("99.00"), true),
        ("/payments/transactions/payout", payout, json!("99.00"), true),
        ("/payments/virtual-account/onramp-order", order, json!(99), false),
    ] {
        let before = meld.sandbox.payments().len();
        let key = key();
        let first = meld.post_with_key(target, &key, body.clone()).await;
        assert_eq!(first.0, 201, "{}", first.1);
        assert_eq!(meld.post_with_key(target, &key, body.clone()).await, first);
        // A different body with the same key is ignored.
        let other = with(body, json!({ "sourceAmount": other_amount }));
        assert_eq!(meld.post_with_key(target, &key, other.clone()).await, first);
        let ledger = meld.sandbox.payments();
        let entries = ledger.iter().filter(|one| one.idempotency_key.as_ref() == Some(&key));
        assert_eq!(entries.count(), usize::from(is_in_ledger), "{target}");
        // A different key executes another payment.
        let second = meld.post_with_key(target, &self::key(), other).await;
        assert_ne!(second.1, first.1);
        let executed = meld.sandbox.payments().len() - before;
        assert_eq!(executed, 2 * usize::from(is_in_ledger), "{target}");
    }
}

#[tokio::test]
async fn replay_with_ok_returns_200() {
    let meld = Meld::with(Sandbox::builder().replay_with_ok(true)).await;
    let key = key();
    let first = meld.post_with_key(PAY, &key, card()).await;
    let second = meld.post_with_key(PAY, &key, card()).await;
    assert_eq!((first.0.as_u16(), second.0.as_u16()), (201, 200));
    assert_eq!(first.1, second.1);
}

#[tokio::test]
async fn requests_without_key_are_all_executed() {
    let meld = Meld::start().await;
    for _ in 0..2 {
        assert_eq!(meld.post(PAY, card()).await.0, 201);
    }
    assert_eq!(meld.sandbox.payments().len(), 2);
}

#[tokio::test]
async fn key_in_progress_returns_425() {
    let builder = Sandbox::builder().slow(Duration::from_millis(400));
    let meld = Meld::with(builder).await;
    let key = key();
    let request = || {
        let request = meld.request(Method::POST, PAY);
        request.header("X-Idempotency-Key", &key).json(&card())
    };
    let slow = request().header("Sandbox-Fault", Fault::Slow.name()).send();
    let early = async {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let response = request().send().await.unwrap();
        assert_eq!(header(&response, "retry-after"), "2");
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
    let request = meld.request(Method::POST, PAY).json(&card());
    let request = request.header("X-Idempotency-Key", &key);
    let accepted = request.header("Sandbox-Fault", Fault::Accepted.name()).send().await.unwrap();
    assert_eq!(accepted.status(), 202);
    let again = async || meld.post_with_key(PAY, &key, card()).await.0;
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
        let request = meld.request(Method::POST, PAY);
        let request = request.header("X-Idempotency-Key", &key).header("Sandbox-Fault", fault.name());
        let _ = request.json(&card()).send().await;
        assert_eq!(meld.sandbox.payments().len() - before, usize::from(carried_out), "{fault}");
        let (status, _) = meld.post_with_key(PAY, &key, card()).await;
        assert_eq!(status, 201);
        assert_eq!(meld.sandbox.payments().len() - before, 1, "{fault}");
    }
}

#[tokio::test]
async fn payment_status_follows_clock() {
    let meld = Meld::start().await;
    let authorization = with(card(), json!({ "capture": false }));
    for (body, statuses) in [
        (ach(&meld).await, &[(0, "PENDING"), (1, "SETTLING"), (8, "SETTLED")][..]),
        (authorization, &[(0, "AUTHORIZED"), (31 * 24, "AUTHORIZATION_EXPIRED")]),
    ] {
        let paid = meld.create(PAY, body).await;
        let id = text(&paid["transaction"]["id"]);
        for (hours, status) in statuses {
            meld.sandbox.clock().advance(Duration::from_secs(hours * 3600));
            assert_eq!(status_of(&meld, &id).await, *status);
        }
    }
}

#[tokio::test]
async fn declined_and_invalid_payments_fail() {
    let meld = Meld::start().await;
    let number = json!({ "paymentMethod": { "details": { "number": "4000 0000 0000 0002" } } });
    let declined = meld.create(PAY, with(card(), number)).await;
    assert_eq!(declined["transaction"]["status"], "DECLINED");
    for amount in ["0", "-1", "ten"] {
        let response = meld.post(PAY, with(card(), json!({ "sourceAmount": amount }))).await;
        assert_refused(response, 400, "INVALID_AMOUNT_OR_CURRENCY", "");
    }
    assert_refused(meld.get("/payments/transactions/unknown").await, 404, "NOT_FOUND", "");
}

#[tokio::test]
async fn transaction_search_filters_and_pages() {
    let meld = Meld::start().await;
    for number in 1..=25 {
        meld.create(PAY, with(card(), json!({ "sourceAmount": format!("{number}.00") }))).await;
    }
    let mut amounts = Vec::new();
    let mut target = "/payments/transactions?limit=10".to_owned();
    loop {
        let page = meld.read(&target).await;
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
    for (filter, count) in [("amountFrom=24&externalCustomerIds=robin", 2), ("externalCustomerIds=nobody", 0)] {
        let page = meld.read(&format!("{PAY}?{filter}")).await;
        assert_eq!((&page["count"], &page["totalCount"]), (&json!(count), &json!(count)));
    }
}
