//! Imports that failed.

use meld_client_core::chrono::{DateTime, Utc};

use super::log::Logged;

/// The import of a connection that failed, as far as the log tells in known places.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ImportFailure<A> {
    /// When it failed.
    pub occurred_at: Option<DateTime<Utc>>,
    /// The connection that Meld had begun to make.
    pub connection_id: Option<String>,
    /// Meld's id of the customer.
    pub customer_id: Option<String>,
    /// Your id of the customer.
    pub external_customer_id: Option<String>,
    /// The bank.
    pub institution_id: Option<String>,
    /// The provider that the connection was to be imported from.
    pub service_provider: Option<String>,
    /// The id of the request that asked for the import.
    pub request_id: Option<String>,
    /// All that the log has of it, with the details: why it failed is there, in the words of the provider.
    pub activity: A,
}

impl<A: Logged> ImportFailure<A> {
    pub(super) fn new(activity: A) -> Self {
        let attribute = |name| activity.attribute(name).map(str::to_owned);
        let entity = |kind| activity.entity_of(kind).map(str::to_owned);
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
