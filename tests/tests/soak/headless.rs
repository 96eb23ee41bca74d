//! Headless orders: purchases by card, and payouts of crypto that is sold.

use std::time::Duration;

use meld_client::customers::{Contact, VerificationStart};
use meld_client::headless::PayoutOutcome;
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::crypto::types::{
    FiatPayoutMethod, FiatPayoutMethodDetails, HeadlessOrderOfframpRequest, HeadlessOrderOnrampRequest,
    SepaPaymentMethodDetails, builder,
};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Decimal, Polling};
use meld_sandbox::{Outcome, Sandbox};

use crate::order::{BEFORE_RESENDING, End, Order, RESENT_AT_MOST, key_of, ordered};

const ADDRESS: &str = "0x2d62af1a24f44806adaa4a2cdc90e9e1aa2dfbfd";
/// The attempts after which the key of an order that Meld refuses counts as spent, if no response has said so.
const SPENT_AFTER: usize = 3;

/// The customers of one client.
pub struct Customers {
    /// Has verified contacts, and the approval of the provider of payouts.
    pub approved: String,
    /// Has no approval, so that payouts are refused.
    pub unknown: String,
}

impl Customers {
    pub async fn add(sandbox: &Sandbox, api: &Api) -> Self {
        let customers = api.customer();
        let approved = sandbox.add_customer(&["NOAH"]);
        let contacts = [Contact::email("robin@example.com"), Contact::phone("+14155550123")];
        for contact in contacts {
            let started = customers.start_verification(&approved, contact.unwrap(), None).await.unwrap();
            let VerificationStart::Sent(started) = started else { panic!("{started:?}") };
            assert!(customers.confirm_code(&approved, &started.id, "000000").await.unwrap().is_verified());
        }
        Self { approved, unknown: sandbox.add_customer(&[]) }
    }
}

pub fn purchase(customer_id: &str, turn: i64, amount: Decimal) -> builder::HeadlessOrderOnrampRequest {
    HeadlessOrderOnrampRequest::builder()
        .customer_id(customer_id)
        .external_order_id(format!("{customer_id}-{turn}"))
        .service_provider("MERCURYO")
        .payment_method_type("CREDIT_DEBIT_CARD")
        .country_code("FR")
        .source_amount(amount)
        .source_currency_code("EUR")
        .destination_currency_code("USDC")
        .destination_wallet_address(ADDRESS)
        .client_ip_address("203.0.113.24")
}

/// Orders a purchase, which the customer then pays. Some orders name a network that does not exist.
pub async fn buy(sandbox: &Sandbox, api: &Api, customers: &Customers, turn: i64) -> Order {
    let amount = Decimal::new(10_000 + turn % 900, 2);
    let mut request = purchase(&customers.approved, turn, amount);
    let is_refused = turn % 10 == 0;
    if is_refused {
        request = request.destination_network_code("NOWHERE");
    }
    let call = api.crypto().order_headless_onramp(request);
    let (mut order, _) = ordered("purchases", call, amount, |payload| payload.id.clone()).await;
    if is_refused && order.end == End::Unknown {
        // The response that refused the order was lost, and its key stays in progress for good.
        order.end = End::Refused;
    }
    if let End::Done(id) = &order.end {
        order.moved = Some(sandbox.pay_order(id, Outcome::Settled).map_or(End::Unknown, End::Done));
    }
    order
}

/// Orders a payout, and sends its deposit. Meld refuses some orders.
pub async fn sell(sandbox: &Sandbox, api: &Api, customers: &Customers, turn: i64) -> Order {
    let amount = Decimal::new(10_000 + turn % 900, 2);
    let is_refused = turn % 10 == 0;
    let account = SepaPaymentMethodDetails::builder().iban("DE89370400440532013000").build().unwrap();
    let method = FiatPayoutMethod::builder().owner("Robin Example").details(FiatPayoutMethodDetails::Sepa(account));
    let request = HeadlessOrderOfframpRequest::builder()
        .customer_id(if is_refused { &customers.unknown } else { &customers.approved })
        .service_provider("NOAH")
        .source_amount(amount)
        .source_currency_code("USDC")
        .source_wallet_address(ADDRESS)
        .destination_currency_code("EUR")
        .fiat_payout_method(method.build().unwrap());
    let request = api.crypto().order_headless_payout(request).idempotent().unwrap();
    let polling = Polling::default().initial_interval(BEFORE_RESENDING).timeout(Duration::from_secs(3));
    let order = |resent, end, moved| Order {
        kind: "payouts",
        key: key_of(&request),
        amount,
        resent,
        end,
        moved,
        notes: Vec::new(),
    };
    for resent in 0..RESENT_AT_MOST {
        match request.finish_payout(polling).await {
            Ok(PayoutOutcome::Ordered(payout)) => {
                if let Some(deposit) = payout.deposit() {
                    let moved = sandbox.receive_crypto(&deposit.order_id, deposit.amount.amount());
                    let moved = moved.map_or(End::Unknown, End::Done);
                    return order(resent, End::Done(deposit.order_id.clone()), Some(moved));
                }
            }
            Ok(PayoutOutcome::NeedsNewKey(_)) | Err(_) => return order(resent, End::Refused, None),
            // The response that refused the order was lost, and its key stays in progress for good.
            Ok(PayoutOutcome::StillInProgress) if is_refused && resent >= SPENT_AFTER => {
                return order(resent, End::Refused, None);
            }
            Ok(PayoutOutcome::StillInProgress | PayoutOutcome::Unknown(_)) => {}
        }
        tokio::time::sleep(BEFORE_RESENDING).await;
    }
    order(RESENT_AT_MOST, End::Unknown, None)
}
