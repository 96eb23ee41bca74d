//! Prints quotes for buying crypto, and the transactions of a bank account.
//!
//! `cargo run --example quickstart` starts a local mock server. Set `MELD_API_KEY` and `MELD_ENVIRONMENT` to call the
//! real API instead.

use std::error::Error;

use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
use meld_client::v2026_02_03::bank_linking::types::{ConnectStartRequest, Product};
use meld_client::v2026_02_03::prelude::*;
use meld_client::v2026_02_03::{Api, bank_linking};
use meld_client::{Meld, Money};
use meld_sandbox::Sandbox;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if std::env::var_os("MELD_API_KEY").is_some() {
        let api = Meld::from_env()?.v2026_02_03();
        print_quotes(&api).await?;
        return print_transactions(&api).await;
    }
    println!("`MELD_API_KEY` is not set: using a local mock server\n");
    let sandbox = Sandbox::start().await?;
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    let api = meld.v2026_02_03();
    print_quotes(&api).await?;
    link_bank(&api, &sandbox).await?;
    print_transactions(&api).await
}

async fn print_quotes(api: &Api) -> Result<(), Box<dyn Error>> {
    let (usd, btc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("BTC")?);
    let request = QuoteRequest::buy("US", Money::new(100, usd), btc);
    let quotes = api.crypto().create_quote().body(request).send().await?;
    println!("Quotes for 100 USD, best first:");
    for quote in quotes.ranked() {
        let provider = quote.service_provider.as_ref().map_or("?", |provider| provider.as_str());
        let amount = quote.destination_amount.unwrap_or_default();
        let score = quote.score().map_or_else(|| "none".to_owned(), |score| score.to_string());
        println!("  {provider:12} score {score:>4}  {amount} BTC");
    }
    Ok(())
}

/// Links a bank account, like a customer does in the widget at `widget_url`.
async fn link_bank(api: &Api, sandbox: &Sandbox) -> Result<(), Box<dyn Error>> {
    let request = ConnectStartRequest::builder()
        .external_customer_id("customer-1")
        .products([Product::Balances, Product::Transactions])
        .regions(["US"]);
    let started = api.bank_linking().start_connection(request).await?;
    if let Some(connection) = &started.id {
        sandbox.complete_connection(connection)?;
    }
    Ok(())
}

async fn print_transactions(api: &Api) -> Result<(), Box<dyn Error>> {
    let accounts = api.bank_linking().search_accounts().send().await?;
    let Some(id) = accounts.financial_accounts.iter().find_map(|account| account.id.clone()) else {
        println!("\nNo bank account is linked.");
        return Ok(());
    };
    println!("\nThe newest transactions of account {id}:");
    let search = api.bank_linking().search_transactions().financial_account_id(&id);
    let mut transactions = search.stream();
    for _ in 0..5 {
        let Some(transaction) = transactions.try_next().await? else { break };
        print_transaction(&transaction);
    }
    Ok(())
}

fn print_transaction(transaction: &bank_linking::types::FinancialAccountTransaction) {
    let date = transaction.transaction_date.map(|date| date.date_naive().to_string());
    let amount = transaction.balance_change().unwrap_or_default();
    let currency = &transaction.currency;
    println!(
        "  {:10} {amount:>10} {:3}  {}",
        date.unwrap_or_default(),
        currency.as_deref().unwrap_or_default(),
        transaction.description.as_deref().unwrap_or_default()
    );
}
