//! Transfers from linked accounts: the order, the actions with a second factor, and outcomes that are unknown at first.

use std::time::Duration;

use meld_client::headless::{Acted, ClientPayload, Transfer, TransferNextStep, TransferReturn, TransferStep};
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::crypto::Client;
use meld_client::v2026_02_03::crypto::types::{TransferOrder, TransferOrderRequest};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, Error, Polling};
use meld_sandbox::Sandbox;

use crate::order::{BEFORE_RESENDING, End, Order, ordered};

/// The last digits of amounts, by which the mock server selects: success, a second factor, no response of the provider, and
/// a decline.
const CASES: [i64; 6] = [1, 2, 2, 3, 4, 8];
/// The time for one attempt to read an outcome: longer than a request takes on a machine that is busy with other work.
const READ_WITHIN: Duration = Duration::from_secs(5);
const STEPS: usize = 60;

/// A transfer whose order was created, until its outcome is known.
pub struct Sent {
    order: Order,
    transfer: Transfer<Client>,
}

/// Orders a transfer of a new customer, because links have limits, and submits it.
pub async fn transfer(sandbox: &Sandbox, api: &Api, turn: i64) -> Result<Sent, Order> {
    let customer_id = sandbox.add_customer(&[]);
    let amount = Decimal::new(1000 + 10 * (turn % 90) + CASES[turn as usize % CASES.len()], 2);
    let request = TransferOrderRequest::builder()
        .external_order_id(format!("transfer-{customer_id}"))
        .customer_id(customer_id)
        .service_provider("COINBASEPAY")
        .currency_code("USDC_BASE")
        .network_code("BASE")
        .amount(amount)
        .destination_wallet_address("0x9C5f1a1b2c3d4e5f60718293a4b5c6d7e8f90a1b")
        .country_code("US")
        .redirect_url("https://app.example.com/return");
    let crypto = api.crypto();
    // A damaged response has no token, so it is requested again.
    let usable = |order: &ClientPayload<TransferOrder>| {
        let order: TransferOrder = (**order).clone();
        crypto.transfer(order).ok().map(|transfer| transfer.order_id().to_owned())
    };
    let (order, created) = ordered("transfers", crypto.order_transfer(request), amount, usable).await;
    let Some(created) = created else { return Err(order) };
    let polling = Polling::default().initial_interval(BEFORE_RESENDING).timeout(Duration::from_secs(3));
    let transfer = crypto.transfer(created.into_response()).unwrap().with_polling(polling);
    let mut sent = Sent { order, transfer };
    sent.submit(sandbox).await;
    Ok(sent)
}

impl Sent {
    /// Takes the steps of the transfer until there is nothing to do but wait.
    async fn submit(&mut self, sandbox: &Sandbox) {
        for _ in 0..STEPS {
            if self.transfer.next_step() == Some(TransferNextStep::CollectSecondFactor) {
                self.note("second factors");
            }
            match act(&mut self.transfer, sandbox).await {
                None => break,
                Some(Ok(Acted::Done)) => {}
                Some(_) => {
                    tokio::time::sleep(BEFORE_RESENDING).await;
                    // The state of the transfer stays as it was if this fails.
                    let _ = self.transfer.reload().await;
                    self.order.resent += 1;
                }
            }
        }
    }

    fn note(&mut self, noun: &'static str) {
        if !self.order.notes.contains(&noun) {
            self.order.notes.push(noun);
        }
    }

    /// Reads the outcome, after the provider has decided, and continues a transfer that turns out as not submitted.
    pub async fn finish(mut self, sandbox: &Sandbox) -> Order {
        let polling = Polling::default().initial_interval(BEFORE_RESENDING).timeout(READ_WITHIN);
        for _ in 0..STEPS {
            let end = match self.transfer.step() {
                TransferStep::WaitForProvider(step) if step.is_outcome_unknown() => {
                    // A failed read leaves the outcome as it was.
                    let _ = step.wait(polling).await;
                    self.note("outcomes unknown at first");
                    None
                }
                TransferStep::WaitForProvider(step) => match step.read().await {
                    Ok(_) => self.transfer.transaction_id().map(str::to_owned).map(End::Done),
                    Err(_) => None,
                },
                TransferStep::StartNewOrder(_) => Some(End::Refused),
                _ => {
                    self.submit(sandbox).await;
                    None
                }
            };
            if end.is_some() {
                self.order.moved = end;
                return self.order;
            }
        }
        self.order.moved = Some(End::Unknown);
        self.order
    }
}

/// Takes the next step, as backend and customer do. Returns `None` if there is nothing to do but wait.
async fn act(transfer: &mut Transfer<Client>, sandbox: &Sandbox) -> Option<Result<Acted, Error>> {
    let order_id = transfer.order_id().to_owned();
    Some(match transfer.step() {
        TransferStep::AuthorizeAccount(step) => step.prepare().await,
        TransferStep::OpenHostedVerification(step) => match sandbox.authorize_transfer(&order_id) {
            Ok(url) => step.complete(&TransferReturn::from_url(&url).unwrap()).await,
            // A response that was lost has linked the account.
            Err(_) => transfer.reload().await.map(|()| Acted::Done),
        },
        TransferStep::SelectSourceAccount(step) => {
            match step.accounts().iter().find(|account| account.is_eligible).cloned() {
                Some(account) => step.submit(&account).await,
                None => step.list().await,
            }
        }
        TransferStep::CollectSecondFactor(step) => step.submit("000000").await,
        TransferStep::ReadOrder(step) => step.reload().await.map(|()| Acted::Done),
        _ => return None,
    })
}
