//! Amounts of fiat currencies.

use meld_client_core::iso;

use super::check_amount;
use crate::crypto::FiatCurrency;
use crate::{Decimal, Error};

/// An amount of a fiat currency, for a capture or refund.
///
/// Meld's amounts are in major units: `500` with `USD` means five hundred dollars. Many payment APIs use minor units,
/// where `500` means five dollars. The constructors name the unit that they take.
///
/// # Examples
///
/// ```
/// use meld_client::Decimal;
/// use meld_client::crypto::FiatCurrency;
/// use meld_client::payments::Amount;
///
/// let usd = FiatCurrency::new("USD")?;
/// let five_dollars = Amount::minor(500, usd.clone())?;
/// assert_eq!(five_dollars, Amount::major(5, usd)?);
/// assert_eq!(five_dollars.value(), Decimal::from(5));
///
/// let yen = FiatCurrency::new("JPY")?;
/// assert_eq!(Amount::minor(500, yen)?.value(), Decimal::from(500));
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    value: Decimal,
    currency: FiatCurrency,
}

impl Amount {
    /// Creates an amount in major units: `5.25` with `USD` means five dollars and twenty-five cents.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the amount is not more than 0, or
    /// has more decimals than the currency (ISO 4217).
    pub fn major(value: impl Into<Decimal>, currency: FiatCurrency) -> Result<Self, Error> {
        let value = value.into();
        check_amount(value)?;
        if let Some(decimals) = iso::decimals(currency.as_str())
            && value.normalize().scale() > decimals
        {
            let why = format!("must have at most {decimals} decimals in {currency}");
            return Err(Error::invalid("sourceAmount", why));
        }
        Ok(Self { value, currency })
    }

    /// Creates an amount in minor units: `525` with `USD` means five dollars and twenty-five cents.
    ///
    /// The yen has no minor unit, so `525` with `JPY` means 525 yen.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the amount is not more than 0, or if
    /// the currency is not listed ([`FiatCurrency::unlisted`]), so that its minor unit is unknown.
    pub fn minor(count: i64, currency: FiatCurrency) -> Result<Self, Error> {
        let why = "must be in major units, because the currency is not listed";
        let decimals = iso::decimals(currency.as_str());
        let decimals = decimals.ok_or_else(|| Error::invalid("sourceAmount", why))?;
        Self::major(Decimal::new(count, decimals), currency)
    }

    /// Returns the amount in major units, as it is sent.
    #[must_use]
    pub fn value(&self) -> Decimal {
        self.value
    }

    /// Returns the currency.
    #[must_use]
    pub fn currency(&self) -> &FiatCurrency {
        &self.currency
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> FiatCurrency {
        FiatCurrency::new(code).unwrap()
    }

    #[test]
    fn minor_units_follow_the_currency() {
        for (code, value) in [("USD", "5.00"), ("JPY", "500"), ("TND", "0.500")] {
            let amount = Amount::minor(500, currency(code)).unwrap();
            assert_eq!(amount.value().to_string(), value, "{code}");
        }
        assert!(Amount::minor(5, FiatCurrency::unlisted("QQQ").unwrap()).is_err());
    }

    #[test]
    fn invalid_amounts_are_refused() {
        for (value, code) in [
            (Decimal::ZERO, "USD"),
            (Decimal::from(-5), "USD"),
            (Decimal::new(5001, 3), "USD"),
            (Decimal::new(5005, 1), "JPY"),
        ] {
            let error = Amount::major(value, currency(code)).unwrap_err();
            assert_eq!(error.field(), Some("sourceAmount"), "{value} {code}");
        }
        assert!(Amount::major(Decimal::new(5000, 3), currency("USD")).is_ok(), "5.000 is 5.00");
    }
}
