//! The end of a connection.

use meld_client::Error;
use meld_client::bank_linking::UnlinkOutcome::{self, AlreadyGone, Deleted, Failed, NotTried};
use meld_client::v2026_02_03::bank_linking::types::Product;
use meld_client::v2026_02_03::prelude::*;
use meld_sandbox::Fault;

use super::Wallet;
use super::connections::rule;

const DELETE: &str = "bank-linking-connections-delete";

/// A wallet whose customer has linked the same login three times: the ids, the active one last.
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

/// What became of each, in the order of the calls.
fn outcomes(ids: &[String; 3], outcomes: [UnlinkOutcome; 3]) -> Vec<(&str, UnlinkOutcome)> {
    ids.iter().map(String::as_str).zip(outcomes).collect()
}

/// Story 11: unlink, with duplicates.
#[tokio::test]
async fn unlinking_ends_with_the_active_duplicate_whichever_was_named() {
    for named in 0..3 {
        let (wallet, ids) = linked_three_times().await;
        wallet.subscribe().await;
        assert_eq!(wallet.statuses(&ids).await, ["PARTIALLY_ACTIVE", "PARTIALLY_ACTIVE", "ACTIVE"]);
        let (bank_linking, id) = (wallet.api.bank_linking(), ids[named].clone());
        // It can be left to a task of its own.
        let task = tokio::spawn(async move { bank_linking.unlink_with_duplicates(&id).await });
        let unlinked = task.await.unwrap().unwrap();
        let order: Vec<_> = unlinked.connections().collect();
        assert_eq!(order.len(), 3);
        assert!(order.iter().all(|(_, outcome)| *outcome == Deleted), "{order:?}");
        assert_eq!(order[2].0, ids[2], "the active one is the last: {named}");
        assert!(unlinked.is_confirmed());
        assert_eq!(wallet.statuses(&ids).await, ["DELETED"; 3]);
        let events = wallet.events_up_to("BANK_LINKING_ACCOUNTS_REMOVED").await;
        // None was made active on the way, which would have kept the login in use.
        let again = events.iter().filter(|event| event.ends_with("CONNECTION_COMPLETED"));
        assert_eq!(again.count(), 0);
    }
}

/// Story 11, when one cannot be deleted: it is known what became of each, and the active one is left alone.
#[tokio::test]
async fn what_was_unlinked_is_known_after_a_failure_and_the_rest_can_be_tried_again() {
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
    // With `?` it is an error like any other.
    assert_eq!(Error::from(failure).status().unwrap().as_u16(), 403);

    // The service has said that the second may be deleted now. Whichever is named, the rest is found.
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

/// Story 11, when the service fails although it has deleted: the connection itself tells.
#[tokio::test]
async fn a_failure_after_the_deletion_is_seen_through() {
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

/// Story 11, when the connection cannot be read: nothing is deleted.
#[tokio::test]
async fn nothing_is_unlinked_before_the_duplicates_are_known() {
    let (wallet, ids) = linked_three_times().await;
    wallet
        .sandbox
        .add_fault(rule("bank-linking-connections-get", Fault::Forbidden).nth(1))
        .unwrap();
    let failure = wallet.api.bank_linking().unlink_with_duplicates(&ids[2]).await.unwrap_err();
    assert_eq!(failure.connections().connections().len(), 0);
    assert!(!wallet.statuses(&ids).await.contains(&"DELETED".to_owned()));
    // An id that is no id is not sent.
    let requests = wallet.requests();
    let failure = wallet.api.bank_linking().unlink_with_duplicates("").await.unwrap_err();
    assert_eq!((failure.error().field(), wallet.requests()), (Some("connectionId"), requests));
}
