//! Uses two API versions in one program, as during an upgrade: requests the same quote from both.
//!
//! `cargo run -p meld-client --example two_versions --features v2025-03-04`

use std::error::Error;

use meld_client::crypto::FiatCurrency;
use meld_client::prelude::*;
use meld_client::{Meld, Money, v2025_03_04, v2026_02_03};
use meld_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;

    let request = v2025_03_04::crypto::types::CryptoQuoteRequest::builder()
        .country_code("US")
        .money(Money::new(100, FiatCurrency::new("USD")?))
        .destination_currency_code("BTC");
    let old = meld.v2025_03_04().crypto().create_quote().body(request).send().await?;
    for quote in old.ranked() {
        println!("2025-03-04 {:?} score {:?}", quote.service_provider, quote.customer_score);
    }

    let request = v2026_02_03::crypto::types::CryptoQuoteRequest::builder()
        .country_code("US")
        .money(Money::new(100, FiatCurrency::new("USD")?))
        .destination_currency_code("BTC");
    let new = meld.v2026_02_03().crypto().create_quote().body(request).send().await?;
    for quote in new.ranked() {
        // Meld moved the score in this version, so using the old field is a compile error.
        let score = quote.ramp_intelligence.as_ref().and_then(|found| found.ramp_score);
        println!("2026-02-03 {:?} score {score:?}", quote.service_provider);
    }
    Ok(())
}
