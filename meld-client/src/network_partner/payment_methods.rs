//! Payment methods and their limits.

use super::versions::{Limits, PaymentMethod, RouteMethod};
use crate::Decimal;
use crate::crypto::PaymentMethodId;

/// Reads the id of a payment method in a discovery response.
pub trait PaymentMethodExt: PaymentMethod {
    /// Returns the id for quotes and sessions: `method` in the list of payment methods, `name` in routes.
    ///
    /// Never returns the display name (`name` in the list) or the provider's name (`providerMethod`,
    /// `partnerMethodName`). `None` if the id is missing.
    fn method_id(&self) -> Option<PaymentMethodId> {
        self.id().and_then(PaymentMethodId::given)
    }
}

impl<M: PaymentMethod> PaymentMethodExt for M {}

/// Compares amounts with the limits of a route's payment method.
pub trait RouteMethodExt: PaymentMethodExt + RouteMethod {
    /// Compares an amount with the limits, which are in one currency, usually the fiat currency.
    fn check_amount(&self, amount: Decimal, currency: impl AsRef<str>) -> AmountCheck {
        check_limits(amount, currency.as_ref(), self.limits())
    }
}

impl<M: RouteMethod> RouteMethodExt for M {}

/// The result of comparing an amount with limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountCheck {
    /// The amount is within the limits.
    Fits,
    /// The amount is less than the minimum.
    TooLow {
        /// The minimum.
        min: Decimal,
    },
    /// The amount is more than the maximum.
    TooHigh {
        /// The maximum.
        max: Decimal,
    },
    /// There are no limits, or none in this currency. Create a quote to find out.
    Unknown,
}

fn check_limits(amount: Decimal, currency: &str, limits: Option<Limits<'_>>) -> AmountCheck {
    let Some((Some(limited), min, max)) = limits else { return AmountCheck::Unknown };
    if !limited.trim().eq_ignore_ascii_case(currency.trim()) {
        return AmountCheck::Unknown;
    }
    match (min, max) {
        (None, None) => AmountCheck::Unknown,
        (Some(min), _) if amount < min => AmountCheck::TooLow { min },
        (_, Some(max)) if amount > max => AmountCheck::TooHigh { max },
        _ => AmountCheck::Fits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_compared_with_limits() {
        let decimal = |number: i64| Decimal::new(number, 2);
        let both = Some((Some("USD"), Some(decimal(3000)), Some(decimal(2_000_000))));
        let (low, high) =
            (AmountCheck::TooLow { min: decimal(3000) }, AmountCheck::TooHigh { max: decimal(2_000_000) });
        for (amount, currency, limits, expected) in [
            (2999, "USD", both, low),
            (3000, "USD", both, AmountCheck::Fits),
            (3000, "usd", both, AmountCheck::Fits),
            (2_000_000, "USD", both, AmountCheck::Fits),
            (2_000_001, "USD", both, high),
            (5, "BTC", both, AmountCheck::Unknown),
            (5, "USD", None, AmountCheck::Unknown),
            (5, "USD", Some((None, Some(decimal(1)), None)), AmountCheck::Unknown),
            (5, "USD", Some((Some("USD"), None, None)), AmountCheck::Unknown),
            (5, "USD", Some((Some("USD"), Some(decimal(5)), None)), AmountCheck::Fits),
            (5, "USD", Some((Some("USD"), None, Some(decimal(5)))), AmountCheck::Fits),
        ] {
            assert_eq!(check_limits(decimal(amount), currency, limits), expected, "{amount} {currency}");
        }
    }
}
