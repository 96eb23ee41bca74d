//! Requests for quotes whose currencies cannot be swapped.

use meld_client_core::Error;

use crate::codes::{CryptoCurrency, FiatCurrency, PaymentMethodId};
use crate::codes::{check_country, check_wallet};
use crate::customers::CustomerRef;
use crate::money::Money;
use crate::payments::check_amount;

/// A request for quotes to buy or sell crypto.
///
/// Meld derives the direction from the currencies: if they are swapped, it quotes the opposite direction without an
/// error. The types of the parameters prevent that.
///
/// Pass it as the body of `create_quote`, which exists from 2025-03-04 on.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::Money;
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
/// use meld_client::customers::CustomerRef;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let (usd, usdc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("USDC_BASE")?);
/// let request = QuoteRequest::buy("US", Money::new(100, usd), usdc)
///     .wallet_address("0x5125e50f9e6d8f4a3b2c1d0e")
///     .customer(CustomerRef::external_id("customer-1"));
/// let quotes = meld.v2026_02_03().crypto().create_quote().body(request).send().await?;
/// # assert!(quotes.best().is_some());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
#[derive(Clone, PartialEq)]
#[must_use]
pub struct QuoteRequest {
    pub(crate) country_code: String,
    pub(crate) source: Money,
    pub(crate) destination_currency_code: String,
    pub(super) wallet_address: Option<String>,
    pub(super) customer: Option<CustomerRef>,
    pub(crate) payment_method: Option<PaymentMethodId>,
    pub(super) service_providers: Vec<String>,
    pub(super) subdivision: Option<String>,
}

// Contains personal data, so `Debug` prints only the name of the type.
meld_client_core::opaque!(QuoteRequest);

impl QuoteRequest {
    /// Requests quotes for buying crypto.
    ///
    /// `country_code` is an ISO 3166-1 alpha-2 code: `US`. The user pays `amount` and gets `get`.
    pub fn buy(country_code: impl Into<String>, amount: Money<FiatCurrency>, get: CryptoCurrency) -> Self {
        Self::new(country_code.into(), amount.into(), get.into())
    }

    /// Requests quotes for selling crypto.
    ///
    /// `country_code` is an ISO 3166-1 alpha-2 code: `US`. The user sells `amount` and gets `get`.
    pub fn sell(country_code: impl Into<String>, amount: Money<CryptoCurrency>, get: FiatCurrency) -> Self {
        Self::new(country_code.into(), amount.into(), get.into())
    }

    fn new(country_code: String, source: Money, destination: String) -> Self {
        Self {
            country_code,
            source,
            destination_currency_code: destination,
            wallet_address: None,
            customer: None,
            payment_method: None,
            service_providers: Vec::new(),
            subdivision: None,
        }
    }

    /// Sets the wallet address of the user. With wallet and customer, the scores of the quotes are specific to the
    /// user.
    pub fn wallet_address(self, wallet_address: impl Into<String>) -> Self {
        Self { wallet_address: Some(wallet_address.into()), ..self }
    }

    /// Sets the customer. With wallet and customer, the scores of the quotes are specific to the user.
    pub fn customer(self, customer: CustomerRef) -> Self {
        Self { customer: Some(customer), ..self }
    }

    /// Sets the payment method, such as `PaymentMethodId::new("APPLE_PAY")?`. By default, each provider uses its own.
    pub fn payment_method(self, payment_method: PaymentMethodId) -> Self {
        Self { payment_method: Some(payment_method), ..self }
    }

    /// Limits the quotes to these providers, such as `TRANSAK`.
    pub fn service_providers(self, service_providers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { service_providers: service_providers.into_iter().map(Into::into).collect(), ..self }
    }

    /// Sets the subdivision of the country (ISO 3166-2: `US-CA`), which some providers need.
    pub fn subdivision(self, subdivision: impl Into<String>) -> Self {
        Self { subdivision: Some(subdivision.into()), ..self }
    }

    /// Returns the amount that the customer pays: fiat money for a purchase, crypto for a sale.
    #[must_use]
    pub fn source(&self) -> &Money {
        &self.source
    }

    /// Refuses a request that Meld would reject.
    pub(super) fn check(&self) -> Result<(), Error> {
        check_country(&self.country_code)?;
        check_amount(self.source.amount())?;
        self.wallet_address.as_deref().map_or(Ok(()), |it| check_wallet("walletAddress", it))
    }
}

#[cfg(test)]
#[cfg(all(feature = "v2025-03-04", feature = "v2026-02-03", feature = "crypto"))]
mod tests {
    use super::*;
    use crate::for_versions::v2025_03_04;
    use crate::for_versions::v2026_02_03;
    use meld_client_core::Decimal;

    fn buy() -> QuoteRequest {
        let (usd, btc) = (FiatCurrency::new("USD").unwrap(), CryptoCurrency::new("BTC").unwrap());
        QuoteRequest::buy("US", Money::minor(12345, usd).unwrap(), btc)
    }

    #[test]
    fn currencies_are_on_the_right_sides() {
        let (usd, btc) = (FiatCurrency::new("USD").unwrap(), CryptoCurrency::new("BTC").unwrap());
        let sell = QuoteRequest::sell("US", Money::new(Decimal::new(1, 3), btc), usd);
        for (request, source, destination) in [(buy(), "USD", "BTC"), (sell, "BTC", "USD")] {
            let old: v2025_03_04::crypto::types::CryptoQuoteRequest = request.clone().try_into().unwrap();
            let new: v2026_02_03::crypto::types::CryptoQuoteRequest = request.try_into().unwrap();
            assert_eq!((old.source_currency_code, old.source_amount), (source.into(), new.source_amount));
            assert_eq!(new.source_currency_code, source);
            assert_eq!(new.destination_currency_code, destination);
            assert_eq!(new.country_code, "US");
        }
    }

    #[test]
    fn optional_fields_are_sent() {
        let request = buy()
            .wallet_address("0x1")
            .customer(CustomerRef::external_id("robin"))
            .payment_method(PaymentMethodId::new("ACH").unwrap())
            .service_providers(["TRANSAK", "BRAND_NEW"])
            .subdivision("US-CA");
        let sent: v2026_02_03::crypto::types::CryptoQuoteRequest = request.clone().try_into().unwrap();
        assert_eq!(sent.source_amount.to_string(), "123.45");
        assert_eq!(sent.wallet_address.as_deref(), Some("0x1"));
        assert_eq!((sent.customer_id, sent.external_customer_id), (None, Some("robin".to_owned())));
        assert_eq!(sent.payment_method_type.as_deref(), Some("ACH"));
        assert_eq!(sent.service_providers[1], "BRAND_NEW");
        assert_eq!(sent.subdivision.as_deref(), Some("US-CA"));
        let sent: v2026_02_03::crypto::types::CryptoQuoteRequest =
            request.customer(CustomerRef::id("W1")).try_into().unwrap();
        assert_eq!((sent.customer_id, sent.external_customer_id), (Some("W1".to_owned()), None));
    }

    #[test]
    fn invalid_countries_are_refused() {
        for country_code in ["USA", "us", "U", "", "ÄÄ", "UK", "ZZ"] {
            let request = QuoteRequest { country_code: country_code.to_owned(), ..buy() };
            let sent = v2026_02_03::crypto::types::CryptoQuoteRequest::try_from(request);
            assert_eq!(sent.unwrap_err().field(), Some("countryCode"), "{country_code}");
        }
    }

    #[test]
    fn invalid_amounts_are_refused() {
        for amount in [Decimal::ZERO, Decimal::from(-1)] {
            let request = QuoteRequest { source: Money::new(amount, FiatCurrency::new("USD").unwrap()), ..buy() };
            let sent = v2026_02_03::crypto::types::CryptoQuoteRequest::try_from(request);
            assert_eq!(sent.unwrap_err().field(), Some("sourceAmount"), "{amount}");
        }
    }
}
