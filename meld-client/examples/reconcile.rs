//! Finds a purchase whose webhooks were lost, with the reconciler and an inbox, shown with a local mock server.
//!
//! `cargo run -p meld-client --example reconcile`

use std::error::Error;
use std::time::Duration;

use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
use meld_client::customers::CustomerRef;
use meld_client::inbox::Inbox;
use meld_client::reconciler::{Reconciler, Watch, Watched};
use meld_client::storage::MemoryStore;
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Meld, Money};
use meld_sandbox::{Outcome, Sandbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    let api = meld.v2026_02_03();
    // A table of your database.
    let store = MemoryStore::default();
    let inbox = Inbox::new(store.clone());
    // Asks at once. In a service, keep the default of six hours: webhooks are the fast way.
    let reconciler = Reconciler::new(api.payments(), store).patience(Duration::ZERO);

    let session = open_session(&api).await?;
    reconciler.watch(&Watched::Session(session.clone())).await?;
    // The customer pays in the widget. No webhook arrives.
    sandbox.complete_session(&session, Outcome::Settled)?;

    loop {
        let events = &inbox;
        let watches = reconciler.run_once(|found| async move {
            // The same code handles it as an event of a webhook.
            events.receive(&found.event()?).await?;
            Ok::<(), Box<dyn Error>>(())
        });
        let watches = watches.await?;
        handle(&inbox).await?;
        if watches.iter().any(|watch| matches!(watch, Watch::Ended { .. })) {
            println!("the purchase has ended, and is no longer watched");
            return Ok(());
        }
        sandbox.clock().advance(Duration::from_secs(45));
    }
}

async fn open_session(api: &Api) -> Result<String, Box<dyn Error>> {
    let amount = Money::new(200, FiatCurrency::new("USD")?);
    let request = QuoteRequest::buy("US", amount, CryptoCurrency::new("USDC")?);
    let quotes = api.crypto().create_quote().body(request).send().await?;
    let best = quotes.best().ok_or("no quote")?;
    let wallet = "0x2d62af1a24f44806adaa4a2cdc90e9e1aa2dfbfd";
    let session = best.buy_session(wallet, CustomerRef::external_id("robin"))?;
    let opened = api.crypto().create_widget_session().body(session).send().await?;
    Ok(opened.id.clone().ok_or("no id")?)
}

/// Handles each event once, whether a webhook or the reconciler delivered it.
///
/// With webhooks, call `reconciler.heard_event(&received.event)` here, so that only silent transactions are fetched.
async fn handle(inbox: &Inbox<MemoryStore>) -> Result<(), Box<dyn Error>> {
    let handled = inbox.run_once(|received| async move {
        println!("{} {}", received.event.event_type, received.event.event_id.unwrap_or_default());
        Ok::<(), Box<dyn Error>>(())
    });
    handled.await?;
    Ok(())
}
