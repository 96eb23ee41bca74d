//! Orders of transfers.

use meld_client_core::reqwest::Url;
use meld_client_core::{Call, Decimal, Error, Operation, Receive, Request, RequestOptions, Transport};

use super::versions::{OrderRequest, OrderRequestFields, Transfers};
use crate::headless::client_payload::ClientPayload;
use crate::payments::check_amount;

/// An order of a transfer. Returned by [`TransferExt::order_transfer`](super::TransferExt::order_transfer).
///
/// It has no `send`: make it [idempotent](crate::payments::IdempotentExt::idempotent) first, because Meld requires an
/// idempotency key. The response is a [`ClientPayload`], which Meld's SDK in the app can take over. To run the transfer
/// in your backend, use [`TransferExt::transfer`](super::TransferExt::transfer).
#[must_use = "calls do nothing unless sent"]
pub struct TransferOrderCall<C: Transfers> {
    client: C,
    options: RequestOptions,
    order: Result<C::OrderRequest, Error>,
}

impl<C: Transfers> TransferOrderCall<C> {
    pub(super) fn new(client: C, order: Result<C::OrderRequest, Error>) -> Self {
        let order = order.and_then(|order| check(order.fields()).map(|()| order));
        Self { client, options: RequestOptions::default(), order }
    }
}

impl<C: Transfers> Call for TransferOrderCall<C> {
    type Output = ClientPayload<C::Order>;

    const OPERATION: &'static Operation = C::ORDER;

    const RECEIVE: Receive<Self::Output> = Receive::send();

    fn transport(&self) -> &Transport {
        self.client.transport()
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        &mut self.options
    }

    fn into_request(self) -> Result<Request, Error> {
        C::order_request(self.order, self.options)
    }
}

meld_client_core::opaque!(TransferOrderCall<C: Transfers>);

/// The largest amount that Meld accepts has 12 integer digits.
const AMOUNT_END: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

/// The number of decimals that Meld accepts.
const DECIMALS: u32 = 20;

/// The number of characters of an address, a tag and a URL.
const MAX_ADDRESS: usize = 256;
const MAX_URL: usize = 2048;

/// Refuses an order that Meld would reject.
fn check(order: OrderRequestFields<'_>) -> Result<(), Error> {
    let OrderRequestFields { amount, country_code, customer_ids, address, tag, redirect_url } = order;
    check_amount(amount).map_err(|_| Error::invalid("amount", "must be more than 0"))?;
    if amount >= AMOUNT_END || amount.normalize().scale() > DECIMALS {
        return Err(Error::invalid("amount", "must have at most 12 integer digits and 20 decimals"));
    }
    if customer_ids.0.is_some() == customer_ids.1.is_some() {
        return Err(Error::invalid("customerId", "or `externalCustomerId` is required, and not both"));
    }
    if !country_code.eq_ignore_ascii_case("US") {
        return Err(Error::invalid("countryCode", "must be `US`, because no other country is supported"));
    }
    check_address("destinationWalletAddress", address)?;
    tag.map_or(Ok(()), |tag| check_address("destinationWalletTag", tag))?;
    check_redirect_url(redirect_url)
}

fn check_address(field: &'static str, text: &str) -> Result<(), Error> {
    let is_plain = !text.is_empty() && !text.contains(|it: char| it.is_whitespace() || it.is_control());
    if is_plain && text.chars().count() <= MAX_ADDRESS {
        return Ok(());
    }
    Err(Error::invalid(field, "must have 1 to 256 characters without whitespace"))
}

/// Refuses `http` URLs, and URLs with user information.
fn check_redirect_url(text: &str) -> Result<(), Error> {
    let is_safe = |url: &Url| url.scheme() != "http" && url.username().is_empty() && url.password().is_none();
    if text.len() <= MAX_URL && Url::parse(text).ok().as_ref().is_some_and(is_safe) {
        return Ok(());
    }
    Err(Error::invalid(
        "redirectUrl",
        "must be an `https` URL or an app link, without a user and with at most 2048 characters",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> OrderRequestFields<'static> {
        OrderRequestFields {
            amount: Decimal::new(1001, 2),
            country_code: "US",
            customer_ids: (Some("c1"), None),
            address: "0x9C5f",
            tag: None,
            redirect_url: "https://app.example/return",
        }
    }

    fn refused(order: OrderRequestFields<'_>) -> Option<String> {
        check(order).err().and_then(|error| error.field().map(str::to_owned))
    }

    #[test]
    fn amounts_have_at_most_12_and_20_digits() {
        for (amount, is_right) in [
            ("999999999999.9", true),
            ("1000000000000", false),
            ("0.00000000000000000001", true),
            ("0.000000000000000000010", true),
            ("0.000000000000000000001", false),
            ("0", false),
            ("-1", false),
        ] {
            let amount = amount.parse().unwrap();
            assert_eq!(refused(OrderRequestFields { amount, ..order() }).is_none(), is_right, "{amount}");
        }
    }

    #[test]
    fn redirect_urls_are_https_or_custom() {
        let long = format!("https://a.example/{}", "x".repeat(MAX_URL));
        for (redirect_url, is_right) in [
            ("https://app.example/return", true),
            ("myapp://return", true),
            ("http://app.example", false),
            ("https://user@app.example", false),
            ("https://:pw@app.example", false),
            ("app.example", false),
            ("", false),
            (&long, false),
        ] {
            assert_eq!(refused(OrderRequestFields { redirect_url, ..order() }).is_none(), is_right, "{redirect_url}");
        }
    }

    #[test]
    fn customers_countries_and_addresses_are_checked() {
        let long = "x".repeat(MAX_ADDRESS + 1);
        for (order, field) in [
            (OrderRequestFields { customer_ids: (None, None), ..order() }, "customerId"),
            (OrderRequestFields { customer_ids: (Some("a"), Some("b")), ..order() }, "customerId"),
            (OrderRequestFields { country_code: "DE", ..order() }, "countryCode"),
            (OrderRequestFields { address: "0x 1", ..order() }, "destinationWalletAddress"),
            (OrderRequestFields { address: &long, ..order() }, "destinationWalletAddress"),
            (OrderRequestFields { tag: Some("1\n"), ..order() }, "destinationWalletTag"),
        ] {
            assert_eq!(refused(order).as_deref(), Some(field));
        }
        assert_eq!(refused(order()), None);
    }
}
