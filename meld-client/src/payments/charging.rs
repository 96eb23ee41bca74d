//! Charging, capturing, refunding and paying out.

#[allow(unused_imports, reason = "no version with payments need be chosen")]
use super::Amount;
#[allow(unused_imports, reason = "no version with payments need be chosen")]
use super::built::{Built, built, check_amount};
use super::refund::FullRefund;
#[allow(unused_imports, reason = "no version need be chosen")]
use crate::for_versions::for_versions;
#[allow(unused_imports, reason = "no version need be chosen")]
use crate::validation::payment_method;
use crate::{Call, Decimal, Error};

/// Moves fiat money: by card, by token of Meld's, by a provider's nonce, or from and to a bank account (ACH).
///
/// Each function gives a call: nothing happens before `send`, headers such as the credentials of a merchant can be
/// set, and [`order`](super::IdempotentExt::order) makes of it an order whose key can be stored. What the service would
/// refuse, or might understand otherwise than meant, is refused when the request is made: amounts that are not more
/// than 0, cards that have expired, card, routing and IBAN numbers with a wrong check digit, `customerId` together with `externalCustomerId`, a nonce without the provider it is from or together with a
/// payment method.
///
/// A bank account is charged after its owner was asked for by bank linking, name and email were set
/// (customer `update`) and there is an address of the type `BILLING` (`create_address`); to pay out is the same.
///
/// All amounts are in major units of their currency: `500` US dollars are five hundred dollars, not five. Coming from an
/// interface that counts cents, use [`Amount::minor`].
///
/// A response does not mean that the money came: look at the `status` of the transaction, which may be `DECLINED` or
/// `FAILED` in a response that is a success.
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "payments"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::Decimal;
/// use meld_client::crypto::FiatCurrency;
/// use meld_client::customers::CustomerRef;
/// use meld_client::payments::Amount;
/// use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
/// use meld_client::v2026_02_03::prelude::*;
///
/// let payments = meld.v2026_02_03().payments();
/// // Amounts are in major units: this is fifty dollars.
/// let request = PaymentTransactionRequest::builder()
///     .for_customer(CustomerRef::external_id("user-17"))
///     .source_amount(Decimal::new(5000, 2))
///     .source_currency_code("USD")
///     .payment_method(PaymentMethodInput::card("4242424242424242", "123", "12/30")?);
/// let authorized = payments.authorize(request).send().await?;
/// let id = authorized.transaction.as_ref().and_then(|it| it.id.clone()).unwrap_or_default();
/// let usd = FiatCurrency::new("USD")?;
/// payments.capture_amount(&id, Amount::major(40, usd.clone())?).send().await?;
/// payments.refund_amount(&id, Amount::minor(10_00, usd)?).send().await?;
/// payments.refund(&id).reason("returned").send().await?;
/// # assert_eq!(sandbox.payments().len(), 4);
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "payments")))]
/// # fn main() {}
/// ```
pub trait PaymentsExt {
    /// What is charged or authorized.
    type ChargeRequest;
    /// The call that charges or authorizes.
    type Charge: Call;
    /// The call that captures.
    type Capture: Call;
    /// The call that refunds.
    type Refund: Call;
    /// What is paid out.
    type PayOutRequest;
    /// The call that pays out.
    type PayOut: Call;

    /// Charges a customer (operationId `/payments-transactions-create`), and captures at once unless the request says
    /// otherwise.
    fn charge(
        &self,
        request: impl TryInto<Self::ChargeRequest, Error: Into<Error>>,
    ) -> Self::Charge {
        self.charge_call(request.try_into().map_err(Into::into), None)
    }

    /// Reserves the money only (`capture: false`), to be had by [`capture`](Self::capture) within about 30 days.
    /// Braintree and Stripe can do it.
    fn authorize(
        &self,
        request: impl TryInto<Self::ChargeRequest, Error: Into<Error>>,
    ) -> Self::Charge {
        self.charge_call(request.try_into().map_err(Into::into), Some(false))
    }

    /// Captures all that a transaction has reserved (`/payments-transactions-capture`).
    fn capture(&self, id: impl Into<String>) -> Self::Capture {
        self.capture_call(id.into(), None)
    }

    /// Captures a part. Meld takes the amount to be in the currency of the transaction, which must be the one given
    /// here.
    fn capture_amount(&self, id: impl Into<String>, amount: Amount) -> Self::Capture {
        self.capture_call(id.into(), Some(amount.value()))
    }

    /// Gives back all that is left of a transaction (`/payments-transactions-refund`).
    fn refund(&self, id: impl Into<String>) -> FullRefund<Self::Refund> {
        // The document wants an amount; the whole one is given back by a body without it.
        FullRefund::new(self.refund_call(id.into(), Decimal::ONE))
    }

    /// Gives back a part. Meld takes the amount to be in the currency of the transaction, which must be the one given
    /// here.
    fn refund_amount(&self, id: impl Into<String>, amount: Amount) -> Self::Refund {
        self.refund_call(id.into(), amount.value())
    }

    /// Pays a customer (operationId `/payouts-transactions-create`).
    fn pay_out(
        &self,
        request: impl TryInto<Self::PayOutRequest, Error: Into<Error>>,
    ) -> Self::PayOut {
        self.pay_out_call(request.try_into().map_err(Into::into))
    }

    /// The call that charges, with another `capture` if there is one here.
    #[doc(hidden)]
    fn charge_call(
        &self,
        request: Result<Self::ChargeRequest, Error>,
        capture: Option<bool>,
    ) -> Self::Charge;

    /// The call that captures.
    #[doc(hidden)]
    fn capture_call(&self, id: String, amount: Option<Decimal>) -> Self::Capture;

    /// The call that refunds.
    #[doc(hidden)]
    fn refund_call(&self, id: String, amount: Decimal) -> Self::Refund;

    /// The call that pays out.
    #[doc(hidden)]
    fn pay_out_call(&self, request: Result<Self::PayOutRequest, Error>) -> Self::PayOut;
}

/// Whether there is one customer at most.
#[allow(dead_code, reason = "no version with payments need be chosen")]
fn check_customer(by_id: bool, by_external_id: bool) -> Result<(), Error> {
    if by_id && by_external_id {
        let why = "must not be sent together with externalCustomerId";
        return Err(Error::invalid("customerId", why));
    }
    Ok(())
}

/// Whether a nonce stands alone, beside the provider that it is from.
#[allow(dead_code, reason = "no version with payments need be chosen")]
fn check_nonce(has_nonce: bool, has_provider: bool, has_method: bool) -> Result<(), Error> {
    if has_nonce && has_method {
        return Err(Error::invalid("nonce", "must not be sent together with paymentMethod"));
    }
    if has_nonce && !has_provider {
        return Err(Error::invalid("serviceProvider", "is required with a nonce"));
    }
    Ok(())
}

/// The payments of a version.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! payments {
    ($version:ident) => {
        built!(
            crate::$version::payments::types::PaymentTransactionRequest,
            crate::$version::payments::types::PaymentCaptureRequest,
            crate::$version::payments::types::PaymentRefundRequest,
            crate::$version::payments::types::PayoutTransactionRequest,
        );

        const _: () = {
            use crate::$version::payments::{Client, builder, types};

            impl PaymentsExt for Client {
                type ChargeRequest = types::PaymentTransactionRequest;
                type Charge = builder::CreateTransaction;
                type Capture = builder::CaptureTransaction;
                type Refund = builder::RefundTransaction;
                type PayOutRequest = types::PayoutTransactionRequest;
                type PayOut = builder::CreatePayout;

                fn charge_call(
                    &self,
                    request: Result<types::PaymentTransactionRequest, Error>,
                    capture: Option<bool>,
                ) -> builder::CreateTransaction {
                    let request = request.and_then(|mut it| {
                        check_amount(it.source_amount)?;
                        check_customer(
                            it.customer_id.is_some(),
                            it.external_customer_id.is_some(),
                        )?;
                        let (provider, method) = (&it.service_provider, &it.payment_method);
                        check_nonce(it.nonce.is_some(), provider.is_some(), method.is_some())?;
                        method.as_ref().map_or(Ok(()), payment_method)?;
                        it.capture = capture.or(it.capture);
                        Ok(it)
                    });
                    self.create_transaction().body(Built(request))
                }

                fn capture_call(
                    &self,
                    id: String,
                    amount: Option<Decimal>,
                ) -> builder::CaptureTransaction {
                    let request = types::PaymentCaptureRequest::builder().build();
                    let request = request.and_then(|mut it| {
                        amount.map_or(Ok(()), check_amount)?;
                        it.source_amount = amount;
                        Ok(it)
                    });
                    self.capture_transaction().id(id).body(Built(request))
                }

                fn refund_call(&self, id: String, amount: Decimal) -> builder::RefundTransaction {
                    let request = types::PaymentRefundRequest::builder().source_amount(amount);
                    let request = check_amount(amount).and_then(|()| request.build());
                    self.refund_transaction().id(id).body(Built(request))
                }

                fn pay_out_call(
                    &self,
                    request: Result<types::PayoutTransactionRequest, Error>,
                ) -> builder::CreatePayout {
                    let request = request.and_then(|it| {
                        check_amount(it.source_amount)?;
                        check_customer(
                            it.customer_id.is_some(),
                            it.external_customer_id.is_some(),
                        )?;
                        it.payment_method.as_ref().map_or(Ok(()), payment_method)?;
                        Ok(it)
                    });
                    self.create_payout().body(Built(request))
                }
            }
        };
    };
}

for_versions!("payments", payments);

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "payments"))]
mod tests {
    use super::*;
    use crate::crypto::FiatCurrency;
    use crate::payments::PaymentMethodInputExt;
    use crate::v2026_02_03::payments::Client;
    use crate::v2026_02_03::payments::types::{
        PaymentMethodInput, PaymentTransactionRequest, PayoutTransactionRequest, builder,
    };
    use crate::{Meld, Request};

    fn payments() -> Client {
        let meld = Meld::builder().api_key("key").base_url("http://localhost:1").build();
        meld.unwrap().v2026_02_03().payments()
    }

    fn usd(cents: i64) -> Amount {
        Amount::minor(cents, FiatCurrency::new("USD").unwrap()).unwrap()
    }

    fn charge(amount: i64) -> builder::PaymentTransactionRequest {
        PaymentTransactionRequest::builder()
            .source_amount(Decimal::new(amount, 2))
            .source_currency_code("USD")
    }

    fn body(request: Result<Request, Error>) -> String {
        String::from_utf8(request.unwrap().body_bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn bodies_are_what_the_guides_send() {
        let payments = payments();
        for (request, expected) in [
            (
                payments.authorize(charge(1000)).into_request(),
                r#"{"capture":false,"sourceAmount":"10.00","sourceCurrencyCode":"USD"}"#,
            ),
            (
                payments.charge(charge(1000)).into_request(),
                r#"{"sourceAmount":"10.00","sourceCurrencyCode":"USD"}"#,
            ),
            (payments.capture("a").into_request(), "{}"),
            (payments.capture_amount("a", usd(505)).into_request(), r#"{"sourceAmount":5.05}"#),
            (payments.refund("a").into_request(), "{}"),
            (
                payments.refund("a").reason("r").description("d").into_request(),
                r#"{"description":"d","reason":"r"}"#,
            ),
            (payments.refund_amount("a", usd(505)).into_request(), r#"{"sourceAmount":5.05}"#),
        ] {
            assert_eq!(body(request), expected);
        }
    }

    #[test]
    fn what_would_be_refused_or_misunderstood_is_not_sent() {
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
            (
                payments
                    .charge(charge(1).customer_id("a").external_customer_id("b"))
                    .into_request(),
                "customerId",
            ),
            (
                payments
                    .pay_out(payout(1).customer_id("a").external_customer_id("b"))
                    .into_request(),
                "customerId",
            ),
            (payments.charge(charge(1).nonce("n")).into_request(), "serviceProvider"),
            (
                payments
                    .charge(charge(1).nonce("n").service_provider("STRIPE").payment_method(card()))
                    .into_request(),
                "nonce",
            ),
            (payments.charge(PaymentTransactionRequest::builder()).into_request(), "sourceAmount"),
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
