// Compiled once for each API version, which is `api`; see `include_hooks!`.

use api::webhooks::types::{EventType as Subscribed, WebhookProfile};
use crate::webhooks::{EventType, Verifier};

#[test]
fn verifier_needs_secret_and_url_of_profile() {
    let mut profile = WebhookProfile::default();
    profile.url = Some("https://example.com/webhooks".to_owned());
    assert_eq!(Verifier::try_from(&profile).unwrap_err().field(), Some("secret"));
    profile.secret = Some("secret".to_owned());
    assert!(Verifier::try_from(&profile).is_ok());
    profile.url = None;
    assert_eq!(Verifier::try_from(&profile).unwrap_err().field(), Some("url"));
}

/// The specs list all event types except one old one.
#[test]
fn profiles_and_events_have_the_same_types() {
    for event_type in EventType::KNOWN {
        let subscribed = Subscribed::from(event_type.clone());
        assert_eq!(subscribed.as_str(), event_type.as_str());
        let is_old = *event_type == EventType::BankLinkingCustomerActionRequired;
        assert_eq!(subscribed.is_known(), !is_old, "{event_type}");
    }
    assert_eq!(Subscribed::KNOWN.len() + 1, EventType::KNOWN.len());
}
