// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::super::{path, payload, transport};
use crate::webhooks::{AggregatedAccount, ConnectionDeleted, ConnectionNotice, CustomerActionRequired, FetchExt, Payload};

fn client() -> api::bank_linking::Client {
    api::bank_linking::Client::new(transport())
}

#[test]
fn connection_events_fetch_the_connection() {
    let completed = payload("BANK_LINKING_CONNECTION_COMPLETED");
    let Payload::ConnectionCompleted(completed) = &completed else { panic!("{completed:?}") };
    let expected = "/bank-linking/connections/6rmPZMGzUvLB5hnoyucLsr";
    assert_eq!(path(completed.fetch(&client())).as_deref(), Some(expected));

    let changed = payload("BANK_LINKING_CONNECTION_STATUS_CHANGE");
    let Payload::ConnectionStatusChange(changed) = &changed else { panic!("{changed:?}") };
    let expected = "/bank-linking/connections/cWRpb1nvvyPVuGMsiYRi7L";
    assert_eq!(path(changed.fetch(&client())).as_deref(), Some(expected));
}

#[test]
fn updated_accounts_are_fetched() {
    let updated = payload("BANK_LINKING_ACCOUNTS_UPDATED");
    let Payload::AccountsUpdated(updated) = &updated else { panic!("{updated:?}") };
    let expected = "/bank-linking/accounts?connectionId=vX82wUehyYgFTZC9bHK65T&limit=100";
    assert_eq!(path(updated.fetch(&client())).as_deref(), Some(expected));
    let account = updated.financial_accounts[0].fetch(&client());
    assert_eq!(path(account).as_deref(), Some("/bank-linking/accounts/7uk9nZKCEkBkiBxbu3Jzaq"));
}

#[test]
fn aggregated_transactions_are_fetched() {
    let aggregated = payload("BANK_LINKING_TRANSACTIONS_AGGREGATED");
    let Payload::TransactionsAggregated(aggregated) = &aggregated else { panic!("{aggregated:?}") };
    let expected = "/bank-linking/transactions?financialAccountId=7ARcj225L5mbHMDtoDrAkH&limit=1000";
    let account = aggregated.financial_accounts[0].fetch(&client());
    assert_eq!(path(account).as_deref(), Some(expected));
}

#[test]
fn events_without_ids_fetch_nothing() {
    assert_eq!(path(ConnectionDeleted::default().fetch(&client())), None);
    assert_eq!(path(CustomerActionRequired::default().fetch(&client())), None);
    assert_eq!(path(ConnectionNotice::default().fetch(&client())), None);
    assert_eq!(path(AggregatedAccount::default().fetch(&client())), None);
}
