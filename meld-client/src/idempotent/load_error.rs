//! Errors of loading stored requests.

use std::fmt;

use meld_client_core::Operation;

use super::binding::Mismatch;

/// The error of a stored request that cannot be loaded. The [`StoredRequest`](super::StoredRequest) is unchanged, so
/// keep it.
///
/// # Examples
///
/// ```
/// use meld_client::idempotent::LoadError;
///
/// fn advice(error: &LoadError) -> &'static str {
///     match error {
///         LoadError::Format { .. } | LoadError::UnknownOperation { .. } => "update the program",
///         LoadError::OtherEnvironment | LoadError::OtherAccount => "load it with the right client",
///         _ => "look at it",
///     }
/// }
/// # assert_eq!(advice(&LoadError::OtherAccount), "load it with the right client");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoadError {
    /// The format is older or newer than those that this version of the crate knows.
    Format {
        /// The format; `None` if there is none.
        found: Option<u64>,
    },
    /// The stored request is incomplete, or was changed.
    Damaged {
        /// The reason, without values.
        reason: String,
    },
    /// No enabled API version and family has the operation.
    UnknownOperation {
        /// API version, family and operationId.
        operation: String,
    },
    /// The request is one of another operation.
    OtherOperation {
        /// The operation of the call.
        expected: &'static Operation,
        /// API version, family and operationId of the stored request.
        found: String,
    },
    /// The client has another environment than the request.
    OtherEnvironment,
    /// The client has another account, API key or passthrough credentials than the request, or the stored request was
    /// changed.
    OtherAccount,
}

impl LoadError {
    pub(super) fn of_mismatch(mismatch: Mismatch) -> Self {
        match mismatch {
            Mismatch::Environment => Self::OtherEnvironment,
            Mismatch::Request => Self::Damaged { reason: "its key belongs to another request".to_owned() },
            Mismatch::Account => Self::OtherAccount,
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format { found: Some(found) } => {
                write!(formatter, "the stored request has format {found}; this version of the crate knows format 1")
            }
            Self::Format { found: None } => formatter.write_str("the stored request has no `format`"),
            Self::Damaged { reason } => write!(formatter, "the stored request is damaged: {reason}"),
            Self::UnknownOperation { operation } => write!(
                formatter,
                "the stored request is of the operation `{operation}`, which is unknown; enable its version and family"
            ),
            Self::OtherOperation { expected, found } => write!(
                formatter,
                "the stored request is of the operation `{found}`, not `{} {} {}`",
                expected.version, expected.family, expected.operation_id
            ),
            Self::OtherEnvironment => {
                formatter.write_str("the stored request was made for another environment; use a client of that one")
            }
            Self::OtherAccount => formatter.write_str(
                "the stored request was made for another account or API key; if the API key of the same account was \
                 rotated, use `StoredRequest::after_api_key_rotation`",
            ),
        }
    }
}

impl std::error::Error for LoadError {}
