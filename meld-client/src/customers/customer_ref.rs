//! References to customers.

/// A customer by Meld's id or by your id. Requests take one of the two.
///
/// Virtual accounts take only Meld's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CustomerRef {
    /// Meld's id (`customerId`).
    Id(String),
    /// Your id (`externalCustomerId`).
    ExternalId(String),
}

impl CustomerRef {
    /// Creates a reference by Meld's id.
    pub fn id(id: impl Into<String>) -> Self {
        Self::Id(id.into())
    }

    /// Creates a reference by your id.
    pub fn external_id(external_id: impl Into<String>) -> Self {
        Self::ExternalId(external_id.into())
    }

    /// Returns Meld's id and your id, one of which is `None`.
    #[must_use]
    pub fn into_ids(self) -> (Option<String>, Option<String>) {
        match self {
            Self::Id(id) => (Some(id), None),
            Self::ExternalId(id) => (None, Some(id)),
        }
    }
}

/// Clones the reference, so that one can be used in many requests.
impl From<&Self> for CustomerRef {
    fn from(customer: &Self) -> Self {
        customer.clone()
    }
}
