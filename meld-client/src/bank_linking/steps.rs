//! Calls that are checked before they are sent, and waiting.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::{Call, StringEnum};

use super::calls::{Calls, OfConnection, send, send_through};
use super::{ConnectionExt as _, ConnectionState};
use crate::polling::Poll;
use crate::{Error, Polling, ResponseValue};

type Output<T> = Result<ResponseValue<T>, Error>;

/// Whether data came.
#[derive(Clone, Debug)]
#[must_use]
pub enum Aggregation<C> {
    /// The provider has aggregated: the connection as it is now.
    Done(C),
    /// It will not: the connection was deleted, or its widget was not finished in time.
    Ended(C),
    /// Not yet. It may still come.
    NotYet,
}

pub(super) async fn connect_start<C: Calls>(
    client: &C,
    request: C::ConnectStartRequest,
) -> Output<C::ConnectStartResponse> {
    send(client.start(request, check_products)).await
}

/// What the checks of the request itself leave open.
fn check_products<P: StringEnum>([products, optional]: [&[P]; 2]) -> Result<(), Error> {
    if products.is_empty() && optional.is_empty() {
        return Err(Error::invalid("products", "and `optionalProducts` name no product"));
    }
    for (field, products) in [("products", products), ("optionalProducts", optional)] {
        let products = products.iter().map(StringEnum::as_text);
        if let Some(why) = products.filter_map(why_refused).next() {
            return Err(Error::invalid(field, why));
        }
    }
    Ok(())
}

/// What is no product, however it is written.
fn why_refused(product: &str) -> Option<&'static str> {
    let product = product.to_ascii_uppercase();
    if product.starts_with("PROCESSOR") {
        return Some("must not have processor tokens: they are made for an account that is linked");
    }
    (product == "HISTORICAL_TRANSACTIONS")
        .then_some("must not have HISTORICAL_TRANSACTIONS: they come by themselves")
}

pub(super) async fn repair<C: Calls>(
    client: &C,
    connection: &C::Connection,
) -> Output<C::ConnectRepairResponse> {
    let state = connection.state();
    let id = id::<C>(connection)?;
    if state.refuses_repair() {
        return Err(of(client.repair_call(id), refused(&state, "repaired")));
    }
    send(client.repair_call(id)).await
}

pub(super) async fn refresh<C: Calls>(
    client: &C,
    connection: &C::Connection,
    products: &[C::Product],
) -> Output<C::ConnectionRefreshResponse> {
    let state = connection.state();
    let id = id::<C>(connection)?;
    if state.refuses_refresh() {
        return Err(of(client.refresh_call(id, products), refused(&state, "refreshed")));
    }
    let has = C::of_connection(connection).products;
    // A connection without any product is one that was not read in full.
    let knows_products = has.iter().any(|list| !list.is_empty());
    if let Some(other) = products.iter().find(|product| knows_products && !contains(has, product)) {
        let why = format!("has {}, which the connection does not have", other.as_text());
        return Err(of(client.refresh_call(id, products), Error::invalid("products", why)));
    }
    send(client.refresh_call(id, products)).await
}

pub(super) async fn add_products<C: Calls>(
    client: &C,
    connection: &C::Connection,
    products: &[C::Product],
) -> Output<C::ConnectionAddProductsResponse> {
    let state = connection.state();
    let id = id::<C>(connection)?;
    if state.is_terminal() {
        return Err(of(client.update(id, products), refused(&state, "given more products")));
    }
    let has = C::of_connection(connection).products;
    if products.is_empty() {
        let error = Error::invalid("products", "name no product");
        return Err(of(client.update(id, products), error));
    }
    if let Some(known) = products.iter().find(|product| contains(has, product)) {
        let why = format!("has {}, which the connection has already", known.as_text());
        return Err(of(client.update(id, products), Error::invalid("products", why)));
    }
    send(client.update(id, products)).await
}

fn contains<P: StringEnum>(lists: [&[P]; 2], product: &P) -> bool {
    lists.into_iter().flatten().any(|known| known.as_text() == product.as_text())
}

/// The error of a call that is not sent.
fn of(call: impl Call, error: Error) -> Error {
    match call.into_request() {
        Ok(request) => error.with_operation(request.operation()),
        Err(_) => error,
    }
}

fn refused(state: &ConnectionState, what: &str) -> Error {
    Error::invalid("status", format!("is {state}: such a connection cannot be {what}"))
}

fn id<C: Calls>(connection: &C::Connection) -> Result<&str, Error> {
    let OfConnection { id, .. } = C::of_connection(connection);
    id.filter(|id| !id.is_empty()).ok_or_else(|| Error::missing("connectionId"))
}

pub(super) async fn wait_until_aggregated<C: Calls>(
    client: &C,
    connection_id: &str,
    since: DateTime<Utc>,
    waiting: Polling,
) -> Result<Aggregation<C::Connection>, Error> {
    let found = waiting
        .until(|left| async move {
            let call = client.get(connection_id);
            let response = send_through(&left.limit(call.transport()), call).await?;
            let retry_after = response.retry_after();
            let connection = response.into_inner();
            let at = C::of_connection(&connection).aggregated_at;
            Ok(if at.is_some_and(|at| at > since) {
                Poll::Ready(Aggregation::Done(connection))
            } else if connection.is_terminal() {
                Poll::Ready(Aggregation::Ended(connection))
            } else {
                Poll::Pending { retry_after }
            })
        })
        .await?;
    Ok(found.unwrap_or(Aggregation::NotYet))
}
