//! Charging a linked bank account by ACH, and refunding it.

use meld_client::crypto::FiatCurrency;
use meld_client::customers::CustomerRef;
use meld_client::payments::AchAccountType;
use meld_client::uuid::Uuid;
use meld_client::v2026_02_03::customer::types::{
    AddressType, CreateCustomerAddressRequest, CustomerAddressDetailsRequest, CustomerName, CustomerUpdateRequest,
};
use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, Money};
use serde::{Deserialize, Serialize};

use super::queue;
use crate::error::AppError;
use crate::kyc;
use crate::session::Session;
use crate::state::App;
use crate::storage::banks;
use crate::storage::orders::{Kind, Order, State};

/// The form of a charge. The owner and the billing address are required for ACH.
#[derive(Deserialize)]
pub(crate) struct Form {
    token: String,
    account: String,
    amount: String,
    first_name: String,
    last_name: String,
    email: String,
    street: String,
    city: String,
    region: String,
    postal_code: String,
}

#[derive(Deserialize, Serialize)]
struct Refund {
    transaction_id: String,
    order_id: String,
}

/// Stores a charge, which a job sends.
pub(crate) async fn place(app: &App, session: &Session, form: Form) -> Result<Uuid, AppError> {
    let id = session.verify(&form.token)?;
    let amount: Decimal = form.amount.trim().parse().map_err(|_| AppError::invalid("The amount is not a number."))?;
    let amount: Money = Money::new(amount, FiatCurrency::new("USD")?);
    let method = payment_method(app, session, &form.account).await?;
    let customer_id = kyc::customer_id(app, &session.user).await?;
    store_owner(app, &customer_id, &form).await?;
    let charge = PaymentTransactionRequest::builder()
        .for_customer(CustomerRef::id(&customer_id))
        .money(amount.clone())
        .payment_method(method)
        .service_provider("PLAID");
    let request = app.api.payments().charge(charge).idempotent()?;
    let mut order = Order::new(id.to_string(), &session.user.id, Kind::Charge);
    order.provider = Some("PLAID".to_owned());
    order.source_amount = Some(amount.amount().to_string());
    order.source_currency = Some(amount.currency().to_string());
    queue::place(app, order, &request).await?;
    Ok(id)
}

/// Returns the account numbers, which are fetched for each charge instead of stored.
async fn payment_method(app: &App, session: &Session, account_id: &str) -> Result<PaymentMethodInput, AppError> {
    let own = banks::accounts(&mut *app.database.connection().await?, &session.user.id).await?;
    if !own.iter().any(|account| account.id == account_id) {
        return Err(AppError::NotFound);
    }
    let account = app.api.bank_linking().get_account().financial_account_id(account_id).send().await?;
    let ach = account.identifiers.as_ref().and_then(|identifiers| identifiers.ach.as_ref());
    let numbers = ach.and_then(|ach| Some((ach.routing_number.as_deref()?, ach.account_number.as_deref()?)));
    let (routing, number) = numbers.ok_or_else(|| AppError::invalid("The bank gave no account number."))?;
    Ok(PaymentMethodInput::ach(AchAccountType::Checking, routing, number)?)
}

/// Stores the owner of the account on the customer.
async fn store_owner(app: &App, customer_id: &str, form: &Form) -> Result<(), AppError> {
    let customers = app.api.customer();
    let name = CustomerName::builder().first_name(&form.first_name).last_name(&form.last_name).build()?;
    let update = CustomerUpdateRequest::builder().name(name).email(&form.email);
    customers.update_customer().customer_id(customer_id).body(update).send().await?;
    let address = CustomerAddressDetailsRequest::builder()
        .line_one(&form.street)
        .city(&form.city)
        .region(&form.region)
        .postal_code(&form.postal_code)
        .country_code("US")
        .build()?;
    let address = CreateCustomerAddressRequest::builder().type_(AddressType::Billing).address(address);
    customers.create_address().customer_id(customer_id).body(address).send().await?;
    Ok(())
}

/// Stores a refund of a whole charge, which a job sends.
pub(crate) async fn refund(app: &App, session: &Session, token: &str, charge: Order) -> Result<Uuid, AppError> {
    let id = session.verify(token)?;
    let is_settled = can_be_refunded(&charge);
    let Some(transaction_id) = charge.transaction_id.filter(|_| is_settled) else {
        return Err(AppError::invalid("Only a settled charge can be refunded."));
    };
    let request = app.api.payments().refund(&transaction_id).reason("requested by the customer").idempotent()?;
    let mut order = Order::new(id.to_string(), &session.user.id, Kind::Refund);
    order.details = serde_json::to_string(&Refund { transaction_id, order_id: charge.id })?;
    order.source_amount = charge.source_amount;
    order.source_currency = charge.source_currency;
    queue::place(app, order, &request).await?;
    Ok(id)
}

pub(crate) fn can_be_refunded(order: &Order) -> bool {
    order.kind == Kind::Charge && order.state == State::Settled
}

pub(crate) fn refunded_transaction(order: &Order) -> Option<String> {
    let refund: Refund = serde_json::from_str(&order.details).ok()?;
    Some(refund.transaction_id)
}
