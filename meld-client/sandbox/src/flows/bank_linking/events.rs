//! Webhook events of connections.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::state::State;

/// Emits an event with the fields that all events of a connection have, and more.
pub(super) fn emit(state: &mut State, event: &str, id: &str, more: Value, at: DateTime<Utc>) {
    let Some(connection) = state.bank.connection(id) else { return };
    let mut payload = json!({
        "customerId": connection.customer,
        "externalCustomerId": connection.external_customer,
        "connectionId": connection.id,
        "institutionId": connection.institution.map(|institution| institution.id),
        "serviceProviderDetails": {
            "serviceProvider": connection.institution.map(|institution| institution.provider),
        },
    });
    if let (Some(fields), Value::Object(more)) = (payload.as_object_mut(), more) {
        fields.extend(more);
    }
    state.emit(event, &payload, at);
}

/// Changes the status of a connection and emits the event. Returns `None` if the connection does not exist.
pub(crate) fn set_status(
    state: &mut State,
    id: &str,
    status: &str,
    reason: Option<&str>,
    at: DateTime<Utc>,
) -> Option<()> {
    let active = state.bank.active_duplicate(id);
    let connection = state.bank.connection_mut(id)?;
    if connection.is(status, reason) {
        return Some(());
    }
    let more = json!({
        "oldStatus": connection.status,
        "oldStatusReason": connection.reason,
        "newStatus": status,
        "newStatusReason": reason,
        "activeDuplicateConnectionId": active.filter(|_| reason == Some("INACTIVE_DUPLICATE")),
    });
    connection.status = status.to_owned();
    connection.reason = reason.map(str::to_owned);
    emit(state, "BANK_LINKING_CONNECTION_STATUS_CHANGE", id, more, at);
    Some(())
}
