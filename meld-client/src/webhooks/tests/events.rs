//! Events that deviate from the documentation.

use meld_client_core::serde_json::json;

use super::{fixture, fixtures};
use crate::webhooks::{Event, EventType, KycStatus, Payload};

fn parse(event_type: &str, payload: meld_client_core::serde_json::Value) -> Event {
    let event = json!({ "eventType": event_type, "eventId": "1", "payload": payload });
    Event::parse(event.to_string().as_bytes()).unwrap()
}

fn warnings(event: &Event) -> Vec<&str> {
    event.decode_warnings().first().iter().map(|warning| warning.path.as_str()).collect()
}

#[test]
fn unknown_type_keeps_its_json() {
    let payload = json!({
        "customerId": "c", "accountId": "a", "connectionId": "n", "requestId": "r",
        "iban": "DE02120300000000202051", "amount": 12.5,
    });
    let event = parse("SOMETHING_NEW", payload.clone());
    assert_eq!(event.event_type, "SOMETHING_NEW");
    let Payload::Unknown(unknown) = &event.payload else { panic!("{event:?}") };
    assert_eq!(unknown.content(), &payload);
    assert_eq!(event.payload.customer_id(), Some("c"));
    assert_eq!(event.payload.external_customer_id(), None);
    assert_eq!(event.payload.connection_id(), Some("n"));
    assert_eq!(event.payload.request_id(), Some("r"));
    assert_eq!(event.account_id.as_deref(), Some("a"));
    assert_eq!(event.decode_warnings().count(), 0);
    assert!(!format!("{event:?}").contains("DE02120300000000202051"));
}

#[test]
fn unknown_fields_are_in_payload_json() {
    let body = br#"{"eventType":"WEBHOOK_TEST","payload":{"requestId":"r","new":1.50000000000000000001}}"#;
    let event = Event::parse_strict(body).unwrap();
    assert_eq!(event.payload_json(), r#"{"requestId":"r","new":1.50000000000000000001}"#);
    assert_eq!(event.payload.request_id(), Some("r"));
}

#[test]
fn wrong_types_are_dropped_and_reported() {
    let event = parse(
        "BANK_LINKING_TRANSACTIONS_AGGREGATED",
        json!({
            "connectionId": ["no text"],
            "customerId": 7,
            "isPartial": "perhaps",
            "financialAccounts": [
                { "financialAccountId": "a", "numTransactionsAdded": "3", "numTransactionsUpdated": -1 },
                "no object",
                null,
                { "transactionIdsRemoved": { "no": "list" }, "historicalAggregationError": "none" },
            ],
        }),
    );
    let Payload::TransactionsAggregated(payload) = &event.payload else { panic!("{event:?}") };
    assert_eq!(payload.connection_id, None);
    assert_eq!(payload.customer_id.as_deref(), Some("7"));
    assert_eq!(payload.financial_accounts.len(), 2);
    assert_eq!(payload.financial_accounts[0].num_transactions_added, Some(3));
    assert_eq!(payload.financial_accounts[0].num_transactions_updated, None);
    let mut found = warnings(&event);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "payload.connectionId",
            "payload.financialAccounts[0].numTransactionsUpdated",
            "payload.financialAccounts[1]",
            "payload.financialAccounts[3].historicalAggregationError",
            "payload.financialAccounts[3].transactionIdsRemoved",
            "payload.isPartial",
        ]
    );
}

#[test]
fn null_empty_and_missing_are_equivalent() {
    let missing = br#"{"eventType":"CUSTOMER_KYC_STATUS_CHANGE"}"#;
    let missing = Event::parse_strict(missing).unwrap();
    assert_eq!(missing.payload_json(), "null");
    for payload in [
        json!(null),
        json!({}),
        json!([]),
        json!(""),
        json!({ "status": null, "customerId": "", "kycRecipient": {}, "statusUpdatedAt": null }),
    ] {
        let event = parse("CUSTOMER_KYC_STATUS_CHANGE", payload);
        assert_eq!(event.payload, missing.payload);
        assert_eq!(event.decode_warnings().count(), 0);
        assert_eq!(event.payload.customer_id(), None);
    }
}

#[test]
fn payload_of_wrong_type_is_reported() {
    let event = parse("TRANSACTION_FIAT_CREATED", json!("SETTLED"));
    assert_eq!(warnings(&event), ["payload"]);
    assert!(matches!(event.payload, Payload::FiatTransaction(_)));
    assert_eq!(event.payload_json(), "\"SETTLED\"");
}

#[test]
fn enums_accept_any_case_and_unknown_values() {
    let event = parse("customer_kyc_status_change", json!({ "status": "approved" }));
    let Payload::KycStatusChange(payload) = &event.payload else { panic!("{event:?}") };
    assert_eq!(event.event_type, EventType::CustomerKycStatusChange);
    assert_eq!(payload.status, Some(KycStatus::Approved));
    let event = parse("CUSTOMER_KYC_STATUS_CHANGE", json!({ "status": "ON_HOLD" }));
    let Payload::KycStatusChange(payload) = &event.payload else { panic!("{event:?}") };
    assert_eq!(payload.status.as_ref().unwrap().as_str(), "ON_HOLD");
}

#[test]
fn every_known_type_has_its_own_payload() {
    for event_type in EventType::KNOWN {
        let payload = json!({
            "customerId": "customer", "requestId": "request", "accountId": "account",
            "connectionId": "connection", "externalCustomerId": "external",
        });
        let event = parse(event_type.as_str(), payload);
        assert!(!matches!(event.payload, Payload::Unknown(_)), "{event_type}");
        assert_eq!(event.payload.request_id(), Some("request"), "{event_type}");
        let is_test = matches!(event.payload, Payload::Test(_));
        assert_eq!(event.payload.customer_id().is_none(), is_test, "{event_type}");
        let has_connection = event_type.as_str().starts_with("BANK_LINKING_");
        assert_eq!(event.payload.connection_id().is_some(), has_connection, "{event_type}");
        let has_no_external_id = matches!(event.payload, Payload::KycStatusChange(_)) || is_test;
        let external = event.payload.external_customer_id();
        assert_eq!(external.is_none(), has_no_external_id, "{event_type}");
    }
}

#[test]
fn deeply_nested_payload_is_still_an_event() {
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    for event_type in ["BANK_LINKING_CONNECTION_COMPLETED", "SOMETHING_NEW"] {
        let body = format!(r#"{{"eventType":"{event_type}","payload":{{"serviceProviderDetails":{deep}}}}}"#);
        let event = Event::parse(body.as_bytes()).unwrap();
        let is_new = event_type == "SOMETHING_NEW";
        assert_eq!(matches!(event.payload, Payload::Unknown(_)), is_new);
        assert!(event.payload_json().contains(&deep));
    }
}

#[test]
fn parse_errors_explain_without_values() {
    for (body, why) in [
        ("", "it is empty"),
        ("{}", "it is empty"),
        ("[1]", "it is an array"),
        ("7", "it is a number"),
        (r#"{"eventId":"secret"}"#, "it has no `eventType`"),
        (r#"{"eventType":["secret"]}"#, "it has no `eventType`"),
        (r#"{"eventType":"WEBHOOK_TEST","eventId":"secret}"#, "it is not JSON, at byte 46:"),
    ] {
        let error = Event::parse(body.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("the body is not an event: {why}")), "{body}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn malformed_value_drops_one_field() {
    for malformed in [&b"\"\\ud83d\""[..], b"\"\\x\"", b"\"caf\xe9\"", b"\"a\nb\"", b"NaN", b"\xff"] {
        let shown = malformed.escape_ascii();
        let body = [
            &b"{\"eventType\":\"TRANSACTION_CRYPTO_COMPLETE\",\"eventId\":\"1\",\"payload\":{\"customerId\":"[..],
            malformed,
            b",\"paymentTransactionId\":\"2\"}}",
        ];
        let event = Event::parse(&body.concat()).unwrap();
        let Payload::CryptoTransaction(transaction) = &event.payload else { panic!("{shown}: {event:?}") };
        assert_eq!(transaction.payment_transaction_id.as_deref(), Some("2"), "{shown}");
        assert_eq!((event.event_id.as_deref(), transaction.customer_id.as_deref()), (Some("1"), None));
        assert_eq!(event.payload_json(), r#"{"customerId":null,"paymentTransactionId":"2"}"#);
        assert_eq!(event.json(), body.concat());
        let paths: Vec<&str> = event.decode_warnings().first().iter().map(|warning| &*warning.path).collect();
        assert_eq!(paths, ["payload.customerId"], "{shown}");
        assert!(Event::parse_strict(&body.concat()).is_err(), "{shown}");

        // In the payload of an unknown type.
        let body = [&b"{\"eventType\":\"NEW\",\"payload\":{\"customerId\":\"c\",\"a\":["[..], malformed, b",1]}}"];
        let event = Event::parse(&body.concat()).unwrap();
        assert_eq!(event.payload.customer_id(), Some("c"), "{shown}");
        assert_eq!(event.payload_json(), r#"{"customerId":"c","a":[null,1]}"#);
        assert_eq!(event.decode_warnings().first()[0].path, "payload.a[0]", "{shown}");

        // In the envelope, where it makes the type unknown.
        let body = [&b"{\"eventType\":"[..], malformed, b",\"eventId\":\"1\",\"payload\":{\"a\":1}}"];
        let event = Event::parse(&body.concat()).unwrap();
        assert_eq!((event.event_type.as_str(), event.event_id.as_deref()), ("", Some("1")), "{shown}");
        assert_eq!(event.payload_json(), r#"{"a":1}"#);
        assert_eq!((event.decode_warnings().count(), &*event.decode_warnings().first()[0].path), (1, "eventType"));
    }
    let event = Event::parse(b"\xef\xbb\xbf{\"eventType\":\"TEST\",\"payload\":{\"requestId\":\"r\"},}").unwrap();
    assert_eq!((event.payload.request_id(), event.decode_warnings().count()), (Some("r"), 1));
}

#[test]
fn mutated_events_never_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut parsed = 0;
    for name in fixtures() {
        let whole = fixture(&name);
        for _ in 0..400 {
            let mut body = whole.clone();
            for _ in 0..random.usize(1..4) {
                mutate(&mut body, &mut random);
            }
            if let Ok(event) = Event::parse(&body) {
                assert!(!event.payload_json().is_empty());
                assert_eq!(event.json(), body);
                assert_eq!(Event::parse(event.json()).as_ref(), Ok(&event));
                let _ = (format!("{event:?}"), event.payload.customer_id());
                parsed += 1;
            }
        }
    }
    assert!(parsed > 1000, "most mutations are still events: {parsed}");
}

fn mutate(body: &mut Vec<u8>, random: &mut fastrand::Rng) {
    const JSON_BYTES: &[u8] = b"{}[]\",:0-9eE.tfn\\\xff\x00 ";
    if body.is_empty() {
        return;
    }
    let position = random.usize(0..body.len());
    match random.u8(0..5) {
        0 => body[position] = random.u8(..),
        1 => body[position] = JSON_BYTES[random.usize(0..JSON_BYTES.len())],
        2 => body.truncate(position),
        3 => {
            body.remove(position);
        }
        _ => {
            let end = (position + random.usize(0..40)).min(body.len());
            let part = body[position..end].to_vec();
            let at = random.usize(0..body.len());
            body.splice(at..at, part);
        }
    }
}
