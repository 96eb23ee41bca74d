//! The reconciler and the inbox: states that no webhook reported, handled like webhooks.

use std::sync::Mutex;
use std::time::Duration;

use meld_client::inbox::Inbox;
use meld_client::reconciler::{Reconciler, Watch, Watched};
use meld_client::storage::{MemoryStore, Schedule};
use meld_client::transactions::TransactionStatusExt;
use meld_client::v2026_02_03::payments::Client;
use meld_client::webhooks::{Event, EventType};

use crate::support::{Server, json, response};

fn reconciler(server: &Server) -> Reconciler<Client, MemoryStore> {
    let schedule = Schedule::default().initial_backoff(Duration::ZERO);
    let client = server.meld().v2026_02_03().payments();
    Reconciler::new(client, MemoryStore::default()).patience(Duration::ZERO).schedule(schedule)
}

fn transaction(status: &str) -> String {
    let details = r#""transactionType":"CRYPTO_PURCHASE","cryptoDetails":{"chainId":"1"}"#;
    format!(r#"{{"transaction":{{"id":"a","status":"{status}",{details}}}}}"#)
}

/// Runs the reconciler once, and returns the statuses that it handed out.
async fn run(reconciler: &Reconciler<Client, MemoryStore>) -> (Vec<Watch>, Vec<Event>) {
    let events = Mutex::new(Vec::new());
    let watches = reconciler.run_once(|found| {
        events.lock().unwrap().push(found.event().unwrap());
        async { Ok::<(), std::fmt::Error>(()) }
    });
    (watches.await.unwrap(), events.into_inner().unwrap())
}

#[tokio::test]
async fn new_states_become_events_until_the_end() {
    let pending = transaction("PENDING");
    let server = Server::start([json(&pending), json(&pending), json(transaction("SETTLED"))]).await;
    let reconciler = reconciler(&server);
    let watched = Watched::Transaction("a".to_owned());
    assert!(reconciler.watch(&watched).await.unwrap());
    assert!(!reconciler.watch(&watched).await.unwrap());
    let (watches, events) = run(&reconciler).await;
    assert!(matches!(&watches[..], [Watch::Pending { error: None, .. }]), "{watches:?}");
    assert_eq!(events[0].event_type, EventType::TransactionCryptoPending);
    assert_eq!(events[0].event_id.as_deref(), Some("reconciled:a:PENDING"));
    let (watches, events) = run(&reconciler).await;
    assert_eq!((watches.len(), events.len()), (1, 0), "nothing new");
    let (watches, events) = run(&reconciler).await;
    assert_eq!(watches, [Watch::Ended { watched }]);
    assert_eq!(events[0].event_type, EventType::TransactionCryptoComplete);
    assert!(run(&reconciler).await.0.is_empty());
}

fn event(status: &str) -> Event {
    let payload = format!(r#"{{"paymentTransactionId":"a","sessionId":"s","paymentTransactionStatus":"{status}"}}"#);
    Event::parse(format!(r#"{{"eventType":"TRANSACTION_CRYPTO_COMPLETE","payload":{payload}}}"#).as_bytes()).unwrap()
}

#[tokio::test]
async fn silence_counts_from_the_last_event() {
    let server = Server::start([json(transaction("PENDING"))]).await;
    let reconciler = reconciler(&server).patience(Duration::from_secs(60));
    let watched = Watched::Transaction("a".to_owned());
    reconciler.watch(&watched).await.unwrap();
    assert!(run(&reconciler).await.0.is_empty());
    reconciler.heard_event(&event("PENDING")).await.unwrap();
    assert!(!reconciler.watch(&watched).await.unwrap(), "still watched");
    assert!(run(&reconciler).await.0.is_empty() && server.received().is_empty());
    assert!(reconciler.heard(&watched, true).await.unwrap());
    assert!(!reconciler.heard(&watched, false).await.unwrap(), "no longer watched");
}

#[tokio::test]
async fn final_events_are_confirmed_by_a_fetch() {
    let server = Server::start(["PENDING", "SETTLED"].map(|status| json(transaction(status)))).await;
    let reconciler = reconciler(&server).patience(Duration::from_secs(60));
    let watched = Watched::Transaction("a".to_owned());
    reconciler.watch(&watched).await.unwrap();
    for heard in ["SETTLED", "PENDING"] {
        reconciler.heard_event(&event(heard)).await.unwrap();
    }
    assert!(matches!(&run(&reconciler).await.0[..], [Watch::Pending { error: None, .. }]), "not confirmed");
    reconciler.heard_event(&event("SETTLED")).await.unwrap();
    let (watches, events) = run(&reconciler).await;
    assert_eq!((watches, events.len()), (vec![Watch::Ended { watched }], 0), "the event was handled already");
}

#[tokio::test]
async fn event_of_one_transaction_ends_no_session() {
    let list = r#"{"transactions":[{"id":"a","key":"k"},{"id":"b","key":"l"}],"count":2,"remaining":0}"#;
    let other = transaction("PENDING").replace(r#""id":"a""#, r#""id":"b""#);
    let server = Server::start([list, &*transaction("SETTLED"), &*other].map(json)).await;
    let reconciler = reconciler(&server).patience(Duration::from_secs(60));
    reconciler.watch(&Watched::Session("s".to_owned())).await.unwrap();
    reconciler.heard_event(&event("SETTLED")).await.unwrap();
    let (watches, events) = run(&reconciler).await;
    assert!(matches!(&watches[..], [Watch::Pending { error: None, .. }]), "{watches:?}");
    assert_eq!(events[0].event_id.as_deref(), Some("reconciled:b:PENDING"));
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn sessions_are_watched_until_their_end() {
    let page = |items: &str| json(format!(r#"{{"transactions":[{items}],"count":1,"remaining":0}}"#));
    let server = Server::start([page(""), page(r#"{"id":"a","key":"k"}"#), json(transaction("FAILED"))]).await;
    let reconciler = reconciler(&server);
    reconciler.watch(&Watched::Session("s".to_owned())).await.unwrap();
    let (watches, events) = run(&reconciler).await;
    assert!(matches!(&watches[..], [Watch::Pending { error: None, .. }]), "{watches:?}");
    assert!(events.is_empty());
    let (watches, events) = run(&reconciler).await;
    assert!(matches!(&watches[..], [Watch::Ended { .. }]), "{watches:?}");
    assert_eq!(events[0].event_type, EventType::TransactionCryptoFailed);
    assert!(server.lines()[0].contains("sessionIds=s"), "{:?}", server.lines());
}

#[tokio::test]
async fn all_pages_of_an_order_are_read() {
    let page = |ids: [&str; 2], remaining: u32| {
        let items = ids.map(|id| format!(r#"{{"id":"{id}","key":"{id}"}}"#)).join(",");
        json(format!(r#"{{"transactions":[{items}],"count":2,"remaining":{remaining}}}"#))
    };
    let get = |id: &str| json(transaction("SETTLED").replace(r#""id":"a""#, &format!(r#""id":"{id}""#)));
    let list = || [page(["a", "b"], 2), page(["c", "d"], 0)];
    let server = Server::start(list().into_iter().chain(["a", "b", "c", "d"].map(get))).await;
    let reconciler = reconciler(&server);
    reconciler.watch(&Watched::Order("o".to_owned())).await.unwrap();
    let (watches, events) = run(&reconciler).await;
    assert!(matches!(&watches[..], [Watch::Ended { .. }]), "{watches:?}");
    assert_eq!(events.len(), 4);
    assert!(server.lines()[1].ends_with("&after=b"), "{:?}", server.lines());

    let server = Server::start(list().into_iter().chain(["a", "b", "c"].map(get))).await;
    let reconciler = self::reconciler(&server).max_transactions(3);
    reconciler.watch(&Watched::Order("o".to_owned())).await.unwrap();
    let (watches, events) = run(&reconciler).await;
    let [Watch::Pending { error: Some(error), .. }] = &watches[..] else { panic!("{watches:?}") };
    assert_eq!(error, "there are more than 3 transactions, and only the newest are fetched");
    assert_eq!(events.len(), 3);
}

#[tokio::test]
async fn failures_are_tried_again() {
    let replies = [response("503 X", "", ""), json(transaction("SETTLED"))];
    let server = Server::start(replies).await;
    let reconciler = reconciler(&server);
    reconciler.watch(&Watched::Transaction("a".to_owned())).await.unwrap();
    let (watches, _) = run(&reconciler).await;
    assert!(matches!(&watches[..], [Watch::Pending { error: Some(_), .. }]), "{watches:?}");
    let failing = reconciler.run_once(|_| async { Err("not stored") });
    let watches = failing.await.unwrap();
    assert!(
        matches!(&watches[..], [Watch::Pending { error: Some(error), .. }] if error == "not stored"),
        "{watches:?}"
    );
    let (watches, events) = run(&reconciler).await;
    assert_eq!((watches.len(), events.len()), (1, 1));
}

#[tokio::test]
async fn reconciled_states_are_handled_once() {
    let server = Server::start([json(transaction("SETTLED"))]).await;
    let inbox = Inbox::new(MemoryStore::default());
    for expected in [true, false] {
        let reconciler = reconciler(&server);
        reconciler.watch(&Watched::Order("o".to_owned())).await.unwrap();
        reconciler.watch(&Watched::Transaction("a".to_owned())).await.unwrap();
        let (inbox, new) = (&inbox, &Mutex::new(Vec::new()));
        let watches = reconciler.run_once(|found| async move {
            assert!(found.is_terminal());
            let is_new = inbox.receive(&found.event().unwrap()).await?;
            new.lock().unwrap().push(is_new);
            Ok::<(), std::convert::Infallible>(())
        });
        assert_eq!(watches.await.unwrap().len(), 2);
        assert_eq!(*new.lock().unwrap(), [expected]);
    }
}
