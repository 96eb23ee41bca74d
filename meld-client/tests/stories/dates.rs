//! The stories that every API version can tell, with the operations and types of each version.
//!
//! Headless purchases, transfers and minted checkouts (stories 20 to 22) need the newest version. Deposits and payouts
//! (18 and 19) of older versions are in `headless::older`.
#![allow(clippy::panic, reason = "tests fail by panicking")]

use std::time::Duration;

use meld_client::{Meld, RetryPolicy};
use meld_sandbox::Sandbox;

use crate::support::client;

// `told` includes them.
#[cfg(rustfmt)]
mod banks;
#[cfg(rustfmt)]
mod crypto;
#[cfg(rustfmt)]
mod payments;

/// Compiles the stories with the types of each version.
macro_rules! told {
    ($($feature:literal => $version:ident),+ $(,)?) => {
        $(
            #[cfg(feature = $feature)]
            mod $version {
                use meld_client::$version as api;

                mod banks {
                    use super::api;
                    include!("dates/banks.rs");
                }
                mod crypto {
                    use super::api;
                    include!("dates/crypto.rs");
                }
                mod payments {
                    use super::api;
                    include!("dates/payments.rs");
                }
            }
        )+
    };
}

told! {
    "v2023-12-19" => v2023_12_19,
    "v2025-03-04" => v2025_03_04,
    "v2026-02-03" => v2026_02_03,
}

async fn start() -> (Sandbox, Meld) {
    let sandbox = Sandbox::builder().transactions_per_account(1200).start().await.unwrap();
    let wait = Duration::from_millis(1);
    let policy = RetryPolicy::default().initial_backoff(wait).max_backoff(wait);
    let meld = client(&sandbox).retry_policy(policy).build().unwrap();
    (sandbox, meld)
}

/// Waits until the mock server has sent events of this type more than `before` times. Returns all events sent so far.
async fn events_after(sandbox: &Sandbox, event: &str, before: usize) -> Vec<String> {
    for _ in 0..500 {
        let sent: Vec<String> = sandbox.webhook_deliveries().into_iter().map(|one| one.event_type).collect();
        if sent.iter().filter(|known| *known == event).count() > before {
            return sent;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{event} was not sent");
}
