//! Ranges of amounts.

use std::fmt;

use meld_client_core::Decimal;

use super::{Currency, Money};

/// The limits of a payment method: amounts of one currency, each end inclusive or open.
///
/// # Examples
///
/// ```
/// use meld_client::crypto::FiatCurrency;
/// use meld_client::{AmountCheck, Money, MoneyRange};
///
/// let usd = FiatCurrency::new("USD")?;
/// let limits = MoneyRange::new(Some(10.into()), Some(20_000.into()), usd.clone());
/// assert_eq!(limits.to_string(), "10.00 USD to 20000.00 USD");
/// assert_eq!(limits.check(&Money::new(50, usd.clone())), AmountCheck::Fits);
/// let min = Money::new(10, usd.clone());
/// assert_eq!(limits.check(&Money::new(5, usd)), AmountCheck::TooLow { min });
/// # Ok::<(), meld_client::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MoneyRange {
    min: Option<Decimal>,
    max: Option<Decimal>,
    currency: Currency,
}

/// The result of comparing an amount with limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountCheck {
    /// The amount is within the limits.
    Fits,
    /// The amount is less than the minimum.
    TooLow {
        /// The minimum.
        min: Money,
    },
    /// The amount is more than the maximum.
    TooHigh {
        /// The maximum.
        max: Money,
    },
    /// There are no limits, or none in this currency. Create a quote to find out.
    Unknown,
}

impl MoneyRange {
    /// Creates a range. `None` leaves an end open.
    #[must_use]
    pub fn new(min: Option<Decimal>, max: Option<Decimal>, currency: impl Into<Currency>) -> Self {
        Self { min, max, currency: currency.into() }
    }

    /// Creates the range of a response. `None` if the currency is missing.
    #[cfg(any(test, feature = "network_partner", feature = "service_providers"))]
    pub(crate) fn given(min: Option<Decimal>, max: Option<Decimal>, currency: Option<&str>) -> Option<Self> {
        Some(Self { min, max, currency: Currency::given(currency?)? })
    }

    /// Returns the minimum. `None` if there is none.
    #[must_use]
    pub fn min(&self) -> Option<Money> {
        self.min.map(|min| Money::new(min, self.currency.clone()))
    }

    /// Returns the maximum. `None` if there is none.
    #[must_use]
    pub fn max(&self) -> Option<Money> {
        self.max.map(|max| Money::new(max, self.currency.clone()))
    }

    /// Returns the currency.
    #[must_use]
    pub fn currency(&self) -> &Currency {
        &self.currency
    }

    /// Compares an amount with the limits.
    #[must_use]
    pub fn check(&self, amount: &Money) -> AmountCheck {
        // Providers spell codes in either case.
        if !self.currency.as_str().eq_ignore_ascii_case(amount.currency().as_str()) {
            return AmountCheck::Unknown;
        }
        match (self.min, self.max) {
            (None, None) => AmountCheck::Unknown,
            (Some(min), _) if amount.amount() < min => AmountCheck::TooLow { min: self.money(min) },
            (_, Some(max)) if amount.amount() > max => AmountCheck::TooHigh { max: self.money(max) },
            _ => AmountCheck::Fits,
        }
    }

    /// Returns the smallest range that contains both. `None` if the currencies differ.
    #[must_use]
    pub fn union(&self, other: &Self) -> Option<Self> {
        let end = |one: Option<Decimal>, other: Option<Decimal>, choose: fn(Decimal, Decimal) -> Decimal| {
            Some(choose(one?, other?))
        };
        (self.currency == other.currency).then(|| Self {
            min: end(self.min, other.min, Decimal::min),
            max: end(self.max, other.max, Decimal::max),
            currency: self.currency.clone(),
        })
    }

    fn money(&self, amount: Decimal) -> Money {
        Money::new(amount, self.currency.clone())
    }
}

/// Writes `10.00 USD to 20000.00 USD`.
impl fmt::Display for MoneyRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min(), self.max()) {
            (Some(min), Some(max)) => write!(formatter, "{min} to {max}"),
            (Some(min), None) => write!(formatter, "from {min}"),
            (None, Some(max)) => write!(formatter, "up to {max}"),
            (None, None) => write!(formatter, "any amount of {}", self.currency),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(min: Option<i64>, max: Option<i64>) -> MoneyRange {
        let decimal = |cents: Option<i64>| cents.map(|cents| Decimal::new(cents, 2));
        MoneyRange::given(decimal(min), decimal(max), Some("USD")).unwrap()
    }

    #[test]
    fn amounts_are_compared_with_limits() {
        let money = |cents, code| Money::given(Some(Decimal::new(cents, 2)), Some(code)).unwrap();
        let both = range(Some(3000), Some(2_000_000));
        let low = AmountCheck::TooLow { min: money(3000, "USD") };
        let high = AmountCheck::TooHigh { max: money(2_000_000, "USD") };
        for (cents, code, limits, expected) in [
            (2999, "USD", &both, low),
            (3000, "USD", &both, AmountCheck::Fits),
            (3000, "usd", &both, AmountCheck::Fits),
            (2_000_000, "USD", &both, AmountCheck::Fits),
            (2_000_001, "USD", &both, high),
            (5, "BTC", &both, AmountCheck::Unknown),
            (5, "USD", &range(None, None), AmountCheck::Unknown),
            (5, "USD", &range(Some(5), None), AmountCheck::Fits),
            (5, "USD", &range(None, Some(5)), AmountCheck::Fits),
        ] {
            assert_eq!(limits.check(&money(cents, code)), expected, "{cents} {code}");
        }
        assert!(MoneyRange::given(None, None, Some(" ")).is_none());
    }

    #[test]
    fn union_is_open_where_one_range_is() {
        let joined = |one: MoneyRange, other: MoneyRange| one.union(&other).unwrap().to_string();
        assert_eq!(joined(range(Some(500), Some(900)), range(Some(300), Some(700))), "3.00 USD to 9.00 USD");
        assert_eq!(joined(range(Some(500), None), range(Some(300), Some(700))), "from 3.00 USD");
        assert_eq!(joined(range(None, Some(900)), range(Some(300), Some(700))), "up to 9.00 USD");
        let euros = MoneyRange::given(None, None, Some("EUR")).unwrap();
        assert_eq!(range(None, None).union(&euros), None);
    }
}
