//! Buys crypto by card inside an app: quote, requirements, order, and the webhook that credits it.
//!
//! `cargo run -p meld-client --example headless_card` starts a local mock server. Set `MELD_API_KEY` and
//! `MELD_ENVIRONMENT` to call the real API instead; then the codes are read from the terminal.

use std::error::Error;
use std::io::BufRead;

use meld_client::crypto::{CryptoCurrency, FiatCurrency, PaymentMethodId, QuoteRequest};
use meld_client::customers::{Contact, CustomerRef, VerificationStart};
use meld_client::headless::{Eligibility, NextCall, Readiness};
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::crypto::types::{CryptoQuote, HeadlessOrderOnrampRequest};
use meld_client::v2026_02_03::customer::types::CreateCustomerRequest;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Meld, Money, Polling};
use meld_sandbox::{Outcome, Sandbox};

const WALLET: &str = "0x2d62af1a24f44806adaa4a2cdc90e9e1aa2dfbfd";
const EMAIL: &str = "robin@example.com";
const PHONE: &str = "+14155550123";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if std::env::var_os("MELD_API_KEY").is_some() {
        buy(&Meld::from_env()?.v2026_02_03(), None).await?;
        return Ok(());
    }
    println!("`MELD_API_KEY` is not set: using a local mock server\n");
    let sandbox = Sandbox::start().await?;
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    if let Some(order_id) = buy(&meld.v2026_02_03(), Some("000000")).await? {
        sandbox.pay_order(&order_id, Outcome::Settled)?;
        println!("The customer has paid. Credit the order on the event TRANSACTION_CRYPTO_COMPLETE.");
    }
    Ok(())
}

/// Returns the id of the order. `None` if the customer cannot buy yet.
async fn buy(api: &Api, code: Option<&str>) -> Result<Option<String>, Box<dyn Error>> {
    let details = CreateCustomerRequest::builder().email(EMAIL).phone(PHONE);
    let customer = api.customer().get_or_create("robin", details).await?.customer;
    let customer_id = customer.id.clone().unwrap_or_default();
    let Some(quote) = best_quote(api, &customer_id).await? else {
        println!("no provider offers this");
        return Ok(None);
    };
    let provider = quote.service_provider.as_ref().map_or("", |provider| provider.as_str());
    println!("{provider} delivers {:?} USDC", quote.destination_amount);
    let mut order = HeadlessOrderOnrampRequest::builder()
        .customer_id(&customer_id)
        .external_order_id(format!("order-{}", meld_client::uuid::Uuid::new_v4()))
        .service_provider(provider)
        .payment_method_type("CREDIT_DEBIT_CARD")
        .country_code("FR")
        .money(Money::new(100, FiatCurrency::new("EUR")?))
        .destination_currency_code("USDC")
        .destination_wallet_address(WALLET)
        .client_ip_address("203.0.113.24")
        .build()?;
    order.destination_network_code.clone_from(&quote.destination_network_code);

    let eligibility = api.crypto().check_eligibility(&order).await?;
    meet_requirements(api, &customer_id, &eligibility, code).await?;
    // Right before the order, as requirements change.
    let readiness = api.crypto().check_eligibility(&order).await?.readiness();
    if readiness != Readiness::Ready {
        println!("The customer cannot buy yet: {readiness}");
        return Ok(None);
    }
    let order = api.crypto().order_headless_onramp(order).idempotent()?;
    println!("Store this key before sending: {}", order.key());
    let Some(payload) = order.finish(Polling::default()).await?.completed() else {
        println!("not known yet: send it again with the stored key");
        return Ok(None);
    };
    // The app gets the response as it is. It has credentials, so only its length is printed.
    println!("Order {:?}: {} bytes for the app", payload.id, serde_json::to_string(&*payload)?.len());
    Ok(payload.id.clone())
}

/// Returns the best quote for a payment inside the app.
async fn best_quote(api: &Api, customer_id: &str) -> Result<Option<CryptoQuote>, Box<dyn Error>> {
    let (eur, usdc) = (FiatCurrency::new("EUR")?, CryptoCurrency::new("USDC")?);
    let request = QuoteRequest::buy("FR", Money::new(100, eur), usdc)
        .payment_method(PaymentMethodId::new("CREDIT_DEBIT_CARD")?)
        .service_providers(["MERCURYO"])
        .customer(CustomerRef::id(customer_id))
        .wallet_address(WALLET);
    let quotes = api.crypto().create_quote().integration_mode("HEADLESS").body(request).send().await?;
    Ok(quotes.best().cloned())
}

/// Makes the calls that the open requirements need.
async fn meet_requirements(
    api: &Api,
    customer_id: &str,
    eligibility: &Eligibility,
    code: Option<&str>,
) -> Result<(), Box<dyn Error>> {
    for call in eligibility.next_calls() {
        match call {
            NextCall::VerifyEmail => verify(api, customer_id, Contact::email(EMAIL)?, code).await?,
            NextCall::VerifyPhone => verify(api, customer_id, Contact::phone(PHONE)?, code).await?,
            NextCall::AcceptAgreements(agreements) => println!("Show {} agreements", agreements.len()),
            other => println!("Needed: {other:?}"),
        }
    }
    Ok(())
}

/// Verifies a contact by the code that the customer receives.
async fn verify(api: &Api, customer_id: &str, contact: Contact, code: Option<&str>) -> Result<(), Box<dyn Error>> {
    println!("Verifying the contact by {}", contact.channel());
    let started = match api.customer().start_verification(customer_id, contact, None).await? {
        VerificationStart::Sent(started) => started,
        other => {
            println!("no code was sent: {other:?}");
            return Ok(());
        }
    };
    let code = match code {
        Some(code) => code.to_owned(),
        None => std::io::stdin().lock().lines().next().transpose()?.unwrap_or_default(),
    };
    let confirmed = api.customer().confirm_code(customer_id, &started.id, code).await?;
    println!("  {confirmed:?}");
    Ok(())
}
