//! Errors of storing requests.

use std::fmt;

/// The error of a request that was not stored.
///
/// # Examples
///
/// ```
/// use meld_client::idempotent::StoreError;
///
/// let error = StoreError::Redacted { fields: vec!["paymentMethod.details.number".to_owned()] };
/// assert!(error.to_string().contains("`store_with_secrets`"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// The request has values that are redacted wherever it is shown, and was to be stored without them.
    Redacted {
        /// The names of headers, parameters and fields of the body, such as `paymentMethod.details.number`.
        fields: Vec<String>,
    },
    /// The request has files, or another form that is not stored.
    NotStorable {
        /// The reason, without values.
        reason: String,
    },
}

impl StoreError {
    /// Returns the names of the redacted fields; empty for other errors.
    #[must_use]
    pub fn redacted_fields(&self) -> &[String] {
        match self {
            Self::Redacted { fields } => fields,
            Self::NotStorable { .. } => &[],
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redacted { fields } => write!(
                formatter,
                "the request has redacted values (`{}`); use `store_with_secrets` to store them",
                fields.join("`, `")
            ),
            Self::NotStorable { reason } => write!(formatter, "the request cannot be stored: {reason}"),
        }
    }
}

impl std::error::Error for StoreError {}
