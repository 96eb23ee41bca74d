//! Scenarios of headless flows: purchases, payouts, deposits, transfers and minted checkouts.
#![allow(clippy::panic, reason = "tests fail by panicking")]

mod card;
mod checkout;
mod deposits;
#[cfg(all(feature = "v2023-12-19", feature = "v2025-03-04"))]
mod older;
mod payouts;
mod transfers;

use std::time::Duration;

use meld_client::headless::CreditExt;
use meld_client::transactions::Progress;
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::prelude::*;
use meld_client::v2026_02_03::webhooks::types::WebhookProfileCreateRequest;
use meld_client::webhooks::Event;
use meld_sandbox::Sandbox;
use meld_test_server::{Server, response};

use crate::support::start;

/// The backend of a wallet: a client, its mock server, and the endpoint for webhooks.
struct Wallet {
    sandbox: Sandbox,
    #[cfg(all(feature = "v2023-12-19", feature = "v2025-03-04"))]
    meld: meld_client::Meld,
    api: Api,
    events: Server,
}

impl Wallet {
    async fn open() -> Self {
        let (sandbox, meld) = start().await;
        let api = meld.v2026_02_03();
        let events = Server::start([response("200 OK", "", "")]).await;
        let url = format!("{}/webhooks", events.address);
        let profile = WebhookProfileCreateRequest::builder().name("all").url(url);
        api.webhooks().create_profile().body(profile).send().await.unwrap();
        Self {
            sandbox,
            #[cfg(all(feature = "v2023-12-19", feature = "v2025-03-04"))]
            meld,
            api,
            events,
        }
    }

    /// Lets time pass, and waits for this many events that credit an order. Returns the ids of their transactions.
    async fn credited(&self, count: usize) -> Vec<String> {
        for _ in 0..300 {
            self.sandbox.clock().advance(Duration::from_secs(5));
            let received = self.events.received();
            let events = received.iter().map(|request| Event::parse(request.body.as_bytes()).unwrap());
            let credited: Vec<String> =
                events.filter_map(|event| Some(event.credit()?.transaction_id.to_owned())).collect();
            if credited.len() >= count {
                return credited;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("no event credits an order: {:?}", self.events.received());
    }

    /// Returns the order of a settled transaction.
    async fn order_of(&self, transaction_id: &str) -> String {
        let call = self.api.crypto().get_transaction().id(transaction_id);
        let transaction = call.send().await.unwrap().into_inner().transaction.unwrap();
        assert_eq!(transaction.progress(), Progress::Settled);
        transaction.ordered_by().unwrap_or_default().to_owned()
    }
}
