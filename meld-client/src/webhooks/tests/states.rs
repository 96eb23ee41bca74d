//! What an event says of a connection or a transaction is understood as where it is read.

use crate::bank_linking::{ConnectionExt, NextStep};
use crate::transactions::{Progress, TransactionStatusExt};
use crate::webhooks::{Event, Payload};

fn payload(event_type: &str, payload: &str) -> Payload {
    let text = format!(r#"{{"eventType":"{event_type}","eventId":"1","payload":{payload}}}"#);
    Event::read(text.as_bytes()).unwrap().payload
}

#[test]
fn a_change_of_a_connection_says_what_to_do() {
    let change = r#"{"connectionId":"1","newStatus":"RECONNECT_REQUIRED","newStatusReason":"LOGIN_REQUIRED"}"#;
    let payload = payload("BANK_LINKING_CONNECTION_STATUS_CHANGE", change);
    let Payload::ConnectionStatusChange(change) = payload else { panic!("{payload:?}") };
    assert_eq!((change.can_repair(), change.can_refresh()), (true, false));
    assert_eq!(change.next_step(), NextStep::AskToReconnect);
}

#[test]
fn an_event_of_a_failure_need_not_be_one() {
    for (event_type, status, progress) in [
        ("TRANSACTION_CRYPTO_FAILED", r#""ERROR""#, Progress::Pending),
        ("TRANSACTION_CRYPTO_FAILED", r#""DECLINED""#, Progress::Ended),
        ("TRANSACTION_CRYPTO_COMPLETE", r#""SETTLED""#, Progress::Settled),
        ("TRANSACTION_FIAT_UPDATED", r#""SETTLED""#, Progress::Settled),
        ("TRANSACTION_FIAT_UPDATED", "null", Progress::Pending),
        ("TRANSACTION_FIAT_UPDATED", r#""""#, Progress::Pending),
    ] {
        let payload = payload(event_type, &format!(r#"{{"paymentTransactionStatus":{status}}}"#));
        let found = match &payload {
            Payload::CryptoTransaction(transaction) => transaction.progress(),
            Payload::FiatTransaction(transaction) => transaction.progress(),
            other => panic!("{other:?}"),
        };
        assert_eq!(found, progress, "{event_type} {status}");
    }
}

#[cfg(feature = "client")]
#[test]
fn a_decision_on_a_customer_is_one_wherever_it_is_told() {
    use crate::customers::KycState;

    for (status, state) in [
        ("APPROVED", KycState::Approved),
        ("rejected", KycState::Rejected),
        ("UNKNOWN", KycState::from("UNKNOWN")),
    ] {
        let text = format!(r#"{{"serviceProvider":"SUMSUB","status":"{status}"}}"#);
        let payload = payload("CUSTOMER_KYC_STATUS_CHANGE", &text);
        let Payload::KycStatusChange(change) = payload else { panic!("{payload:?}") };
        assert_eq!(change.status.map(KycState::from), Some(state));
    }
}
