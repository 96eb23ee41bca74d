//! Tests code that calls Meld with stubs: responses, errors and faults that a test chooses.
//!
//! `cargo run -p meld-client --example testing_with_stubs`. In your project, `main` is a `#[tokio::test]`.

use std::error::Error;

use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::crypto::{operations, types};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{ErrorKind, Meld, Money};
use meld_sandbox::{Fault, Sandbox, StubResponse};
use serde_json::json;

/// The code under test: the provider with the best quote, or a text for the customer.
async fn best_provider(api: &Api, dollars: u32) -> Result<String, String> {
    let currencies = FiatCurrency::new("USD").and_then(|usd| Ok((usd, CryptoCurrency::new("USDC")?)));
    let (usd, usdc) = currencies.map_err(|error| error.to_string())?;
    let request = QuoteRequest::buy("US", Money::new(dollars, usd), usdc);
    let quotes = match api.crypto().create_quote().body(request).send().await {
        Ok(quotes) => quotes,
        Err(error) if matches!(error.kind(), ErrorKind::Api(_)) && !error.is_retryable() => {
            return Err("this amount cannot be bought".to_owned());
        }
        Err(_) => return Err("please try again later".to_owned()),
    };
    let provider = quotes.best().and_then(|best| best.service_provider.clone());
    provider.map(|provider| provider.to_string()).ok_or_else(|| "no provider sells this".to_owned())
}

fn quote(provider: &str, amount: u32) -> types::CryptoQuote {
    let mut quote = types::CryptoQuote::default();
    quote.service_provider = Some(provider.into());
    quote.destination_amount = Some(amount.into());
    quote
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Calls without a stub are refused.
    let sandbox = Sandbox::builder().only_stubs(true).start().await?;
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    let api = meld.v2026_02_03();

    let mut quotes = types::CryptoQuoteResponse::default();
    quotes.quotes = vec![quote("BANXA", 97), quote("TRANSAK", 98)];
    sandbox
        .on(operations::CREATE_QUOTE)
        .body(json!({ "sourceAmount": 100 })) // and any other fields
        .then(StubResponse::fault(Fault::Unavailable)) // the client retries
        .respond(quotes)
        .add()?;
    let error = StubResponse::error("INVALID_AMOUNT");
    sandbox.on(operations::CREATE_QUOTE).body(json!({ "sourceAmount": 1 })).then(error).times(1).add()?;

    assert_eq!(best_provider(&api, 100).await?, "TRANSAK");
    assert_eq!(best_provider(&api, 1).await, Err("this amount cannot be bought".to_owned()));
    let amounts: Vec<_> = sandbox.requests().iter().map(|request| request.body["sourceAmount"].clone()).collect();
    println!("amounts of the requests: {amounts:?}");

    // Lists unused stubs and calls that no stub took.
    sandbox.check_stubs()?;
    println!("all stubs were used");
    Ok(())
}
