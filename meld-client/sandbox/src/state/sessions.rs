//! Widget sessions of the crypto family.

use serde_json::Value;

/// All sessions.
pub(crate) type Sessions = Vec<Session>;

/// A widget session.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub id: String,
    pub external_id: Option<String>,
    /// The type of the transaction, such as `CRYPTO_PURCHASE`.
    pub kind: &'static str,
    pub data: Value,
    pub customer: String,
    pub subaccount: Option<String>,
    pub transaction: Option<String>,
}
