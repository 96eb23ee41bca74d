//! Reading a document and checking that it is one.

use crate::catalog::{ApiVersion, Family};

/// A dated document as it was read: OpenAPI 3.0 or 3.1, nothing changed.
#[derive(Clone, Debug)]
pub struct Document {
    /// File name, for messages.
    pub file: String,
    /// Family of operations.
    pub family: Family,
    /// API version.
    pub version: ApiVersion,
    /// The whole document.
    pub root: serde_json::Value,
}
