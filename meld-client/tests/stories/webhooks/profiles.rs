//! Making a profile, and verifying what is delivered for it.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::http::{HeaderMap, StatusCode};
use meld_client::v2026_02_03::webhooks;
use meld_client::webhooks::{EventType, Rejection, RetryReason, Verifier};

use super::support::Story;

/// Story 2, receive webhooks: see what there is, make a profile, verify the test that comes at once with the secret of
/// the profile, and ask for another one.
#[tokio::test]
async fn who_makes_a_profile_verifies_its_tests() {
    let mut story = Story::begin(&[EventType::TransactionCryptoComplete]).await;
    let types = story.api.webhooks().list_event_types().send().await.unwrap();
    assert!(types.iter().any(|name| *name == EventType::TransactionCryptoComplete.as_str()));

    let client: webhooks::Client = story.api.webhooks();
    let id = story.profile.id.clone().unwrap();
    let asked = client.test_profile().webhook_profile_id(id.as_str()).send().await.unwrap();
    let delivery = story.delivery().await;
    assert_eq!(delivery.event.event_type, EventType::WebhookTest);
    assert!(asked.request_id.is_some());
    assert_eq!(delivery.event.payload.request_id(), asked.request_id.as_deref());
    assert_eq!(delivery.event.profile_id.as_deref(), Some(id.as_str()));
    assert_eq!(delivery.event.version, story.profile.event_version);
    assert!(delivery.signed_at.is_some() && delivery.retry.is_none());
}

/// Story 2, receive webhooks: what others send is refused, and so is what was meant for another address.
#[tokio::test]
async fn who_receives_webhooks_refuses_those_of_others() {
    let mut story = Story::begin(&[]).await;
    let id = story.profile.id.clone().unwrap();
    story.api.webhooks().test_profile().webhook_profile_id(id).send().await.unwrap();
    let (headers, body) = story.receiver.next().await;
    assert!(story.verifier.verify(&headers, &body).is_ok());

    let secret = story.profile.secret.clone().unwrap();
    let elsewhere =
        Verifier::new(secret, story.receiver.url.replace("127.0.0.1", "localhost")).unwrap();
    assert_eq!(elsewhere.verify(&headers, &body), Err(Rejection::WrongSignature));
    let other = Verifier::new("another secret", story.receiver.url.as_str()).unwrap();
    assert_eq!(other.verify(&headers, &body), Err(Rejection::WrongSignature));
    let changed = String::from_utf8(body.to_vec()).unwrap().replace("WEBHOOK_TEST", "TEST");
    let verdict = story.verifier.verify(&headers, changed.as_bytes());
    assert_eq!(verdict, Err(Rejection::WrongSignature));
    let unsigned = story.verifier.verify(&HeaderMap::new(), &body).unwrap_err();
    assert_eq!(unsigned.status(), StatusCode::UNAUTHORIZED);
}

/// Story 2, receive webhooks: what was not answered with 200 comes again, newly signed, with the same id.
#[tokio::test]
async fn who_was_down_gets_the_event_again_and_knows_it_by_its_id() {
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
