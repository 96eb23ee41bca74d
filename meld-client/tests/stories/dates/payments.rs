// Compiled once for each API version, which is `api`; see `dates.rs`.

use std::time::Duration;

use meld_client::crypto::FiatCurrency;
use meld_client::customers::CustomerRef;
use meld_client::payments::AchAccountType;
use meld_client::{Decimal, Money};

use super::super::start;
use api::Api;
use api::bank_linking::types::{ConnectStartRequest, Product};
use api::customer::types::{
    AddressType, CreateCustomerAddressRequest, CustomerAddressDetailsRequest, CustomerName, CustomerUpdateRequest,
};
use api::payments::types::{PaymentMethodInput, PaymentTransactionRequest, PayoutTransactionRequest};
use api::prelude::*;

async fn status(api: &Api, id: &str) -> Option<String> {
    let response = api.payments().get_transaction().id(id).send().await.unwrap();
    response.transaction.as_ref().unwrap().status.as_ref().map(ToString::to_string)
}

/// A mock server and the operations of the version.
struct Story {
    sandbox: meld_sandbox::Sandbox,
    api: Api,
}

impl Story {
    /// Links a bank, and stores the owner and the billing address. Returns Meld's id of the customer and the account.
    async fn verified_account(&self) -> (String, PaymentMethodInput) {
        let request = ConnectStartRequest::builder().external_customer_id("robin");
        let request = request.products([Product::Owners, Product::Identifiers]);
        let id = self.api.bank_linking().start_connection(request).await.unwrap().id.clone().unwrap();
        self.sandbox.complete_connection(&id).unwrap();
        let accounts = self.api.bank_linking().search_accounts().connection_id(&id).all(100).await.unwrap();
        let account = accounts.iter().find(|account| !account.owners.is_empty()).unwrap();
        let ach = account.identifiers.as_ref().unwrap().ach.clone().unwrap();
        let customer_id = account.customer_id.clone().unwrap();
        let name = CustomerName::builder().first_name("Robin").last_name("Example").build().unwrap();
        let update = CustomerUpdateRequest::builder().name(name).email("robin@example.com");
        self.api.customer().update_customer().customer_id(&customer_id).body(update).send().await.unwrap();
        let address = CustomerAddressDetailsRequest::builder()
            .line_one("1 Example Street")
            .city("Boston")
            .region("MA")
            .postal_code("02112")
            .country_code("US");
        let address = address.build().unwrap();
        let address = CreateCustomerAddressRequest::builder().type_(AddressType::Billing).address(address);
        self.api.customer().create_address().customer_id(&customer_id).body(address).send().await.unwrap();
        let (routing, account) = (ach.routing_number.unwrap(), ach.account_number.unwrap());
        let method = PaymentMethodInput::ach(AchAccountType::Checking, &routing, &account);
        (customer_id, method.unwrap())
    }
}

/// Story 13: verifies an account, charges it by ACH, and pays out to it.
#[tokio::test]
async fn verified_account_is_charged_and_paid() {
    let (sandbox, meld) = start().await;
    let story = Story { sandbox, api: Api::new(meld.transport().clone()) };
    let (customer_id, account) = story.verified_account().await;
    let payments = story.api.payments();
    let charge = PaymentTransactionRequest::builder()
        .for_customer(CustomerRef::id(&customer_id))
        .source_amount(Decimal::from(10))
        .source_currency_code("USD")
        .payment_method(account.clone())
        .service_provider("PLAID");
    let order = payments.charge(charge).idempotent().unwrap();
    let charged = order.send().await.unwrap().completed().unwrap();
    let again = order.send().await.unwrap().completed().unwrap();
    let id = charged.transaction.as_ref().unwrap().id.clone().unwrap();
    assert_eq!(again.transaction.as_ref().unwrap().id.as_ref(), Some(&id));
    story.sandbox.clock().advance(Duration::from_secs(9 * 3600));
    assert_eq!(status(&story.api, &id).await.as_deref(), Some("SETTLED"));

    let payout = PayoutTransactionRequest::builder()
        .for_customer(CustomerRef::id(&customer_id))
        .source_amount(Decimal::from(15))
        .source_currency_code("USD")
        .payment_method(account)
        .service_provider("PLAID");
    let paid = payments.pay_out(payout).idempotent().unwrap().send().await.unwrap().completed().unwrap();
    assert_eq!(paid.transaction.as_ref().unwrap().transaction_type.as_deref(), Some("PAYOUT"));
    assert_eq!(story.sandbox.payments().len(), 2);
}

/// Story 14: authorizes, captures and refunds a card payment.
#[tokio::test]
async fn card_is_captured_and_refunded() {
    let (sandbox, meld) = start().await;
    let api = Api::new(meld.transport().clone());
    let payments = api.payments();
    let request = PaymentTransactionRequest::builder()
        .for_customer(CustomerRef::external_id("robin"))
        .source_amount(Decimal::from(50))
        .source_currency_code("USD")
        .payment_method(PaymentMethodInput::card("4242424242424242", "123", "12/30").unwrap());
    let authorized = payments.authorize(request).send().await.unwrap();
    let id = authorized.transaction.as_ref().unwrap().id.clone().unwrap();
    assert_eq!(status(&api, &id).await.as_deref(), Some("AUTHORIZED"));
    payments.capture(&id).send().await.unwrap();
    let part = Money::minor(1000, FiatCurrency::new("USD").unwrap()).unwrap();
    payments.refund_amount(&id, part).send().await.unwrap();
    assert_eq!(status(&api, &id).await.as_deref(), Some("PARTIALLY_REFUNDED"));
    payments.refund(&id).send().await.unwrap();
    assert_eq!(status(&api, &id).await.as_deref(), Some("REFUNDED"));
    assert_eq!(sandbox.payments().len(), 4);
}
