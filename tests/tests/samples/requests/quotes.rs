//! Quotes and orders of virtual accounts.

use meld_client_core::Decimal;

use super::{Build, Sample, encoded};
use crate::crypto;

pub(super) const REQUESTS: &[(&str, Build)] = &[
    ("crypto-quote", |sample| encoded(buy(sample, 200).build())),
    ("crypto-quote-amount-as-string", |sample| {
        let quote = pair("US", "USD", "ETH", Decimal::from(200)).external_customer_id("user_123");
        encoded(quote.wallet_address(sample.at("/walletAddress")).build())
    }),
    ("crypto-quote-buy-old", |_| {
        let quote = pair("US", "USD", "ETH", Decimal::from(100)).wallet_address("testWalletAddress");
        encoded(quote.payment_method_type("CARD").build())
    }),
    ("crypto-quote-headless-payin", |sample| {
        let quote = ach("USD", "USDC", 100).customer_id(sample.at("/customerId"));
        encoded(quote.wallet_address(sample.at("/walletAddress")).build())
    }),
    ("crypto-quote-headless-payout", |sample| {
        encoded(ach("USDC", "USD", 100).customer_id(sample.at("/customerId")).build())
    }),
    ("crypto-quote-native-apple-pay", |_| {
        encoded(pair("FR", "EUR", "BTC", Decimal::from(15)).payment_method_type("APPLE_PAY").build())
    }),
    ("crypto-quote-quickstart-btc", |_| encoded(card("BTC", 100).build())),
    ("crypto-quote-quickstart-buy", |_| encoded(card("USDC", 100).build())),
    ("crypto-quote-quickstart-sell", |_| encoded(ach("USDC", "USD", 100).build())),
    ("crypto-quote-sell", |_| encoded(ach("USDC", "USD", 250).external_customer_id("user_123").build())),
    ("crypto-quote-sell-flow", |_| encoded(pair("US", "ETH", "USD", Decimal::new(1, 2)).build())),
    ("virtual-account-quote", |sample| {
        let quote = crypto::CryptoVirtualAccountQuoteRequest::builder()
            .customer_id(sample.at("/customerId"))
            .country_code("US")
            .source_amount(Decimal::from(100))
            .source_currency_code("USD")
            .destination_currency_code("USDC")
            .payment_method_type("ACH");
        encoded(quote.build())
    }),
    ("virtual-account-onramp-order", |sample| {
        let order = crypto::VirtualAccountOnrampOrderRequest::builder()
            .customer_id(sample.at("/customerId"))
            .source_amount(Decimal::from(100))
            .source_currency_code("USD")
            .destination_currency_code("USDC")
            .destination_wallet_address(sample.at("/destinationWalletAddress"))
            .payment_method_type("ACH")
            .service_provider(crypto::ServiceProvider::Noah);
        encoded(order.build())
    }),
    ("virtual-account-offramp-order", |sample| {
        let details = super::headless::ach_details(sample.at("/paymentMethod/details/accountNumber"))?;
        let method =
            crypto::PaymentMethod::builder().owner("Robin Example").details(crypto::PaymentMethodDetails::Ach(details));
        let order = crypto::VirtualAccountOfframpOrderRequest::builder()
            .customer_id(sample.at("/customerId"))
            .source_amount(Decimal::from(100))
            .source_currency_code("USDC")
            .destination_currency_code("USD")
            .source_wallet_address(sample.at("/sourceWalletAddress"))
            .payment_method(method.build()?)
            .service_provider(crypto::ServiceProvider::Noah);
        encoded(order.build())
    }),
];

type Quote = crypto::builder::CryptoQuoteRequest;

/// A quote without a payment method.
fn pair(country: &str, source: &str, destination: &str, amount: Decimal) -> Quote {
    crypto::CryptoQuoteRequest::builder()
        .country_code(country)
        .source_currency_code(source)
        .destination_currency_code(destination)
        .source_amount(amount)
}

fn ach(source: &str, destination: &str, amount: i64) -> Quote {
    pair("US", source, destination, Decimal::from(amount)).payment_method_type("ACH")
}

fn card(destination: &str, amount: i64) -> Quote {
    pair("US", "USD", destination, Decimal::from(amount)).payment_method_type("CREDIT_DEBIT_CARD")
}

fn buy(sample: &Sample, amount: i64) -> Quote {
    card("USDC", amount).external_customer_id("user_123").wallet_address(sample.at("/walletAddress"))
}
