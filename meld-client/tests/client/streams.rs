//! Streams of lists, without any other crate and without pinning.

use std::time::Duration;

use meld_client::v2026_02_03::bank_linking::types::FinancialAccountTransaction;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{ListStream, Meld, RetryPolicy};
use meld_test_server::HeldServer;

use crate::support::{Server, json};

const FIRST: &str = r#"{"financialAccountTransactions":[{"key":"a"},{"key":"b"}],"count":2,"remaining":1}"#;
const LAST: &str = r#"{"financialAccountTransactions":[{"key":"c"}],"count":1,"remaining":0}"#;

/// A field of a user's struct, which names the type.
struct Reader {
    transactions: ListStream<'static, FinancialAccountTransaction>,
}

fn reader(meld: &Meld) -> Reader {
    let search = meld.v2026_02_03().bank_linking().search_transactions();
    Reader { transactions: search.financial_account_id("f").stream() }
}

#[tokio::test]
async fn stream_is_read_without_another_crate() {
    let server = Server::start([json(FIRST), json(LAST)]).await;
    let mut reader = reader(&server.meld());
    let mut keys = Vec::new();
    while let Some(transaction) = reader.transactions.try_next().await.unwrap() {
        keys.push(transaction.key.unwrap());
    }
    assert_eq!(keys, ["a", "b", "c"]);
    assert!(reader.transactions.next().await.is_none());
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn stream_can_move_between_items() {
    let server = Server::start([json(FIRST), json(LAST)]).await;
    let mut reader = reader(&server.meld());
    assert!(reader.transactions.next().await.unwrap().is_ok());
    let rest = tokio::spawn(async move {
        let mut count = 0;
        while reader.transactions.next().await.is_some() {
            count += 1;
        }
        count
    });
    assert_eq!(rest.await.unwrap(), 2);
}

#[tokio::test]
async fn stream_continues_after_a_dropped_next() {
    let mut server = HeldServer::start().await;
    let meld = Meld::builder().api_key("key").base_url(&server.address).retry_policy(RetryPolicy::never());
    let mut transactions = reader(&meld.build().unwrap()).transactions;
    assert!(tokio::time::timeout(Duration::from_millis(100), transactions.next()).await.is_err());
    let held = server.next().await;
    held.reply(json(LAST));
    assert_eq!(transactions.try_next().await.unwrap().unwrap().key.as_deref(), Some("c"));
}

#[tokio::test]
async fn changed_transactions_need_no_other_crate() {
    let server = Server::start([json(FIRST)]).await;
    let mut changes = server.meld().v2026_02_03().bank_linking().changed_transactions("f", Some("b"));
    let mut count = 0;
    while let Some(change) = changes.next().await {
        change.unwrap();
        count += 1;
    }
    assert!(changes.reached_key() && count == 2 && changes.try_next().await.unwrap().is_none());
}
