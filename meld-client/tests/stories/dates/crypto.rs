// Compiled once for each API version, which is `api`; see `dates.rs`.

use std::collections::HashSet;
use std::time::Duration;

use chrono::{TimeDelta, Utc};
use meld_client::customers::{CustomerRef, KycOutcome, KycState};
use meld_client::transactions::{DepositOutcome, SessionOutcome};
use meld_client::{Decimal, ErrorCode, ExposeSecret};
use meld_sandbox::{KycStatus, Outcome, Sandbox};

use super::api;
use crate::support::{client, polling, start};
use api::Api;
use api::crypto::types::{
    CryptoBuySessionData, CryptoSellSessionData, ServiceProvider, SessionData, SessionTokenForWidgetRequest, builder,
};
use api::customer::types::{CreateCustomerRequest, InitiateKycRequest};
use api::prelude::*;

const WALLET: &str = "0x2fb8c9b9ba942682393c47c92204b7e6b9fc1caa";

pub async fn open() -> (Sandbox, Api) {
    let (sandbox, meld) = start().await;
    (sandbox, Api::new(meld.transport().clone()))
}

fn purchase() -> builder::SessionTokenForWidgetRequest {
    let data = CryptoBuySessionData::builder()
        .country_code("US")
        .source_currency_code("USD")
        .destination_currency_code("USDC")
        .source_amount(Decimal::from(100))
        .wallet_address(WALLET)
        .service_provider(ServiceProvider::Mercuryo);
    SessionTokenForWidgetRequest::builder().session_data(SessionData::Buy(data.build().unwrap()))
}

/// Opens the session, and pays in it. Returns its id and that of the transaction.
async fn bought(sandbox: &Sandbox, api: &Api, session: builder::SessionTokenForWidgetRequest) -> (String, String) {
    let session = api.crypto().create_widget_session().body(session).send().await.unwrap();
    let id = session.id.clone().unwrap();
    let transaction = sandbox.complete_session(&id, Outcome::Settled).unwrap();
    (id, transaction)
}

/// Story 1: checks a key.
#[tokio::test]
async fn key_of_another_account_is_refused() {
    let (sandbox, api) = open().await;
    assert!(api.webhooks().list_event_types().send().await.is_ok());
    let wrong = client(&sandbox).api_key("of-another-environment").build().unwrap();
    let wrong = Api::new(wrong.transport().clone());
    let refused = wrong.webhooks().list_event_types().send().await.unwrap_err();
    assert_eq!(refused.status().unwrap(), 401);
}

/// Story 15: buys crypto, and tracks the transaction.
#[tokio::test]
async fn session_buys_until_settled() {
    let (sandbox, api) = open().await;
    let session = purchase().for_customer(CustomerRef::external_id("robin")).external_session_id("session-1");
    let (id, transaction) = bought(&sandbox, &api, session).await;
    sandbox.clock().advance(Duration::from_secs(90));
    let outcome = api.crypto().wait_for_session(&id, polling(10, 2_000)).await.unwrap();
    let SessionOutcome::Settled(found) = outcome else { panic!("{outcome:?}") };
    assert_eq!((found.id, found.external_session_id.as_deref()), (Some(transaction), Some("session-1")));
}

/// Story 16: sells crypto, with the deposit of the transaction.
#[tokio::test]
async fn session_sells_until_settled() {
    let (sandbox, api) = open().await;
    let data = CryptoSellSessionData::builder()
        .country_code("US")
        .source_currency_code("USDC")
        .destination_currency_code("USD")
        .source_amount(Decimal::from(250))
        .redirect_flow(true)
        .redirect_url("https://wallet.example/sold")
        .service_provider(ServiceProvider::Mercuryo);
    let session = SessionTokenForWidgetRequest::builder()
        .session_data(SessionData::Sell(data.build().unwrap()))
        .for_customer(CustomerRef::external_id("robin"));
    let session = api.crypto().create_widget_session().body(session).send().await.unwrap();
    let id = session.id.clone().unwrap();
    let early = api.crypto().wait_for_deposit(&id, polling(10, 20)).await.unwrap();
    assert_eq!(early, DepositOutcome::NotYetCreated);
    sandbox.complete_session(&id, Outcome::Settled).unwrap();
    let outcome = api.crypto().wait_for_deposit(&id, polling(10, 2_000)).await.unwrap();
    let DepositOutcome::Ready(deposit, _) = outcome else { panic!("{outcome:?}") };
    assert_eq!(deposit.amount.to_string(), "250 USDC");
    sandbox.clock().advance(Duration::from_secs(90));
    let outcome = api.crypto().wait_for_session(&id, polling(10, 2_000)).await.unwrap();
    assert!(matches!(outcome, SessionOutcome::Settled(_)), "{outcome:?}");
}

/// Story 17: completes KYC once, and buys without it.
#[tokio::test]
async fn approved_customer_buys_without_kyc() {
    let (sandbox, api) = open().await;
    let customer = CreateCustomerRequest::builder().external_id("robin").email("robin@example.com");
    let created = api.customer().create_customer().body(customer).send().await.unwrap();
    let id = created.id.clone().unwrap();
    let session = || purchase().bypass_kyc(true).for_customer(CustomerRef::id(&id));
    let refused = api.crypto().create_widget_session().body(session()).send().await.unwrap_err();
    assert_eq!(refused.code(), Some(&ErrorCode::CustomerKycNotApproved));
    let kyc = InitiateKycRequest::builder().service_provider("SUMSUB").mode("HOSTED_URL");
    let started = api.customer().start_or_update_kyc(&id, kyc.kyc_share_providers(["NOAH"])).await.unwrap();
    let url = started.url.as_ref().unwrap().expose_secret();
    assert!(url.starts_with(sandbox.base_url()) && !format!("{started:?}").contains(url));
    // The state is pending while the customer is on the page.
    let outcome = api.customer().wait_for_kyc(&id, "SUMSUB", polling(20, 300)).await.unwrap();
    assert!(matches!(outcome, KycOutcome::Pending(KycState::Pending)), "{outcome:?}");

    sandbox.decide_kyc(&id, KycStatus::Approved).unwrap();
    assert!(api.customer().wait_for_kyc(&id, "SUMSUB", polling(10, 2_000)).await.unwrap().is_approved());
    assert!(api.customer().find_by_id(&id).await.unwrap().unwrap().is_approved_at("NOAH"));
    bought(&sandbox, &api, session()).await;
}

/// Story 23: reports transactions by sub-account.
#[tokio::test]
async fn report_lists_one_sub_account() {
    let (sandbox, api) = open().await;
    for shop in ["shop-1", "shop-2"] {
        let customer = CreateCustomerRequest::builder().external_id(shop).type_("BUSINESS");
        api.customer().create_customer().body(customer).send().await.unwrap();
        let session = purchase().for_customer(CustomerRef::external_id("robin"));
        bought(&sandbox, &api, session.external_subaccount_customer_id(shop)).await;
    }
    // The oldest version has no filter.
    let found = api.crypto().search_transactions().all(100).await.unwrap();
    let mut shops: Vec<_> = found.iter().map(|one| one.external_subaccount_customer_id.as_deref()).collect();
    shops.sort_unstable();
    assert_eq!(shops, [Some("shop-1"), Some("shop-2")]);
}

/// Story 24: finds transactions for which no webhook arrived.
#[tokio::test]
async fn lost_transactions_are_found() {
    let (sandbox, api) = open().await;
    let mut all = HashSet::new();
    for _ in 0..12 {
        all.insert(bought(&sandbox, &api, purchase().for_customer(CustomerRef::external_id("robin"))).await.1);
    }
    let lost: HashSet<String> = all.iter().take(2).cloned().collect();
    let search = api.crypto().search_transactions().from(Utc::now() - TimeDelta::days(1)).limit(5);
    let mut missing = search.missing_from(|id| !lost.contains(id));
    let mut found = HashSet::new();
    while let Some(transaction) = missing.try_next().await.unwrap() {
        found.insert(transaction.id.unwrap());
    }
    assert_eq!(found, lost);
}
