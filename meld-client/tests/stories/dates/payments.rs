// Compiled once for each API version, which is `api`; see `dates.rs`.

use std::time::Duration;

use meld_client::crypto::FiatCurrency;
use meld_client::customers::CustomerRef;
use meld_client::payments::AchAccountType;
use meld_client::{Decimal, ErrorCode, Money};
use meld_sandbox::Sandbox;

use super::api;
use super::bank_linking::link;
use super::crypto::open;
use api::Api;
use api::bank_linking::types::Product;
use api::customer::types::{
    AddressType, CreateCustomerAddressRequest, CustomerAddressDetailsRequest, CustomerName, CustomerUpdateRequest,
};
use api::payments::types::{
    PaymentMethodInput, PaymentTransactionRequest, PaymentTransactionResponse, PayoutTransactionRequest, builder,
};
use api::prelude::*;

pub const CARD: &str = "4242424242424242";

pub fn dollars(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

pub fn usd(cents: i64) -> Money {
    Money::minor(cents, FiatCurrency::new("USD").unwrap()).unwrap()
}

pub fn by_card(amount: Decimal, number: &str) -> builder::PaymentTransactionRequest {
    PaymentTransactionRequest::builder()
        .for_customer(CustomerRef::external_id("user-17"))
        .source_amount(amount)
        .source_currency_code("USD")
        .payment_method(PaymentMethodInput::card(number, "123", "12/30").unwrap())
}

pub fn id(response: &PaymentTransactionResponse) -> String {
    response.transaction.as_ref().unwrap().id.clone().unwrap()
}

async fn status(api: &Api, id: &str) -> String {
    let response = api.payments().get_transaction().id(id).send().await.unwrap();
    response.transaction.as_ref().unwrap().status.as_ref().unwrap().to_string()
}

/// Links a bank, and stores the owner and the billing address. Returns Meld's id of the customer and the account.
async fn verified_account(sandbox: &Sandbox, api: &Api) -> (String, PaymentMethodInput) {
    link(sandbox, api, "user-17", &[Product::Owners, Product::Identifiers]).await;
    let accounts = api.bank_linking().search_accounts().for_customer(CustomerRef::external_id("user-17"));
    let accounts = accounts.all(100).await.unwrap();
    let account = accounts.iter().find(|account| !account.owners.is_empty()).unwrap();
    let ach = account.identifiers.as_ref().unwrap().ach.clone().unwrap();
    let customer_id = account.customer_id.clone().unwrap();
    let name = CustomerName::builder().first_name("Robin").last_name("Example").build().unwrap();
    let update = CustomerUpdateRequest::builder().name(name).email("robin@example.com");
    api.customer().update_customer().customer_id(&customer_id).body(update).send().await.unwrap();
    let address = CustomerAddressDetailsRequest::builder()
        .line_one("1 Example Street")
        .city("Boston")
        .region("MA")
        .postal_code("02112")
        .country_code("US");
    let address = CreateCustomerAddressRequest::builder().type_(AddressType::Billing).address(address.build().unwrap());
    api.customer().create_address().customer_id(&customer_id).body(address).send().await.unwrap();
    let (routing, account) = (ach.routing_number.unwrap(), ach.account_number.unwrap());
    let method = PaymentMethodInput::ach(AchAccountType::Checking, &routing, &account);
    (customer_id, method.unwrap())
}

/// Story 13: verifies an account, charges it by ACH, and pays out to it.
#[tokio::test]
async fn verified_account_is_charged_and_paid() {
    let (sandbox, api) = open().await;
    let (customer_id, account) = verified_account(&sandbox, &api).await;
    let payments = api.payments();
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
    let again = order.send().await.unwrap().completed().unwrap();
    assert_eq!(id(&again), id(&charged));
    sandbox.clock().advance(Duration::from_secs(9 * 3600));
    assert_eq!(status(&api, &id(&charged)).await, "SETTLED");

    let payout = PayoutTransactionRequest::builder()
        .for_customer(CustomerRef::id(&customer_id))
        .source_amount(dollars(1500))
        .source_currency_code("USD")
        .payment_method(account)
        .service_provider("PLAID");
    let paid = payments.pay_out(payout).idempotent().unwrap().send().await.unwrap().completed().unwrap();
    assert_eq!(paid.transaction.as_ref().unwrap().transaction_type.as_deref(), Some("PAYOUT"));

    let found = payments.search_transactions().for_customer(CustomerRef::id(&customer_id));
    assert_eq!(found.all(10).await.unwrap().len(), 2);
    assert_eq!(sandbox.payments().len(), 2);
}

/// Story 14: authorizes, captures and refunds a card payment.
#[tokio::test]
async fn card_is_captured_and_refunded() {
    let (sandbox, api) = open().await;
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
    let (_sandbox, api) = open().await;
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
