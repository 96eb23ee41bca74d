//! Requests that are validated against the life cycle before they are sent.

use meld_client_core::{Call, Error, ResponseValue, StringEnum};

use super::life_cycle::{ConnectionExt, ConnectionState};
use super::versions::{BankLinking, Connection as _, ConnectionFields};
use crate::call::send;

type Response<T> = Result<ResponseValue<T>, Error>;

pub(super) async fn start<C: BankLinking>(
    client: &C,
    request: C::ConnectStartRequest,
) -> Response<C::ConnectStartResponse> {
    send(client.start(request, check_start)).await
}

/// Refuses products that Meld's guides exclude. The request itself refuses a product that is in both lists.
fn check_start<P: StringEnum>(required: &[P], optional: &[P]) -> Result<(), Error> {
    if required.is_empty() && optional.is_empty() {
        return Err(Error::invalid("products", "and `optionalProducts` name no product"));
    }
    for (field, products) in [("products", required), ("optionalProducts", optional)] {
        let products = products.iter().map(AsRef::as_ref);
        if let Some(why) = products.filter_map(exclusion_reason).next() {
            return Err(Error::invalid(field, why));
        }
    }
    Ok(())
}

fn exclusion_reason(product: &str) -> Option<&'static str> {
    let product = product.to_ascii_uppercase();
    if product.starts_with("PROCESSOR") {
        return Some("must not contain processor tokens; use `create_processor_token` after linking");
    }
    (product == "HISTORICAL_TRANSACTIONS")
        .then_some("must not contain `HISTORICAL_TRANSACTIONS`; they are aggregated without a request")
}

pub(super) async fn repair<C: BankLinking>(
    client: &C,
    connection: &C::Connection,
) -> Response<C::ConnectRepairResponse> {
    let state = connection.state();
    let call = client.repair(id(&connection.fields())?);
    if state.refuses_repair() {
        return Err(refused(call, &state, "repaired"));
    }
    send(call).await
}

pub(super) async fn refresh<C: BankLinking>(
    client: &C,
    connection: &C::Connection,
    products: &[C::Product],
) -> Response<C::ConnectionRefreshResponse> {
    let (state, fields) = (connection.state(), connection.fields());
    let call = client.refresh(id(&fields)?, products);
    if state.refuses_refresh() {
        return Err(refused(call, &state, "refreshed"));
    }
    // A connection without any product was not read in full.
    let knows_products = !fields.products.is_empty();
    let mut products = products.iter().map(AsRef::as_ref);
    match products.find(|product| knows_products && !fields.products.contains(product)) {
        Some(other) => {
            let why = format!("contains {other}, which the connection does not have");
            Err(with_operation(call, Error::invalid("products", why)))
        }
        None => send(call).await,
    }
}

pub(super) async fn add_products<C: BankLinking>(
    client: &C,
    connection: &C::Connection,
    products: &[C::Product],
) -> Response<C::ConnectionAddProductsResponse> {
    let (state, fields) = (connection.state(), connection.fields());
    let call = client.update(id(&fields)?, products);
    if state.is_terminal() {
        return Err(refused(call, &state, "given more products"));
    }
    let mut texts = products.iter().map(AsRef::as_ref);
    let why = match texts.find(|product| fields.products.contains(product)) {
        Some(known) => format!("contains {known}, which the connection already has"),
        None if products.is_empty() => "must not be empty".to_owned(),
        None => return send(call).await,
    };
    Err(with_operation(call, Error::invalid("products", why)))
}

fn id<'a>(fields: &ConnectionFields<'a>) -> Result<&'a str, Error> {
    fields.id.filter(|id| !id.is_empty()).ok_or_else(|| Error::missing("connectionId"))
}

fn refused(call: impl Call, state: &ConnectionState, what: &str) -> Error {
    let why = format!("is {state}; a connection in this state cannot be {what}");
    with_operation(call, Error::invalid("status", why))
}

/// Adds the operation of a call that is not sent to its error.
fn with_operation(call: impl Call, error: Error) -> Error {
    match call.into_request() {
        Ok(request) => error.with_operation(request.operation()),
        Err(_) => error,
    }
}
