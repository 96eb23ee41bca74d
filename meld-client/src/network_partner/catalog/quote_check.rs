//! The validation of a quote request by a market.

use std::fmt;

use meld_client_core::Error;

use super::market::Market;
use super::scope::Direction;
use crate::crypto::QuoteRequest;
use crate::money::{AmountCheck, Money};

/// The reason why no provider can quote a request. Returned by [`Market::check_quote`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum QuoteMismatch {
    /// The request is for another direction, country or fiat currency than the market.
    OtherMarket,
    /// The country is not supported.
    Country(String),
    /// The fiat currency is not supported in the country.
    FiatCurrency(String),
    /// The cryptocurrency is not supported in the country.
    Coin(String),
    /// The payment method is not supported for the fiat currency.
    PaymentMethod(String),
    /// The amount is less than the minimum of all providers.
    TooLow {
        /// The amount of the request.
        amount: Money,
        /// The minimum.
        min: Money,
    },
    /// The amount is more than the maximum of all providers.
    TooHigh {
        /// The amount of the request.
        amount: Money,
        /// The maximum.
        max: Money,
    },
}

impl Market {
    /// Returns an error if no provider can quote a request, as far as the market knows.
    ///
    /// Unknown limits pass. A stale market may refuse a coin or payment method that is new.
    ///
    /// # Errors
    ///
    /// Returns the first [`QuoteMismatch`]. It converts to an [`Error`] of the kind
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
    pub fn check_quote(&self, request: &QuoteRequest) -> Result<(), QuoteMismatch> {
        let (source, destination) = (request.source.currency().as_str(), &*request.destination_currency_code);
        let (fiat, coin) = match self.direction() {
            Direction::Buy => (source, destination),
            Direction::Sell => (destination, source),
        };
        if request.country_code != self.country_code() || fiat != self.fiat().as_str() {
            return Err(QuoteMismatch::OtherMarket);
        }
        if !self.supports_country() {
            return Err(QuoteMismatch::Country(request.country_code.clone()));
        }
        if !self.supports_fiat(self.fiat()) {
            return Err(QuoteMismatch::FiatCurrency(fiat.to_owned()));
        }
        if !self.coins().iter().any(|known| known.code.as_str() == coin) {
            return Err(QuoteMismatch::Coin(coin.to_owned()));
        }
        let method = request.payment_method.as_ref();
        if let Some(method) = method.filter(|method| self.payment_method(method).is_none()) {
            return Err(QuoteMismatch::PaymentMethod(method.to_string()));
        }
        let amount = request.source().clone();
        match self.check_amount(&amount, method) {
            AmountCheck::TooLow { min } => Err(QuoteMismatch::TooLow { amount, min }),
            AmountCheck::TooHigh { max } => Err(QuoteMismatch::TooHigh { amount, max }),
            AmountCheck::Fits | AmountCheck::Unknown => Ok(()),
        }
    }
}

impl QuoteMismatch {
    /// Returns the field of the request.
    fn field(&self) -> &'static str {
        match self {
            Self::OtherMarket | Self::Country(_) => "countryCode",
            Self::FiatCurrency(_) | Self::Coin(_) => "destinationCurrencyCode",
            Self::PaymentMethod(_) => "paymentMethodType",
            Self::TooLow { .. } | Self::TooHigh { .. } => "sourceAmount",
        }
    }
}

impl fmt::Display for QuoteMismatch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherMarket => formatter.write_str("the request is for another direction, country or fiat currency"),
            Self::Country(code) => write!(formatter, "the country {code} is not supported"),
            Self::FiatCurrency(code) => write!(formatter, "the fiat currency {code} is not supported in the country"),
            Self::Coin(code) => write!(formatter, "the coin {code} is not supported in the country"),
            Self::PaymentMethod(id) => write!(formatter, "the payment method {id} is not supported"),
            Self::TooLow { amount, min } => write!(formatter, "{amount} is less than the minimum of {min}"),
            Self::TooHigh { amount, max } => write!(formatter, "{amount} is more than the maximum of {max}"),
        }
    }
}

impl std::error::Error for QuoteMismatch {}

impl From<QuoteMismatch> for Error {
    fn from(mismatch: QuoteMismatch) -> Self {
        Self::invalid(mismatch.field(), format!("cannot be quoted: {mismatch}"))
    }
}
