//! Error handling, retries and safe payments, shown with a local mock server that injects faults.
//!
//! `cargo run -p meld-client --example errors_and_retries`

use std::error::Error;
use std::time::Duration;

use meld_client::crypto::FiatCurrency;
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::payments::builder::CreateTransaction;
use meld_client::v2026_02_03::payments::types::PaymentTransactionRequest;
use meld_client::{
    Attempt, AttemptResult, ErrorCode, ErrorKind, Meld, Money, MoneyExt, Observer, RetryPolicy, uuid::Uuid,
};
use meld_sandbox::{Fault, FaultRule, Sandbox};

/// Prints every attempt. A real service would count them instead.
struct Print;

impl Observer for Print {
    fn on_result(&self, attempt: &Attempt<'_>, outcome: &AttemptResult<'_>) {
        let (operation, number) = (attempt.operation(), attempt.retries() + 1);
        match outcome.error() {
            Some(error) => println!("    {operation}, attempt {number}: {}", error.type_name()),
            None => println!("    {operation}, attempt {number}: ok"),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let meld = Meld::builder()
        .api_key(sandbox.api_key())
        .base_url(sandbox.base_url())
        .retry_policy(
            RetryPolicy::default().initial_backoff(Duration::from_millis(50)).max_backoff(Duration::from_secs(1)),
        )
        .observer(Print)
        .build()?;
    let api = meld.v2026_02_03();
    handle_error(&api).await;
    retry_read(&api, &sandbox).await?;
    pay_once(&api, &sandbox).await
}

/// Displays an error as one line, and branches on its kind and code.
async fn handle_error(api: &Api) {
    println!("Requesting an unknown transaction:");
    let Err(error) = api.payments().get_transaction().id("unknown").send().await else { return };
    println!("  {error}");
    match (error.kind(), error.code()) {
        (_, Some(ErrorCode::NotFound)) => println!("  the transaction does not exist"),
        (ErrorKind::InvalidRequest { .. }, _) => {
            error.invalid_fields().for_each(|(path, reason)| println!("  `{path}` {reason}"));
        }
        _ if error.is_retryable() => println!("  try again after {:?}", error.retry_after()),
        _ => println!("  contact support with {:?}", error.request_id()),
    }
}

/// Reads are retried automatically.
async fn retry_read(api: &Api, sandbox: &Sandbox) -> Result<(), Box<dyn Error>> {
    println!("Reading while the service is unavailable at first:");
    sandbox.add_fault(FaultRule::new(Fault::Unavailable).nth(1))?;
    let response = api.webhooks().list_event_types().send().await?;
    println!("  succeeded after {} retries", response.retries());
    sandbox.clear_faults();
    Ok(())
}

/// Sends a payment twice with the same idempotency key. Meld executes it once.
async fn pay_once(api: &Api, sandbox: &Sandbox) -> Result<(), Box<dyn Error>> {
    println!("Paying while the connection breaks at first:");
    sandbox.add_fault(FaultRule::new(Fault::CutOff).nth(1))?;
    // Store the key with your own record first, so that you can send the same payment again after a crash.
    let key = Uuid::new_v4();
    pay(api, key)?.send().await?;
    pay(api, key)?.send().await?;
    println!("  sent twice, executed: {}", sandbox.payments().len());
    Ok(())
}

fn pay(api: &Api, key: Uuid) -> Result<CreateTransaction, meld_client::Error> {
    let request = PaymentTransactionRequest::builder()
        .money(Money::new(25, FiatCurrency::new("USD")?))
        .service_provider("BRAINTREE")
        .nonce("meld-fake-valid-nonce");
    Ok(api.payments().create_transaction().idempotency_key(key).body(request))
}
