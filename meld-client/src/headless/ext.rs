//! The methods for headless orders.

use meld_client_core::{Call, Error};

use super::eligibility::Eligibility;
use super::onramp::{self, HeadlessOnrampOrder};
use super::payout::{self, PayoutOrder};
use super::versions::{HeadlessOnramp, HeadlessPayout};

/// Orders purchases by card or Apple Pay that the customer pays within your app, on `crypto` clients from 2026-02-03
/// on.
///
/// The associated types, such as `Self::OnrampRequest`, are those of
/// [`HeadlessOnrampClient`](super::HeadlessOnrampClient). Amounts are in major units of `source_currency_code`: `100`
/// with `USD` means a hundred dollars.
///
/// # Examples
///
/// ```no_run
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # async fn example(meld: meld_client::Meld) -> Result<(), Box<dyn std::error::Error>> {
/// use meld_client::crypto::FiatCurrency;
/// use meld_client::headless::Readiness;
/// use meld_client::payments::Outcome;
/// use meld_client::v2026_02_03::crypto::types::HeadlessOrderOnrampRequest;
/// use meld_client::v2026_02_03::prelude::*;
/// use meld_client::{Money, Polling};
///
/// let crypto = meld.v2026_02_03().crypto();
/// let order = HeadlessOrderOnrampRequest::builder()
///     .customer_id("WmYYgvN8ukpV62N3m4u3ee")
///     .external_order_id("order-17") // your id, unique within the account
///     .service_provider("MERCURYO")
///     .payment_method_type("APPLE_PAY")
///     .country_code("FR")
///     .money(Money::new(100, FiatCurrency::new("EUR")?))
///     .destination_currency_code("USDC")
///     .destination_wallet_address("0x51FB80013111111111111112121111111")
///     .client_ip_address("203.0.113.24")
///     .build()?;
/// let eligibility = crypto.check_eligibility(&order).await?;
/// if eligibility.readiness() != Readiness::Ready {
///     eligibility.next_calls().for_each(|call| println!("{call:?}"));
///     return Ok(());
/// }
/// let order = crypto.order_headless_onramp(order).idempotent()?;
/// let stored = order.key().to_string(); // store it in your database before sending
/// if let Outcome::Completed(payload) = order.finish(Polling::default()).await? {
///     println!("order {:?}", payload.id); // the only part to store
///     let for_the_app = meld_client::serde_json::to_string(&*payload)?;
/// }
/// # Ok(())
/// # }
/// ```
pub trait HeadlessOnrampExt: HeadlessOnramp {
    /// Returns the requirements of the order's provider for the order's customer (operation
    /// `/crypto-onramp-verification-requirements-get`).
    ///
    /// Call it after the quote, and again right before the order. A customer is known by Meld's id only.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the order has no `customerId`. Also
    /// returns the errors of the request.
    fn check_eligibility(
        &self,
        order: &Self::OnrampRequest,
    ) -> impl Future<Output = Result<Eligibility, Error>> + Send {
        let call = self.requirements(order);
        async move {
            let call = call?;
            let transport = call.transport().clone();
            let response = Self::Requirements::send_request(&transport, call.into_request()?).await?;
            Ok(Eligibility::of(&*response))
        }
    }

    /// Orders a purchase (operation `/crypto-order-headless-onramp-create`).
    ///
    /// Make the call [idempotent](crate::payments::IdempotentExt::idempotent), and hand the response to the app
    /// unread. Credit the customer only on the event `TRANSACTION_CRYPTO_COMPLETE`; see
    /// [`CreditExt`](super::CreditExt). A provider that refuses the order with 422 has spent it: create a new order
    /// with a new key and a new `externalOrderId`.
    ///
    /// # Errors
    ///
    /// Sending the call returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the request
    ///
    /// - has an amount that is not more than 0,
    /// - has not exactly one of `customerId` and `externalCustomerId`,
    /// - has no `externalOrderId`,
    /// - has a `redirectUrl`, or
    /// - has no phone number although the payment method is `MOBILE_MONEY`.
    fn order_headless_onramp(
        &self,
        request: impl TryInto<Self::OnrampRequest, Error: Into<Error>>,
    ) -> HeadlessOnrampOrder<Self::Onramp> {
        HeadlessOnrampOrder::new(self.onramp_order(onramp::check(request.try_into().map_err(Into::into))))
    }
}

impl<C: HeadlessOnramp> HeadlessOnrampExt for C {}

/// Orders sales of crypto whose proceeds are paid out to a bank account or phone, on the `crypto` client of every API
/// version.
///
/// The provider has to approve the customer before; see
/// [`wait_for_kyc`](crate::customers::CustomersExt::wait_for_kyc). Requests name the customer by Meld's id. The
/// associated types are those of [`HeadlessPayoutClient`](super::HeadlessPayoutClient).
///
/// # Examples
///
/// ```no_run
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # async fn example(meld: meld_client::Meld) -> Result<(), Box<dyn std::error::Error>> {
/// use meld_client::crypto::CryptoCurrency;
/// use meld_client::headless::PayoutOutcome;
/// use meld_client::v2026_02_03::crypto::types::{
///     FiatPayoutMethod, FiatPayoutMethodDetails, HeadlessOrderOfframpRequest, SepaPaymentMethodDetails,
/// };
/// use meld_client::v2026_02_03::prelude::*;
/// use meld_client::{Money, Polling};
///
/// let account = SepaPaymentMethodDetails::builder().iban("DE89370400440532013000").build()?;
/// let method = FiatPayoutMethod::builder().owner("Robin Example").details(FiatPayoutMethodDetails::Sepa(account));
/// let request = HeadlessOrderOfframpRequest::builder()
///     .customer_id("WmYYgvN8ukpV62N3m4u3ee")
///     .service_provider("NOAH")
///     .money(Money::new(100, CryptoCurrency::new("USDC")?))
///     .source_wallet_address("0x51FB80013111111111111112121111111")
///     .destination_currency_code("EUR")
///     .fiat_payout_method(method.build()?);
/// let order = meld.v2026_02_03().crypto().order_headless_payout(request).idempotent()?;
/// let stored = order.key().to_string(); // store it in your database before sending
/// match order.finish_payout(Polling::default()).await? {
///     PayoutOutcome::Ordered(payout) => {
///         let deposit = payout.deposit().ok_or("no address")?;
///         println!("send {} to {}", deposit.amount, deposit.address);
///     }
///     PayoutOutcome::NeedsNewKey(error) => println!("change the request, and use a new key: {error}"),
///     PayoutOutcome::StillInProgress | PayoutOutcome::Unknown(_) => println!("send it again with the same key"),
/// }
/// # Ok(())
/// # }
/// ```
pub trait HeadlessPayoutExt: HeadlessPayout {
    /// Orders a payout (operation `/crypto-order-headless-offramp-create`).
    ///
    /// Make the call [idempotent](crate::payments::IdempotentExt::idempotent), and send it with
    /// [`finish_payout`](crate::payments::IdempotentRequest::finish_payout), because a key is spent once an attempt has
    /// failed. Then send the [`PayoutDeposit`](super::PayoutDeposit).
    ///
    /// # Errors
    ///
    /// Sending the call returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the amount is not
    /// more than 0, or if a routing number or IBAN has a wrong check digit.
    fn order_headless_payout(
        &self,
        request: impl TryInto<Self::PayoutRequest, Error: Into<Error>>,
    ) -> PayoutOrder<Self::Payout> {
        PayoutOrder::new(self.payout_order(payout::check(request.try_into().map_err(Into::into))))
    }
}

impl<C: HeadlessPayout> HeadlessPayoutExt for C {}
