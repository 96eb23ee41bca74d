//! What errors say, what is sent again, and how a payment is safe when the connection breaks: against a sandbox on
//! this machine in which things go wrong on purpose.

use std::error::Error;
use std::time::Duration;

use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::payments::builder::CreateTransaction;
use meld_client::v2026_02_03::payments::types::PaymentTransactionRequest;
use meld_client::{
    Attempt, AttemptResult, Decimal, ErrorCode, ErrorKind, Meld, Observer, RetryPolicy, uuid::Uuid,
};
use meld_sandbox::{Fault, FaultRule, Sandbox};

/// Prints every attempt; a service would count them.
struct Print;

impl Observer for Print {
    fn on_result(&self, attempt: &Attempt<'_>, outcome: &AttemptResult<'_>) {
        let (operation, number) = (attempt.operation(), attempt.retries() + 1);
        match outcome.error() {
            Some(error) => println!("    {operation}, attempt {number}: {}", error.type_name()),
            None => println!("    {operation}, attempt {number}: well"),
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
            RetryPolicy::default()
                .initial_backoff(Duration::from_millis(50))
                .max_backoff(Duration::from_secs(1)),
        )
        .observer(Print)
        .build()?;
    let api = meld.v2026_02_03();
    tell_errors_apart(&api).await;
    ask_again(&api, &sandbox).await?;
    pay_once(&api, &sandbox).await
}

/// An error is one line for people, and has what programs branch on.
async fn tell_errors_apart(api: &Api) {
    println!("An id that is not known:");
    let Err(error) = api.payments().get_transaction().id("unknown").send().await else { return };
    println!("  {error}");
    match (error.kind(), error.code()) {
        (_, Some(ErrorCode::NotFound)) => println!("  there is no such transaction"),
        (ErrorKind::InvalidRequest { field, .. }, _) => println!("  {field} has to be mended"),
        _ if error.is_retryable() => println!("  later, after {:?}", error.retry_after()),
        _ => println!("  for the support: {:?}", error.request_id()),
    }
}

/// What only asks is sent again by itself.
async fn ask_again(api: &Api, sandbox: &Sandbox) -> Result<(), Box<dyn Error>> {
    println!("A question, when the service is overloaded at first:");
    sandbox.add_fault(FaultRule::new(Fault::Unavailable).nth(1))?;
    let response = api.webhooks().list_event_types().send().await?;
    println!("  answered after {} retries", response.retries());
    sandbox.clear_faults();
    Ok(())
}

/// A payment has an idempotency key: sent again with the same key, it is not carried out twice.
async fn pay_once(api: &Api, sandbox: &Sandbox) -> Result<(), Box<dyn Error>> {
    println!("A payment, when the connection breaks at first:");
    sandbox.add_fault(FaultRule::new(Fault::CutOff).nth(1))?;
    // Stored with the order before it is sent: after a crash the same payment is sent with the same key.
    let key = Uuid::new_v4();
    pay(api, key).send().await?;
    pay(api, key).send().await?;
    println!(
        "  sent until it was answered, and once more; carried out: {}",
        sandbox.payments().len()
    );
    Ok(())
}

fn pay(api: &Api, key: Uuid) -> CreateTransaction {
    let request = PaymentTransactionRequest::builder()
        .source_amount(Decimal::new(2500, 2))
        .source_currency_code("USD")
        .service_provider("BRAINTREE")
        .nonce("meld-fake-valid-nonce");
    api.payments().create_transaction().idempotency_key(key).body(request)
}
