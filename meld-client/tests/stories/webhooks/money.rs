//! Scenarios of transaction and KYC events.

use std::time::Duration;

use meld_client::Decimal;
use meld_client::v2026_02_03::customer::types::{CreateCustomerRequest, InitiateKycRequest};
use meld_client::v2026_02_03::payments::types::PaymentTransactionRequest;
use meld_client::v2026_02_03::prelude::*;
use meld_client::webhooks::{EventType, FiatTransaction, KycStatus, Payload};
use meld_sandbox::Outcome;

use crate::crypto::open_purchase;
use crate::dates::v2026_02_03::webhooks::support::{Story, as_json};

/// Buys crypto, and fetches the transaction at each step with both the payments and the crypto client.
#[tokio::test]
async fn crypto_events_lead_to_the_transaction() {
    let mut story = Story::begin(&[]).await;
    let opened = open_purchase(&story.api).await;
    let session = opened.id.unwrap();
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
        assert_eq!(payload.external_session_id, opened.external_session_id);
        assert_eq!(payload.external_customer_id.as_deref(), Some("robin"));
        let paid = payload.fetch(&story.api.payments()).unwrap().send().await.unwrap();
        let bought = payload.fetch(&story.api.crypto()).unwrap().send().await.unwrap();
        let status = payload.payment_transaction_status.as_deref().unwrap();
        assert_eq!(as_json(&paid.into_inner())["transaction"]["status"], status);
        assert_eq!(as_json(&bought.into_inner())["transaction"]["id"], id.as_str());
    }
}

#[tokio::test]
async fn fiat_event_leads_to_the_transaction() {
    let mut story = Story::begin(&[EventType::TransactionFiatCreated]).await;
    let request = PaymentTransactionRequest::builder()
        .source_amount(Decimal::new(2500, 2))
        .source_currency_code("USD")
        .service_provider("BRAINTREE")
        .nonce("meld-fake-valid-nonce");
    story.api.payments().create_transaction().body(request).send().await.unwrap();
    let event = story.delivery().await.event;
    let Payload::FiatTransaction(payload) = &event.payload else { panic!("{event:?}") };
    let read = payload.fetch(&story.api.payments()).unwrap().send().await.unwrap();
    let transaction = read.into_inner().transaction.unwrap();
    assert_eq!(transaction.id, payload.payment_transaction_id);
    assert!(FiatTransaction::default().fetch(&story.api.payments()).is_none(), "there is no id");
}

#[tokio::test]
async fn kyc_event_leads_to_the_customer() {
    let mut story = Story::begin(&[EventType::CustomerKycStatusChange]).await;
    let client = story.api.customer();
    let request = CreateCustomerRequest::builder().external_id("robin");
    let customer = client.create_customer().body(request).send().await.unwrap().into_inner().id.unwrap();
    let request = InitiateKycRequest::builder().service_provider("SUMSUB").mode("HOSTED_URL");
    client.initiate_kyc().customer_id(customer.as_str()).body(request).send().await.unwrap();
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
