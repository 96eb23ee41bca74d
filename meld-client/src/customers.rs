//! Customers, and what is known of them at the providers.

/// A customer, by the id that Meld gave or by the one of your own. Requests take one of the two and never both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CustomerRef {
    /// Meld's id (`customerId`).
    Id(String),
    /// Your id (`externalCustomerId`).
    ExternalId(String),
}

impl CustomerRef {
    /// By Meld's id.
    pub fn id(id: impl Into<String>) -> Self {
        Self::Id(id.into())
    }

    /// By your own id.
    pub fn external_id(external_id: impl Into<String>) -> Self {
        Self::ExternalId(external_id.into())
    }
}
