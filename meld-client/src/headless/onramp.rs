//! Orders of purchases.

use meld_client_core::json::{FromJson, ToJson};
use meld_client_core::{Call, Error, Operation, Receive, Request, RequestOptions, Transport};

use super::ClientPayload;
use super::versions::{OnrampFields, OnrampRequest};
use crate::payments::check_amount;

/// An order of a purchase. Returned by
/// [`HeadlessOnrampExt::order_headless_onramp`](super::HeadlessOnrampExt::order_headless_onramp).
///
/// It has no `send`: make it [idempotent](crate::payments::IdempotentExt::idempotent) first, so that no purchase is
/// ordered twice. The response is a [`ClientPayload`].
#[must_use = "calls do nothing unless sent"]
pub struct HeadlessOnrampOrder<C>(C);

impl<C> HeadlessOnrampOrder<C> {
    pub(super) fn new(order: C) -> Self {
        Self(order)
    }
}

impl<C: Call<Output: FromJson + ToJson + Default>> Call for HeadlessOnrampOrder<C> {
    type Output = ClientPayload<C::Output>;

    const OPERATION: &'static Operation = C::OPERATION;

    const RECEIVE: Receive<Self::Output> = Receive::send();

    fn transport(&self) -> &Transport {
        self.0.transport()
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        self.0.options_mut()
    }

    fn into_request(self) -> Result<Request, Error> {
        self.0.into_request()
    }
}

meld_client_core::opaque!(HeadlessOnrampOrder<C>);

/// Refuses an order that Meld would reject, or that could not be found again.
pub(super) fn check<R: OnrampRequest>(order: Result<R, Error>) -> Result<R, Error> {
    let order = order?;
    let OnrampFields { amount, customer_ids, external_order_id, has_redirect_url, method, phone } = order.fields();
    check_amount(amount)?;
    match customer_ids {
        (Some(_), Some(_)) => {
            return Err(Error::invalid("customerId", "must not be sent together with `externalCustomerId`"));
        }
        (None, None) => return Err(Error::invalid("customerId", "or `externalCustomerId` is required")),
        _ => {}
    }
    if external_order_id.is_none_or(|id| id.trim().is_empty()) {
        return Err(Error::invalid("externalOrderId", "is required, to find the order again"));
    }
    if has_redirect_url {
        return Err(Error::invalid("redirectUrl", "must not be sent, because the payment stays within the app"));
    }
    if method == "MOBILE_MONEY" && phone.is_none_or(|phone| phone.trim().is_empty()) {
        return Err(Error::invalid("customerPhoneNumber", "is required for `MOBILE_MONEY`"));
    }
    Ok(order)
}
