//! Tests of [`FetchExt`] and of webhook profiles, in all versions.
#![allow(unused_imports, unused_macros, reason = "no version and no family need be chosen")]

use meld_client_core::Call;

use super::fixture;
use crate::Transport;
use crate::webhooks::{
    AggregatedAccount, ConnectionDeleted, ConnectionNotice, CryptoTransaction, CustomerActionRequired, Event,
    EventType, FetchExt, FiatTransaction, KycStatusChange, Payload, Verifier,
};

fn transport() -> Transport {
    Transport::new("http://localhost", crate::HttpConfig::default()).unwrap()
}

fn payload(fixture_name: &str) -> Payload {
    Event::parse(&fixture(fixture_name)).unwrap().payload
}

/// Returns the path and query of a call.
fn path(call: Option<impl Call>) -> Option<String> {
    Some(call?.into_request().unwrap().path_and_query().unwrap())
}

#[test]
fn bank_events_fetch_connections_and_accounts() {
    let completed = payload("BANK_LINKING_CONNECTION_COMPLETED");
    let changed = payload("BANK_LINKING_CONNECTION_STATUS_CHANGE");
    let updated = payload("BANK_LINKING_ACCOUNTS_UPDATED");
    let aggregated = payload("BANK_LINKING_TRANSACTIONS_AGGREGATED");
    macro_rules! check {
        ($version:ident) => {
            let client = crate::$version::bank_linking::Client::new(transport());
            let Payload::ConnectionCompleted(completed) = &completed else { panic!() };
            let expected = "/bank-linking/connections/6rmPZMGzUvLB5hnoyucLsr";
            assert_eq!(path(completed.fetch(&client)).as_deref(), Some(expected));
            let Payload::ConnectionStatusChange(changed) = &changed else { panic!() };
            let expected = "/bank-linking/connections/cWRpb1nvvyPVuGMsiYRi7L";
            assert_eq!(path(changed.fetch(&client)).as_deref(), Some(expected));
            let Payload::AccountsUpdated(updated) = &updated else { panic!() };
            let expected = "/bank-linking/accounts?connectionId=vX82wUehyYgFTZC9bHK65T&limit=100";
            assert_eq!(path(updated.fetch(&client)).as_deref(), Some(expected));
            let expected = "/bank-linking/accounts/7uk9nZKCEkBkiBxbu3Jzaq";
            let account = updated.financial_accounts[0].fetch(&client);
            assert_eq!(path(account).as_deref(), Some(expected));
            let Payload::TransactionsAggregated(aggregated) = &aggregated else { panic!() };
            let expected = "/bank-linking/transactions?financialAccountId=7ARcj225L5mbHMDtoDrAkH&limit=1000";
            let account = aggregated.financial_accounts[0].fetch(&client);
            assert_eq!(path(account).as_deref(), Some(expected));
            assert_eq!(path(ConnectionDeleted::default().fetch(&client)), None);
            assert_eq!(path(CustomerActionRequired::default().fetch(&client)), None);
            assert_eq!(path(ConnectionNotice::default().fetch(&client)), None);
            assert_eq!(path(AggregatedAccount::default().fetch(&client)), None);
        };
    }
    for_versions!("bank_linking", check);
}

#[test]
fn transaction_events_fetch_the_transaction() {
    let crypto = payload("TRANSACTION_CRYPTO_COMPLETE");
    let Payload::CryptoTransaction(crypto) = &crypto else { panic!("{crypto:?}") };
    let fiat = FiatTransaction { payment_transaction_id: Some("a/b".to_owned()), ..FiatTransaction::default() };
    let expected = Some("/payments/transactions/zRsTttXLxWiER438i8QZQp");
    macro_rules! payments {
        ($version:ident) => {
            let client = crate::$version::payments::Client::new(transport());
            assert_eq!(path(crypto.fetch(&client)).as_deref(), expected);
            let fiat_path = path(fiat.fetch(&client));
            assert_eq!(fiat_path.as_deref(), Some("/payments/transactions/a%2Fb"));
            assert_eq!(path(FiatTransaction::default().fetch(&client)), None);
        };
    }
    macro_rules! crypto {
        ($version:ident) => {
            let client = crate::$version::crypto::Client::new(transport());
            assert_eq!(path(crypto.fetch(&client)).as_deref(), expected);
            assert_eq!(path(CryptoTransaction::default().fetch(&client)), None);
        };
    }
    for_versions!("payments", payments);
    for_versions!("crypto", crypto);
}

#[test]
fn kyc_events_fetch_the_customer() {
    let kyc = payload("CUSTOMER_KYC_STATUS_CHANGE");
    let Payload::KycStatusChange(kyc) = &kyc else { panic!("{kyc:?}") };
    macro_rules! check {
        ($version:ident) => {
            let client = crate::$version::customer::Client::new(transport());
            let expected = "/accounts/customers?customerIds=8g7g3iBrWJpmtzSTyqMKDc";
            assert_eq!(path(kyc.fetch(&client)).as_deref(), Some(expected));
            assert_eq!(path(KycStatusChange::default().fetch(&client)), None);
        };
    }
    for_versions!("customer", check);
}

#[test]
fn verifier_needs_secret_and_url_of_profile() {
    macro_rules! check {
        ($version:ident) => {
            use crate::$version::webhooks::types::WebhookProfile;
            let mut profile = WebhookProfile::default();
            profile.url = Some("https://example.com/webhooks".to_owned());
            let error = Verifier::try_from(&profile).unwrap_err();
            assert_eq!(error.field(), Some("secret"));
            profile.secret = Some("secret".to_owned());
            assert!(Verifier::try_from(&profile).is_ok());
            profile.url = None;
            assert_eq!(Verifier::try_from(&profile).unwrap_err().field(), Some("url"));
        };
    }
    macro_rules! in_a_block {
        ($version:ident) => {{
            check!($version);
        }};
    }
    for_versions!("webhooks", in_a_block);
}

/// The specs list all event types except one old one.
#[test]
fn profiles_and_events_have_the_same_types() {
    macro_rules! check {
        ($version:ident) => {{
            use crate::$version::webhooks::types::EventType as Subscribed;
            for event_type in EventType::KNOWN {
                let subscribed = Subscribed::from(event_type.clone());
                assert_eq!(subscribed.as_str(), event_type.as_str());
                let is_old = *event_type == EventType::BankLinkingCustomerActionRequired;
                assert_eq!(subscribed.is_known(), !is_old, "{event_type}");
            }
            assert_eq!(Subscribed::KNOWN.len() + 1, EventType::KNOWN.len());
        }};
    }
    for_versions!("webhooks", check);
}
