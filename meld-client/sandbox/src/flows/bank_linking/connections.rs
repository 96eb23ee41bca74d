//! The life cycle of a connection: started, completed, refreshed, repaired, deleted.

use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::aggregation::{activate, emit_aggregated, link_accounts};
use super::events::emit;
pub(crate) use super::events::set_status;
use crate::call::Call;
use crate::problem::Problem;
use crate::random::{letters, seeded};
use crate::state::State;
use crate::state::bank_linking::Connection;
use crate::state::institutions::{self, INSTITUTIONS};
use crate::state::schedule::Event;

const WIDGET_LIFETIME: TimeDelta = TimeDelta::hours(4);
const MX_REFRESH_INTERVAL: TimeDelta = TimeDelta::hours(3);

pub(crate) fn start(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let (products, optional) = (call.texts("products"), call.texts("optionalProducts"));
    if products.is_empty() && optional.is_empty() {
        return Err(refused("[products] must name a product"));
    }
    if products.iter().any(|product| optional.contains(product)) {
        return Err(refused("[optionalProducts] names a product that is also in products"));
    }
    let institution = match call.text("institutionId") {
        Some(id) => Some(institutions::find(id).ok_or_else(|| Problem::not_found("institution"))?),
        None => None,
    };
    let missing = |product: &&String| institution.is_some_and(|one| !one.offers(product));
    if let Some(product) = products.iter().find(missing) {
        return Err(refused(&format!("[products] names {product}, which the institution does not support")));
    }
    let external = call.text("externalCustomerId").unwrap_or_default();
    let customer = state.customer_with_external_id(external);
    let id = state.identifier();
    state.bank.connections.push(Connection {
        institution,
        products,
        optional_products: optional,
        regions: call.texts("regions"),
        ..Connection::new(id.clone(), customer.clone(), external, call.now)
    });
    state.schedule.add(call.now + WIDGET_LIFETIME, Event::ConnectionExpires(id.clone()));
    let mut response = widget(state, call, &id);
    response["customerId"] = json!(customer);
    response["externalCustomerId"] = json!(external);
    Ok(response)
}

fn refused(error: &str) -> Problem {
    Problem::bad_request("The request is not valid").with_error(error)
}

/// Returns a JSON Web Token for the widget, with random letters as its signature.
fn token(state: &State, call: &Call, id: &str) -> String {
    let connection = state.bank.connection(id);
    let claims = json!({
        "iss": "meld.io",
        "account": state.account_id,
        "connection": id,
        "customer": connection.map(|connection| &connection.customer),
        "products": connection.map(|connection| &connection.products),
        "regions": connection.map(|connection| &connection.regions),
        "iat": call.now.timestamp(),
        "exp": (call.now + WIDGET_LIFETIME).timestamp(),
    });
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signature = letters(&mut seeded(state.seed, &format!("{id} {}", call.request_id)), 40);
    format!("{}.{}.{signature}", part(json!({ "alg": "HS256", "typ": "JWT" })), part(claims))
}

/// Returns a token and the URL of the widget that takes it.
fn widget(state: &State, call: &Call, id: &str) -> Value {
    let token = token(state, call, id);
    json!({
        "id": id,
        "connectToken": token,
        "widgetUrl": format!("{}/sandbox/connect/{id}?connectToken={token}", call.base_url),
    })
}

/// Expires a connection whose widget was not completed.
pub(crate) fn expire(state: &mut State, id: &str, at: DateTime<Utc>) {
    let in_progress = |connection: &Connection| connection.status == "IN_PROGRESS";
    if state.bank.connection(id).is_some_and(in_progress) {
        set_status(state, id, "EXPIRED", None, at);
    }
}

/// Completes the widget of a connection, which becomes active with its accounts and transactions.
///
/// Returns the ids of the accounts; `None` if the connection has no open widget.
pub(crate) fn complete(state: &mut State, id: &str, now: DateTime<Utc>) -> Option<Vec<String>> {
    let connection = state.bank.connection_mut(id)?;
    if !connection.widget_open || matches!(connection.status.as_str(), "EXPIRED" | "DELETED") {
        return None;
    }
    connection.widget_open = false;
    let institution = *connection.institution.get_or_insert(&INSTITUTIONS[0]);
    let first = connection.aggregated_at.replace(now).is_none();
    let more = json!({ "institutionName": institution.name });
    emit(state, "BANK_LINKING_CONNECTION_COMPLETED", id, more, now);
    activate(state, id, now);
    if first {
        link_accounts(state, id, institution, now);
    }
    emit_aggregated(state, id, first, now);
    Some(state.bank.accounts_of(id).map(|account| account.id.clone()).collect())
}

fn find<'a>(state: &'a State, id: &str) -> Result<&'a Connection, Problem> {
    state.bank.connection(id).ok_or_else(|| Problem::not_found("connection"))
}

fn wrong_status(connection: &Connection) -> Problem {
    let reason = connection.reason.as_deref().map(|reason| format!(" ({reason})"));
    Problem::conflict(format!(
        "The connection is {}{}, and this status does not allow it",
        connection.status,
        reason.unwrap_or_default()
    ))
}

pub(crate) fn refresh(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let connection = find(state, call.path("connectionId"))?;
    let products = call.texts("products");
    if let Some(product) = products.iter().find(|product| !connection.has_product(product)) {
        return Err(refused(&format!("[products] names {product}, which the connection does not have")));
    }
    refresh_by_id(state, call, call.path("connectionId"))?;
    Ok(json!({ "requestId": call.request_id }))
}

fn refresh_by_id(state: &mut State, call: &Call, id: &str) -> Result<(), Problem> {
    let connection = find(state, id)?;
    if !connection.can_refresh() {
        return Err(wrong_status(connection));
    }
    let provider = connection.institution.map(|institution| institution.provider);
    if provider == Some("SALTEDGEPARTNERS") {
        let message = "SALTEDGEPARTNERS does not refresh on demand";
        return Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED", message));
    }
    let last = connection.refreshed_at.filter(|_| provider == Some("MX"));
    if last.is_some_and(|last| call.now < last + MX_REFRESH_INTERVAL) {
        let message = "This provider refreshes at most once in three hours";
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", message));
    }
    if let Some(connection) = state.bank.connection_mut(id) {
        connection.refreshed_at = Some(call.now);
        connection.aggregated_at = Some(call.now);
    }
    activate(state, id, call.now);
    emit_aggregated(state, id, false, call.now);
    Ok(())
}

pub(crate) fn repair(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.text("connectionId").unwrap_or_default();
    let connection = find(state, id)?;
    if !connection.can_repair() {
        return Err(wrong_status(connection));
    }
    let institution = connection.institution.map(|institution| institution.id);
    if let Some(connection) = state.bank.connection_mut(id) {
        connection.widget_open = true;
    }
    let mut response = widget(state, call, id);
    response["institutionId"] = json!(institution);
    Ok(response)
}

pub(crate) fn add_products(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("connectionId");
    let products = call.texts("products");
    let connection = find(state, id)?;
    if products.is_empty() {
        return Err(refused("[products] must name a product"));
    }
    if products.iter().any(|product| connection.has_product(product)) {
        return Err(refused("[products] names a product that the connection has already"));
    }
    if !connection.can_refresh() {
        return Err(wrong_status(connection));
    }
    let cannot = |product: &&String| {
        let has = |product: &str| connection.has_product(product);
        connection.institution.is_some_and(|one| !one.adds(product, has))
    };
    if let Some(product) = products.iter().find(cannot) {
        return Err(refused(&format!("[products] names {product}, which this institution cannot add later")));
    }
    if let Some(connection) = state.bank.connection_mut(id) {
        connection.optional_products.extend(products);
    }
    refresh_by_id(state, call, id)?;
    Ok(json!({ "requestId": call.request_id }))
}

pub(crate) fn delete_connection(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("connectionId");
    let connection = find(state, id)?;
    if connection.status == "DELETED" {
        return Err(wrong_status(connection));
    }
    delete(state, id, call.now);
    Ok(Value::Null)
}

pub(crate) fn delete_all_of(state: &mut State, customer: &str, call: &Call) {
    let of_customer = |connection: &&Connection| connection.customer == customer && connection.status != "DELETED";
    let ids: Vec<String> =
        state.bank.connections.iter().filter(of_customer).map(|connection| connection.id.clone()).collect();
    for id in ids {
        delete(state, &id, call.now);
    }
}

fn delete(state: &mut State, id: &str, now: DateTime<Utc>) {
    set_status(state, id, "DELETED", None, now);
    let mut removed = Vec::new();
    for account in &mut state.bank.accounts {
        let before = account.connections.len();
        account.connections.retain(|connection| connection != id);
        // An account that another connection shares remains.
        if account.connections.is_empty() && before > 0 {
            removed.push(json!({ "id": account.id }));
        }
    }
    state.bank.accounts.retain(|account| !account.connections.is_empty());
    let institution = state.bank.connection(id).and_then(|connection| connection.institution);
    let more = json!({ "institutionName": institution.map(|institution| institution.name) });
    emit(state, "BANK_LINKING_CONNECTION_DELETED", id, more, now);
    let more = json!({ "financialAccounts": removed });
    emit(state, "BANK_LINKING_ACCOUNTS_REMOVED", id, more, now);
}
