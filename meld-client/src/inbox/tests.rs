use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::time::Duration;

use meld_client_core::chrono::{TimeDelta, Utc};

use super::{Handled, Inbox, InboxEvent};
use crate::storage::{MemoryStore, Queue, Schedule, Store};
use crate::webhooks::Event;

fn inbox() -> Inbox<MemoryStore> {
    let schedule = Schedule::default().initial_backoff(Duration::ZERO).max_attempts(2);
    Inbox::new(MemoryStore::default()).schedule(schedule)
}

fn event(id: &str) -> Event {
    Event::parse(format!(r#"{{"eventType":"TEST","eventId":"{id}"}}"#).as_bytes()).unwrap()
}

/// Handles what is due, and returns the ids and attempts.
async fn handled(inbox: &Inbox<MemoryStore>) -> Vec<(String, u32)> {
    let seen = RefCell::new(Vec::new());
    let handling = inbox.run_once(|InboxEvent { id, attempt, .. }| {
        seen.borrow_mut().push((id, attempt));
        async { Ok::<(), Infallible>(()) }
    });
    handling.await.unwrap();
    seen.into_inner()
}

#[tokio::test]
async fn events_are_handled_once() {
    let inbox = inbox();
    for (id, is_new) in [("1", true), ("2", true), ("1", false)] {
        assert_eq!(inbox.receive(&event(id)).await.unwrap(), is_new, "{id}");
    }
    assert_eq!(handled(&inbox).await, [("1".to_owned(), 1), ("2".to_owned(), 1)]);
    assert!(!inbox.receive(&event("1")).await.unwrap());
    assert!(handled(&inbox).await.is_empty());
    assert!(inbox.replay("1").await.unwrap());
    assert!(!inbox.replay("3").await.unwrap());
    assert_eq!(handled(&inbox).await, [("1".to_owned(), 2)]);
}

#[tokio::test]
async fn events_of_a_crashed_process_are_replayed() {
    let inbox = inbox();
    inbox.receive(&event("1")).await.unwrap();
    let now = Utc::now();
    inbox.store().claim(Queue::Inbox, now, now + TimeDelta::hours(1), 1).await.unwrap();
    assert!(handled(&inbox).await.is_empty(), "leased");
    inbox.store().remove(Queue::Inbox, "1").await.unwrap();
    inbox.receive(&event("1")).await.unwrap();
    inbox.store().claim(Queue::Inbox, Utc::now(), now, 1).await.unwrap();
    assert_eq!(handled(&inbox).await, [("1".to_owned(), 2)]);
}

#[tokio::test]
async fn failed_events_are_retried_then_parked() {
    let inbox = inbox();
    inbox.receive(&event("1")).await.unwrap();
    let failures = Cell::new(0);
    let fail = |_: InboxEvent| {
        failures.set(failures.get() + 1);
        async { Err("no database") }
    };
    assert!(matches!(&inbox.run_once(fail).await.unwrap()[..], [Handled::Pending { .. }]));
    assert!(matches!(inbox.process("1", fail).await.unwrap(), Some(Handled::Parked(_))));
    assert!(inbox.process("1", fail).await.unwrap().is_none());
    assert_eq!(failures.get(), 2);
    let parked = inbox.parked(10).await.unwrap();
    assert_eq!((parked[0].id.as_str(), parked[0].reason.as_str()), ("1", "no database"));
    assert!(inbox.replay("1").await.unwrap());
    assert_eq!(handled(&inbox).await, [("1".to_owned(), 3)]);
}

#[tokio::test]
async fn panicking_handlers_park_their_event() {
    let inbox = inbox();
    inbox.receive(&event("1")).await.unwrap();
    inbox.receive(&event("2")).await.unwrap();
    let handle = |received: InboxEvent| {
        assert_ne!((received.id.as_str(), received.attempt), ("1", 1));
        async move {
            assert_ne!(received.id, "1");
            Ok::<(), Infallible>(())
        }
    };
    let first = inbox.run_once(handle).await.unwrap();
    assert!(matches!(&first[..], [Handled::Pending { .. }, Handled::Done { .. }]), "{first:?}");
    let second = inbox.run_once(handle).await.unwrap();
    let [Handled::Parked(parked)] = &second[..] else { panic!("{second:?}") };
    assert_eq!((parked.id.as_str(), parked.reason.as_str()), ("1", "the handler panicked"));
}

#[tokio::test]
async fn events_without_id_differ_by_their_bytes() {
    let inbox = inbox();
    let without_id = |body: &[u8]| Event::parse(body).unwrap();
    let damaged = without_id(b"{\"eventType\":\"TEST\",\"new\":\"\xff\"}");
    for (event, is_new) in [
        (damaged.clone(), true),
        (damaged.clone(), false),
        (without_id(br#"{"eventType":"TEST","eventId":""}"#), true),
        (without_id(br#"{"eventType":"TEST"}"#), true),
    ] {
        assert_eq!(inbox.receive(&event).await.unwrap(), is_new, "{event:?}");
    }
    let found = RefCell::new(Vec::new());
    let handling = inbox.run_once(|received| {
        found.borrow_mut().push(received.event);
        async { Ok::<(), Infallible>(()) }
    });
    handling.await.unwrap();
    assert_eq!(found.borrow()[0].json(), damaged.json(), "every byte is kept");
}

#[tokio::test]
async fn old_events_are_pruned() {
    let inbox = inbox();
    inbox.receive(&event("1")).await.unwrap();
    handled(&inbox).await;
    inbox.receive(&event("2")).await.unwrap();
    assert_eq!(inbox.prune(Utc::now() - TimeDelta::days(4), 10).await.unwrap(), 0);
    assert_eq!(inbox.prune(Utc::now(), 10).await.unwrap(), 1);
    assert!(inbox.receive(&event("1")).await.unwrap());
    assert!(!inbox.receive(&event("2")).await.unwrap());
}
