use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use meld_client_core::uuid::Uuid;
use meld_client_core::{ApiKeyFuture, ApiKeyProvider, Decimal, Passthrough, RetryPolicy};
use meld_test_server::{HeldServer, Reply, Server, response};

use super::super::binding::KEY;
use super::*;
use crate::client::{Meld, MeldBuilder};
use crate::for_versions::v2026_02_03::{
    payments::Client,
    payments::types::{PaymentMethodInput, PaymentTransactionRequest},
};
use crate::payments::{PaymentMethodInputExt, PaymentsExt};

/// The API key occurs in `IDEMPOTENCY_KEY_CONFLICT`, which must still be recognised.
fn payments_at(base_url: &str) -> Client {
    let meld = Meld::builder().api_key("key").base_url(base_url).retry_policy(RetryPolicy::never());
    meld.build().unwrap().v2026_02_03().payments()
}

fn payments() -> Client {
    payments_at("http://localhost:1")
}

const SEVEN: Duration = Duration::from_secs(7);

/// Returns a charge at a server with these replies.
async fn charge_at(replies: impl IntoIterator<Item = Reply>) -> IdempotentRequest<impl Call> {
    charge(&payments_at(&Server::start(replies).await.address))
}

fn error(status: &str, code: &str) -> Reply {
    response(status, "", format!(r#"{{"code":"{code}"}}"#))
}

fn charge(payments: &Client) -> IdempotentRequest<impl Call + use<>> {
    let request = PaymentTransactionRequest::builder().source_amount(Decimal::new(10, 0));
    let request = request.source_currency_code("USD").customer_id("a");
    payments.charge(request).idempotent().unwrap()
}

fn name<A>(outcome: Result<Outcome<A>, Error>) -> &'static str {
    match outcome {
        Ok(Outcome::Completed(_)) => "done",
        Ok(Outcome::InProgress { retry_after: None }) => "running",
        Ok(Outcome::InProgress { retry_after: Some(SEVEN) }) => "running 7",
        Ok(Outcome::InProgress { .. }) => "running otherwise",
        Ok(Outcome::Unknown(_)) => "unknown",
        Err(_) => "not executed",
    }
}

#[tokio::test]
async fn outcome_of_a_first_attempt() {
    const PAID: &str = r#"{"transaction":{"id":"a"}}"#;
    const FAILED: &str = r#"{"error":"PROVIDER_TIMEOUT"}"#;
    const RETRY: &str = "retry-after: 7\r\n";
    for (reply, expected) in [
        (response("200 X", "", PAID), "done"),
        (response("201 X", "", PAID), "done"),
        (response("202 X", RETRY, ""), "running 7"),
        (response("202 X", "", ""), "running"),
        (response("206 X", "", PAID), "unknown"),
        (response("200 X", "", FAILED), "unknown"),
        (response("201 X", "", FAILED), "unknown"),
        (response("202 X", RETRY, FAILED), "unknown"),
        (response("200 X", "", "{"), "unknown"),
        (response("200 X", "", "{}"), "unknown"),
        (response("200 X", "", "[]"), "unknown"),
        (response("201 X", "", r#"{"transaction":{"id":"","details":[null]}}"#), "unknown"),
        (response("200 X", "", r#"{"code":"PROVIDER_TIMEOUT","traceId":"t","type":"about:blank"}"#), "unknown"),
        (response("201 X", "", r#"{"transaction":{"status":"SETTLED"}}"#), "unknown"),
        (response("202 X", "", "{}"), "running"),
        (response("303 X", "location: /elsewhere\r\n", ""), "unknown"),
        (response("425 X", RETRY, ""), "running 7"),
        (response("503 X", "", ""), "unknown"),
        (Reply::Break(Vec::new()), "unknown"),
        (response("400 X", "", ""), "unknown"),
        (error("400 X", "BAD_REQUEST"), "not executed"),
        (response("401 X", "", ""), "not executed"),
        (response("403 X", "content-type: text/html\r\n", "<html>"), "unknown"),
        (error("403 X", "KYC_NOT_COMPLETED"), "not executed"),
        (response("404 X", "", r#"{"message":"no route"}"#), "unknown"),
        (error("409 X", "CONFLICT"), "not executed"),
        (error("409 X", "IDEMPOTENCY_KEY_CONFLICT"), "unknown"),
        (response("429 X", "", ""), "not executed"),
    ] {
        let order = charge_at([reply.clone()]).await;
        assert_eq!(name(order.send().await), expected, "{reply:?}");
    }
}

#[tokio::test]
async fn refusals_after_an_open_attempt_are_unknown() {
    for (refusal, expected) in [
        (error("409 X", "IDEMPOTENCY_KEY_CONFLICT"), "unknown"),
        (error("409 X", "REQUEST_CONFLICT"), "unknown"),
        (error("409 X", "CONFLICT"), "unknown"),
        (error("404 X", "TRANSACTION_INVALID_ID"), "unknown"),
        (error("400 X", "EXTERNAL_ORDER_ID_NOT_UNIQUE"), "unknown"),
        (response("303 X", "", ""), "unknown"),
        (response("401 X", "", ""), "unknown"),
        (response("403 X", "", ""), "unknown"),
        (response("407 X", "", ""), "unknown"),
        (response("421 X", "", ""), "unknown"),
        (response("422 X", "", ""), "unknown"),
        (response("429 X", "", ""), "unknown"),
        (error("400 X", "INVALID_AMOUNT"), "not executed"),
        (error("422 X", "TRANSACTION_REQUEST_VALIDATION_ERROR"), "not executed"),
    ] {
        let order = charge_at([response("503 X", "", ""), refusal.clone()]).await;
        assert_eq!(name(order.send().await), "unknown");
        assert_eq!(name(order.clone().send().await), expected, "{refusal:?}");
    }
}

/// The guides do not say that refunds honor the key, so the second one may exceed the amount that the first one left.
#[tokio::test]
async fn refused_refunds_leave_earlier_ones_unknown() {
    let server = Server::start([response("503 X", "", ""), error("400 X", "INVALID_AMOUNT")]).await;
    let order = payments_at(&server.address).refund("a").idempotent().unwrap();
    assert_eq!(name(order.send().await), "unknown");
    assert_eq!(name(order.send().await), "unknown");
}

#[tokio::test]
async fn stored_or_set_keys_may_have_been_sent() {
    // No server listens there, so nothing is sent.
    let fresh = payments().refund("a").idempotent().unwrap();
    assert_eq!(name(fresh.send().await), "not executed");
    assert_eq!(name(fresh.send().await), "not executed", "unsent attempts leave nothing open");
    let stored = payments().refund("a").with_idempotency_key(&fresh.key()).unwrap();
    assert_eq!(name(stored.send().await), "unknown");
    let given = payments().refund("a").idempotency_key(Uuid::from_u128(7)).idempotent().unwrap();
    assert_eq!(name(given.send().await), "unknown");
}

#[tokio::test]
async fn cancelled_attempts_leave_the_outcome_unknown() {
    let order = charge_at([Reply::Silence, response("401 X", "", "")]).await;
    let limit = Duration::from_millis(50);
    assert!(tokio::time::timeout(limit, order.send()).await.is_err(), "there is no response");
    assert_eq!(name(order.clone().send().await), "unknown");
}

#[tokio::test]
async fn clones_sent_at_once_share_one_state() {
    let mut server = HeldServer::start().await;
    let order = charge(&payments_at(&server.address));
    let first = tokio::spawn(order.send());
    let held = server.next().await;
    let second = tokio::spawn(order.clone().send());
    server.next().await.reply(response("429 X", "", ""));
    assert_eq!(name(second.await.unwrap()), "unknown", "the first attempt is in flight");
    drop(held);
    assert_eq!(name(first.await.unwrap()), "unknown");
    let third = tokio::spawn(order.send());
    server.next().await.reply(response("401 X", "", ""));
    assert_eq!(name(third.await.unwrap()), "unknown", "the first attempt stays open");
}

#[tokio::test]
async fn finish_ends_early_if_retries_are_useless() {
    let order = charge_at([response("503 X", "", ""), response("401 X", "", "")]).await;
    let soon = Polling::default().timeout(Duration::from_secs(60)).initial_interval(Duration::from_millis(1));
    let Ok(Outcome::Unknown(error)) = order.finish(soon).await else { panic!() };
    assert_eq!(error.status().unwrap().as_u16(), 401);
}

/// A charge of ten dollars by card, with one change.
struct Charge {
    amount: Decimal,
    customer: &'static str,
    description: &'static str,
    card: &'static str,
    meld: MeldBuilder,
}

const ENVIRONMENT: &str = "https://api.example.com";

impl Charge {
    fn new() -> Self {
        let meld = Meld::builder().api_key("22-characters:28").base_url(ENVIRONMENT);
        let (amount, card) = (Decimal::new(10, 0), "4242424242424242");
        Self { amount, customer: "a", description: "x", card, meld }
    }

    fn call(self) -> impl IdempotentExt {
        let card = PaymentMethodInput::card(self.card, "123", "12/39").unwrap();
        let request = PaymentTransactionRequest::builder()
            .source_amount(self.amount)
            .source_currency_code("USD")
            .customer_id(self.customer)
            .description(self.description)
            .payment_method(card);
        self.meld.build().unwrap().v2026_02_03().payments().charge(request)
    }
}

#[test]
fn keys_are_bound_to_the_whole_request() {
    let key = Charge::new().call().idempotent().unwrap().key();
    let same = Charge { amount: Decimal::new(10_000_000, 6), ..Charge::new() };
    let same = same.call().with_idempotency_key(&key).unwrap();
    let sent = key.idempotency_key().to_string();
    assert_eq!(same.request().idempotency_key(), Some(sent.as_str()));
    assert_eq!(same.key(), key);
    for other in [
        Charge { amount: Decimal::new(11, 0), ..Charge::new() },
        Charge { customer: "b", ..Charge::new() },
        Charge { description: "y", ..Charge::new() },
        Charge { card: "5555555555554444", ..Charge::new() },
    ] {
        let error = other.call().with_idempotency_key(&key).err().unwrap();
        assert_eq!(error.field(), Some(KEY));
        assert!(error.to_string().contains("was made for another request"), "{error}");
    }
    assert!(payments().refund("a").with_idempotency_key(&key).is_err());
}

#[test]
fn keys_are_bound_to_environment_and_account() {
    let key = Charge::new().call().idempotent().unwrap().key();
    let with = |meld| Charge { meld, ..Charge::new() }.call().with_idempotency_key(&key);
    let meld = || Charge::new().meld;
    let error = with(meld().base_url("https://other.example.com")).err().unwrap();
    assert!(error.to_string().contains("another environment"), "{error}");
    assert!(with(meld().api_key("another:key")).is_err());
    let credentials = |reference: &str| Passthrough::braintree("token", reference);
    assert!(with(meld().passthrough(credentials("merchant"))).is_err());
}

#[test]
fn keys_survive_a_rotation_of_the_api_key() {
    let key = Charge::new().call().idempotent().unwrap().key();
    let rotated: IdempotencyKey = key.after_api_key_rotation().to_string().parse().unwrap();
    let with = |meld| Charge { meld, ..Charge::new() }.call().with_idempotency_key(&rotated);
    let order = with(Charge::new().meld.api_key("another:key")).unwrap();
    assert_eq!(order.key().idempotency_key(), key.idempotency_key());
    assert_ne!(order.key(), rotated, "it is bound to the new API key from here on");
    assert!(with(Charge::new().meld.base_url("https://other.example.com")).is_err());
}

/// Returns another key each time it is asked.
struct Rotating(AtomicU32, Option<&'static str>);

impl ApiKeyProvider for Rotating {
    fn api_key(&self) -> ApiKeyFuture<'_> {
        let number = self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::ready(Ok(format!("key:{number}").into())))
    }

    fn account_label(&self) -> Option<&str> {
        self.1
    }
}

#[test]
fn provided_keys_bind_to_the_account_label() {
    let provided = |label| Charge::new().meld.api_key_provider(Rotating(AtomicU32::new(0), label));
    let of = |label| Charge { meld: provided(label), ..Charge::new() }.call().idempotent().unwrap().key();
    let with = |meld, key| Charge { meld, ..Charge::new() }.call().with_idempotency_key(&key).is_ok();
    for label in [None, Some("main")] {
        let key = of(label);
        assert!(with(provided(label), key), "{label:?}");
        assert!(!with(provided(Some("other")), key), "{label:?}");
        let other = Charge { meld: provided(label), description: "y", ..Charge::new() };
        assert!(other.call().with_idempotency_key(&key).is_err(), "{label:?}");
        // The label is not secret, so the hash says nothing of the card.
        let card = Charge { meld: provided(label), card: "5555555555554444", ..Charge::new() };
        assert_eq!(card.call().idempotent().unwrap().key().to_string()[36..], key.to_string()[36..]);
    }
    let fixed = Charge::new().call().idempotent().unwrap().key();
    assert!(!with(provided(Some("main")), fixed) && with(provided(Some("main")), fixed.after_api_key_rotation()));
}

#[test]
fn hashes_in_stored_keys_are_keyed() {
    let of = |api_key: &str| {
        let charge = Charge::new();
        let meld = charge.meld.clone().api_key(api_key);
        let key = Charge { meld, ..charge }.call().idempotent().unwrap().key().to_string();
        key.rsplit('.').next().unwrap().to_owned()
    };
    assert_eq!(of("one:key"), of("one:key"));
    assert_ne!(of("one:key"), of("two:key"), "the hash over card numbers is keyed");
}

#[test]
fn keys_are_new_unless_one_was_set() {
    let refund = || payments().refund("a");
    assert_ne!(refund().idempotent().unwrap().key(), refund().idempotent().unwrap().key());
    let uuid = Uuid::from_u128(7);
    let key = refund().idempotency_key(uuid).idempotent().unwrap().key();
    assert_eq!(key.idempotency_key(), uuid);
    assert_eq!(key, refund().with_idempotency_key(&key).unwrap().clone().key());
}

#[test]
fn operations_without_a_key_are_refused() {
    let error = payments().get_transaction().id("a").idempotent().unwrap_err();
    assert_eq!(error.field(), Some(KEY));
    assert!(error.to_string().contains("is not accepted"), "{error}");
}

#[test]
fn futures_are_send() {
    fn is_send<T: Send>(_: &T) {}
    let order = payments().refund("a").idempotent().unwrap();
    is_send(&order.send());
    is_send(&order.finish(Polling::default()));
}
