//! The calls that events lead to, in all versions.
#![allow(unused_imports, unused_macros, reason = "no version and no family need be chosen")]

use meld_client_core::Call;

use super::fixture;
use crate::Transport;
use crate::for_versions::for_versions;
use crate::webhooks::{
    AggregatedAccount, ConnectionDeleted, ConnectionNotice, CryptoTransaction,
    CustomerActionRequired, Event, EventType, FetchExt, FiatTransaction, KycStatusChange, Payload,
    Verifier,
};

fn transport() -> Transport {
    Transport::new("http://localhost", crate::HttpConfig::default()).unwrap()
}

fn payload(fixture_name: &str) -> Payload {
    Event::read(&fixture(fixture_name)).unwrap().payload
}

/// Path and query of what an event leads to; nothing if it leads to nothing.
fn asked(call: Option<impl Call>) -> Option<String> {
    Some(call?.into_request().unwrap().path_and_query().unwrap())
}

#[test]
fn events_of_connections_lead_to_the_connection_and_its_accounts() {
    let completed = payload("BANK_LINKING_CONNECTION_COMPLETED");
    let changed = payload("BANK_LINKING_CONNECTION_STATUS_CHANGE");
    let updated = payload("BANK_LINKING_ACCOUNTS_UPDATED");
    let aggregated = payload("BANK_LINKING_TRANSACTIONS_AGGREGATED");
    macro_rules! check {
        ($version:ident) => {
            let client = crate::$version::bank_linking::Client::new(transport());
            let Payload::ConnectionCompleted(completed) = &completed else { panic!() };
            let path = "/bank-linking/connections/6rmPZMGzUvLB5hnoyucLsr";
            assert_eq!(asked(completed.fetch(&client)).as_deref(), Some(path));
            let Payload::ConnectionStatusChange(changed) = &changed else { panic!() };
            let path = "/bank-linking/connections/cWRpb1nvvyPVuGMsiYRi7L";
            assert_eq!(asked(changed.fetch(&client)).as_deref(), Some(path));
            let Payload::AccountsUpdated(updated) = &updated else { panic!() };
            let path = "/bank-linking/accounts?connectionId=vX82wUehyYgFTZC9bHK65T&limit=100";
            assert_eq!(asked(updated.fetch(&client)).as_deref(), Some(path));
            let path = "/bank-linking/accounts/7uk9nZKCEkBkiBxbu3Jzaq";
            let account = updated.financial_accounts[0].fetch(&client);
            assert_eq!(asked(account).as_deref(), Some(path));
            let Payload::TransactionsAggregated(aggregated) = &aggregated else { panic!() };
            let path =
                "/bank-linking/transactions?financialAccountId=7ARcj225L5mbHMDtoDrAkH&limit=1000";
            let account = aggregated.financial_accounts[0].fetch(&client);
            assert_eq!(asked(account).as_deref(), Some(path));
            assert_eq!(asked(ConnectionDeleted::default().fetch(&client)), None);
            assert_eq!(asked(CustomerActionRequired::default().fetch(&client)), None);
            assert_eq!(asked(ConnectionNotice::default().fetch(&client)), None);
            assert_eq!(asked(AggregatedAccount::default().fetch(&client)), None);
        };
    }
    for_versions!("bank_linking", check);
}

#[test]
fn events_of_transactions_lead_to_the_transaction() {
    let crypto = payload("TRANSACTION_CRYPTO_COMPLETE");
    let Payload::CryptoTransaction(crypto) = &crypto else { panic!("{crypto:?}") };
    let fiat = FiatTransaction {
        payment_transaction_id: Some("a/b".to_owned()),
        ..FiatTransaction::default()
    };
    let path = Some("/payments/transactions/zRsTttXLxWiER438i8QZQp");
    macro_rules! payments {
        ($version:ident) => {
            let client = crate::$version::payments::Client::new(transport());
            assert_eq!(asked(crypto.fetch(&client)).as_deref(), path);
            let of_fiat = asked(fiat.fetch(&client));
            assert_eq!(of_fiat.as_deref(), Some("/payments/transactions/a%2Fb"));
            assert_eq!(asked(FiatTransaction::default().fetch(&client)), None);
        };
    }
    macro_rules! crypto {
        ($version:ident) => {
            let client = crate::$version::crypto::Client::new(transport());
            assert_eq!(asked(crypto.fetch(&client)).as_deref(), path);
            assert_eq!(asked(CryptoTransaction::default().fetch(&client)), None);
        };
    }
    for_versions!("payments", payments);
    for_versions!("crypto", crypto);
}

#[test]
fn events_of_kyc_lead_to_the_customer() {
    let kyc = payload("CUSTOMER_KYC_STATUS_CHANGE");
    let Payload::KycStatusChange(kyc) = &kyc else { panic!("{kyc:?}") };
    macro_rules! check {
        ($version:ident) => {
            let client = crate::$version::customer::Client::new(transport());
            let path = "/accounts/customers?customerIds=8g7g3iBrWJpmtzSTyqMKDc";
            assert_eq!(asked(kyc.fetch(&client)).as_deref(), Some(path));
            assert_eq!(asked(KycStatusChange::default().fetch(&client)), None);
        };
    }
    for_versions!("customer", check);
}

#[test]
fn a_profile_has_its_verifier_unless_something_is_missing() {
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

/// What profiles ask for and what events are have the same names, but for one that the documents do not list.
#[test]
fn profiles_ask_for_the_types_that_events_have() {
    macro_rules! check {
        ($version:ident) => {{
            use crate::$version::webhooks::types::EventType as Asked;
            for event_type in EventType::KNOWN {
                let asked = Asked::from(event_type.clone());
                assert_eq!(asked.as_str(), event_type.as_str());
                let is_old = *event_type == EventType::BankLinkingCustomerActionRequired;
                assert_eq!(asked.is_known(), !is_old, "{event_type}");
            }
            assert_eq!(Asked::KNOWN.len() + 1, EventType::KNOWN.len());
        }};
    }
    for_versions!("webhooks", check);
}
