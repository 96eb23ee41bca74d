//! Agreements of a provider with the customer.

/// An agreement that the customer must accept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Agreement {
    /// The type, such as `TERMS_OF_SERVICE`.
    pub kind: Option<String>,
    /// The region that it applies to, such as `EU`.
    pub region: Option<String>,
    /// The URL of the text.
    pub url: Option<String>,
}
