// Scenarios of unlinking.
// Compiled once for each API version, which is `api`; see `dates.rs`.

use meld_client::Error;
use meld_client::bank_linking::UnlinkOutcome::{self, AlreadyGone, Deleted, Failed, NotTried};
use meld_sandbox::Fault;

use super::connections::rule;
use super::{Wallet, api};
use api::bank_linking::types::Product;
use api::prelude::*;

const DELETE: &str = "bank-linking-connections-delete";

/// Links the same bank login three times. Returns the ids, the active one last.
async fn linked_three_times() -> (Wallet, [String; 3]) {
    let wallet = Wallet::open().await;
    let mut ids = [const { String::new() }; 3];
    for id in &mut ids {
        *id = wallet.link("robin", &[Product::Balances]).await.0;
    }
    (wallet, ids)
}

impl Wallet {
    async fn statuses(&self, ids: &[String; 3]) -> [String; 3] {
        let mut statuses = [const { String::new() }; 3];
        for (status, id) in statuses.iter_mut().zip(ids) {
            *status = self.connection(id).await.status.unwrap();
        }
        statuses
    }
}

/// Pairs ids with outcomes, in the order of the requests.
fn outcomes(ids: &[String; 3], outcomes: [UnlinkOutcome; 3]) -> Vec<(&str, UnlinkOutcome)> {
    ids.iter().map(String::as_str).zip(outcomes).collect()
}

/// Unlinks a connection with its duplicates.
#[tokio::test]
async fn active_duplicate_is_unlinked_last() {
    for named in 0..3 {
        let (wallet, ids) = linked_three_times().await;
        wallet.subscribe().await;
        assert_eq!(wallet.statuses(&ids).await, ["PARTIALLY_ACTIVE", "PARTIALLY_ACTIVE", "ACTIVE"]);
        let (bank_linking, id) = (wallet.api.bank_linking(), ids[named].clone());
        // In a spawned task.
        let task = tokio::spawn(async move { bank_linking.unlink_with_duplicates(&id).await });
        let unlinked = task.await.unwrap().unwrap();
        let order: Vec<_> = unlinked.connections().collect();
        assert_eq!(order.len(), 3);
        assert!(order.iter().all(|(_, outcome)| *outcome == Deleted), "{order:?}");
        assert_eq!(order[2].0, ids[2], "the active one is deleted last: {named}");
        assert!(unlinked.is_confirmed());
        assert_eq!(wallet.statuses(&ids).await, ["DELETED"; 3]);
        let events = wallet.events_up_to("BANK_LINKING_ACCOUNTS_REMOVED").await;
        // No duplicate became active in between, which would have kept the login in use.
        let again = events.iter().filter(|event| event.ends_with("CONNECTION_COMPLETED"));
        assert_eq!(again.count(), 0);
    }
}

/// Reports the outcome of each connection after a failure, and does not delete the active one.
#[tokio::test]
async fn failed_unlink_can_be_continued() {
    let (wallet, ids) = linked_three_times().await;
    wallet.sandbox.add_fault(rule(DELETE, Fault::Forbidden).nth(2)).unwrap();
    let bank_linking = wallet.api.bank_linking();
    let failure = bank_linking.unlink_with_duplicates(&ids[2]).await.unwrap_err();
    assert_eq!(failure.error().status().unwrap().as_u16(), 403);
    assert!(failure.to_string().starts_with("1 of 3 connections unlinked: "), "{failure}");
    let became: Vec<_> = failure.connections().connections().collect();
    assert_eq!(became, outcomes(&ids, [Deleted, Failed, NotTried]));
    assert_eq!(failure.connections().outcome(&ids[1]), Some(Failed));
    assert_eq!(wallet.statuses(&ids).await, ["DELETED", "PARTIALLY_ACTIVE", "ACTIVE"]);
    // Converts to the common error, so that `?` works.
    assert_eq!(Error::from(failure).status().unwrap().as_u16(), 403);

    // After the failure is resolved, any of the ids finds the rest.
    wallet.sandbox.clear_faults();
    let unlinked = bank_linking.unlink_with_duplicates(&ids[0]).await.unwrap();
    let mut became: Vec<_> = unlinked.connections().collect();
    became.sort_by_key(|(id, _)| ids.iter().position(|known| known == id));
    assert_eq!(became, outcomes(&ids, [AlreadyGone, Deleted, Deleted]));
    assert_eq!(unlinked.connections().last().unwrap().0, ids[2]);
    let again = bank_linking.unlink_with_duplicates(&ids[2]).await.unwrap();
    assert_eq!(again.connections().collect::<Vec<_>>(), [(ids[2].as_str(), AlreadyGone)]);
    let unknown = bank_linking.unlink_with_duplicates("none").await.unwrap_err();
    assert_eq!(unknown.error().status().unwrap().as_u16(), 404);
}

/// Checks the connection itself after a response that leaves the outcome unknown.
#[tokio::test]
async fn unknown_unlink_outcome_is_checked() {
    for fault in [Fault::InternalErrorAfterWork, Fault::ConnectionReset, Fault::GatewayTimeout] {
        let (wallet, ids) = linked_three_times().await;
        wallet.sandbox.add_fault(rule(DELETE, fault).nth(1)).unwrap();
        let unlinked = wallet.api.bank_linking().unlink_with_duplicates(&ids[2]).await;
        let is_done = fault != Fault::GatewayTimeout;
        assert_eq!(unlinked.is_ok(), is_done, "{fault}: {unlinked:?}");
        let first = wallet.connection(&ids[0]).await.is_terminal();
        assert_eq!((first, wallet.connection(&ids[2]).await.is_terminal()), (is_done, is_done));
        if let Err(failure) = unlinked {
            assert_eq!(failure.connections().outcome(&ids[0]), Some(Failed));
        }
    }
}

/// Deletes nothing if the connection cannot be read.
#[tokio::test]
async fn unlink_needs_the_duplicates_first() {
    let (wallet, ids) = linked_three_times().await;
    wallet.sandbox.add_fault(rule("bank-linking-connections-get", Fault::Forbidden).nth(1)).unwrap();
    let failure = wallet.api.bank_linking().unlink_with_duplicates(&ids[2]).await.unwrap_err();
    assert_eq!(failure.connections().connections().len(), 0);
    assert!(!wallet.statuses(&ids).await.contains(&"DELETED".to_owned()));
    // An empty id is not sent.
    let requests = wallet.requests();
    let failure = wallet.api.bank_linking().unlink_with_duplicates("").await.unwrap_err();
    assert_eq!((failure.error().field(), wallet.requests()), (Some("connectionId"), requests));
}
