//! The statuses in events mean the same as in responses.

use crate::bank_linking::{ConnectionExt, NextStep};
use crate::transactions::{Progress, TransactionStatusExt};
use crate::webhooks::{Event, Payload};

fn payload(event_type: &str, payload: &str) -> Payload {
    let event = format!(r#"{{"eventType":"{event_type}","eventId":"1","payload":{payload}}}"#);
    Event::parse(event.as_bytes()).unwrap().payload
}

#[test]
fn connection_status_change_has_next_step() {
    let change = r#"{"connectionId":"1","newStatus":"RECONNECT_REQUIRED","newStatusReason":"LOGIN_REQUIRED"}"#;
    let payload = payload("BANK_LINKING_CONNECTION_STATUS_CHANGE", change);
    let Payload::ConnectionStatusChange(change) = payload else { panic!("{payload:?}") };
    assert_eq!((change.can_repair(), change.can_refresh()), (true, false));
    assert_eq!(change.next_step(), NextStep::AskToReconnect);
}

#[test]
fn progress_follows_status_not_event_type() {
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
fn kyc_status_converts_to_kyc_state() {
    use crate::customers::KycState;

    for (status, state) in
        [("APPROVED", KycState::Approved), ("rejected", KycState::Rejected), ("UNKNOWN", KycState::from("UNKNOWN"))]
    {
        let change = format!(r#"{{"serviceProvider":"SUMSUB","status":"{status}"}}"#);
        let payload = payload("CUSTOMER_KYC_STATUS_CHANGE", &change);
        let Payload::KycStatusChange(change) = payload else { panic!("{payload:?}") };
        assert_eq!(change.status.map(KycState::from), Some(state));
    }
}
