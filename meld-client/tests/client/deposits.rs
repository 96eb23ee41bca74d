//! Deposit instructions, with scripted responses.

use std::time::Duration;

use meld_client::payments::Outcome;
use meld_client::v2026_02_03::crypto::types::{VirtualAccountDepositInstructionsRequest, builder};
use meld_client::v2026_02_03::prelude::*;

use crate::support::{Server, json, polling, response};

const ACCOUNT: &str = r#"{"depositInstructionsId":"d1","paymentMethodType":"SEPA","serviceProvider":"DUENETWORK",
    "receivingBankInformation":{"iban":"DE89370400440532013000"},"serviceProviderDetails":{"memo":"very-private"}}"#;

pub fn request(method: &str) -> builder::VirtualAccountDepositInstructionsRequest {
    VirtualAccountDepositInstructionsRequest::builder()
        .customer_id("c1")
        .service_provider("DUENETWORK")
        .payment_method_type(method)
        .country_code("DE")
        .source_currency_code("EUR")
        .destination_currency_code("USDC")
        .destination_wallet_address("0x51FB")
}

#[tokio::test]
async fn account_is_requested_until_it_exists() {
    let creating = || response("202 Accepted", "Retry-After: 0\r\n", "");
    for status in ["201 Created", "200 OK"] {
        let server = Server::start([creating(), creating(), response(status, "", ACCOUNT)]).await;
        let crypto = server.meld().v2026_02_03().crypto();
        let request = crypto.request_deposit_instructions(request("SEPA")).idempotent().unwrap();
        let Outcome::Completed(account) = request.finish(polling(5_000)).await.unwrap() else { panic!("{request:?}") };
        assert_eq!(account.payment_reference(), Some("very-private"));
        assert!(!format!("{account:?}").contains("very-private") && !format!("{account:?}").contains("DE89"));
        let keys = server.sent("x-idempotency-key");
        assert!(keys.len() == 3 && keys.iter().all(|key| *key == keys[0] && key.is_some()), "{keys:?}");
    }
}

#[tokio::test]
async fn account_not_created_in_time_is_in_progress() {
    let server = Server::start([response("202 Accepted", "Retry-After: 60\r\n", "{}")]).await;
    let crypto = server.meld().v2026_02_03().crypto();
    let request = crypto.request_deposit_instructions(request("SEPA")).idempotent().unwrap();
    let outcome = request.finish(polling(50)).await.unwrap();
    let Outcome::InProgress { retry_after } = outcome else { panic!("{outcome:?}") };
    assert_eq!((retry_after, server.received().len()), (Some(Duration::from_secs(60)), 1));
}

#[tokio::test]
async fn mobile_money_needs_a_phone_number() {
    let server = Server::start([json(ACCOUNT)]).await;
    let crypto = server.meld().v2026_02_03().crypto();
    let refused = crypto.request_deposit_instructions(request("MOBILE_MONEY")).idempotent().unwrap_err();
    assert_eq!(refused.field(), Some("customerPhoneNumber"));
    let complete = request("MOBILE_MONEY").customer_phone_number("+15555550100");
    assert!(crypto.request_deposit_instructions(complete).idempotent().is_ok());
}
