//! Idempotent requests as plain data: stored, loaded and retried.

use std::time::Duration;

use meld_client::idempotent::{IdempotentRequest, LoadError, Outcome, StoreError, StoredRequest, UntypedRequest};
use meld_client::payments::{IdempotentExt, PaymentsExt};
use meld_client::serde_json::{self, Value, json as value};
use meld_client::v2026_02_03::payments::builder::{CreateTransaction, RefundTransaction};
use meld_client::v2026_02_03::payments::types::PaymentTransactionResponse;
use meld_client::{Call, Meld, Passthrough, RetryPolicy};

use crate::support::{KEY, PRIVATE, Server, json, pay, response};

const PAID: &str = r#"{"transaction":{"id":"a","sourceAmount":25.00}}"#;

fn charge(meld: &Meld) -> IdempotentRequest<CreateTransaction> {
    pay(meld).idempotent().unwrap()
}

fn stored(meld: &Meld) -> StoredRequest {
    charge(meld).store_with_secrets().unwrap()
}

fn data(stored: &StoredRequest) -> Value {
    serde_json::to_value(stored).unwrap()
}

fn restored(data: Value) -> StoredRequest {
    let stored: StoredRequest = serde_json::from_value(data.clone()).unwrap();
    assert_eq!(serde_json::to_value(&stored).unwrap(), data, "nothing is lost");
    stored
}

#[tokio::test]
async fn loaded_requests_send_the_same_bytes() {
    let server = Server::start([json(PAID)]).await;
    let meld = server.builder().passthrough(Passthrough::square(PRIVATE, PRIVATE)).build().unwrap();
    let policy = RetryPolicy::default().max_retries(7).initial_backoff(Duration::from_micros(1));
    let call = pay(&meld).with_timeout(Duration::from_millis(12_345)).with_retry_policy(policy);
    let call = call.with_header("X-Tenant", "acme").with_passthrough(Passthrough::square("own", PRIVATE));
    let request = call.meld_version("2026-05-01").idempotent().unwrap();
    let stored = restored(data(&request.store_with_secrets().unwrap()));
    assert_eq!((stored.key(), stored.was_sent()), (Some(request.key()), false));
    request.send().await.unwrap().completed().unwrap();
    assert!(request.store_with_secrets().unwrap().was_sent());

    let typed = IdempotentRequest::<CreateTransaction>::load(meld.transport(), &stored).unwrap();
    typed.send().await.unwrap().completed().unwrap();
    let untyped = UntypedRequest::load(meld.transport(), &stored).unwrap();
    let response = untyped.send().await.unwrap().completed().unwrap();
    assert_eq!(response.as_str(), PAID);
    let decoded: PaymentTransactionResponse = response.decode().unwrap();
    assert_eq!(decoded.transaction.unwrap().id.as_deref(), Some("a"));

    let received = server.received();
    assert_eq!(received.len(), 3);
    for again in &received[1..] {
        assert_eq!(again.line(), received[0].line());
        assert_eq!(again.body, received[0].body);
        assert_eq!(again.header_map(), received[0].header_map());
    }
}

#[tokio::test]
async fn redacted_values_need_an_explicit_call() {
    let meld = Server::start([json(PAID)]).await.meld();
    let error = charge(&meld).store().unwrap_err();
    assert_eq!(error, StoreError::Redacted { fields: vec!["nonce".to_owned()] });
    assert!(!error.to_string().contains(PRIVATE), "{error}");
    let stored = stored(&meld);
    assert!(data(&stored)["body"].as_str().unwrap().contains(PRIVATE));
    assert!(!format!("{stored:?}").contains(PRIVATE), "{stored:?}");
    assert!(!data(&stored).to_string().contains(KEY));
    let refund = meld.v2026_02_03().payments().refund("a").idempotent().unwrap();
    assert!(refund.store().is_ok());
}

/// The credentials of the client belong to the client, which adds them again.
#[tokio::test]
async fn credentials_of_the_client_are_not_stored() {
    let server = Server::start([json(PAID)]).await;
    let with = |value: &str| server.builder().passthrough(Passthrough::square(value, value)).build().unwrap();
    let refund = with(PRIVATE).v2026_02_03().payments().refund("a").idempotent().unwrap();
    let stored = refund.store().unwrap();
    assert!(!data(&stored).to_string().contains(PRIVATE));
    assert!(UntypedRequest::load(with(PRIVATE).transport(), &stored).is_ok());
    assert_eq!(UntypedRequest::load(with("other").transport(), &stored).unwrap_err(), LoadError::OtherAccount);
    let rotated = stored.after_api_key_rotation();
    assert!(UntypedRequest::load(with("other").transport(), &rotated).is_ok());
}

#[tokio::test]
async fn other_accounts_and_operations_are_refused() {
    let server = Server::start([json(PAID)]).await;
    let meld = server.meld();
    let stored = stored(&meld);
    let other = server.builder().api_key("another-key").build().unwrap();
    let elsewhere = Meld::builder().api_key(KEY).base_url("http://localhost:1").build().unwrap();
    for (client, expected) in [(other, LoadError::OtherAccount), (elsewhere, LoadError::OtherEnvironment)] {
        assert_eq!(UntypedRequest::load(client.transport(), &stored).unwrap_err(), expected);
    }
    let error = IdempotentRequest::<RefundTransaction>::load(meld.transport(), &stored).unwrap_err();
    assert!(matches!(&error, LoadError::OtherOperation { .. }), "{error}");
    assert!(error.to_string().contains("/payments-transactions-create"), "{error}");
}

#[tokio::test]
async fn unknown_and_damaged_data_is_kept() {
    let meld = Server::start([json(PAID)]).await.meld();
    let good = data(&stored(&meld));
    let load = |data: Value| UntypedRequest::load(meld.transport(), &restored(data)).map(drop);
    let with = |name: &str, new: Value| {
        let mut data = good.clone();
        data[name] = new;
        data
    };
    assert_eq!(load(good.clone()), Ok(()));
    for format in [0, 2, 99] {
        assert_eq!(load(with("format", value!(format))), Err(LoadError::Format { found: Some(format) }));
    }
    assert_eq!(load(value!({"key": 1})), Err(LoadError::Format { found: None }));
    assert_eq!(load(value!("text")), Err(LoadError::Format { found: None }));
    for (name, new) in [("operationId", value!("new")), ("apiVersion", value!("2031-01-01")), ("family", value!("x"))] {
        let error = load(with(name, new)).unwrap_err();
        assert!(matches!(error, LoadError::UnknownOperation { .. }), "{error}");
    }
    let body = good["body"].as_str().unwrap().replace("25", "26");
    for (name, new) in [
        ("path", value!("/payments/transactions/a")),
        ("path", value!(null)),
        ("key", value!("key")),
        ("body", value!(body)),
        ("headers", value!([{"name": "a b", "value": ""}])),
        ("headers", value!([{"name": "x", "value": "y"}])),
        ("options", value!({"timeout": "-1"})),
        ("sent", value!("maybe")),
    ] {
        let error = load(with(name, new)).unwrap_err();
        assert!(matches!(error, LoadError::Damaged { .. }), "{name}: {error}");
        assert!(!error.to_string().contains(PRIVATE), "{error}");
    }
    let nonce = good["body"].as_str().unwrap().replace(PRIVATE, "other");
    assert_eq!(load(with("body", value!(nonce))), Err(LoadError::OtherAccount));
}

#[tokio::test]
async fn refusals_of_loaded_requests_leave_it_unknown() {
    let server = Server::start([response("401 X", "", "")]).await;
    let meld = server.meld();
    let untyped = UntypedRequest::load(meld.transport(), &stored(&meld)).unwrap();
    assert!(matches!(untyped.send().await, Ok(Outcome::Unknown(_))));
    let fresh = UntypedRequest::from(charge(&meld));
    assert!(fresh.send().await.is_err());
}

#[tokio::test]
async fn untyped_errors_under_success_prove_nothing() {
    for (body, is_result) in [
        (r#"{"transaction":{"id":"a"},"errors":["declined"],"status":"FAILED"}"#, true),
        (r#"{"errors":["no"],"success":false}"#, false),
        (r#"{"status":"FAILED","message":"no"}"#, false),
    ] {
        let server = Server::start([json(body)]).await;
        let request = UntypedRequest::from(charge(&server.meld()));
        let outcome = request.send().await.unwrap();
        assert_eq!(matches!(outcome, Outcome::Completed(_)), is_result, "{body}: {outcome:?}");
        assert!(is_result || matches!(outcome, Outcome::Unknown(_)), "{body}: {outcome:?}");
    }
}

#[tokio::test]
async fn untyped_result_with_a_huge_number_has_its_id() {
    let body = r#"{"transaction":{"id":"a","rate":1e400}}"#;
    let server = Server::start([json(body)]).await;
    let request = UntypedRequest::from(charge(&server.meld()));
    let response = request.send().await.unwrap().completed().unwrap();
    assert_eq!((response.as_str(), response.value()["transaction"]["id"].as_str()), (body, Some("a")));
}
