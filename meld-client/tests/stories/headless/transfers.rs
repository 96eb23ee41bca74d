//! Story 21: coins from an account that the customer links.

use meld_client::headless::{Acted, Transfer, TransferReturn, TransferStep, UnlinkAccountOutcome};
use meld_client::v2026_02_03::crypto::Client;
use meld_client::v2026_02_03::crypto::types::TransferOrderRequest;
use meld_client::v2026_02_03::payments::types::SimulateOrderRequest;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, Error};

use super::Wallet;
use crate::support::polling;

impl Wallet {
    /// Orders a transfer of an amount in cents. Its last digit selects the case of the mock server.
    async fn transfer(&self, customer_id: &str, cents: i64) -> Transfer<Client> {
        let request = TransferOrderRequest::builder()
            .customer_id(customer_id)
            .external_order_id(format!("transfer-{cents}"))
            .service_provider("COINBASEPAY")
            .currency_code("USDC_BASE")
            .network_code("BASE")
            .amount(Decimal::new(cents, 2))
            .destination_wallet_address("0x9C5f1a1b2c3d4e5f60718293a4b5c6d7e8f90a1b")
            .country_code("US")
            .redirect_url("https://app.example.com/return");
        let crypto = self.api.crypto();
        let order = crypto.order_transfer(request).idempotent().unwrap();
        let order = order.finish(polling(20, 5_000)).await.unwrap().completed().unwrap();
        crypto.transfer(order.into_inner().into_response()).unwrap().with_polling(polling(20, 5_000))
    }

    /// Takes the next step, as backend and customer do. Returns `None` if there is nothing to do but wait.
    async fn act(&self, transfer: &mut Transfer<Client>) -> Option<Result<Acted, Error>> {
        let order_id = transfer.order_id().to_owned();
        Some(match transfer.step() {
            TransferStep::AuthorizeAccount(step) => step.prepare().await,
            TransferStep::OpenHostedVerification(step) => {
                let url = self.sandbox.authorize_transfer(&order_id).unwrap();
                step.complete(&TransferReturn::from_url(&url).unwrap()).await
            }
            TransferStep::SelectSourceAccount(step) => {
                match step.accounts().iter().find(|account| account.is_eligible).cloned() {
                    Some(account) => step.submit(&account).await,
                    None => step.list().await,
                }
            }
            TransferStep::CollectSecondFactor(step) => step.submit("000000").await,
            _ => return None,
        })
    }

    async fn run(&self, transfer: &mut Transfer<Client>) -> Vec<Acted> {
        let mut acted = Vec::new();
        while let Some(result) = self.act(transfer).await {
            acted.push(result.unwrap());
            assert!(acted.len() < 12, "{transfer:?} {acted:?}");
        }
        acted
    }
}

/// Links, submits with a second factor, settles, credits and unlinks.
#[tokio::test]
async fn transfer_with_second_factor_is_credited() {
    let wallet = Wallet::open().await;
    let customer_id = wallet.sandbox.add_customer(&[]);
    let mut transfer = wallet.transfer(&customer_id, 1002).await;
    let acted = wallet.run(&mut transfer).await;
    assert!(acted.iter().all(|one| matches!(one, Acted::Done)) && acted.len() >= 5, "{acted:?}");

    let settled = SimulateOrderRequest::builder().external_order_id("transfer-1002");
    wallet.api.payments().simulate_order().body(settled).send().await.unwrap();
    let credited = wallet.credited(1).await;
    transfer.reload().await.unwrap();
    assert!(matches!(transfer.step(), TransferStep::Complete(_)), "{transfer:?}");
    assert_eq!(transfer.transaction_id(), Some(&*credited[0]));
    wallet.unlink(&customer_id).await;
}

impl Wallet {
    async fn unlink(&self, customer_id: &str) {
        let crypto = self.api.crypto();
        for _ in 0..2 {
            let outcome = crypto.unlink_account("COINBASEPAY", customer_id, polling(20, 5_000)).await.unwrap();
            assert_eq!(outcome, UnlinkAccountOutcome::Removed);
        }
    }
}
