// Scenarios of webhook profiles.
// Compiled once for each API version, which is `api`; see `dates.rs`.

use std::sync::atomic::Ordering;
use std::time::Duration;

use meld_client::webhooks::{EventType, RetryReason};

use super::support::Story;

#[tokio::test]
async fn profile_test_is_verified() {
    let mut story = Story::begin(&[EventType::TransactionCryptoComplete]).await;
    let types = story.api.webhooks().list_event_types().send().await.unwrap();
    assert!(types.iter().any(|name| *name == EventType::TransactionCryptoComplete.as_str()));

    let client = story.api.webhooks();
    let id = story.profile.id.clone().unwrap();
    let test = client.test_profile().webhook_profile_id(id.as_str()).send().await.unwrap();
    let delivery = story.delivery().await;
    assert_eq!(delivery.event.event_type, EventType::WebhookTest);
    assert!(test.request_id.is_some());
    assert_eq!(delivery.event.payload.request_id(), test.request_id.as_deref());
    assert_eq!(delivery.event.profile_id.as_deref(), Some(id.as_str()));
    assert_eq!(delivery.event.version, story.profile.event_version);
    assert!(delivery.signed_at.is_some() && delivery.retry.is_none());
}

/// Receives a retry after a response other than 200: newly signed, with the same id.
#[tokio::test]
async fn failed_delivery_is_retried() {
    let mut story = Story::begin(&[]).await;
    story.receiver.status.store(503, Ordering::Relaxed);
    let id = story.profile.id.clone().unwrap();
    story.api.webhooks().test_profile().webhook_profile_id(id).send().await.unwrap();
    let first = story.delivery().await;
    assert_eq!(first.retry, None);
    while story.sandbox.webhook_deliveries().iter().all(|sent| sent.failure.is_none()) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    story.receiver.status.store(200, Ordering::Relaxed);
    story.sandbox.clock().advance(Duration::from_secs(61));
    let second = story.delivery().await;
    let retry = second.retry.unwrap();
    assert_eq!((retry.count, retry.reason), (Some(1), Some(RetryReason::HttpError(503))));
    assert_eq!(second.event.event_id, first.event.event_id);
    assert!(second.signed_at > first.signed_at);
}
