//! Story 19: crypto that is paid out to a bank account.

use meld_client::Money;
use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
use meld_client::headless::PayoutOutcome;
use meld_client::v2026_02_03::crypto::types::{
    FiatPayoutMethod, FiatPayoutMethodDetails, HeadlessOrderOfframpRequest, SepaPaymentMethodDetails, builder,
};
use meld_client::v2026_02_03::prelude::*;

use super::Wallet;
use crate::support::polling;

fn payout(customer_id: &str) -> builder::HeadlessOrderOfframpRequest {
    let account = SepaPaymentMethodDetails::builder().iban("DE89370400440532013000").build().unwrap();
    let method = FiatPayoutMethod::builder().owner("Robin Example").details(FiatPayoutMethodDetails::Sepa(account));
    HeadlessOrderOfframpRequest::builder()
        .customer_id(customer_id)
        .service_provider("NOAH")
        .money(Money::new(100, CryptoCurrency::new("USDC").unwrap()))
        .source_wallet_address("0xe4460793fc7989f803fc78cd0e7f05c2571bca41")
        .destination_currency_code("EUR")
        .fiat_payout_method(method.build().unwrap())
}

/// Quotes, orders, sends exactly the deposit, and credits the payout.
#[tokio::test]
async fn exact_deposit_is_paid_out() {
    let wallet = Wallet::open().await;
    let customer_id = wallet.sandbox.add_customer(&["NOAH"]);
    let (usdc, eur) = (CryptoCurrency::new("USDC").unwrap(), FiatCurrency::new("EUR").unwrap());
    let quote = QuoteRequest::sell("DE", Money::new(100, usdc), eur);
    let quotes = wallet.api.crypto().create_quote().integration_mode("HEADLESS").body(quote).send().await.unwrap();
    assert!(quotes.best().is_some());

    let order = wallet.api.crypto().order_headless_payout(payout(&customer_id)).idempotent().unwrap();
    let ordered = order.finish_payout(polling(20, 5_000)).await.unwrap().ordered().unwrap();
    let deposit = ordered.deposit().unwrap().clone();
    assert_eq!(deposit.amount.to_string(), "100 USDC");
    // The same key orders nothing else.
    let again = order.finish_payout(polling(20, 5_000)).await.unwrap().ordered().unwrap();
    assert_eq!(again.deposit(), Some(&deposit));

    wallet.sandbox.receive_crypto(&deposit.order_id, deposit.amount.amount()).unwrap();
    let credited = wallet.credited(1).await;
    assert_eq!(wallet.order_of(&credited[0]).await, deposit.order_id);
}

/// A refused payout needs a new key, as its own stays in progress for good.
#[tokio::test]
async fn refused_payout_is_ordered_with_a_new_key() {
    let wallet = Wallet::open().await;
    let customer_id = wallet.sandbox.add_customer(&[]);
    let crypto = wallet.api.crypto();
    let order = crypto.order_headless_payout(payout(&customer_id)).idempotent().unwrap();
    let refused = order.finish_payout(polling(20, 300)).await.unwrap();
    assert!(matches!(refused, PayoutOutcome::NeedsNewKey(_)), "{refused:?}");
    let stuck = order.finish_payout(polling(20, 300)).await.unwrap();
    assert!(matches!(stuck, PayoutOutcome::StillInProgress), "{stuck:?}");

    let approved = wallet.sandbox.add_customer(&["NOAH"]);
    let order = crypto.order_headless_payout(payout(&approved)).idempotent().unwrap();
    assert!(order.finish_payout(polling(20, 300)).await.unwrap().ordered().is_some());
}
