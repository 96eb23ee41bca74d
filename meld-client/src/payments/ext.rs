//! The methods of payments clients.

use meld_client_core::{Decimal, Error};

use super::versions::Payments;
use super::{FullRefund, check_request};
use crate::money::Money;

/// Moves fiat money: by card, Meld's payment token, a provider's nonce, or bank account (ACH).
///
/// Each method returns a call. Nothing is sent before `send`. Set headers such as passthrough credentials on the call,
/// or turn it into an idempotent request with [`idempotent`](super::IdempotentExt::idempotent).
///
/// A bank account can be charged or paid once
///
/// - its owner was verified by bank linking,
/// - the customer has a name and an email address (`update_customer`), and
/// - the customer has an address of the type `BILLING` (`create_address`).
///
/// Amounts are in major units of their currency: `500` with `USD` means five hundred dollars. [`Money::minor`] converts
/// from minor units.
///
/// A successful response does not mean that the money has moved. Check the `status` of its transaction, which may be
/// `DECLINED` or `FAILED`.
///
/// The associated types, such as `Self::ChargeRequest`, are those of [`PaymentsClient`](super::PaymentsClient).
///
/// # Errors
///
/// Sending a call returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the request
///
/// - has an amount that is not more than 0, or has more decimals than its currency,
/// - has a card that has expired, or a card, routing or IBAN number with a wrong check digit,
/// - has both `customerId` and `externalCustomerId`, or
/// - has a nonce without its provider, or together with a payment method.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "payments"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::Money;
/// use meld_client::crypto::FiatCurrency;
/// use meld_client::customers::CustomerRef;
/// use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
/// use meld_client::v2026_02_03::prelude::*;
///
/// let payments = meld.v2026_02_03().payments();
/// let usd = FiatCurrency::new("USD")?;
/// let request = PaymentTransactionRequest::builder()
///     .for_customer(CustomerRef::external_id("user-17"))
///     .money(Money::new(50, usd.clone()))
///     .payment_method(PaymentMethodInput::card("4242424242424242", "123", "12/30")?);
/// let authorized = payments.authorize(request).send().await?;
/// let id = authorized.transaction.as_ref().and_then(|it| it.id.clone()).unwrap_or_default();
/// payments.capture_amount(&id, Money::new(40, usd.clone())).send().await?;
/// payments.refund_amount(&id, Money::minor(10_00, usd)?).send().await?;
/// payments.refund(&id).reason("returned").send().await?;
/// # assert_eq!(sandbox.payments().len(), 4);
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "payments")))]
/// # fn main() {}
/// ```
pub trait PaymentsExt: Payments {
    /// Charges a customer (operation `/payments-transactions-create`).
    ///
    /// The payment is captured immediately, unless the request sets `capture` to `false`.
    fn charge(&self, request: impl TryInto<Self::ChargeRequest, Error: Into<Error>>) -> Self::Charge {
        self.charge_call(check_request(request.try_into().map_err(Into::into)))
    }

    /// Reserves an amount (`capture: false`), to be captured by [`capture`](Self::capture) within about 30 days.
    ///
    /// Supported by Braintree and Stripe.
    fn authorize(&self, request: impl TryInto<Self::ChargeRequest, Error: Into<Error>>) -> Self::Charge {
        let request = check_request(request.try_into().map_err(Into::into));
        self.charge_call(request.map(Self::without_capture))
    }

    /// Captures the whole reserved amount of a transaction (operation `/payments-transactions-capture`).
    fn capture(&self, id: impl Into<String>) -> Self::Capture {
        self.capture_call(id.into(), Ok(None))
    }

    /// Captures a part of the reserved amount.
    ///
    /// Meld assumes the currency of the transaction, so `amount` must be in that currency.
    fn capture_amount(&self, id: impl Into<String>, amount: Money) -> Self::Capture {
        self.capture_call(id.into(), amount.check().map(|()| Some(amount.amount())))
    }

    /// Refunds the remaining amount of a transaction (operation `/payments-transactions-refund`).
    fn refund(&self, id: impl Into<String>) -> FullRefund<Self::Refund> {
        // The spec requires an amount. A full refund replaces the body with one without it.
        FullRefund::new(self.refund_call(id.into(), Ok(Decimal::ONE)))
    }

    /// Refunds a part of a transaction.
    ///
    /// Meld assumes the currency of the transaction, so `amount` must be in that currency.
    fn refund_amount(&self, id: impl Into<String>, amount: Money) -> Self::Refund {
        self.refund_call(id.into(), amount.check().map(|()| amount.amount()))
    }

    /// Pays a customer (operation `/payouts-transactions-create`).
    fn pay_out(&self, request: impl TryInto<Self::PayOutRequest, Error: Into<Error>>) -> Self::PayOut {
        self.pay_out_call(check_request(request.try_into().map_err(Into::into)))
    }
}

impl<C: Payments> PaymentsExt for C {}

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "payments"))]
mod tests {
    use super::*;
    use crate::client::Meld;
    use crate::crypto::FiatCurrency;
    use crate::for_versions::v2026_02_03::{
        payments::Client,
        payments::types::{PaymentMethodInput, PaymentTransactionRequest, PayoutTransactionRequest, builder},
    };
    use crate::payments::PaymentMethodInputExt;
    use meld_client_core::Request;

    fn payments() -> Client {
        let meld = Meld::builder().api_key("key").base_url("http://localhost:1").build();
        meld.unwrap().v2026_02_03().payments()
    }

    fn usd(cents: i64) -> Money {
        Money::minor(cents, FiatCurrency::new("USD").unwrap()).unwrap()
    }

    fn charge(amount: i64) -> builder::PaymentTransactionRequest {
        PaymentTransactionRequest::builder().source_amount(Decimal::new(amount, 2)).source_currency_code("USD")
    }

    fn body(request: Result<Request, Error>) -> String {
        String::from_utf8(request.unwrap().body_bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn bodies_match_the_guides() {
        let payments = payments();
        for (request, expected) in [
            (
                payments.authorize(charge(1000)).into_request(),
                r#"{"capture":false,"sourceAmount":"10.00","sourceCurrencyCode":"USD"}"#,
            ),
            (payments.charge(charge(1000)).into_request(), r#"{"sourceAmount":"10.00","sourceCurrencyCode":"USD"}"#),
            (payments.capture("a").into_request(), "{}"),
            (payments.capture_amount("a", usd(505)).into_request(), r#"{"sourceAmount":5.05}"#),
            (payments.refund("a").into_request(), "{}"),
            (payments.refund("a").reason("r").description("d").into_request(), r#"{"description":"d","reason":"r"}"#),
            (payments.refund_amount("a", usd(505)).into_request(), r#"{"sourceAmount":5.05}"#),
        ] {
            assert_eq!(body(request), expected);
        }
    }

    #[test]
    fn invalid_requests_are_refused() {
        let payments = payments();
        let card = || PaymentMethodInput::card("4242424242424242", "123", "12/30").unwrap();
        let payout = |amount| {
            let payout = PayoutTransactionRequest::builder().source_currency_code("USD");
            payout.source_amount(Decimal::new(amount, 2))
        };
        for (request, field) in [
            (payments.charge(charge(0)).into_request(), "sourceAmount"),
            (payments.authorize(charge(-1)).into_request(), "sourceAmount"),
            (payments.pay_out(payout(0)).into_request(), "sourceAmount"),
            (payments.charge(charge(1).customer_id("a").external_customer_id("b")).into_request(), "customerId"),
            (payments.pay_out(payout(1).customer_id("a").external_customer_id("b")).into_request(), "customerId"),
            (payments.charge(charge(1).nonce("n")).into_request(), "serviceProvider"),
            (
                payments.charge(charge(1).nonce("n").service_provider("STRIPE").payment_method(card())).into_request(),
                "nonce",
            ),
            (payments.charge(PaymentTransactionRequest::builder()).into_request(), "sourceAmount"),
            (payments.refund_amount("a", usd(0)).into_request(), "sourceAmount"),
            (payments.capture_amount("a", usd(-5)).into_request(), "sourceAmount"),
            (payments.refund("").into_request(), "id"),
            (payments.capture("..").into_request(), "id"),
        ] {
            let error = request.unwrap_err();
            assert_eq!(error.field(), Some(field), "{error}");
            assert!(error.operation().is_some(), "{error}");
        }
        let details = meld_client_core::serde_json::json!({ "number": "4242424242424241" });
        let mistyped = PaymentMethodInput::builder().type_("CARD").details(details).build();
        let refused = payments.charge(charge(1).payment_method(mistyped.unwrap())).into_request();
        assert_eq!(refused.unwrap_err().field(), Some("paymentMethod.details.number"));
        let with_nonce = charge(1).nonce("n").service_provider("STRIPE");
        assert!(payments.charge(with_nonce).into_request().is_ok());
    }
}
