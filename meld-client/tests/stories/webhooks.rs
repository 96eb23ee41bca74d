//! Receiving webhooks.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use meld_client::v2026_02_03::bank_linking::types::{ConnectStartRequest, Product};
use meld_client::v2026_02_03::crypto::types::{
    CryptoBuySessionData, SessionData, SessionTokenForWidgetRequest,
};
use meld_client::v2026_02_03::customer::types::{CreateCustomerRequest, InitiateKycRequest};
use meld_client::v2026_02_03::payments::types::PaymentTransactionRequest;
use meld_client::v2026_02_03::prelude::*;
use meld_client::v2026_02_03::webhooks::types::{WebhookProfile, WebhookProfileCreateRequest};
use meld_client::v2026_02_03::{Api, webhooks};
use meld_client::webhooks::{
    Delivery, Event, EventType, KycStatus, Payload, Rejection, RetryReason, Verifier,
};
use meld_client::{Decimal, Meld};
use meld_sandbox::{ConnectionStatus, Outcome, Sandbox};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// A program that receives webhooks: it passes on what comes, and answers with a status.
struct Receiver {
    url: String,
    status: Arc<AtomicU16>,
    deliveries: UnboundedReceiver<(HeaderMap, Bytes)>,
}

type Here = (UnboundedSender<(HeaderMap, Bytes)>, Arc<AtomicU16>);

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/meld/webhooks?of=meld", listener.local_addr().unwrap());
        let (sender, deliveries) = unbounded_channel();
        let status = Arc::new(AtomicU16::new(200));
        let here: Here = (sender, Arc::clone(&status));
        let router = Router::new().route("/meld/webhooks", post(receive)).with_state(here);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, status, deliveries }
    }

    /// What comes next.
    async fn next(&mut self) -> (HeaderMap, Bytes) {
        timeout(Duration::from_secs(10), self.deliveries.recv()).await.unwrap().unwrap()
    }
}

async fn receive(
    State((sender, status)): State<Here>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    sender.send((headers, body)).unwrap();
    StatusCode::from_u16(status.load(Ordering::Relaxed)).unwrap()
}

/// A sandbox with a webhook profile, and what verifies its deliveries.
struct Story {
    sandbox: Sandbox,
    api: Api,
    receiver: Receiver,
    profile: WebhookProfile,
    verifier: Verifier,
}

impl Story {
    /// Begins with a profile for these types of events, or for all.
    async fn begin(event_types: &[EventType]) -> Self {
        let sandbox = Sandbox::builder().transactions_per_account(30).start().await.unwrap();
        let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
        let api = meld.build().unwrap().v2026_02_03();
        let mut receiver = Receiver::start().await;
        let request = WebhookProfileCreateRequest::builder()
            .name("ledger")
            .url(receiver.url.as_str())
            .event_types(event_types.iter().cloned());
        let profile = api.webhooks().profiles_create().body(request).send().await.unwrap();
        let verifier = Verifier::try_from(profile.as_ref()).unwrap();
        let (headers, body) = receiver.next().await;
        let test = verifier.verify(&headers, &body).unwrap();
        assert_eq!(test.event.event_type, EventType::WebhookTest);
        Self { sandbox, api, receiver, profile: profile.into_inner(), verifier }
    }

    /// The next delivery, verified by the clock of the sandbox.
    async fn delivery(&mut self) -> Delivery {
        let (headers, body) = self.receiver.next().await;
        let now = self.sandbox.clock().now();
        let verifier = self.verifier.clone().strict_reading(true);
        verifier.verify_at(&headers, &body, now).unwrap()
    }

    /// The next event of this type; others are passed over, as they come in any order.
    async fn event(&mut self, event_type: &EventType) -> Event {
        loop {
            let event = self.delivery().await.event;
            if event.event_type == *event_type {
                return event;
            }
        }
    }

    /// Links a bank. Gives the id of the connection and those of its accounts.
    async fn link_bank(&self) -> (String, Vec<String>) {
        let request = ConnectStartRequest::builder()
            .external_customer_id("robin")
            .products([Product::Balances, Product::Transactions]);
        let started = self.api.bank_linking().connect_create().body(request).send().await.unwrap();
        let connection = started.into_inner().id.unwrap();
        let accounts = self.sandbox.complete_connection(&connection).unwrap();
        (connection, accounts)
    }
}

/// Story 2, receive webhooks: see what there is, make a profile, verify the test that comes at once with the secret of
/// the profile, and ask for another one.
#[tokio::test]
async fn who_makes_a_profile_verifies_its_tests() {
    let mut story = Story::begin(&[EventType::TransactionCryptoComplete]).await;
    let types = story.api.webhooks().events_get().send().await.unwrap();
    assert!(types.iter().any(|name| *name == EventType::TransactionCryptoComplete.as_str()));

    let client: webhooks::Client = story.api.webhooks();
    let id = story.profile.id.clone().unwrap();
    let asked = client.profiles_test().webhook_profile_id(id.as_str()).send().await.unwrap();
    let delivery = story.delivery().await;
    assert_eq!(delivery.event.event_type, EventType::WebhookTest);
    assert!(asked.request_id.is_some());
    assert_eq!(delivery.event.payload.request_id(), asked.request_id.as_deref());
    assert_eq!(delivery.event.profile_id.as_deref(), Some(id.as_str()));
    assert_eq!(delivery.event.version, story.profile.event_version);
    assert!(delivery.signed_at.is_some() && delivery.retry.is_none());
}

/// Story 2, receive webhooks: what others send is refused, and so is what was meant for another address.
#[tokio::test]
async fn who_receives_webhooks_refuses_those_of_others() {
    let mut story = Story::begin(&[]).await;
    let id = story.profile.id.clone().unwrap();
    story.api.webhooks().profiles_test().webhook_profile_id(id).send().await.unwrap();
    let (headers, body) = story.receiver.next().await;
    assert!(story.verifier.verify(&headers, &body).is_ok());

    let secret = story.profile.secret.clone().unwrap();
    let elsewhere = Verifier::new(secret, story.receiver.url.replace("127.0.0.1", "localhost"));
    assert_eq!(elsewhere.verify(&headers, &body), Err(Rejection::WrongSignature));
    let other = Verifier::new("another secret", story.receiver.url.as_str());
    assert_eq!(other.verify(&headers, &body), Err(Rejection::WrongSignature));
    let changed = String::from_utf8(body.to_vec()).unwrap().replace("WEBHOOK_TEST", "TEST");
    let verdict = story.verifier.verify(&headers, changed.as_bytes());
    assert_eq!(verdict, Err(Rejection::WrongSignature));
    let unsigned = story.verifier.verify(&HeaderMap::new(), &body).unwrap_err();
    assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED);
}

/// Story 2, receive webhooks: what was not answered with 200 comes again, newly signed, with the same id.
#[tokio::test]
async fn who_was_down_gets_the_event_again_and_knows_it_by_its_id() {
    let mut story = Story::begin(&[]).await;
    story.receiver.status.store(503, Ordering::Relaxed);
    let id = story.profile.id.clone().unwrap();
    story.api.webhooks().profiles_test().webhook_profile_id(id).send().await.unwrap();
    let first = story.delivery().await;
    assert_eq!(first.retry, None);
    while story.sandbox.webhook_deliveries().iter().all(|sent| sent.failure.is_none()) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    story.receiver.status.store(200, Ordering::Relaxed);
    story.sandbox.clock().advance(Duration::from_secs(61));
    let second = story.delivery().await;
    let retry = second.retry.unwrap();
    assert_eq!((retry.count, retry.reason), (Some(1), Some(RetryReason::HttpError(503))));
    assert_eq!(second.event.event_id, first.event.event_id);
    assert!(second.signed_at > first.signed_at);
}

/// Story 3, link a bank account and read balances: a connection is completed, then its accounts are there to be read.
#[tokio::test]
async fn who_links_a_bank_reads_the_accounts_when_they_are_updated() {
    let mut story = Story::begin(&[
        EventType::BankLinkingConnectionCompleted,
        EventType::BankLinkingAccountsUpdated,
    ])
    .await;
    let (connection, accounts) = story.link_bank().await;
    let mut told = Vec::new();
    for _ in 0..2 {
        let event = story.delivery().await.event;
        assert_eq!(event.payload.connection_id(), Some(connection.as_str()));
        assert_eq!(event.payload.external_customer_id(), Some("robin"));
        match &event.payload {
            Payload::ConnectionCompleted(completed) => {
                let call = completed.fetch(&story.api.bank_linking()).unwrap();
                assert_eq!(call.send().await.unwrap().id.as_deref(), Some(connection.as_str()));
            }
            Payload::AccountsUpdated(updated) => {
                assert_eq!(updated.financial_accounts[0].products, ["BALANCES"]);
                let call = updated.fetch(&story.api.bank_linking()).unwrap();
                let read = call.all(100).await.unwrap();
                assert_eq!(read.len(), accounts.len());
                for (account, updated) in read.iter().zip(&updated.financial_accounts) {
                    assert!(account.balances.is_some());
                    let call = updated.fetch(&story.api.bank_linking()).unwrap();
                    assert_eq!(call.send().await.unwrap().id, updated.id);
                }
            }
            other => panic!("not asked for: {other:?}"),
        }
        told.push(event.event_type);
    }
    told.sort();
    assert_eq!(
        told,
        [EventType::BankLinkingAccountsUpdated, EventType::BankLinkingConnectionCompleted]
    );
}

/// Story 4, read all transactions of a new link: each account has its own, read when they are aggregated; then those of
/// the past are told to be there.
#[tokio::test]
async fn who_links_a_bank_reads_transactions_when_they_are_aggregated() {
    let mut story = Story::begin(&[
        EventType::BankLinkingTransactionsAggregated,
        EventType::BankLinkingHistoricalTransactionsAggregated,
    ])
    .await;
    let (_, accounts) = story.link_bank().await;
    let (mut aggregated, mut historical) = (0, 0);
    for _ in 0..2 {
        let event = story.delivery().await.event;
        match &event.payload {
            Payload::TransactionsAggregated(payload) => {
                aggregated += 1;
                assert_eq!(payload.financial_accounts.len(), accounts.len());
                for account in &payload.financial_accounts {
                    let call = account.fetch(&story.api.bank_linking()).unwrap();
                    let read = call.all(1000).await.unwrap();
                    assert_eq!(u64::try_from(read.len()).ok(), account.num_transactions_added);
                    let id = account.financial_account_id.as_deref();
                    assert!(read.iter().all(|one| one.financial_account_id.as_deref() == id));
                }
            }
            Payload::HistoricalTransactionsAggregated(payload) => {
                historical += 1;
                let succeeded = payload
                    .financial_accounts
                    .iter()
                    .map(|one| one.historical_aggregation_succeeded);
                assert!(succeeded.into_iter().all(|succeeded| succeeded == Some(true)));
            }
            other => panic!("not asked for: {other:?}"),
        }
    }
    assert_eq!((aggregated, historical), (1, 1));
}

/// Story 5, keep a local copy fresh: the event says how far back to read and what to drop.
#[tokio::test]
async fn who_keeps_a_copy_is_told_what_is_new_and_what_is_gone() {
    let mut story = Story::begin(&[EventType::BankLinkingTransactionsAggregated]).await;
    let (_, accounts) = story.link_bank().await;
    story.delivery().await;
    let updated = story.sandbox.update_transactions(&accounts[0], 3, 2, 1).unwrap();
    let event = story.delivery().await.event;
    let Payload::TransactionsAggregated(payload) = &event.payload else { panic!("{event:?}") };
    let [account] = &payload.financial_accounts[..] else { panic!("{payload:?}") };
    assert_eq!(account.financial_account_id.as_ref(), Some(&accounts[0]));
    assert_eq!(account.oldest_transaction_updated_search_key, updated.oldest_key);
    assert_eq!(account.transaction_ids_removed, updated.removed);
    assert_eq!(account.num_transactions_added, Some(3));
    assert_eq!(account.num_transactions_updated, Some(2));
    let read = account.fetch(&story.api.bank_linking()).unwrap().limit(5).send().await.unwrap();
    let ids = read.financial_account_transactions.iter().map(|one| one.id.clone().unwrap());
    let mut expected = [updated.added, updated.changed].concat();
    let mut newest: Vec<String> = ids.collect();
    (expected.sort(), newest.sort());
    assert_eq!(newest, expected, "down to the key are those that are new or changed");
}

/// Story 7, repair a broken link: the change of the status says so, and the connection agrees.
#[tokio::test]
async fn who_watches_connections_is_told_that_one_is_broken() {
    let mut story = Story::begin(&[EventType::BankLinkingConnectionStatusChange]).await;
    let (connection, _) = story.link_bank().await;
    let healthy = story.event(&EventType::BankLinkingConnectionStatusChange).await;
    let Payload::ConnectionStatusChange(change) = &healthy.payload else { panic!("{healthy:?}") };
    assert_eq!(change.new_status.as_deref(), Some("ACTIVE"));
    let status = ConnectionStatus::ReconnectRequired;
    story.sandbox.set_connection_status(&connection, status, Some("LOGIN_REQUIRED")).unwrap();
    let broken = story.event(&EventType::BankLinkingConnectionStatusChange).await;
    let Payload::ConnectionStatusChange(change) = &broken.payload else { panic!("{broken:?}") };
    assert_eq!(change.old_status.as_deref(), Some("ACTIVE"));
    assert_eq!(change.new_status.as_deref(), Some("RECONNECT_REQUIRED"));
    assert_eq!(change.new_status_reason.as_deref(), Some("LOGIN_REQUIRED"));
    let read = change.fetch(&story.api.bank_linking()).unwrap().send().await.unwrap();
    let read = as_json(&read.into_inner());
    assert_eq!(read["status"], "RECONNECT_REQUIRED");
}

fn as_json(value: &impl serde::Serialize) -> meld_client::serde_json::Value {
    meld_client::serde_json::to_value(value).unwrap()
}

/// Story 11, unlink: the connection and its accounts are told to be gone.
#[tokio::test]
async fn who_unlinks_is_told_what_is_gone() {
    let mut story = Story::begin(&[
        EventType::BankLinkingConnectionDeleted,
        EventType::BankLinkingAccountsRemoved,
    ])
    .await;
    let (connection, mut accounts) = story.link_bank().await;
    let client = story.api.bank_linking();
    client.connections_delete().connection_id(connection.as_str()).send().await.unwrap();
    let mut is_deleted = false;
    for _ in 0..2 {
        match story.delivery().await.event.payload {
            Payload::ConnectionDeleted(deleted) => {
                is_deleted = deleted.connection_id.as_deref() == Some(connection.as_str());
            }
            Payload::AccountsRemoved(removed) => {
                for account in removed.financial_accounts {
                    accounts.retain(|id| Some(id) != account.id.as_ref());
                }
            }
            other => panic!("not asked for: {other:?}"),
        }
    }
    assert!(is_deleted && accounts.is_empty(), "{accounts:?}");
}

/// Story 15, buy crypto: each step of the transaction is told, and read by the id in the event, be it with the client of
/// payments or with that of crypto.
#[tokio::test]
async fn who_buys_crypto_follows_the_transaction_to_its_end() {
    let mut story = Story::begin(&[]).await;
    let data = CryptoBuySessionData::builder()
        .country_code("US")
        .source_currency_code("USD")
        .destination_currency_code("BTC")
        .source_amount(Decimal::from(100))
        .service_provider("TRANSAK")
        .wallet_address("bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh")
        .build()
        .unwrap();
    let request = SessionTokenForWidgetRequest::builder()
        .external_customer_id("robin")
        .external_session_id("order-1")
        .session_data(SessionData::Buy(data));
    let session = story.api.crypto().session_widget_create().body(request).send().await.unwrap();
    let session = session.into_inner().id.unwrap();
    let id = story.sandbox.complete_session(&session, Outcome::Settled).unwrap();
    for (event_type, wait) in [
        (EventType::TransactionCryptoPending, 0),
        (EventType::TransactionCryptoTransferring, 31),
        (EventType::TransactionCryptoComplete, 60),
    ] {
        story.sandbox.clock().advance(Duration::from_secs(wait));
        let event = story.event(&event_type).await;
        let Payload::CryptoTransaction(payload) = &event.payload else { panic!("{event:?}") };
        assert_eq!(payload.payment_transaction_id.as_deref(), Some(id.as_str()));
        assert_eq!(payload.session_id.as_deref(), Some(session.as_str()));
        assert_eq!(payload.external_session_id.as_deref(), Some("order-1"));
        assert_eq!(payload.external_customer_id.as_deref(), Some("robin"));
        let paid = payload.fetch(&story.api.payments()).unwrap().send().await.unwrap();
        let bought = payload.fetch(&story.api.crypto()).unwrap().send().await.unwrap();
        let status = payload.payment_transaction_status.as_deref().unwrap();
        assert_eq!(as_json(&paid.into_inner())["transaction"]["status"], status);
        assert_eq!(as_json(&bought.into_inner())["transaction"]["id"], id.as_str());
    }
}

/// Story 13, charge an account: a payment is told, and read by the id in the event.
#[tokio::test]
async fn who_charges_an_account_is_told_of_the_payment() {
    let mut story = Story::begin(&[EventType::TransactionFiatCreated]).await;
    let request = PaymentTransactionRequest::builder()
        .source_amount(Decimal::new(2500, 2))
        .source_currency_code("USD")
        .nonce("meld-fake-valid-nonce");
    story.api.payments().transactions_create().body(request).send().await.unwrap();
    let event = story.delivery().await.event;
    let Payload::FiatTransaction(payload) = &event.payload else { panic!("{event:?}") };
    let read = payload.fetch(&story.api.payments()).unwrap().send().await.unwrap();
    let transaction = read.into_inner().transaction.unwrap();
    assert_eq!(transaction.id, payload.payment_transaction_id);
}

/// Story 17, KYC once: the decision of the provider is told, and the customer is read by the id in the event.
#[tokio::test]
async fn who_waits_for_kyc_is_told_the_decision() {
    let mut story = Story::begin(&[EventType::CustomerKycStatusChange]).await;
    let client = story.api.customer();
    let request = CreateCustomerRequest::builder().external_id("robin");
    let customer = client.create().body(request).send().await.unwrap().into_inner().id.unwrap();
    let request = InitiateKycRequest::builder().service_provider("SUMSUB").mode("HOSTED_URL");
    client.kyc_initiate().customer_id(customer.as_str()).body(request).send().await.unwrap();
    story.sandbox.decide_kyc(&customer, meld_sandbox::KycStatus::Approved).unwrap();
    let mut statuses = Vec::new();
    for _ in 0..2 {
        let event = story.delivery().await.event;
        let Payload::KycStatusChange(payload) = &event.payload else { panic!("{event:?}") };
        assert_eq!(payload.service_provider.as_deref(), Some("SUMSUB"));
        let found = payload.fetch(&story.api.customer()).unwrap().send().await.unwrap();
        let [found] = &found.customers[..] else { panic!("{found:?}") };
        assert_eq!(found.id.as_deref(), Some(customer.as_str()));
        statuses.push(payload.status.clone().unwrap());
    }
    statuses.sort();
    assert_eq!(statuses, [KycStatus::Approved, KycStatus::Pending]);
}
