//! Payments in fiat money: charges, refunds, and quotes in between.

use meld_client::payments::PaymentMethodInputExt;
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::crypto::types::CryptoQuoteRequest;
use meld_client::v2026_02_03::payments::types::{
    PaymentMethodInput, PaymentRefundRequest, PaymentTransactionRequest, PaymentTransactionResponse,
};
use meld_client::{Call, Decimal};

use crate::order::{End, Order, ordered};

/// Pays, reads the payment, and refunds some payments.
pub async fn pay(api: &Api, client: usize, round: i64) -> Vec<Order> {
    let payments = api.payments();
    let amount = Decimal::new(100 + round % 900, 2);
    let request = PaymentTransactionRequest::builder()
        .source_amount(amount)
        .source_currency_code("USD")
        .payment_method(PaymentMethodInput::card("4242424242424242", "123", "12/30").unwrap())
        .external_customer_id(format!("customer-{client}"));
    let paid = of_fiat("charges", payments.create_transaction().body(request), amount).await;
    let mut orders = Vec::new();
    if let End::Done(id) = &paid.end {
        // Results are ignored: under load, some reads fail.
        let _ = payments.get_transaction().id(id).send().await;
        if round % 3 == 0 {
            let request = PaymentRefundRequest::builder().source_amount(amount);
            let refund = payments.refund_transaction().id(id).body(request);
            orders.push(of_fiat("refunds", refund, amount).await);
        }
    }
    orders.push(paid);
    let request = CryptoQuoteRequest::builder()
        .country_code("US")
        .source_currency_code("USD")
        .destination_currency_code("BTC")
        .source_amount(amount);
    let _ = api.crypto().create_quote().body(request).send().await;
    orders
}

async fn of_fiat<C: Call<Output = PaymentTransactionResponse>>(kind: &'static str, call: C, amount: Decimal) -> Order {
    let id = |response: &PaymentTransactionResponse| response.transaction.as_ref()?.id.clone();
    ordered(kind, call, amount, id).await.0
}
