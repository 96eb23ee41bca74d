//! Payment methods, and what they take.

use crate::Decimal;
use crate::crypto::PaymentMethodId;

/// A payment method as discovery lists it.
pub trait PaymentMethodExt {
    /// The id that quotes and sessions take: `method` in the list of payment methods, `name` in routes. Never the name
    /// for users (`name` in the list), nor the provider's own (`providerMethod`, `partnerMethodName`).
    fn method_id(&self) -> Option<PaymentMethodId>;
}

/// A payment method of a route, with the amounts that it takes.
pub trait RouteMethodExt: PaymentMethodExt {
    /// Whether the method takes this amount of this currency. The limits are in one currency, mostly the fiat one.
    fn check_amount(&self, amount: Decimal, currency: impl AsRef<str>) -> AmountCheck;
}

/// How an amount fits limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AmountCheck {
    /// It is within them.
    Fits,
    /// It is less than this.
    TooLow {
        /// The least amount.
        least: Decimal,
    },
    /// It is more than this.
    TooHigh {
        /// The largest amount.
        most: Decimal,
    },
    /// There are no limits, or none in this currency: a quote will tell.
    NotKnown,
}

/// The limits of a method: their currency, the least and the largest amount.
#[allow(dead_code, reason = "no version with network partners need be chosen")]
type Limits<'a> = (Option<&'a str>, Option<Decimal>, Option<Decimal>);

#[allow(dead_code, reason = "no version with network partners need be chosen")]
fn check(amount: Decimal, currency: &str, limits: Option<Limits<'_>>) -> AmountCheck {
    let Some((Some(limited), least, most)) = limits else { return AmountCheck::NotKnown };
    if !limited.trim().eq_ignore_ascii_case(currency.trim()) {
        return AmountCheck::NotKnown;
    }
    match (least, most) {
        (None, None) => AmountCheck::NotKnown,
        (Some(least), _) if amount < least => AmountCheck::TooLow { least },
        (_, Some(most)) if amount > most => AmountCheck::TooHigh { most },
        _ => AmountCheck::Fits,
    }
}

/// Network partners are documented from 2026-02-03 on.
macro_rules! methods {
    ($feature:literal, $version:ident) => {
        #[cfg(all(feature = $feature, feature = "network_partner"))]
        const _: () = {
            use crate::$version::network_partner::types;

            impl PaymentMethodExt for types::SupportedPaymentMethod {
                fn method_id(&self) -> Option<PaymentMethodId> {
                    self.method.as_deref().and_then(PaymentMethodId::given)
                }
            }

            impl PaymentMethodExt for types::RoutePaymentMethod {
                fn method_id(&self) -> Option<PaymentMethodId> {
                    self.name.as_deref().and_then(PaymentMethodId::given)
                }
            }

            impl RouteMethodExt for types::RoutePaymentMethod {
                fn check_amount(&self, amount: Decimal, currency: impl AsRef<str>) -> AmountCheck {
                    let limits = self.limits.as_ref();
                    let limits = limits.map(|it| (it.currency_code.as_deref(), it.min, it.max));
                    check(amount, currency.as_ref(), limits)
                }
            }
        };
    };
}

methods!("v2026-02-03", v2026_02_03);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_within_limits_or_it_is_not_known() {
        let decimal = |number: i64| Decimal::new(number, 2);
        let both = Some((Some("USD"), Some(decimal(3000)), Some(decimal(2_000_000))));
        let (low, high) = (
            AmountCheck::TooLow { least: decimal(3000) },
            AmountCheck::TooHigh { most: decimal(2_000_000) },
        );
        for (amount, currency, limits, expected) in [
            (2999, "USD", both, low),
            (3000, "USD", both, AmountCheck::Fits),
            (3000, "usd", both, AmountCheck::Fits),
            (2_000_000, "USD", both, AmountCheck::Fits),
            (2_000_001, "USD", both, high),
            (5, "BTC", both, AmountCheck::NotKnown),
            (5, "USD", None, AmountCheck::NotKnown),
            (5, "USD", Some((None, Some(decimal(1)), None)), AmountCheck::NotKnown),
            (5, "USD", Some((Some("USD"), None, None)), AmountCheck::NotKnown),
            (5, "USD", Some((Some("USD"), Some(decimal(5)), None)), AmountCheck::Fits),
            (5, "USD", Some((Some("USD"), None, Some(decimal(5)))), AmountCheck::Fits),
        ] {
            assert_eq!(check(decimal(amount), currency, limits), expected, "{amount} {currency}");
        }
    }
}
