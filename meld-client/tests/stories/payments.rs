//! Charging cards and bank accounts, paying out, and orders that are carried out once.
#![allow(clippy::panic, reason = "stories end where something is not as told")]

use std::time::Duration;

use meld_client::crypto::FiatCurrency;
use meld_client::customers::CustomerRef;
use meld_client::payments::{AchAccountType, Amount, IdempotencyKey, Outcome};
use meld_client::v2026_02_03::bank_linking::types::{ConnectStartRequest, Product};
use meld_client::v2026_02_03::crypto::types::{
    AchPaymentMethodDetails, Address, PaymentMethod, PaymentMethodDetails,
    ServiceProvider as CryptoProvider, VirtualAccountOfframpOrderRequest,
    VirtualAccountOnrampOrderRequest,
};
use meld_client::v2026_02_03::customer::types::{
    AddressType, CreateCustomerAddressRequest, CustomerAddressDetailsRequest, CustomerName,
    CustomerUpdateRequest,
};
use meld_client::v2026_02_03::payments::types::{
    PaymentMethodInput, PaymentTransactionRequest, PaymentTransactionResponse,
    PayoutTransactionRequest,
};
use meld_client::v2026_02_03::prelude::*;
use meld_client::v2026_02_03::{Api, payments};
use meld_client::{Decimal, Error, ErrorCode, Meld, Polling, RetryPolicy};
use meld_sandbox::{Fault, FaultRule, Sandbox};

async fn start() -> (Sandbox, Meld) {
    let sandbox = Sandbox::start().await.unwrap();
    let meld = client(&sandbox);
    (sandbox, meld)
}

/// A client that sends once, so that stories see what went wrong.
fn client(sandbox: &Sandbox) -> Meld {
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
    meld.retry_policy(RetryPolicy::never()).build().unwrap()
}

fn dollars(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

fn usd(cents: i64) -> Amount {
    Amount::minor(cents, FiatCurrency::new("USD").unwrap()).unwrap()
}

/// A charge of a card.
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
    response.transaction.as_ref().unwrap().status.clone().unwrap()
}

/// Story 13, Verify an account and charge it by ACH: the owner by bank linking, name and email, the
/// billing address, then the charge; and a payout to the same account.
#[tokio::test]
async fn story_13_a_verified_account_is_charged_and_paid_by_ach() {
    let (sandbox, meld) = start().await;
    let api = meld.v2026_02_03();
    let (banks, customers, payments) = (api.bank_linking(), api.customer(), api.payments());

    let request = ConnectStartRequest::builder()
        .external_customer_id("user-17")
        .products([Product::Owners, Product::Identifiers])
        .regions(["US"]);
    let started = banks.start_connect().body(request).send().await.unwrap();
    sandbox.complete_connection(started.id.as_ref().unwrap()).unwrap();
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
    let address = CreateCustomerAddressRequest::builder()
        .type_(AddressType::Billing)
        .address(address.build().unwrap());
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
    let paid =
        payments.pay_out(payout).idempotent().unwrap().send().await.unwrap().completed().unwrap();
    let transaction = paid.transaction.clone().unwrap();
    assert_eq!(transaction.transaction_type.as_deref(), Some("PAYOUT"));

    let found = payments.search_transactions().for_customer(CustomerRef::id(&customer_id));
    assert_eq!(found.all(10).await.unwrap().len(), 2);
}

/// Story 14, Card: authorise, capture, refund.
#[tokio::test]
async fn story_14_a_card_is_authorized_captured_and_refunded() {
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

    let amounts: Vec<Decimal> = sandbox.payments().iter().map(|done| done.amount).collect();
    assert_eq!(amounts, [5000, 4000, 1010, 2990].map(dollars));
}

/// What is captured without an amount is all of it; a declined card is no error of the call.
#[tokio::test]
async fn a_card_is_charged_in_one_step_or_in_two_and_may_be_declined() {
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

/// A program orders, crashes before it knows what came of it, and orders the same again with the key from its books.
#[tokio::test]
async fn an_order_survives_a_crash_and_is_carried_out_once() {
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
        let books = order.key().to_string();
        let outcome = order.send().await.unwrap();
        let Outcome::Unknown(error) = outcome else { panic!("{fault}: {outcome:?}") };
        assert_eq!(error.idempotency_key(), order.request().idempotency_key());
        let shown = format!("{order:?} {error:?} {error} {:?}", order.request());
        assert!(!shown.contains(CARD), "{shown}");
        assert_eq!(sandbox.payments().len(), usize::from(is_done), "{fault}");

        sandbox.clear_faults();
        let payments = client(&sandbox).v2026_02_03().payments();
        let key: IdempotencyKey = books.parse().unwrap();
        let again =
            payments.charge(by_card(dollars(2500), CARD)).with_idempotency_key(&key).unwrap();
        let done = again.send().await.unwrap().completed().unwrap();
        let ledger = sandbox.payments();
        assert_eq!(ledger.len(), 1, "{fault}");
        assert_eq!(ledger[0].transaction_id, id(&done));
        assert_eq!(ledger[0].idempotency_key, Some(key.idempotency_key().to_string()));
    }
}

/// Refunds and captures are orders too: one that is sent twice gives the money back once.
#[tokio::test]
async fn a_refund_that_is_sent_twice_gives_the_money_back_once() {
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

/// An order that the service is still working on is not made anew, but sent again until it is done.
#[tokio::test]
async fn an_order_is_sent_again_until_it_is_done() {
    let (sandbox, meld) = start().await;
    let payments = meld.v2026_02_03().payments();
    let order = payments.charge(by_card(dollars(2500), CARD)).idempotent().unwrap();
    sandbox.add_fault(FaultRule::new(Fault::TooEarly)).unwrap();
    let soon = Polling::default()
        .timeout(Duration::from_millis(100))
        .initial_interval(Duration::from_millis(10));
    let open = order.finish(soon).await.unwrap();
    let Outcome::InProgress { retry_after } = open else { panic!("{open:?}") };
    assert_eq!(retry_after, Some(Duration::from_secs(2)));
    assert_eq!(sandbox.requests_received(), 1, "the time is over before Meld may be asked again");
    assert!(sandbox.payments().is_empty());

    let waiting = Polling::default()
        .timeout(Duration::from_secs(10))
        .initial_interval(Duration::from_millis(10));
    let task = tokio::spawn(async move { order.finish(waiting).await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    sandbox.clear_faults();
    assert!(task.await.unwrap().unwrap().completed().is_some());
    assert_eq!(sandbox.payments().len(), 1);
}

/// Two workers take the same order from the books at the same time: one is told that it is being worked on, and gets
/// the other's response in the end.
#[tokio::test]
async fn an_order_that_two_workers_send_is_carried_out_once() {
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

    let waiting = Polling::default()
        .timeout(Duration::from_secs(10))
        .initial_interval(Duration::from_millis(50));
    let second = order.finish(waiting).await.unwrap().completed().unwrap();
    let first = first.await.unwrap().unwrap().completed().unwrap();
    assert_eq!(id(&first), id(&second));
    assert_eq!(sandbox.payments().len(), 1);
}

/// What was refused was not carried out: that is an error, at once.
#[tokio::test]
async fn a_refused_order_is_an_error() {
    let (sandbox, meld) = start().await;
    let payments = meld.v2026_02_03().payments();
    let order = payments.refund("unknown").idempotent().unwrap();
    let refused: Error = order.finish(Polling::default()).await.unwrap_err();
    assert_eq!(refused.code().map(ErrorCode::as_str), Some("TRANSACTION_INVALID_ID"));
    assert!(!refused.outcome_unknown());
    assert_eq!(sandbox.requests_received(), 1);
}

/// Story 18, Standing bank account for deposits, in the older flow: one order for each transfer.
#[tokio::test]
async fn story_18_a_bank_transfer_is_ordered_once_and_found_again() {
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
    let error = crypto.onramp_order(request(0)).idempotent().unwrap_err();
    assert_eq!(error.field(), Some("sourceAmount"));

    let order = crypto.onramp_order(request(10_000)).idempotent().unwrap();
    let books = order.key().to_string();
    let first = order.send().await.unwrap().completed().unwrap();
    assert!(first.order_id.is_some());
    let again = crypto.onramp_order(request(10_000)).with_idempotency_key(&books.parse().unwrap());
    let second = again.unwrap().send().await.unwrap().completed().unwrap();
    assert_eq!(first.into_inner(), second.clone().into_inner());
    assert!(
        crypto.onramp_order(request(9_999)).with_idempotency_key(&books.parse().unwrap()).is_err()
    );
    // An order does not mean that money came.
    let transactions = crypto.transactions_of_order(second.order_id.clone().unwrap());
    assert!(transactions.all(10).await.unwrap().is_empty());
    assert_eq!(sandbox.requests_received(), 3);
}

/// Paying out to a bank account, in the older flow: the order says where the crypto has to go.
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
    let method = PaymentMethod::builder()
        .owner("Robin Example")
        .details(PaymentMethodDetails::Ach(account.build().unwrap()));
    let request = VirtualAccountOfframpOrderRequest::builder()
        .customer_id(&customer)
        .service_provider(CryptoProvider::Noah)
        .source_amount(dollars(10_000))
        .source_currency_code("USDC")
        .destination_currency_code("USD")
        .source_wallet_address("0x032877dedefe82840a6773514c0793899")
        .payment_method(method.build().unwrap());
    let order = crypto.offramp_order(request).idempotent().unwrap();
    assert!(!format!("{order:?}").contains("94413495"));
    let response = order.send().await.unwrap().completed().unwrap();
    assert!(response.wallet_address.is_some() && response.order_id.is_some());
}
