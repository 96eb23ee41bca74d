//! Failed imports of connections.

use meld_client_core::chrono::{DateTime, Utc};

use super::versions::Activity;

/// A failed import of a connection, with the fields that the log has in known places.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ImportFailure<A> {
    /// The time of the failure.
    pub occurred_at: Option<DateTime<Utc>>,
    /// The connection that Meld had started to create.
    pub connection_id: Option<String>,
    /// Meld's id of the customer.
    pub customer_id: Option<String>,
    /// Your id of the customer.
    pub external_customer_id: Option<String>,
    /// The institution.
    pub institution_id: Option<String>,
    /// The provider of the connection.
    pub service_provider: Option<String>,
    /// The id of the request that started the import.
    pub request_id: Option<String>,
    /// The whole activity. Its details have the reason in the provider's words.
    pub activity: A,
}

impl<A: Activity> ImportFailure<A> {
    pub(super) fn new(activity: A) -> Self {
        let attribute = |name| activity.attribute(name).map(str::to_owned);
        let entity = |kind| {
            let (found, id) = activity.entity()?;
            found.to_ascii_uppercase().ends_with(kind).then(|| id.to_owned())
        };
        Self {
            occurred_at: activity.occurred_at(),
            connection_id: attribute("connectionId").or_else(|| entity("CONNECTION")),
            customer_id: attribute("customerId").or_else(|| entity("CUSTOMER")),
            external_customer_id: attribute("externalCustomerId"),
            institution_id: attribute("institutionId"),
            service_provider: attribute("serviceProvider"),
            request_id: attribute("requestId"),
            activity,
        }
    }
}
