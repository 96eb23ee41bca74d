//! Scenarios of payments, payouts and virtual accounts.
#![allow(clippy::panic, reason = "tests fail by panicking")]

use std::time::Duration;

use meld_client::payments::{IdempotencyKey, Outcome};
use meld_client::v2026_02_03::crypto::types::{
    AchPaymentMethodDetails, Address, PaymentMethod, PaymentMethodDetails, ServiceProvider as CryptoProvider,
    VirtualAccountOfframpOrderRequest, VirtualAccountOnrampOrderRequest,
};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Meld, RetryPolicy};
use meld_sandbox::{Fault, FaultRule, Sandbox};

use crate::dates::v2026_02_03::payments::{CARD, by_card, dollars, id};
use crate::support::{self, polling};

async fn start() -> (Sandbox, Meld) {
    let sandbox = Sandbox::start().await.unwrap();
    let meld = client(&sandbox);
    (sandbox, meld)
}

/// Returns a client without retries, so that tests see each failure.
fn client(sandbox: &Sandbox) -> Meld {
    support::client(sandbox).retry_policy(RetryPolicy::never()).build().unwrap()
}

/// Sends a payment again after a crash, with the stored idempotency key.
#[tokio::test]
async fn payment_after_a_crash_is_executed_once() {
    for (fault, is_done) in [
        (Fault::ConnectionReset, true),
        (Fault::InternalErrorAfterWork, true),
        (Fault::CutOff, true),
        (Fault::MalformedJson, true),
        (Fault::ConnectionResetUnworked, false),
        (Fault::BadGateway, false),
    ] {
        let (sandbox, meld) = start().await;
        let payments = meld.v2026_02_03().payments();
        sandbox.add_fault(FaultRule::new(fault).operation("payments-transactions-create")).unwrap();
        let order = payments.charge(by_card(dollars(2500), CARD)).idempotent().unwrap();
        let stored = order.key().to_string();
        let outcome = order.send().await.unwrap();
        let Outcome::Unknown(error) = outcome else { panic!("{fault}: {outcome:?}") };
        assert_eq!(error.idempotency_key(), order.request().idempotency_key());
        let shown = format!("{order:?} {error:?} {error} {:?}", order.request());
        assert!(!shown.contains(CARD), "{shown}");
        assert_eq!(sandbox.payments().len(), usize::from(is_done), "{fault}");

        sandbox.clear_faults();
        let payments = client(&sandbox).v2026_02_03().payments();
        let key: IdempotencyKey = stored.parse().unwrap();
        let again = payments.charge(by_card(dollars(2500), CARD)).with_idempotency_key(&key).unwrap();
        let done = again.send().await.unwrap().completed().unwrap();
        let ledger = sandbox.payments();
        assert_eq!(ledger.len(), 1, "{fault}");
        assert_eq!(ledger[0].transaction_id, id(&done));
        assert_eq!(ledger[0].idempotency_key, Some(key.idempotency_key().to_string()));
    }
}

/// Sends a request again until Meld has completed it.
#[tokio::test]
async fn payment_in_progress_is_finished_later() {
    let (sandbox, meld) = start().await;
    let payments = meld.v2026_02_03().payments();
    let order = payments.charge(by_card(dollars(2500), CARD)).idempotent().unwrap();
    sandbox.add_fault(FaultRule::new(Fault::TooEarly)).unwrap();
    let open = order.finish(polling(10, 100)).await.unwrap();
    let Outcome::InProgress { retry_after } = open else { panic!("{open:?}") };
    assert_eq!(retry_after, Some(Duration::from_secs(2)));
    assert_eq!(sandbox.requests_received(), 1, "`Retry-After` exceeds the remaining time");
    assert!(sandbox.payments().is_empty());

    let task = tokio::spawn(async move { order.finish(polling(10, 10_000)).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    sandbox.clear_faults();
    assert!(task.await.unwrap().unwrap().completed().is_some());
    assert_eq!(sandbox.payments().len(), 1);
}

/// Sends the same request from two workers: one gets `InProgress` first, and both get one response.
#[tokio::test]
async fn payment_by_two_workers_is_executed_once() {
    let slow = FaultRule::new(Fault::Slow).operation("payments-transactions-create");
    let sandbox = Sandbox::builder().slow(Duration::from_millis(400)).faults([slow]);
    let sandbox = sandbox.start().await.unwrap();
    let payments = client(&sandbox).v2026_02_03().payments();
    let order = payments.charge(by_card(dollars(2500), CARD)).idempotent().unwrap();
    let first = tokio::spawn(order.send());
    while sandbox.payments().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sandbox.clear_faults();
    let second = order.send().await.unwrap();
    assert!(matches!(second, Outcome::InProgress { .. }), "{second:?}");

    let second = order.finish(polling(50, 10_000)).await.unwrap().completed().unwrap();
    let first = first.await.unwrap().unwrap().completed().unwrap();
    assert_eq!(id(&first), id(&second));
    assert_eq!(sandbox.payments().len(), 1);
}

/// Orders bank transfers to a virtual account, one order per transfer.
#[tokio::test]
async fn bank_transfer_is_ordered_once() {
    let (sandbox, meld) = start().await;
    let crypto = meld.v2026_02_03().crypto();
    let customer = sandbox.add_customer(&["NOAH"]);
    let request = |amount: i64| {
        VirtualAccountOnrampOrderRequest::builder()
            .customer_id(&customer)
            .service_provider(CryptoProvider::Noah)
            .payment_method_type("ACH")
            .source_amount(dollars(amount))
            .source_currency_code("USD")
            .destination_currency_code("USDC")
            .destination_wallet_address("0x032877dedefe82840a6773514c0793899")
    };
    let error = crypto.order_onramp(request(0)).idempotent().unwrap_err();
    assert_eq!(error.field(), Some("sourceAmount"));

    let order = crypto.order_onramp(request(10_000)).idempotent().unwrap();
    let stored = order.key().to_string();
    let first = order.send().await.unwrap().completed().unwrap();
    assert!(first.order_id.is_some());
    let again = crypto.order_onramp(request(10_000)).with_idempotency_key(&stored.parse().unwrap());
    let second = again.unwrap().send().await.unwrap().completed().unwrap();
    assert_eq!(first.into_inner(), second.clone().into_inner());
    assert!(crypto.order_onramp(request(9_999)).with_idempotency_key(&stored.parse().unwrap()).is_err());
    // An order has no transaction before the money arrives.
    let transactions = crypto.search_order_transactions(second.order_id.clone().unwrap());
    assert!(transactions.all(10).await.unwrap().is_empty());
    assert_eq!(sandbox.requests_received(), 3);
}

/// Pays out crypto to a bank account: the order has the wallet address to send to.
#[tokio::test]
async fn crypto_is_paid_out_to_a_bank_account() {
    let (sandbox, meld) = start().await;
    let crypto = meld.v2026_02_03().crypto();
    let customer = sandbox.add_customer(&["NOAH"]);
    let address = || {
        let address = Address::builder().street_line_one("1 Example Street").city("New York");
        address.state("NY").postal_code("10017").country("US")
    };
    let account = AchPaymentMethodDetails::builder()
        .account_type("CHECKING")
        .routing_number("110000000")
        .account_number("94413495")
        .bank_name("Example Bank")
        .bank_address(address().build().unwrap())
        .beneficiary_address(address().build().unwrap());
    let method =
        PaymentMethod::builder().owner("Robin Example").details(PaymentMethodDetails::Ach(account.build().unwrap()));
    let request = VirtualAccountOfframpOrderRequest::builder()
        .customer_id(&customer)
        .service_provider(CryptoProvider::Noah)
        .source_amount(dollars(10_000))
        .source_currency_code("USDC")
        .destination_currency_code("USD")
        .source_wallet_address("0x032877dedefe82840a6773514c0793899")
        .payment_method(method.build().unwrap());
    let order = crypto.order_offramp(request).idempotent().unwrap();
    assert!(!format!("{order:?}").contains("94413495"));
    let response = order.send().await.unwrap().completed().unwrap();
    assert!(response.wallet_address.is_some() && response.order_id.is_some());
}
