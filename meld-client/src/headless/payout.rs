//! Orders of payouts, and the coins to send for them.

use std::ops::Deref;

use meld_client_core::{Call, Decimal, Error, ErrorKind, Operation, Receive, Request, RequestOptions, Transport};

use super::versions::{PayoutFields, PayoutRequest, PayoutResponse};
use crate::money::Money;
use crate::payments::check_amount;
use crate::transactions::filled;
use crate::validation::payment_method;

/// An order of a sale whose proceeds are paid out. Returned by
/// [`HeadlessPayoutExt::order_headless_payout`](super::HeadlessPayoutExt::order_headless_payout).
///
/// It has no `send`: make it [idempotent](crate::payments::IdempotentExt::idempotent) first, and send it with
/// [`finish_payout`](crate::payments::IdempotentRequest::finish_payout). The response is an [`OrderedPayout`].
#[must_use = "calls do nothing unless sent"]
pub struct PayoutOrder<C>(C);

impl<C> PayoutOrder<C> {
    pub(super) fn new(order: C) -> Self {
        Self(order)
    }
}

/// An ordered payout. It dereferences to the response.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderedPayout<Response> {
    response: Response,
    deposit: Option<PayoutDeposit>,
}

/// The coins that the customer must send for a payout.
///
/// Send exactly this amount of exactly this currency to exactly this address. Another amount, currency or network can
/// prevent the payout, and the coins may be lost. Some chains need a memo or tag with the address (XRP, XLM, …). No
/// field is documented for it, so ask Meld before coins of such a chain are sold.
///
/// Address and amount come from one order and its response, and can only be read together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PayoutDeposit {
    /// The id of the order, which webhooks contain (`headlessOrderId`).
    pub order_id: String,
    /// The wallet address of the provider (`walletAddress`).
    pub address: String,
    /// The amount (`sourceAmount` of the order) and its currency (`sourceCurrencyCode`), which names the network unless
    /// it is the main one: `USDC_BASE`.
    pub amount: Money,
}

impl<Response> OrderedPayout<Response> {
    /// Returns the coins to send. `None` if the response has no address or no id.
    #[must_use]
    pub fn deposit(&self) -> Option<&PayoutDeposit> {
        self.deposit.as_ref()
    }

    /// Returns the decoded response alone.
    #[must_use]
    pub fn into_response(self) -> Response {
        self.response
    }
}

impl<Response> Deref for OrderedPayout<Response> {
    type Target = Response;

    fn deref(&self) -> &Response {
        &self.response
    }
}

/// The values of an order that its deposit repeats.
#[derive(Clone, Default, PartialEq)]
struct Ordered {
    amount: Option<Decimal>,
    currency_code: Option<String>,
}

meld_client_core::object! {
    read Ordered { amount: "sourceAmount", currency_code: "sourceCurrencyCode" }
}

impl Ordered {
    /// Reads the values that are sent, so that they cannot differ from the order.
    fn of(request: &Request) -> Self {
        let body = request.body_bytes().unwrap_or_default();
        match meld_client_core::json::decode(body) {
            Ok((meld_client_core::json::Found::Value(ordered), _)) => ordered,
            _ => Self::default(),
        }
    }

    fn deposit(self, response: &impl PayoutResponse) -> Option<PayoutDeposit> {
        let (id, address) = response.id_and_address();
        Some(PayoutDeposit {
            order_id: filled(id)?.to_owned(),
            address: filled(address)?.to_owned(),
            amount: Money::given(self.amount, self.currency_code.as_deref())?,
        })
    }
}

impl<C: Call<Output: PayoutResponse>> Call for PayoutOrder<C> {
    type Output = OrderedPayout<C::Output>;

    const OPERATION: &'static Operation = C::OPERATION;

    const RECEIVE: Receive<Self::Output> = C::RECEIVE.with(|received| {
        let ordered = Ordered::of(received.request());
        let response = received.decode(C::RECEIVE)?;
        Ok(response.map(|response| OrderedPayout { deposit: ordered.deposit(&response), response }))
    });

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

meld_client_core::opaque!(PayoutOrder<C>);

/// Refuses an order that Meld would reject, or whose bank account has a wrong check digit.
pub(super) fn check<R: PayoutRequest>(order: Result<R, Error>) -> Result<R, Error> {
    let order = order?;
    let PayoutFields { amount, method } = order.fields();
    check_amount(amount)?;
    payment_method(method).map_err(|error| match error.kind() {
        ErrorKind::InvalidRequest { field, reason, .. } => {
            Error::invalid(field.replacen("paymentMethod", "fiatPayoutMethod", 1), reason.clone())
        }
        _ => error,
    })?;
    Ok(order)
}
