// Scenarios of bank-linking events.
// Compiled once for each API version, which is `api`; see `dates.rs`.

use meld_client::webhooks::{EventType, Payload};
use meld_sandbox::ConnectionStatus;

use super::api;
use super::support::{Story, as_json};
use api::prelude::*;

/// Links a bank account, and reads the accounts when they are updated.
#[tokio::test]
async fn accounts_updated_leads_to_accounts() {
    let mut story =
        Story::begin(&[EventType::BankLinkingConnectionCompleted, EventType::BankLinkingAccountsUpdated]).await;
    let (connection, accounts) = story.link_bank().await;
    let mut received = Vec::new();
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
            other => panic!("unexpected: {other:?}"),
        }
        received.push(event.event_type);
    }
    received.sort();
    assert_eq!(received, [EventType::BankLinkingAccountsUpdated, EventType::BankLinkingConnectionCompleted]);
}

/// Reads the transactions of a new connection by account when they are aggregated, then the historical ones.
#[tokio::test]
async fn aggregation_leads_to_transactions() {
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
                let succeeded = payload.financial_accounts.iter().map(|one| one.historical_aggregation_succeeded);
                assert!(succeeded.into_iter().all(|succeeded| succeeded == Some(true)));
            }
            other => panic!("unexpected: {other:?}"),
        }
    }
    assert_eq!((aggregated, historical), (1, 1));
}

/// Keeps a local copy up to date: the event has the oldest changed key and the removed ids.
#[tokio::test]
async fn aggregation_has_oldest_key_and_removed_ids() {
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
    expected.sort();
    newest.sort();
    assert_eq!(newest, expected, "new and changed transactions down to the key");
}

#[tokio::test]
async fn status_change_reports_broken_connection() {
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

/// Receives the events of an unlinked connection and its accounts.
#[tokio::test]
async fn unlinking_sends_deleted_and_removed() {
    let mut story =
        Story::begin(&[EventType::BankLinkingConnectionDeleted, EventType::BankLinkingAccountsRemoved]).await;
    let (connection, mut accounts) = story.link_bank().await;
    let client = story.api.bank_linking();
    client.delete_connection().connection_id(connection.as_str()).send().await.unwrap();
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
            other => panic!("unexpected: {other:?}"),
        }
    }
    assert!(is_deleted && accounts.is_empty(), "{accounts:?}");
}
