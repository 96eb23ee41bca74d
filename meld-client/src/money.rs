//! Amounts of money: a number with its currency.

mod codec;
mod currency;
mod ext;
mod range;
mod versions;

use std::cmp::Ordering;
use std::fmt;

pub use currency::Currency;
pub use ext::MoneyExt;
pub use range::{AmountCheck, MoneyRange};

use meld_client_core::{Decimal, Error, iso};

use crate::codes::{CryptoCurrency, FiatCurrency};

/// An exact amount of one currency, fiat or crypto.
///
/// Meld's amounts are in major units: 500 with `USD` means five hundred dollars. Many payment APIs use minor units,
/// where 500 means five dollars. [`minor`](Self::minor) converts them.
///
/// Amounts of different currencies are never equal, and can neither be compared nor added.
///
/// `C` is the type of the currency: any ([`Currency`], the default), or of one kind only. A purchase of crypto takes a
/// `Money<FiatCurrency>`, for example. [`new`](Self::new) creates what the context asks for; `into` and `try_into`
/// convert.
///
/// # Examples
///
/// ```
/// use meld_client::crypto::{CryptoCurrency, FiatCurrency};
/// use meld_client::{Decimal, Money};
///
/// let usd = FiatCurrency::new("USD")?;
/// let ten_fifty: Money = Money::minor(1050, usd.clone())?;
/// assert_eq!(ten_fifty, Money::new(Decimal::new(105, 1), usd.clone()));
/// assert_eq!(ten_fifty.to_string(), "10.50 USD");
///
/// let total = ten_fifty.checked_add(&Money::new(5, usd)).expect("the same currency");
/// assert_eq!(total.to_string(), "15.50 USD");
/// assert_eq!("15.50 USD".parse::<Money>()?, total);
/// let btc: Money = Money::new(1, CryptoCurrency::new("BTC")?);
/// assert_eq!(total.checked_add(&btc), None);
/// assert!(Money::<FiatCurrency>::try_from(btc).is_err());
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Money<C = Currency> {
    amount: Decimal,
    currency: C,
}

impl<C> Money<C> {
    /// Creates an amount in major units: 5.25 with `USD` means five dollars and twenty-five cents.
    ///
    /// The method that takes the amount decides `C`. Name the type of an amount that no method takes:
    /// `let price: Money = Money::new(5, usd);`.
    #[must_use]
    pub fn new(amount: impl Into<Decimal>, currency: impl Into<C>) -> Self {
        Self { amount: amount.into(), currency: currency.into() }
    }

    /// Creates an amount in minor units: 525 with `USD` means five dollars and twenty-five cents.
    ///
    /// The yen has no minor unit, so 525 with `JPY` means 525 yen.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the currency is not listed
    /// ([`FiatCurrency::unlisted`]), so that its minor unit is unknown.
    pub fn minor(count: i64, currency: FiatCurrency) -> Result<Self, Error>
    where
        C: From<FiatCurrency>,
    {
        let why = "must be in major units, because the currency is not listed";
        let decimals = iso::decimals(currency.as_str());
        let decimals = decimals.ok_or_else(|| Error::invalid("sourceAmount", why))?;
        Ok(Self::new(Decimal::new(count, decimals), currency))
    }

    /// Returns the number in major units, as it is sent.
    #[must_use]
    pub fn amount(&self) -> Decimal {
        self.amount
    }

    /// Returns the currency.
    #[must_use]
    pub fn currency(&self) -> &C {
        &self.currency
    }

    /// Returns `true` if the amount is more than 0.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.amount > Decimal::ZERO
    }

    /// Returns the number and the currency.
    pub(crate) fn into_parts(self) -> (Decimal, C) {
        (self.amount, self.currency)
    }
}

impl Money {
    /// Creates an amount of a response. `None` if the number or the currency is missing.
    pub(crate) fn given(amount: Option<Decimal>, currency: Option<&str>) -> Option<Self> {
        Some(Self { amount: amount?, currency: Currency::given(currency?)? })
    }

    /// Refuses an amount that cannot be moved: not more than 0, or with more decimals than the currency (ISO 4217).
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !self.is_positive() {
            return Err(Error::invalid("sourceAmount", "must be more than 0"));
        }
        if let Some(decimals) = iso::decimals(self.currency.as_str())
            && self.amount.normalize().scale() > decimals
        {
            let why = format!("must have at most {decimals} decimals in {}", self.currency);
            return Err(Error::invalid("sourceAmount", why));
        }
        Ok(())
    }
}

impl<C: Clone + PartialEq> Money<C> {
    /// Adds an amount of the same currency. `None` if the currencies differ, or if the sum has more than 28 digits.
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        self.combine(other, Decimal::checked_add)
    }

    /// Subtracts an amount of the same currency. `None` if the currencies differ, or if the difference has more than 28
    /// digits.
    #[must_use]
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        self.combine(other, Decimal::checked_sub)
    }

    fn combine(&self, other: &Self, operation: impl Fn(Decimal, Decimal) -> Option<Decimal>) -> Option<Self> {
        if self.currency != other.currency {
            return None;
        }
        let amount = operation(self.amount, other.amount)?;
        // Rounding to fit would lose digits silently.
        let is_exact = amount.scale() >= self.amount.normalize().scale().max(other.amount.normalize().scale());
        (is_exact || amount.is_zero()).then(|| Self { amount, currency: self.currency.clone() })
    }
}

impl From<Money<FiatCurrency>> for Money {
    fn from(Money { amount, currency }: Money<FiatCurrency>) -> Self {
        Self { amount, currency: currency.into() }
    }
}

impl From<Money<CryptoCurrency>> for Money {
    fn from(Money { amount, currency }: Money<CryptoCurrency>) -> Self {
        Self { amount, currency: currency.into() }
    }
}

/// Fails if the currency is not a listed fiat currency.
impl TryFrom<Money> for Money<FiatCurrency> {
    type Error = Error;

    fn try_from(Money { amount, currency }: Money) -> Result<Self, Error> {
        Ok(Self { amount, currency: FiatCurrency::new(currency)? })
    }
}

/// Fails if the currency is a fiat currency.
impl TryFrom<Money> for Money<CryptoCurrency> {
    type Error = Error;

    fn try_from(Money { amount, currency }: Money) -> Result<Self, Error> {
        if currency.is_fiat() {
            return Err(Error::invalid("cryptoCurrencyCode", "must not be a fiat currency"));
        }
        Ok(Self { amount, currency: CryptoCurrency::new(currency)? })
    }
}

/// Compares amounts of the same currency. `None` if the currencies differ.
impl<C: PartialEq> PartialOrd for Money<C> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.amount.cmp(&other.amount))
    }
}

/// Writes `10.50 USD`: at least the decimals of a fiat currency, and never fewer than the amount has.
impl<C: AsRef<str>> fmt::Display for Money<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let amount = self.amount.normalize();
        let currency = self.currency.as_ref();
        let decimals = iso::decimals(currency).unwrap_or_default().max(amount.scale());
        let text = format!("{amount:.digits$} {currency}", digits = decimals as usize);
        formatter.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fiat(amount: &str, code: &str) -> Money {
        Money::new(amount.parse::<Decimal>().unwrap(), FiatCurrency::new(code).unwrap())
    }

    fn crypto(amount: &str, code: &str) -> Money {
        Money::new(amount.parse::<Decimal>().unwrap(), CryptoCurrency::new(code).unwrap())
    }

    #[test]
    fn minor_units_follow_the_currency() {
        for (code, text) in [("USD", "5.00 USD"), ("JPY", "500 JPY"), ("TND", "0.500 TND")] {
            let money: Money = Money::minor(500, FiatCurrency::new(code).unwrap()).unwrap();
            assert_eq!(money.to_string(), text);
        }
        assert!(Money::<Currency>::minor(5, FiatCurrency::unlisted("QQQ").unwrap()).is_err());
    }

    #[test]
    fn display_keeps_every_digit() {
        for (money, text) in [
            (fiat("10.5", "USD"), "10.50 USD"),
            (fiat("10.50000", "USD"), "10.50 USD"),
            (fiat("10.505", "USD"), "10.505 USD"),
            (fiat("1000", "JPY"), "1000 JPY"),
            (fiat("-3", "EUR"), "-3.00 EUR"),
            (crypto("0.000000000000000001", "ETH"), "0.000000000000000001 ETH"),
            (crypto("100", "USDC_BASE"), "100 USDC_BASE"),
        ] {
            assert_eq!(money.to_string(), text);
        }
        assert_eq!(format!("[{:>10}]", fiat("5", "USD")), "[  5.00 USD]");
    }

    #[test]
    fn currencies_are_never_mixed() {
        let (usd, eur) = (fiat("5", "USD"), fiat("5", "EUR"));
        assert_ne!(usd, eur);
        assert_eq!((usd.partial_cmp(&eur), usd.checked_add(&eur), usd.checked_sub(&eur)), (None, None, None));
        assert!(fiat("5.00", "USD") == usd && fiat("4.99", "USD") < usd);
        assert_eq!(usd.checked_sub(&fiat("7.25", "USD")), Some(fiat("-2.25", "USD")));
        assert_ne!(crypto("1", "USDC"), crypto("1", "USDC_BASE"));
    }

    #[test]
    fn kinds_of_currencies_are_converted() {
        let usd: Money<FiatCurrency> = fiat("5", "USD").try_into().unwrap();
        assert_eq!((usd.to_string(), Money::from(usd)), ("5.00 USD".to_owned(), fiat("5", "USD")));
        let btc: Money<CryptoCurrency> = crypto("5", "BTC").try_into().unwrap();
        assert_eq!(Money::from(btc), crypto("5", "BTC"));
        assert!(Money::<FiatCurrency>::try_from(crypto("5", "BTC")).is_err());
        assert!(Money::<CryptoCurrency>::try_from(fiat("5", "USD")).is_err());
    }

    #[test]
    fn sums_are_exact_or_none() {
        let small = crypto("0.0000000000000000000000000001", "ETH");
        assert_eq!(crypto("1", "ETH").checked_add(&small).unwrap().to_string(), "1.0000000000000000000000000001 ETH");
        assert_eq!(crypto("100", "ETH").checked_add(&small), None, "a digit would be lost");
        assert_eq!(Money::new(Decimal::MAX, FiatCurrency::new("USD").unwrap()).checked_add(&fiat("1", "USD")), None);
        assert_eq!(small.checked_sub(&small).unwrap().to_string(), "0 ETH");
    }

    #[test]
    fn amounts_that_cannot_move_are_refused() {
        for money in [fiat("0", "USD"), fiat("-5", "USD"), fiat("5.001", "USD"), fiat("500.5", "JPY")] {
            assert_eq!(money.check().unwrap_err().field(), Some("sourceAmount"), "{money}");
        }
        assert!(fiat("5.000", "USD").check().is_ok() && crypto("0.00000001", "BTC").check().is_ok());
    }
}
