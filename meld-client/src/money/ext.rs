//! The amounts of requests.

use super::Money;
use super::versions::AmountRequest;

/// Sets the amount of a request together with its currency.
///
/// Implemented by the builders of requests that have both: charges, payouts, headless orders, transfers, orders of
/// virtual accounts, sessions and quotes.
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
/// let request = PaymentTransactionRequest::builder().money(fifty_dollars).build()?;
/// assert_eq!(request.source_currency_code, "USD");
/// # }
/// # Ok::<(), meld_client::Error>(())
/// ```
pub trait MoneyExt: AmountRequest {
    /// Sets the amount and its currency: `sourceAmount` and `sourceCurrencyCode`, or `amount` and `currencyCode`.
    #[must_use]
    fn money(self, amount: Money) -> Self {
        let (number, currency) = amount.into_parts();
        self.with_amount(number, currency.into())
    }
}

impl<R: AmountRequest> MoneyExt for R {}
