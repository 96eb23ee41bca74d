//! Mints the URL of a checkout page with locked fields, for one customer.
//!
//! `cargo run -p meld-client --example minted_checkout` starts a local mock server. Set `MELD_API_KEY`,
//! `MELD_ENVIRONMENT` and `MELD_PUBLIC_KEY` to call the real API instead.

use std::error::Error;

use meld_client::crypto::{CheckoutTheme, CryptoCurrency, FiatCurrency, MintedCheckout, PublicKey};
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{ExposeSecret, Meld, Money};
use meld_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if std::env::var_os("MELD_API_KEY").is_some() {
        let public_key = PublicKey::new(std::env::var("MELD_PUBLIC_KEY")?)?;
        return mint(&Meld::from_env()?.v2026_02_03(), public_key).await;
    }
    println!("`MELD_API_KEY` is not set: using a local mock server\n");
    let sandbox = Sandbox::start().await?;
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    mint(&meld.v2026_02_03(), PublicKey::new("the-public-key")?).await
}

async fn mint(api: &Api, public_key: PublicKey) -> Result<(), Box<dyn Error>> {
    let checkout = MintedCheckout::buy(public_key)
        .country_code("DE")
        .lock_crypto_currency(CryptoCurrency::new("ETH")?)
        .lock_fiat_amount(Money::new(250, FiatCurrency::new("EUR")?))
        .lock_wallet_address("0x9FC3da866e7DF3a1c57adE1a97c9f00a70f010c8")
        .external_customer_id("robin")
        // The URL opens a single session, and webhooks contain this id.
        .external_session_id(format!("checkout-{}", meld_client::uuid::Uuid::new_v4()));
    let minted = api.crypto().create_checkout_url().body(checkout).send().await?;
    let url = minted.checkout_url().ok_or("the response has no URL")?;
    // Never log the URL of a real customer.
    println!("{}", url.theme(CheckoutTheme::Dark).build()?.expose_secret());
    Ok(())
}
