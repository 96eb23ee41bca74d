//! Stays below a rate limit by a `tower` layer, shown with a local mock server.
//!
//! `cargo run -p meld-client --example rate_limit`

use std::error::Error;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use meld_client::Meld;
use meld_sandbox::Sandbox;
use tower::limit::RateLimitLayer;

/// The number of attempts in each period.
const ATTEMPTS: u64 = 4;
const PERIOD: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let meld = Meld::builder()
        .api_key(sandbox.api_key())
        .base_url(sandbox.base_url())
        // Around each attempt, so that retries count too. All clones of this client share the limit.
        .layer(RateLimitLayer::new(ATTEMPTS, PERIOD))
        .build()?;
    let banks = meld.v2026_02_03().bank_linking();

    let started = Instant::now();
    // Calls above the limit wait for their turn, in the order of their arrival.
    let calls = (1..=10).map(|number| {
        let banks = banks.clone();
        async move {
            banks.search_institutions().limit(5).send().await?;
            println!("call {number:2} after {:4} ms", started.elapsed().as_millis());
            Ok::<(), meld_client::Error>(())
        }
    });
    try_join_all(calls).await?;
    // Ten calls need two further periods after the first.
    if started.elapsed() < 2 * PERIOD {
        return Err("the limit was exceeded".into());
    }
    println!("requests received: {}", sandbox.requests_received());
    Ok(())
}
