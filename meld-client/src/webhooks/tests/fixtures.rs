//! The events that Meld's guides print.

use meld_client_core::json::{Json, ToJson};
use meld_client_core::serde_json::{self, Value};

use super::{fixture, fixtures, json};
use crate::webhooks::{Event, Payload, payload::match_payload};

fn event(name: &str) -> Event {
    Event::parse_strict(&fixture(name)).unwrap()
}

fn encoded(payload: &Payload) -> Value {
    fn encode<T: ToJson>(value: &T) -> Value {
        serde_json::from_slice(&serde_json::to_vec(&Json(value)).unwrap()).unwrap()
    }
    match_payload!(payload, known => encode(known), unknown => panic!("{unknown:?}"))
}

/// Removes null and empty values, which are equivalent to missing ones.
fn pruned(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (name, pruned(value)));
            Value::Object(fields.filter(|(_, value)| !is_empty(value)).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(pruned).collect()),
        value => value,
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

#[test]
fn every_field_of_every_example_is_decoded() {
    let names = fixtures();
    assert_eq!(names.len(), 24);
    for name in names {
        let body = fixture(&name);
        let event = event(&name);
        let printed = json(&body);
        assert_eq!(event.event_type, printed["eventType"].as_str().unwrap(), "{name}");
        assert!(event.event_type.is_known(), "{name}");
        assert_eq!(event.event_id.as_deref(), printed["eventId"].as_str(), "{name}");
        assert_eq!(event.profile_id.as_deref(), printed["profileId"].as_str(), "{name}");
        assert_eq!(event.version.as_deref(), printed["version"].as_str(), "{name}");
        let account = printed["accountId"].as_str().or(printed["payload"]["accountId"].as_str());
        assert_eq!(event.account_id.as_deref(), account, "{name}");
        let timestamp = printed["timestamp"].as_str().unwrap();
        assert_eq!(event.timestamp, Some(timestamp.parse().unwrap()), "{name}");
        assert_eq!(json(event.payload_json().as_bytes()), printed["payload"], "{name}");
        let mut payload = printed["payload"].clone();
        // One guide has this misspelling.
        if let Some(recipient) = payload.as_object_mut().unwrap().remove("kycRecepient") {
            payload["kycRecipient"] = recipient;
        }
        // Free-form objects keep null and empty values.
        let mut decoded = encoded(&event.payload);
        if let Some(details) = payload.as_object_mut().unwrap().remove("serviceProviderDetails") {
            let decoded = decoded.as_object_mut().unwrap().remove("serviceProviderDetails");
            assert_eq!(decoded, Some(details), "{name}");
        }
        assert_eq!(pruned(decoded), pruned(payload), "{name}");
    }
}

#[test]
fn connection_completed_fields() {
    let event = event("BANK_LINKING_CONNECTION_COMPLETED");
    let Payload::ConnectionCompleted(payload) = &event.payload else { panic!("{event:?}") };
    assert_eq!(payload.connection_id.as_deref(), Some("6rmPZMGzUvLB5hnoyucLsr"));
    assert_eq!(payload.customer_id.as_deref(), Some("on5oHwhocQAbJpTVc9cDhHqbrBrQeN"));
    assert_eq!(payload.external_customer_id.as_deref(), Some("testCustomer1"));
    assert_eq!(payload.institution_id.as_deref(), Some("S1nybNmvia7w5hojcd1QsF"));
    assert_eq!(payload.institution_name.as_deref(), Some("Chase"));
    assert_eq!(event.payload.connection_id(), payload.connection_id.as_deref());
    assert_eq!(event.payload.customer_id(), payload.customer_id.as_deref());
    assert_eq!(event.payload.external_customer_id(), Some("testCustomer1"));
    assert_eq!(event.payload.request_id(), Some("7ec8186f58fcd40993b0b747743ac0d7"));
    let details = payload.service_provider_details.as_ref().unwrap();
    assert_eq!(details["serviceProviderConnectionId"], "MzzccGmLd6VkZonhyp8S7A1ZbKUmjAiH2D2aD");
    assert!(!format!("{event:?}").contains("MzzccGmLd6VkZonhyp8S7A1ZbKUmjAiH2D2aD"));
}

#[test]
fn historical_aggregation_error_fields() {
    let event = event("BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED");
    let Payload::HistoricalTransactionsAggregated(payload) = &event.payload else { panic!("{event:?}") };
    let account = &payload.financial_accounts[1];
    assert_eq!(account.num_transactions_added, Some(150));
    assert_eq!(account.historical_aggregation_succeeded, Some(false));
    let error = account.historical_aggregation_error.as_ref().unwrap();
    assert_eq!(error.service_provider.as_deref(), Some("MX"));
    assert_eq!(error.error.as_ref().unwrap()["type"], "bad_request_error");
}
