//! Requests for quotes that cannot be the wrong way round.

use super::{CryptoCurrency, FiatCurrency, PaymentMethodId};
use crate::Decimal;
use crate::customers::CustomerRef;

/// What quotes are asked for: to buy crypto, or to sell it.
///
/// Meld tells the one from the other by the currencies alone: a request with its currencies crossed is not refused but
/// priced as the opposite. Here the types say which is which.
///
/// It is the body of a call, where there are quotes (from 2025-03-04 on):
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::Decimal;
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
/// use meld_client::customers::CustomerRef;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let (usd, usdc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("USDC_BASE")?);
/// let request = QuoteRequest::buy("US", Decimal::from(100), usd, usdc)
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
    country_code: String,
    source_amount: Decimal,
    source_currency_code: String,
    destination_currency_code: String,
    wallet_address: Option<String>,
    customer: Option<CustomerRef>,
    payment_method: Option<PaymentMethodId>,
    service_providers: Vec<String>,
    subdivision: Option<String>,
}

// It tells of a person.
meld_client_core::opaque!(QuoteRequest);

impl QuoteRequest {
    /// Requests quotes for buying crypto in a country (ISO 3166-1 alpha-2: `US`). `amount` is paid, in major units of
    /// `pay`: `100` is a hundred dollars.
    pub fn buy(
        country_code: impl Into<String>,
        amount: Decimal,
        pay: FiatCurrency,
        get: CryptoCurrency,
    ) -> Self {
        Self::new(country_code.into(), amount, pay.into(), get.into())
    }

    /// Requests quotes for selling crypto in a country. `amount` is sold, in whole units of `sell`: `0.5` is half a
    /// bitcoin.
    pub fn sell(
        country_code: impl Into<String>,
        amount: Decimal,
        sell: CryptoCurrency,
        get: FiatCurrency,
    ) -> Self {
        Self::new(country_code.into(), amount, sell.into(), get.into())
    }

    fn new(country_code: String, amount: Decimal, source: String, destination: String) -> Self {
        Self {
            country_code,
            source_amount: amount,
            source_currency_code: source,
            destination_currency_code: destination,
            wallet_address: None,
            customer: None,
            payment_method: None,
            service_providers: Vec::new(),
            subdivision: None,
        }
    }

    /// The wallet of the user. With it and the customer the scores of the quotes are made for this user.
    pub fn wallet_address(mut self, wallet_address: impl Into<String>) -> Self {
        self.wallet_address = Some(wallet_address.into());
        self
    }

    /// The customer. With it and the wallet the scores of the quotes are made for this user.
    pub fn customer(mut self, customer: CustomerRef) -> Self {
        self.customer = Some(customer);
        self
    }

    /// How the user pays or is paid. Without it each provider takes its own default.
    pub fn payment_method(mut self, payment_method: PaymentMethodId) -> Self {
        self.payment_method = Some(payment_method);
        self
    }

    /// Asks these providers only: `TRANSAK`.
    pub fn service_providers(
        mut self,
        service_providers: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.service_providers = service_providers.into_iter().map(Into::into).collect();
        self
    }

    /// The part of the country, where that matters (ISO 3166-2: `US-CA`).
    pub fn subdivision(mut self, subdivision: impl Into<String>) -> Self {
        self.subdivision = Some(subdivision.into());
        self
    }
}

/// The request as a version takes it.
macro_rules! quote_request {
    ($feature:literal, $version:ident) => {
        #[cfg(all(feature = $feature, feature = "crypto"))]
        impl TryFrom<QuoteRequest> for crate::$version::crypto::types::CryptoQuoteRequest {
            type Error = crate::Error;

            fn try_from(request: QuoteRequest) -> Result<Self, Self::Error> {
                super::codes::check_country(&request.country_code)?;
                super::positive_amount(request.source_amount)?;
                if let Some(address) = &request.wallet_address {
                    super::wallet("walletAddress", address)?;
                }
                let mut built = Self::builder()
                    .country_code(request.country_code)
                    .source_amount(request.source_amount)
                    .source_currency_code(request.source_currency_code)
                    .destination_currency_code(request.destination_currency_code)
                    .service_providers(request.service_providers.iter().map(String::as_str))
                    .build()?;
                built.wallet_address = request.wallet_address;
                built.payment_method_type = request.payment_method.map(String::from);
                built.subdivision = request.subdivision;
                match request.customer {
                    Some(CustomerRef::Id(id)) => built.customer_id = Some(id),
                    Some(CustomerRef::ExternalId(id)) => built.external_customer_id = Some(id),
                    None => {}
                }
                Ok(built)
            }
        }
    };
}

// Quotes are documented from 2025-03-04 on.
quote_request!("v2025-03-04", v2025_03_04);
quote_request!("v2026-02-03", v2026_02_03);

#[cfg(test)]
#[cfg(all(feature = "v2025-03-04", feature = "v2026-02-03", feature = "crypto"))]
mod tests {
    use super::*;
    use crate::{v2025_03_04, v2026_02_03};

    fn buy() -> QuoteRequest {
        let (usd, btc) = (FiatCurrency::new("USD").unwrap(), CryptoCurrency::new("BTC").unwrap());
        QuoteRequest::buy("US", Decimal::new(12345, 2), usd, btc)
    }

    #[test]
    fn each_currency_is_on_its_side() {
        let (usd, btc) = (FiatCurrency::new("USD").unwrap(), CryptoCurrency::new("BTC").unwrap());
        let sell = QuoteRequest::sell("US", Decimal::new(1, 3), btc, usd);
        for (request, source, destination) in [(buy(), "USD", "BTC"), (sell, "BTC", "USD")] {
            let old: v2025_03_04::crypto::types::CryptoQuoteRequest =
                request.clone().try_into().unwrap();
            let new: v2026_02_03::crypto::types::CryptoQuoteRequest = request.try_into().unwrap();
            assert_eq!(
                (old.source_currency_code, old.source_amount),
                (source.into(), new.source_amount)
            );
            assert_eq!(new.source_currency_code, source);
            assert_eq!(new.destination_currency_code, destination);
            assert_eq!(new.country_code, "US");
        }
    }

    #[test]
    fn all_that_is_set_is_sent() {
        let request = buy()
            .wallet_address("0x1")
            .customer(CustomerRef::external_id("robin"))
            .payment_method(PaymentMethodId::new("ACH").unwrap())
            .service_providers(["TRANSAK", "BRAND_NEW"])
            .subdivision("US-CA");
        let sent: v2026_02_03::crypto::types::CryptoQuoteRequest =
            request.clone().try_into().unwrap();
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
    fn a_country_that_is_none_is_refused() {
        for country_code in ["USA", "us", "U", "", "ÄÄ", "UK", "ZZ"] {
            let request = QuoteRequest { country_code: country_code.to_owned(), ..buy() };
            let sent = v2026_02_03::crypto::types::CryptoQuoteRequest::try_from(request);
            assert_eq!(sent.unwrap_err().field(), Some("countryCode"), "{country_code}");
        }
    }

    #[test]
    fn an_amount_that_is_none_is_refused() {
        for amount in [Decimal::ZERO, Decimal::from(-1)] {
            let request = QuoteRequest { source_amount: amount, ..buy() };
            let sent = v2026_02_03::crypto::types::CryptoQuoteRequest::try_from(request);
            assert_eq!(sent.unwrap_err().field(), Some("sourceAmount"), "{amount}");
        }
    }
}
