//! Scenarios of payments, payouts and virtual accounts.
#![allow(clippy::panic, reason = "tests fail by panicking")]

use std::time::Duration;

use meld_client::crypto::FiatCurrency;
use meld_client::customers::CustomerRef;
use meld_client::payments::{AchAccountType, IdempotencyKey, Outcome};
use meld_client::v2026_02_03::bank_linking::types::Product;
use meld_client::v2026_02_03::crypto::types::{
    AchPaymentMethodDetails, Address, PaymentMethod, PaymentMethodDetails, ServiceProvider as CryptoProvider,
    VirtualAccountOfframpOrderRequest, VirtualAccountOnrampOrderRequest,
};
use meld_client::v2026_02_03::customer::types::{
    AddressType, CreateCustomerAddressRequest, CustomerAddressDetailsRequest, CustomerName, CustomerUpdateRequest,
};
use meld_client::v2026_02_03::payments::types::{
    PaymentMethodInput, PaymentTransactionRequest, PaymentTransactionResponse, PayoutTransactionRequest,
};
use meld_client::v2026_02_03::prelude::*;
use meld_client::v2026_02_03::{Api, payments};
use meld_client::{Decimal, Error, ErrorCode, Meld, Money, Polling, RetryPolicy};
use meld_sandbox::{Fault, FaultRule, Sandbox};

use crate::support::{self, link, polling};

async fn start() -> (Sandbox, Meld) {
    let sandbox = Sandbox::start().await.unwrap();
    let meld = client(&sandbox);
    (sandbox, meld)
}

/// Returns a client without retries, so that tests see each failure.
fn client(sandbox: &Sandbox) -> Meld {
    support::client(sandbox).retry_policy(RetryPolicy::never()).build().unwrap()
}

fn dollars(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

fn usd(cents: i64) -> Money {
    Money::minor(cents, FiatCurrency::new("USD").unwrap()).unwrap()
}

/// Returns a card payment.
fn by_card(amount: Decimal, number: &str) -> payments::types::builder::PaymentTransactionRequest {
    PaymentTransactionRequest::builder()
        .for_customer(CustomerRef::external_id("user-17"))
        .source_amount(amount)
        .source_currency_code("USD")
        .payment_method(PaymentMethodInput::card(number, "123", "12/30").unwrap())
}

const CARD: &str = "4242424242424242";

fn id(response: &PaymentTransactionResponse) -> String {
    response.transaction.as_ref().unwrap().id.clone().unwrap()
}

async fn status(api: &Api, id: &str) -> String {
    let response = api.payments().get_transaction().id(id).send().await.unwrap();
    response.transaction.as_ref().unwrap().status.as_ref().unwrap().to_string()
}

/// Links a bank account, stores its owner and billing address on the customer, charges it by ACH and pays out to it.
#[tokio::test]
async fn linked_account_is_charged_by_ach() {
    let (sandbox, meld) = start().await;
    let api = meld.v2026_02_03();
    let (banks, customers, payments) = (api.bank_linking(), api.customer(), api.payments());

    link(&sandbox, &api, "user-17", &[Product::Owners, Product::Identifiers]).await;
    let accounts = banks.search_accounts().for_customer(CustomerRef::external_id("user-17"));
    let accounts = accounts.all(100).await.unwrap();
    let account = accounts.iter().find(|account| !account.owners.is_empty()).unwrap();
    let ach = account.identifiers.as_ref().unwrap().ach.clone().unwrap();
    let customer_id = account.customer_id.clone().unwrap();

    let name = CustomerName::builder().first_name("Robin").last_name("Example").build().unwrap();
    let update = CustomerUpdateRequest::builder().name(name).email("robin@example.com");
    customers.update_customer().customer_id(&customer_id).body(update).send().await.unwrap();
    let address = CustomerAddressDetailsRequest::builder()
        .line_one("1 Example Street")
        .city("Boston")
        .region("MA")
        .postal_code("02112")
        .country_code("US");
    let address = CreateCustomerAddressRequest::builder().type_(AddressType::Billing).address(address.build().unwrap());
    customers.create_address().customer_id(&customer_id).body(address).send().await.unwrap();

    let account = PaymentMethodInput::ach(
        AchAccountType::Checking,
        ach.routing_number.as_deref().unwrap(),
        ach.account_number.as_deref().unwrap(),
    );
    let account = account.unwrap();
    let charge = PaymentTransactionRequest::builder()
        .for_customer(CustomerRef::id(&customer_id))
        .source_amount(dollars(1000))
        .source_currency_code("USD")
        .payment_method(account.clone())
        .service_provider("PLAID");
    let order = payments.charge(charge).idempotent().unwrap();
    let charged = order.send().await.unwrap().completed().unwrap();
    let transaction = charged.transaction.clone().unwrap();
    assert_eq!(transaction.transaction_type.as_deref(), Some("CHARGE"));
    assert_eq!(transaction.customer.unwrap().id.as_ref(), Some(&customer_id));
    assert_eq!(status(&api, &id(&charged)).await, "PENDING");
    sandbox.clock().advance(Duration::from_secs(9 * 3600));
    assert_eq!(status(&api, &id(&charged)).await, "SETTLED");

    let payout = PayoutTransactionRequest::builder()
        .for_customer(CustomerRef::id(&customer_id))
        .source_amount(dollars(1500))
        .source_currency_code("USD")
        .payment_method(account)
        .service_provider("PLAID");
    let paid = payments.pay_out(payout).idempotent().unwrap().send().await.unwrap().completed().unwrap();
    let transaction = paid.transaction.clone().unwrap();
    assert_eq!(transaction.transaction_type.as_deref(), Some("PAYOUT"));

    let found = payments.search_transactions().for_customer(CustomerRef::id(&customer_id));
    assert_eq!(found.all(10).await.unwrap().len(), 2);
}

/// Authorizes, captures and refunds a card payment.
#[tokio::test]
async fn card_is_authorized_captured_and_refunded() {
    let (sandbox, meld) = start().await;
    let api = meld.v2026_02_03();
    let payments = api.payments();
    let authorized = payments.authorize(by_card(dollars(5000), CARD)).send().await.unwrap();
    let id = id(&authorized);
    assert_eq!(status(&api, &id).await, "AUTHORIZED");
    let early = payments.refund(&id).send().await.unwrap_err();
    assert_eq!(early.code().map(ErrorCode::as_str), Some("PAYMENT_TRANSACTION_STATE_INVALID"));

    payments.capture_amount(&id, usd(4000)).send().await.unwrap();
    payments.refund_amount(&id, usd(1010)).send().await.unwrap();
    assert_eq!(status(&api, &id).await, "PARTIALLY_REFUNDED");
    let whole = payments.refund(&id).reason("returned").send().await.unwrap();
    let refund = whole.transaction.as_ref().unwrap();
    assert_eq!(refund.source_amount, Some(dollars(2990)));
    assert_eq!(refund.parent_payment_transaction_id.as_ref(), Some(&id));
    assert_eq!(status(&api, &id).await, "REFUNDED");

    let done: Vec<_> = sandbox.payments().into_iter().map(|done| (done.operation, done.amount)).collect();
    let expected = [("create", 5000), ("capture", 4000), ("refund", 1010), ("refund", 2990)]
        .map(|(operation, cents)| (format!("payments-transactions-{operation}"), dollars(cents)));
    assert_eq!(done, expected);
}

/// Captures the full amount by default. A declined card is a successful call.
#[tokio::test]
async fn card_is_captured_charged_or_declined() {
    let (_sandbox, meld) = start().await;
    let api = meld.v2026_02_03();
    let payments = api.payments();
    let authorized = payments.authorize(by_card(dollars(5000), CARD)).send().await.unwrap();
    let captured = payments.capture(id(&authorized)).send().await.unwrap();
    let details = captured.transaction.as_ref().unwrap().payment_details.clone().unwrap();
    assert_eq!(details.capture_amount, Some(dollars(5000)));

    let charged = payments.charge(by_card(dollars(700), CARD)).send().await.unwrap();
    assert_eq!(status(&api, &id(&charged)).await, "SETTLED");
    let declined = payments.charge(by_card(dollars(700), "4000 0000 0000 0002"));
    let declined = declined.idempotent().unwrap().send().await.unwrap().completed().unwrap();
    assert_eq!(status(&api, &id(&declined)).await, "DECLINED");
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

/// Refunds once although the request is sent twice.
#[tokio::test]
async fn refund_sent_twice_is_executed_once() {
    let (sandbox, meld) = start().await;
    let api = meld.v2026_02_03();
    let payments = api.payments();
    let charged = payments.charge(by_card(dollars(5000), CARD)).send().await.unwrap();
    let id = id(&charged);
    let order = payments.refund_amount(&id, usd(1000)).idempotent().unwrap();
    let first = order.send().await.unwrap().completed().unwrap();
    let second = order.clone().send().await.unwrap().completed().unwrap();
    assert_eq!(first.transaction, second.transaction);
    assert_eq!(sandbox.payments().len(), 2);
    let error = payments.refund(&id).with_idempotency_key(&order.key()).unwrap_err();
    assert_eq!(error.field(), Some("X-Idempotency-Key"));
    assert_eq!(sandbox.requests_received(), 3);
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

/// Returns an error at once for a rejected request, which was not executed.
#[tokio::test]
async fn rejected_refund_is_an_error() {
    let (sandbox, meld) = start().await;
    let payments = meld.v2026_02_03().payments();
    let order = payments.refund("unknown").idempotent().unwrap();
    let refused: Error = order.finish(Polling::default()).await.unwrap_err();
    assert_eq!(refused.code().map(ErrorCode::as_str), Some("TRANSACTION_INVALID_ID"));
    assert!(!refused.outcome_unknown());
    assert_eq!(sandbox.requests_received(), 1);
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
