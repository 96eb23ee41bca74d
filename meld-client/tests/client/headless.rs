//! Headless purchases and payouts, with scripted responses.

use meld_client::headless::{NextCall, PayoutOutcome, Readiness};
use meld_client::payments::Outcome;
use meld_client::v2026_02_03::crypto::types::{
    FiatPayoutMethod, FiatPayoutMethodDetails, HeadlessOrderOfframpRequest, HeadlessOrderOnrampRequest,
    SepaPaymentMethodDetails, builder,
};
use meld_client::v2026_02_03::crypto::{self, Client};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, RetryPolicy};

use crate::support::{PRIVATE, Server, json, polling, response};

fn client(server: &Server) -> Client {
    server.meld().v2026_02_03().crypto()
}

pub fn purchase() -> builder::HeadlessOrderOnrampRequest {
    HeadlessOrderOnrampRequest::builder()
        .customer_id("c1")
        .external_order_id("order-17")
        .service_provider("MERCURYO")
        .payment_method_type("APPLE_PAY")
        .country_code("FR")
        .source_amount(Decimal::from(100))
        .source_currency_code("EUR")
        .destination_currency_code("USDC")
        .destination_wallet_address("0x51FB80013111111111111112121111111")
}

const ORDER: &str = r#"{ "id":"W1","externalOrderId":"order-17", "paymentMethodType":"APPLE_PAY",
    "paymentMethodResponseDetails":{"sessionToken":"very-private","merchantTransactionId":"m1"},
    "paymentActions":{"brandNew":1.10} }"#;

#[tokio::test]
async fn purchase_response_is_handed_on_unread() {
    let server = Server::start([response("201 Created", "", ORDER)]).await;
    let order = client(&server).order_headless_onramp(purchase()).idempotent().unwrap();
    let Outcome::Completed(payload) = order.send().await.unwrap() else { panic!("{order:?}") };
    assert_eq!(serde_json::to_string(&*payload).unwrap(), ORDER);
    assert_eq!((payload.id.as_deref(), payload.external_order_id.as_deref()), (Some("W1"), Some("order-17")));
    assert!(!format!("{payload:?}").contains(PRIVATE));
    let request = server.request();
    assert_eq!(request.line(), "POST /crypto/order/headless/onramp");
    assert_eq!(request.header("x-idempotency-key"), Some(&*order.key().idempotency_key().to_string()));
    assert!(!request.body.contains("redirectUrl"));
}

#[tokio::test]
async fn purchase_in_progress_is_sent_with_its_key() {
    let early = response("425 Too Early", "", r#"{"code":"HEADLESS_PAYMENT_IN_PROGRESS"}"#);
    let server = Server::start([early.clone(), response("425 Too Early", "", ""), json(ORDER)]).await;
    let order = client(&server).order_headless_onramp(purchase()).idempotent().unwrap();
    let completed = order.finish(polling(300)).await.unwrap().completed().unwrap();
    assert_eq!(completed.as_json(), ORDER);
    let keys = server.sent("x-idempotency-key");
    assert!(keys.len() == 3 && keys.iter().all(|key| *key == keys[0] && key.is_some()), "{keys:?}");
}

#[test]
fn invalid_purchases_are_refused() {
    let meld = meld_client::Meld::builder().api_key("key").base_url("http://localhost:1").build().unwrap();
    let crypto = meld.v2026_02_03().crypto();
    for (request, field) in [
        (purchase().redirect_url("https://a.example"), "redirectUrl"),
        (purchase().external_order_id(" "), "externalOrderId"),
        (purchase().external_customer_id("e1"), "customerId"),
        (purchase().source_amount(Decimal::ZERO), "sourceAmount"),
        (purchase().payment_method_type("MOBILE_MONEY"), "customerPhoneNumber"),
        (HeadlessOrderOnrampRequest::builder(), "countryCode"),
    ] {
        let refused = crypto.order_headless_onramp(request).idempotent().unwrap_err();
        assert_eq!(refused.field(), Some(field), "{refused}");
    }
    let mut anonymous = purchase().build().unwrap();
    anonymous.customer_id = None;
    assert_eq!(crypto.order_headless_onramp(anonymous).idempotent().unwrap_err().field(), Some("customerId"));
}

#[tokio::test]
async fn eligibility_is_checked_for_the_order() {
    let server = Server::start([json(
        r#"{"serviceProvider":"MERCURYO","verificationRequirements":{"email":{"required":true},"enforced":true},
            "customerStatus":{"email":{"satisfied":false,"reason":"STALE"}},
            "kycRequirements":[{"code":"MELD_KYC_APPROVED","status":"PENDING"}]}"#,
    )])
    .await;
    let order = purchase().build().unwrap();
    let eligibility = client(&server).check_eligibility(&order).await.unwrap();
    assert_eq!(eligibility.readiness(), Readiness::ActionRequired);
    assert_eq!(eligibility.next_calls().collect::<Vec<_>>(), [NextCall::VerifyEmail, NextCall::CheckAgain]);
    let line = server.request().line().to_owned();
    assert!(line.starts_with("GET /crypto/onramp/MERCURYO/requirements?customerId=c1&"), "{line}");
    for part in ["sourceAmount=100", "sourceCurrencyCode=EUR", "countryCode=FR", "paymentMethodType=APPLE_PAY"] {
        assert!(line.contains(part), "{line}");
    }

    let mut by_external_id = order;
    (by_external_id.customer_id, by_external_id.external_customer_id) = (None, Some("e1".to_owned()));
    let refused = client(&server).check_eligibility(&by_external_id).await.unwrap_err();
    assert_eq!(refused.field(), Some("customerId"));
}

fn payout(iban: &str) -> crypto::types::HeadlessOrderOfframpRequest {
    let account = SepaPaymentMethodDetails::builder().iban(iban).build().unwrap();
    let method = FiatPayoutMethod::builder().owner("Robin").details(FiatPayoutMethodDetails::Sepa(account));
    let request = HeadlessOrderOfframpRequest::builder()
        .customer_id("c1")
        .service_provider("NOAH")
        .source_amount("100.000000000000000001".parse::<Decimal>().unwrap())
        .source_currency_code("USDC_BASE")
        .source_wallet_address("0x1")
        .destination_currency_code("EUR")
        .fiat_payout_method(method.build().unwrap());
    request.build().unwrap()
}

const IBAN: &str = "DE89370400440532013000";
const PAYOUT: &str = r#"{"id":"W2","paymentMethodType":"SEPA","walletAddress":"0xprovider"}"#;

#[tokio::test]
async fn payout_deposit_is_exactly_the_order() {
    let server = Server::start([response("201 Created", "", PAYOUT)]).await;
    let order = client(&server).order_headless_payout(payout(IBAN)).idempotent().unwrap();
    let PayoutOutcome::Ordered(ordered) = order.finish_payout(polling(300)).await.unwrap() else { panic!("{order:?}") };
    let deposit = ordered.deposit().unwrap();
    assert_eq!((&*deposit.order_id, &*deposit.address), ("W2", "0xprovider"));
    assert_eq!(deposit.amount.to_string(), "100.000000000000000001 USDC_BASE");
    assert_eq!(ordered.wallet_address.as_deref(), Some("0xprovider"));

    let server = Server::start([json(r#"{"id":"W2"}"#)]).await;
    let order = client(&server).order_headless_payout(payout(IBAN)).idempotent().unwrap();
    let ordered = order.finish_payout(polling(300)).await.unwrap().ordered().unwrap();
    assert_eq!(ordered.deposit(), None);
}

#[tokio::test]
async fn refused_payouts_need_a_new_key() {
    let refused = response("422 Unprocessable Content", "", r#"{"code":"HEADLESS_PROVIDER_REJECTED"}"#);
    let server = Server::start([refused, response("425 Too Early", "", "")]).await;
    let crypto = client(&server);
    let order = crypto.order_headless_payout(payout(IBAN)).idempotent().unwrap();
    let outcome = order.finish_payout(polling(300)).await.unwrap();
    assert!(matches!(outcome, PayoutOutcome::NeedsNewKey(_)), "{outcome:?}");
    // The same key is 425 for good.
    let outcome = order.finish_payout(polling(300)).await.unwrap();
    assert!(matches!(outcome, PayoutOutcome::StillInProgress), "{outcome:?}");
    let again = crypto.order_headless_payout(payout(IBAN)).idempotent().unwrap();
    assert_ne!(again.key().idempotency_key(), order.key().idempotency_key());
}

#[tokio::test]
async fn unreached_payouts_keep_their_key() {
    let meld = meld_client::Meld::builder().api_key("key").base_url("http://127.0.0.1:1");
    let meld = meld.retry_policy(RetryPolicy::never()).build().unwrap();
    let order = meld.v2026_02_03().crypto().order_headless_payout(payout(IBAN)).idempotent().unwrap();
    let failed = order.finish_payout(polling(300)).await.unwrap_err();
    assert!(!failed.outcome_unknown(), "{failed}");
}

#[test]
fn mistyped_payout_accounts_are_refused() {
    let meld = meld_client::Meld::builder().api_key("key").base_url("http://localhost:1").build().unwrap();
    let order = meld.v2026_02_03().crypto().order_headless_payout(payout("DE88370400440532013000"));
    let refused = order.idempotent().unwrap_err();
    assert_eq!(refused.field(), Some("fiatPayoutMethod.details.iban"));
    assert!(!refused.to_string().contains("DE88"));
}
