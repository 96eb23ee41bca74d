//! Sessions of widgets and checkout URLs.

use meld_client_core::serde_json::{Value, json};
use meld_client_core::{Decimal, Error};

use super::{Build, Sample, encoded};
use crate::crypto::{self, ServiceProvider};

pub(super) const REQUESTS: &[(&str, Build)] = &[
    ("crypto-session-widget", |sample| {
        let buy = buy(sample, "BTC").redirect_url(sample.at("/sessionData/redirectUrl"));
        encoded(session(crypto::SessionData::Buy(buy.build()?), "user_123", "session_456").build())
    }),
    ("crypto-session-widget-buy-2026", |sample| {
        let buy = buy(sample, "USDC")
            .source_amount(Decimal::from(200))
            .payment_method_type("CREDIT_DEBIT_CARD")
            .client_ip_address("203.0.113.7")
            .redirect_url(sample.at("/sessionData/redirectUrl"));
        encoded(session(crypto::SessionData::Buy(buy.build()?), "user_123", "session_456").build())
    }),
    ("crypto-session-widget-buy-old", |sample| {
        let buy = buy(sample, "ETH")
            .payment_method_type("CARD")
            .service_provider(ServiceProvider::Banxa)
            .redirect_url(sample.at("/sessionData/redirectUrl"));
        encoded(session(crypto::SessionData::Buy(buy.build()?), "customer1", "buysession1").build())
    }),
    ("crypto-session-widget-bypass-kyc", |sample| {
        let buy = buy(sample, "BTC").service_provider(ServiceProvider::Mercuryo).build()?;
        let session = crypto::SessionTokenForWidgetRequest::builder()
            .session_data(crypto::SessionData::Buy(buy))
            .bypass_kyc(true)
            .customer_id(sample.at("/customerId"));
        encoded(session.build())
    }),
    ("crypto-session-widget-lock-fields", |sample| {
        let locked = [crypto::LockField::DestinationCurrencyCode, crypto::LockField::WalletAddress];
        let buy = buy(sample, "USDC").lock_fields(locked).build()?;
        encoded(session(crypto::SessionData::Buy(buy), "test1", "test1").build())
    }),
    ("crypto-session-widget-quickstart-buy", |sample| {
        let buy = buy(sample, "USDC")
            .payment_method_type("CREDIT_DEBIT_CARD")
            .redirect_url(sample.at("/sessionData/redirectUrl"));
        encoded(session(crypto::SessionData::Buy(buy.build()?), "testCustomer", "testSession").build())
    }),
    ("crypto-session-widget-quickstart-sell", |sample| {
        let sell = sell("USDC", Decimal::from(100))
            .payment_method_type("ACH")
            .wallet_address(sample.at("/sessionData/walletAddress"))
            .redirect_url(sample.at("/sessionData/redirectUrl"));
        encoded(session(crypto::SessionData::Sell(sell.build()?), "testCustomer", "testSellSession").build())
    }),
    ("crypto-session-widget-sell", |_| {
        let sell = sell("ETH", Decimal::new(1, 2)).build()?;
        encoded(session(crypto::SessionData::Sell(sell), "customer1", "sellsession1").build())
    }),
    ("crypto-session-widget-sell-2026", |sample| {
        let sell = sell("USDC", Decimal::from(250))
            .payment_method_type("ACH")
            .wallet_address(sample.at("/sessionData/walletAddress"))
            .client_ip_address("203.0.113.7")
            .redirect_url(sample.at("/sessionData/redirectUrl"));
        encoded(session(crypto::SessionData::Sell(sell.build()?), "user_123", "session_789").build())
    }),
    ("crypto-session-widget-subaccount", |sample| {
        let session = crypto::SessionTokenForWidgetRequest::builder()
            .session_data(crypto::SessionData::Buy(buy(sample, "USDC").build()?))
            .external_customer_id("user1")
            .external_subaccount_customer_id("business1");
        encoded(session.build())
    }),
    ("crypto-session-widget-transfer", |sample| {
        let transfer = transfer(["ETH"]).source_amount(Decimal::new(1, 2)).build()?;
        encoded(transfer_session(sample, transfer))
    }),
    ("crypto-session-widget-transfer-multi", |sample| {
        encoded(transfer_session(sample, transfer(["ETH", "ETH_ARBITRUM"]).build()?))
    }),
    ("crypto-session-widget-url", checkout),
    ("crypto-session-widget-url-minimal", |_| {
        encoded(crypto::CheckoutUrlRequest::builder().public_key("{{your_public_key}}").build())
    }),
    ("fragment-crypto-session-widget-url-locked", |sample| {
        let prefill = crypto::CheckoutPrefill::builder()
            .destination_currency_code("BTC")
            .wallet_address(sample.at("/prefill/walletAddress"));
        let checkout = crypto::CheckoutUrlRequest::builder()
            .public_key("{{your_public_key}}")
            .prefill(prefill.build()?)
            .locked([crypto::CheckoutField::DestinationCurrencyCode, crypto::CheckoutField::WalletAddress]);
        let mut fragment = encoded(checkout.build())?;
        assert_eq!(fragment["publicKey"].take(), json!("{{your_public_key}}"));
        Ok(super::without_nulls(fragment))
    }),
];

/// A purchase of 100 dollars from Transak.
fn buy(sample: &Sample, destination: &str) -> crypto::builder::CryptoBuySessionData {
    crypto::CryptoBuySessionData::builder()
        .country_code("US")
        .source_currency_code("USD")
        .destination_currency_code(destination)
        .source_amount(Decimal::from(100))
        .service_provider(ServiceProvider::Transak)
        .wallet_address(sample.at("/sessionData/walletAddress"))
}

fn sell(source: &str, amount: Decimal) -> crypto::builder::CryptoSellSessionData {
    crypto::CryptoSellSessionData::builder()
        .country_code("US")
        .source_currency_code(source)
        .destination_currency_code("USD")
        .source_amount(amount)
        .service_provider(ServiceProvider::Transak)
}

fn transfer<const N: usize>(sources: [&str; N]) -> crypto::builder::CryptoTransferSessionData {
    crypto::CryptoTransferSessionData::builder()
        .country_code("US")
        .source_currency_codes(sources)
        .service_provider(ServiceProvider::Mesh)
        .wallet_address("testWalletAddress")
}

fn transfer_session(
    sample: &Sample,
    transfer: crypto::CryptoTransferSessionData,
) -> Result<crypto::SessionTokenForWidgetRequest, Error> {
    session(crypto::SessionData::Transfer(transfer), "customer1", &sample.at("/externalSessionId")).build()
}

fn session(
    data: crypto::SessionData,
    external_customer_id: &str,
    external_session_id: &str,
) -> crypto::builder::SessionTokenForWidgetRequest {
    crypto::SessionTokenForWidgetRequest::builder()
        .session_data(data)
        .external_customer_id(external_customer_id)
        .external_session_id(external_session_id)
}

fn checkout(sample: &Sample) -> Result<Value, Error> {
    let prefill = crypto::CheckoutPrefill::builder()
        .country_code("DE")
        .source_currency_code("EUR")
        .destination_currency_code("ETH")
        .source_amount(Decimal::from(250))
        .payment_method_type("CARD")
        .wallet_address(sample.at("/prefill/walletAddress"));
    let whole = crypto::CheckoutUrlRequest::builder()
        .public_key("{{your_public_key}}")
        .session_type(crypto::CheckoutSessionType::Buy)
        .prefill(prefill.build()?)
        .locked([crypto::CheckoutField::WalletAddress, crypto::CheckoutField::SourceAmount])
        .redirect_url("https://yourapp.com/crypto/complete")
        .external_customer_id("user_789")
        .external_session_id("checkout_abc123");
    encoded(whole.build())
}
