//! Buying by card inside of the page: requirements, the order, and what the provider's SDK needs.
//!
//! The response to the order has credentials for the browser and is not stored. The idempotency key is stored
//! instead: the same request with the same key returns the same response, also after a crash.

use std::net::IpAddr;

use meld_client::crypto::{CryptoCurrency, FiatCurrency, PaymentMethodId, QuoteRequest};
use meld_client::customers::{Confirmation, Contact, CustomerRef, VerificationStart};
use meld_client::headless::Eligibility;
use meld_client::idempotent::{IdempotencyKey, Outcome};
use meld_client::reconciler::Watched;
use meld_client::uuid::Uuid;
use meld_client::v2026_02_03::crypto::types::HeadlessOrderOnrampRequest;
use meld_client::v2026_02_03::customer::types::CreateCustomerRequest;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, Money, Polling};
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::kyc;
use crate::session::Session;
use crate::state::App;
use crate::storage::orders::{self, By, Kind, Order, State};

/// The provider, whose SDK the page would load.
const PROVIDER: &str = "MERCURYO";

/// The form of an order.
#[derive(Deserialize)]
pub(crate) struct Form {
    token: String,
    amount: String,
    email: String,
    phone: String,
    wallet: String,
}

/// The details of an order: its request, and the contacts to verify.
#[derive(Deserialize, Serialize)]
pub(crate) struct Details {
    request: HeadlessOrderOnrampRequest,
    email: String,
    phone: String,
    /// The verification in progress: its id.
    pub(crate) verification: Option<String>,
}

/// Stores an order for the best quote. Nothing is ordered yet.
pub(crate) async fn place(app: &App, session: &Session, form: Form, ip: IpAddr) -> Result<Uuid, AppError> {
    let id = session.verify(&form.token)?;
    let amount: Decimal = form.amount.trim().parse().map_err(|_| AppError::invalid("The amount is not a number."))?;
    let (eur, usdc) = (FiatCurrency::new("EUR")?, CryptoCurrency::new("USDC")?);
    // Refuses contacts that cannot be verified.
    Contact::email(&form.email)?;
    Contact::phone(&form.phone)?;
    let details = CreateCustomerRequest::builder().email(&form.email).phone(&form.phone);
    let customer_id = kyc::with_details(app, &session.user, details).await?;
    let money = Money::new(amount, eur);
    let request = QuoteRequest::buy("FR", money.clone(), usdc)
        .payment_method(PaymentMethodId::new("CREDIT_DEBIT_CARD")?)
        .service_providers([PROVIDER])
        .customer(CustomerRef::id(&customer_id))
        .wallet_address(&form.wallet);
    let quotes = app.api.crypto().create_quote().integration_mode("HEADLESS").body(request).send().await?;
    let quote = quotes.best().ok_or_else(|| AppError::invalid("No provider offers this."))?;
    let mut request = HeadlessOrderOnrampRequest::builder()
        .customer_id(&customer_id)
        .external_order_id(id.to_string())
        .service_provider(PROVIDER)
        .payment_method_type("CREDIT_DEBIT_CARD")
        .country_code("FR")
        .money(money.into())
        .destination_currency_code("USDC")
        .destination_wallet_address(&form.wallet)
        .client_ip_address(ip.to_string())
        .build()?;
    request.destination_network_code.clone_from(&quote.destination_network_code);
    let mut order = Order::new(id.to_string(), &session.user.id, Kind::Card);
    order.state = State::Waiting;
    order.provider = Some(PROVIDER.to_owned());
    order.source_amount = Some(amount.to_string());
    order.source_currency = Some("EUR".to_owned());
    order.destination_amount = quote.destination_amount.map(|amount| amount.normalize().to_string());
    order.destination_currency = Some("USDC".to_owned());
    let (email, phone) = (form.email, form.phone);
    order.details = serde_json::to_string(&Details { request, email, phone, verification: None })?;
    order.insert(&mut *app.database.connection().await?).await?;
    Ok(id)
}

/// Returns what the provider requires now. It changes, so it is not stored.
pub(crate) async fn eligibility(app: &App, order: &Order) -> Result<Eligibility, AppError> {
    Ok(app.api.crypto().check_eligibility(&details(order)?.request).await?)
}

pub(crate) fn details(order: &Order) -> Result<Details, AppError> {
    Ok(serde_json::from_str(&order.details)?)
}

/// Sends a code to the customer.
pub(crate) async fn send_code(app: &App, order: Order, channel: &str) -> Result<(), AppError> {
    let mut details = details(&order)?;
    let contact = match channel {
        "email" => Contact::email(&details.email)?,
        _ => Contact::phone(&details.phone)?,
    };
    let customer_id = details.request.customer_id.clone().unwrap_or_default();
    match app.api.customer().start_verification(customer_id, contact, Some(PROVIDER)).await? {
        VerificationStart::Sent(sent) => details.verification = Some(sent.id),
        other => return Err(AppError::invalid(format!("No code was sent: {other:?}"))),
    }
    save_details(app, order, &details).await
}

/// Confirms the code that the customer has received.
pub(crate) async fn confirm(app: &App, order: Order, code: &str) -> Result<(), AppError> {
    let mut details = details(&order)?;
    let Some(id) = details.verification.take() else { return Ok(()) };
    let customer_id = details.request.customer_id.clone().unwrap_or_default();
    match app.api.customer().confirm_code(customer_id, id, code.trim()).await? {
        Confirmation::Verified { .. } => save_details(app, order, &details).await,
        Confirmation::WrongCode { .. } => Err(AppError::invalid("The code is wrong. Go back and try again.")),
        _ => {
            save_details(app, order, &details).await?;
            Err(AppError::invalid("The code is no longer valid. Request another one."))
        }
    }
}

async fn save_details(app: &App, order: Order, details: &Details) -> Result<(), AppError> {
    let order = Order { details: serde_json::to_string(details)?, ..order };
    order.save(&mut *app.database.connection().await?).await?;
    Ok(())
}

/// Orders, or repeats the order with its key. Returns the JSON for the provider's SDK, which must not be logged.
pub(crate) async fn payload(app: &App, order: &Order) -> Result<Option<String>, AppError> {
    let call = || details(order).map(|details| app.api.crypto().order_headless_onramp(details.request));
    let mut request = call()?.idempotent()?;
    // Before sending, so that neither a crash nor a second click leads to a second order.
    let key = request.key().to_string();
    let stored = orders::set_request_key(&mut *app.database.connection().await?, &order.id, &key).await?;
    if stored != key {
        let key: IdempotencyKey = stored.parse().map_err(|_| AppError::invalid("The stored key is damaged."))?;
        request = call()?.with_idempotency_key(&key)?;
    }
    let Outcome::Completed(payload) = request.finish(Polling::default()).await? else { return Ok(None) };
    if let (Some(id), None) = (&payload.id, &order.meld_id) {
        app.reconciler.watch(&Watched::Order(id.clone())).await?;
        let mut connection = app.database.connection().await?;
        if let Some(order) = orders::find(&mut connection, By::Id, &order.id).await? {
            Order { meld_id: Some(id.clone()), ..order }.save(&mut connection).await?;
        }
    }
    Ok(Some(payload.as_json().to_owned()))
}
