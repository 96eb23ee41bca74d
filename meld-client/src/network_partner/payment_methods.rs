//! Payment methods and their limits.

use super::versions::{PaymentMethod, RouteMethod};
use crate::codes::PaymentMethodId;
use crate::money::{AmountCheck, Money, MoneyRange};

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
    /// Returns the limits, which are in one currency, usually the fiat currency. `None` if there are none.
    fn amount_range(&self) -> Option<MoneyRange> {
        let (currency, min, max) = self.limits()?;
        MoneyRange::given(min, max, currency)
    }

    /// Compares an amount with the limits.
    fn check_amount(&self, amount: &Money) -> AmountCheck {
        self.amount_range().map_or(AmountCheck::Unknown, |range| range.check(amount))
    }
}

impl<M: RouteMethod> RouteMethodExt for M {}
