//! Pagination of single lists.

use futures_util::{StreamExt, TryStreamExt};
use meld_client::Meld;
use meld_client::v2026_02_03::bank_linking::builder::SearchTransactions;
use meld_client::v2026_02_03::prelude::*;
use meld_client::v2026_02_03::{bank_linking, crypto, payments};

use crate::support::{Reply, Server, clean, json, response};

fn search(meld: &Meld) -> SearchTransactions {
    meld.v2026_02_03().bank_linking().search_transactions().financial_account_id("f")
}

fn page(keys: &[&str], remaining: &str) -> Reply {
    let items: Vec<String> = keys.iter().map(|k| format!(r#"{{"id":"{k}","key":"{k}"}}"#)).collect();
    json(format!(r#"{{"financialAccountTransactions":[{}],"count":1,"remaining":{remaining}}}"#, items.join(",")))
}

async fn ids(call: SearchTransactions) -> Result<Vec<String>, meld_client::Error> {
    call.stream().map_ok(|transaction| transaction.id.unwrap()).try_collect().await
}

#[tokio::test]
async fn pages_start_after_a_key() {
    let server = Server::start([page(&["c"], "1"), page(&["d"], "0")]).await;
    let pages: Vec<_> = search(&server.meld()).after("b").pages().try_collect().await.unwrap();
    assert_eq!(pages.len(), 2);
    assert_eq!(pages[0].remaining, Some(1));
    let lines = server.lines();
    assert!(lines[0].contains("&after=b&") && lines[1].ends_with("&after=c"), "{lines:?}");
}

#[tokio::test]
async fn repeating_list_is_an_error() {
    for pages in [
        vec![page(&["a"], "1")],
        vec![page(&["a"], "1"), page(&["b"], "1"), page(&["a"], "1")],
        vec![page(&["a", "b"], "5"), page(&["b", "c"], "4")],
        vec![json(r#"{"financialAccountTransactions":[{"id":"a"}],"remaining":3}"#)],
    ] {
        let server = Server::start(pages).await;
        let error = clean(ids(search(&server.meld())).await.unwrap_err());
        assert!(error.to_string().contains(".key`: "), "{error}");
        assert!(server.received().len() <= 3);
    }
    let server = Server::start([page(&["b"], "1")]).await;
    clean(ids(search(&server.meld()).after("b")).await.unwrap_err());
    server.request();
}

#[tokio::test]
async fn error_ends_the_stream() {
    let server = Server::start([page(&["a"], "1"), response("400 Bad Request", "", "")]).await;
    let read: Vec<_> = search(&server.meld()).stream().collect().await;
    assert_eq!((read.len(), read[0].is_ok(), read[1].is_err()), (2, true, true));
    let error = clean(ids(search(&server.meld()).before("b")).await.unwrap_err());
    assert_eq!(error.field(), Some("before"));
    let both = search(&server.meld()).before("b").after("c").stream().collect::<Vec<_>>().await;
    assert!(both.len() == 1 && both[0].is_err());
}

#[tokio::test]
async fn all_fails_if_the_list_is_too_long() {
    let list = || [page(&["a", "b"], "1"), page(&["c"], "0")];
    let server = Server::start(list()).await;
    assert_eq!(search(&server.meld()).all(3).await.unwrap().len(), 3);
    let server = Server::start(list()).await;
    let error = clean(search(&server.meld()).all(2).await.unwrap_err());
    assert!(error.to_string().contains("`at_most` of `all` is 2, but the list has more items"), "{error}");
    assert_eq!(error.field(), Some("at_most"));
    let server = Server::start(list()).await;
    let error = search(&server.meld()).all(1).await.unwrap_err().to_string();
    for part in ["`at_most` of `all` is 1,", "raise the limit or use `stream`"] {
        assert!(error.contains(part), "{error}");
    }
}

#[tokio::test]
async fn pages_have_the_maximum_size_by_default() {
    let limits = |server: &Server| -> Vec<String> {
        let limit = |line: String| {
            let (_, from) = line.split_once("limit=").unwrap();
            from.split('&').next().unwrap().to_owned()
        };
        server.lines().into_iter().map(limit).collect()
    };
    let server = Server::start([page(&["a"], "1"), page(&["b"], "0")]).await;
    ids(search(&server.meld())).await.unwrap();
    assert_eq!(limits(&server), ["1000", "1000"]);
    let server = Server::start([page(&["a"], "0")]).await;
    ids(search(&server.meld()).limit(7)).await.unwrap();
    assert_eq!(limits(&server), ["7"]);
    // `all` requests one item more than allowed, to notice a list that is too long.
    let server = Server::start([page(&["a"], "0")]).await;
    search(&server.meld()).all(3).await.unwrap();
    search(&server.meld()).limit(2).all(3).await.unwrap();
    search(&server.meld()).all(usize::MAX).await.unwrap();
    assert_eq!(limits(&server), ["4", "2", "1000"]);
    let server = Server::start([json(r#"{"connections":[],"remaining":0}"#)]).await;
    let connections = server.meld().v2026_02_03().bank_linking().search_connections();
    connections.all(1000).await.unwrap();
    assert_eq!(limits(&server), ["100"]);
}

#[tokio::test]
async fn stream_from_conflicts_with_another_after() {
    let server = Server::start([page(&["c"], "0")]).await;
    let read = |search: SearchTransactions, key: Option<&'static str>| async move {
        search.stream_from(key).try_collect::<Vec<_>>().await
    };
    for (search, key) in [
        (search(&server.meld()), Some("b")),
        (search(&server.meld()).after("b"), None),
        (search(&server.meld()).after("b"), Some("b")),
    ] {
        assert_eq!(read(search, key).await.unwrap().len(), 1);
        assert!(server.received().last().unwrap().line().contains("after=b"));
    }
    let error = clean(read(search(&server.meld()).after("b"), Some("c")).await.unwrap_err());
    assert_eq!((error.field(), server.received().len()), (Some("after"), 3));
    read(search(&server.meld()), Some("")).await.unwrap();
    assert!(!server.received()[3].line().contains("after"));
}

#[tokio::test]
async fn removed_position_is_an_error() {
    let gone = [page(&["a", "b"], "2"), page(&[], "0"), page(&["a", "c"], "1")];
    let server = Server::start(gone).await;
    let error = clean(ids(search(&server.meld())).await.unwrap_err());
    assert!(error.to_string().contains("start again"), "{error}");
    assert_eq!(server.received()[2].line(), server.received()[0].line());
}

#[tokio::test]
async fn every_list_has_its_maximum_page_size() {
    let mut lists = 0;
    macro_rules! largest_page {
        ($family:ident, $search:ident, $largest:literal) => {
            let server = Server::start([json("{}")]).await;
            let search = server.meld().v2026_02_03().$family().$search();
            search.clone().all(usize::MAX).await.unwrap();
            let line = server.request().line().to_owned();
            assert!(line.ends_with(concat!("limit=", $largest)), "{line}");
            // Validation against the spec has the same maximum.
            search.clone().limit($largest).into_request().unwrap();
            search.limit($largest + 1).into_request().unwrap_err();
            lists += 1;
        };
    }
    largest_page!(bank_linking, search_connections, 100);
    largest_page!(bank_linking, search_accounts, 100);
    largest_page!(bank_linking, search_transactions, 1000);
    largest_page!(bank_linking, search_investment_holdings, 1000);
    largest_page!(bank_linking, search_investment_transactions, 1000);
    largest_page!(bank_linking, search_institutions, 1000);
    largest_page!(crypto, search_transactions, 100);
    largest_page!(payments, search_transactions, 100);
    let known = [bank_linking::operations::ALL, crypto::operations::ALL, payments::operations::ALL].concat();
    assert_eq!(lists, known.iter().filter(|operation| operation.is_paged).count());
}

/// The families that other tests do not require.
#[cfg(all(feature = "beta", feature = "customer", feature = "webhooks"))]
#[tokio::test]
async fn other_families_have_pages_of_100() {
    use meld_client::v2026_02_03::{beta, customer, webhooks};

    let server = Server::start([json("{}")]).await;
    let api = server.meld().v2026_02_03();
    let day = meld_client::chrono::DateTime::UNIX_EPOCH;
    let (log, customers, profiles) = (
        api.beta().search_activity_log().start(day).end(day),
        api.customer().search_customers(),
        api.webhooks().search_profiles(),
    );
    log.clone().all(1000).await.unwrap();
    customers.clone().all(1000).await.unwrap();
    profiles.clone().all(1000).await.unwrap();
    assert!(server.lines().iter().all(|line| line.ends_with("limit=100")));
    log.limit(101).into_request().unwrap_err();
    customers.limit(101).into_request().unwrap_err();
    profiles.limit(101).into_request().unwrap_err();
    let known = [beta::operations::ALL, customer::operations::ALL, webhooks::operations::ALL].concat();
    assert_eq!(known.iter().filter(|operation| operation.is_paged).count(), 3);
}
