//! The amounts of charges and payouts.

use super::versions::AmountRequest;
use crate::Money;

/// Sets the amount of a charge or payout together with its currency. Implemented by the builders of their requests.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "payments"))] {
/// use meld_client::Money;
/// use meld_client::crypto::FiatCurrency;
/// use meld_client::v2026_02_03::payments::types::PaymentTransactionRequest;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let fifty_dollars = Money::minor(50_00, FiatCurrency::new("USD")?)?;
/// let request = PaymentTransactionRequest::builder().amount(&fifty_dollars).build()?;
/// assert_eq!(request.source_currency_code, "USD");
/// # }
/// # Ok::<(), meld_client::Error>(())
/// ```
pub trait PaymentAmountExt: AmountRequest {
    /// Sets `sourceAmount` and `sourceCurrencyCode`.
    #[must_use]
    fn amount(self, amount: &Money) -> Self {
        self.with_amount(amount.amount(), amount.currency().as_str())
    }
}

impl<R: AmountRequest> PaymentAmountExt for R {}
