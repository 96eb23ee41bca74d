//! Payments that survive a crash, with an outbox, an inbox and a reconciler, shown with a local mock server.
//!
//! `cargo run -p meld-client --example outbox`

use std::error::Error;
use std::time::Duration;

use meld_client::crypto::FiatCurrency;
use meld_client::inbox::Inbox;
use meld_client::outbox::{Delivery, Outbox, Settlement};
use meld_client::reconciler::{Reconciler, Watched};
use meld_client::storage::{MemoryStore, Schedule};
use meld_client::v2026_02_03::payments::types::PaymentTransactionResponse;
use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Meld, Money, RetryPolicy};
use meld_sandbox::{Fault, FaultRule, Sandbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    // The first response is lost, as after a crash.
    sandbox.add_fault(FaultRule::new(Fault::CutOff).nth(1))?;
    let meld = || {
        let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
        meld.retry_policy(RetryPolicy::never()).build()
    };
    // A table of your database. It outlives both processes of this example.
    let store = MemoryStore::default();
    first_process(&meld()?, store.clone()).await?;
    second_process(&meld()?, store).await?;
    println!("executed: {}", sandbox.payments().len());
    Ok(())
}

/// The delays between attempts, which are shorter here than in a service.
fn schedule() -> Schedule {
    Schedule::default().initial_backoff(Duration::from_millis(50)).max_backoff(Duration::from_secs(1))
}

/// Stores a payment and sends it. It does not learn the outcome.
async fn first_process(meld: &Meld, store: MemoryStore) -> Result<(), Box<dyn Error>> {
    let method = PaymentMethodInput::meld_payment_token("EdDCdge5ufs6XXRaR7WgF6")?;
    let charge = PaymentTransactionRequest::builder().money(Money::new(25, FiatCurrency::new("USD")?));
    let request = meld.v2026_02_03().payments().charge(charge.payment_method(method)).idempotent()?;
    let outbox = Outbox::new(meld, store).schedule(schedule());
    // The token of the payment method is a credential, so the call says that it is stored.
    let id = outbox.enqueue_with_secrets(&request).await?;
    if let Some(Delivery::Pending { reason, .. }) = outbox.send(id).await? {
        println!("first process: {reason}");
    }
    Ok(())
}

/// Sends the payment again with the same key, and follows its transaction.
async fn second_process(meld: &Meld, store: MemoryStore) -> Result<(), Box<dyn Error>> {
    let outbox = Outbox::new(meld, store.clone()).schedule(schedule());
    let inbox = Inbox::new(store.clone());
    // Webhooks do not reach this example, so that the reconciler asks at once.
    let reconciler = Reconciler::new(meld.v2026_02_03().payments(), store).patience(Duration::ZERO);
    loop {
        for delivery in outbox.run_once().await? {
            let Delivery::Settled(settled) = delivery else { continue };
            match settled.settlement {
                Settlement::Completed(response) => {
                    let response: PaymentTransactionResponse = response.decode()?;
                    let transaction = response.transaction.unwrap_or_default();
                    println!("second process: {:?} is {:?}", transaction.id, transaction.status);
                    reconciler.watch(&Watched::Transaction(transaction.id.unwrap_or_default())).await?;
                }
                Settlement::Rejected(rejection) => println!("second process: {}", rejection.message()),
            }
            // The result is recorded.
            outbox.remove(settled.id).await?;
        }
        let events = &inbox;
        let watches = reconciler.run_once(|found| async move {
            events.receive(&found.event()?).await?;
            Ok::<(), Box<dyn Error>>(())
        });
        if watches.await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        }
        let handled = inbox.run_once(|received| async move {
            println!("event: {} {:?}", received.event.event_type, received.event.payload);
            Ok::<(), Box<dyn Error>>(())
        });
        handled.await?;
        return Ok(());
    }
}
