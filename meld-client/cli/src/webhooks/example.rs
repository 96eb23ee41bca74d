//! Example events of every type.

use meld_client::webhooks::EventType;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::json::Json;

/// Returns an event of a type, at a time in RFC 3339. The id is random.
pub fn event(event_type: &EventType, now: &str) -> Json {
    let event = json!({
        "eventType": event_type.as_str(),
        "eventId": id(),
        "timestamp": now,
        "accountId": "example-account",
        "profileId": "example-profile",
        "version": "2026-02-03",
        "payload": payload(event_type, now),
    });
    Json::from(&event)
}

fn payload(event_type: &EventType, now: &str) -> Value {
    let name = event_type.as_str();
    if name.starts_with("BANK_LINKING_") {
        return bank_linking(event_type, now);
    }
    match event_type {
        EventType::TransactionCryptoPending => transaction("CRYPTO_PURCHASE", "PENDING"),
        EventType::TransactionCryptoTransferring => transaction("CRYPTO_PURCHASE", "SETTLING"),
        EventType::TransactionCryptoComplete => transaction("CRYPTO_PURCHASE", "SETTLED"),
        EventType::TransactionCryptoFailed => transaction("CRYPTO_PURCHASE", "FAILED"),
        EventType::TransactionFiatCreated => transaction("CHARGE", "PENDING"),
        EventType::TransactionFiatUpdated => transaction("CHARGE", "SETTLED"),
        EventType::CustomerKycStatusChange => json!({
            "requestId": id(),
            "customerId": "example-customer",
            "serviceProvider": "SUMSUB",
            "status": "APPROVED",
            "statusUpdatedAt": now,
        }),
        _ => json!({ "requestId": id() }),
    }
}

fn transaction(kind: &str, status: &str) -> Value {
    json!({
        "requestId": id(),
        "accountId": "example-account",
        "paymentTransactionId": id(),
        "customerId": "example-customer",
        "externalCustomerId": "customer-1",
        "externalSessionId": "session-1",
        "sessionId": id(),
        "transactionType": kind,
        "paymentTransactionStatus": status,
    })
}

fn bank_linking(event_type: &EventType, now: &str) -> Value {
    let mut payload = json!({
        "requestId": id(),
        "customerId": "example-customer",
        "externalCustomerId": "customer-1",
        "connectionId": "example-connection",
        "institutionId": "example-institution",
        "serviceProviderDetails": { "serviceProvider": "PLAID" },
    });
    let more = match event_type {
        EventType::BankLinkingConnectionCompleted => json!({ "institutionName": "Example Bank" }),
        EventType::BankLinkingConnectionStatusChange => json!({
            "oldStatus": "ACTIVE",
            "newStatus": "RECONNECT_REQUIRED",
            "newStatusReason": "LOGIN_REQUIRED",
        }),
        EventType::BankLinkingAccountsUpdating => json!({ "financialAccounts": [{ "id": "example-account" }] }),
        EventType::BankLinkingAccountsUpdated | EventType::BankLinkingAccountsAdded => json!({
            "successfullyAggregatedAt": now,
            "financialAccounts": [{ "id": "example-account", "products": ["BALANCES", "OWNERS"] }],
        }),
        EventType::BankLinkingAccountsRemoved => json!({ "financialAccounts": [{ "id": "example-account" }] }),
        EventType::BankLinkingTransactionsAggregated | EventType::BankLinkingHistoricalTransactionsAggregated => {
            json!({
                "successfullyAggregatedAt": now,
                "financialAccounts": [{
                    "financialAccountId": "example-account",
                    "oldestTransactionUpdatedSearchKey": "example-key",
                    "numTransactionsAdded": 1,
                    "numTransactionsUpdated": 0,
                    "transactionIdsRemoved": [],
                    "historicalAggregationSucceeded": true,
                }],
            })
        }
        _ => json!({}),
    };
    if let (Value::Object(fields), Value::Object(more)) = (&mut payload, more) {
        fields.extend(more);
    }
    payload
}

fn id() -> String {
    Uuid::new_v4().simple().to_string()
}
