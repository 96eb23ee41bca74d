//! What sessions take over from a quote.

use super::{BuySession, SellSession, Settings};
use crate::crypto::codes::check_country;
use crate::customers::CustomerRef;
use crate::transactions::{TransactionType, filled};
use crate::{Decimal, Error};

/// A quote from which a session is made, with the same country, currencies, amount, payment method and provider. The
/// quotes of all versions that have some are such.
///
/// Open a session only for the quote that the user has chosen, never ahead.
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use std::net::Ipv4Addr;
///
/// use meld_client::Decimal;
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
/// use meld_client::customers::CustomerRef;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let crypto = meld.v2026_02_03().crypto();
/// let (usd, btc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("BTC")?);
/// let request = QuoteRequest::buy("US", Decimal::from(100), usd, btc);
/// let quotes = crypto.create_quote().body(request).send().await?;
/// let quote = quotes.best().ok_or("nobody sells that")?;
///
/// let customer = CustomerRef::external_id("customer-1");
/// let session = quote
///     .buy_session("2N3oefVeg6stiTb5Kh3ozCSkaqmx91FDbsm", customer)?
///     .client_ip(Ipv4Addr::new(203, 0, 113, 7))
///     .redirect_url("https://wallet.example/bought");
/// // Keep this before the session is opened: webhooks name it.
/// let id = session.external_session_id().to_owned();
/// let opened = crypto.create_widget_session().body(session).send().await?;
/// assert_eq!(opened.external_session_id, Some(id));
/// // Send the user there, to the address exactly as it came.
/// let address = opened.address().ok_or("no address")?;
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub trait CryptoExt {
    /// A session that buys by this quote; the crypto goes to this wallet.
    ///
    /// # Errors
    /// The quote is none of a purchase (`transactionType`), or does not say who sells, what, or how much is paid. The
    /// error names the field.
    fn buy_session(
        &self,
        wallet_address: impl Into<String>,
        customer: CustomerRef,
    ) -> Result<BuySession, Error>;

    /// A session that sells by this quote. Set its [`redirect_url`](SellSession::redirect_url) too.
    ///
    /// # Errors
    /// The quote is none of a sale (`transactionType`), or does not say who buys, what, or how much is sold. The error
    /// names the field.
    fn sell_session(&self, customer: CustomerRef) -> Result<SellSession, Error>;
}

/// What a quote says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Offer {
    /// Some responses leave it out.
    pub country_code: Option<String>,
    pub source_amount: Decimal,
    pub source_currency_code: String,
    pub destination_currency_code: String,
    pub payment_method: Option<String>,
    pub service_provider: String,
    /// The field that was set to something else than the quote says.
    contradicted: Option<&'static str>,
}

impl Offer {
    pub fn add_country_code(&mut self, country_code: String) {
        if *self.country_code.get_or_insert_with(|| country_code.clone()) != country_code {
            self.contradicted = Some("countryCode");
        }
    }

    pub fn add_payment_method(&mut self, payment_method: String) {
        if *self.payment_method.get_or_insert_with(|| payment_method.clone()) != payment_method {
            self.contradicted = Some("paymentMethodType");
        }
    }

    #[allow(dead_code, reason = "no version need be chosen")]
    pub fn check(&self) -> Result<(), Error> {
        let refuse = |field| Err(Error::invalid(field, "must be the one of the quote"));
        self.contradicted.map_or(Ok(()), refuse)?;
        self.country_code.as_deref().map_or(Ok(()), check_country)
    }
}

/// The fields of a quote that matter, as they came.
#[allow(dead_code, reason = "no version with quotes need be chosen")]
pub(super) struct Quoted<'a> {
    pub transaction_type: Option<&'a str>,
    pub country_code: Option<&'a str>,
    pub source_amount: Option<Decimal>,
    pub source_currency_code: Option<&'a str>,
    pub destination_currency_code: Option<&'a str>,
    pub payment_method: Option<&'a str>,
    pub service_provider: Option<&'a str>,
}

#[allow(dead_code, reason = "no version with quotes need be chosen")]
impl Quoted<'_> {
    pub fn buy_session(
        &self,
        wallet_address: String,
        customer: CustomerRef,
    ) -> Result<BuySession, Error> {
        Ok(BuySession {
            offer: self.offer(TransactionType::is_buy, "purchase")?,
            settings: Settings::new(customer),
            wallet_address,
            refund_wallet_address: None,
            institution_id: None,
        })
    }

    pub fn sell_session(&self, customer: CustomerRef) -> Result<SellSession, Error> {
        Ok(SellSession {
            offer: self.offer(TransactionType::is_sell, "sale")?,
            settings: Settings::new(customer),
            wallet_address: None,
            refund_wallet_address: None,
            redirect_flow: true,
        })
    }

    /// What the quote says, if it is of this direction.
    fn offer(
        &self,
        is_of_direction: impl Fn(&TransactionType) -> bool,
        direction: &str,
    ) -> Result<Offer, Error> {
        let kind = required("transactionType", self.transaction_type)?;
        if !is_of_direction(&TransactionType::from(kind.as_str())) {
            // Meld prices a request with crossed currencies as the opposite, without a word.
            let why = format!("of the quote is {kind}, which is no {direction}");
            return Err(Error::invalid("transactionType", why));
        }
        let amount = self.source_amount.ok_or_else(|| Error::missing("sourceAmount"))?;
        crate::crypto::positive_amount(amount)?;
        Ok(Offer {
            country_code: filled(self.country_code).map(str::to_owned),
            source_amount: amount,
            source_currency_code: required("sourceCurrencyCode", self.source_currency_code)?,
            destination_currency_code: required(
                "destinationCurrencyCode",
                self.destination_currency_code,
            )?,
            payment_method: filled(self.payment_method).map(str::to_owned),
            service_provider: required("serviceProvider", self.service_provider)?,
            contradicted: None,
        })
    }
}

#[allow(dead_code, reason = "no version with quotes need be chosen")]
fn required(field: &'static str, text: Option<&str>) -> Result<String, Error> {
    filled(text).map(str::to_owned).ok_or_else(|| Error::missing(field))
}

/// The quotes of a version; how they hold payment method and provider differs.
macro_rules! quoted_sessions {
    ($feature:literal, $version:ident, |$method:ident| $method_text:expr) => {
        #[cfg(all(feature = $feature, feature = "crypto"))]
        const _: () = {
            use crate::$version::crypto::types::CryptoQuote;

            fn quoted(quote: &CryptoQuote) -> Quoted<'_> {
                Quoted {
                    transaction_type: quote.transaction_type.as_deref(),
                    country_code: quote.country_code.as_deref(),
                    source_amount: quote.source_amount,
                    source_currency_code: quote.source_currency_code.as_deref(),
                    destination_currency_code: quote.destination_currency_code.as_deref(),
                    payment_method: quote.payment_method_type.as_ref().map(|$method| $method_text),
                    service_provider: quote.service_provider.as_ref().map(|one| one.as_str()),
                }
            }

            impl CryptoExt for CryptoQuote {
                fn buy_session(
                    &self,
                    wallet_address: impl Into<String>,
                    customer: CustomerRef,
                ) -> Result<BuySession, Error> {
                    quoted(self).buy_session(wallet_address.into(), customer)
                }

                fn sell_session(&self, customer: CustomerRef) -> Result<SellSession, Error> {
                    quoted(self).sell_session(customer)
                }
            }
        };
    };
}

quoted_sessions!("v2025-03-04", v2025_03_04, |method| method.as_str());
quoted_sessions!("v2026-02-03", v2026_02_03, |method| method.as_str());
