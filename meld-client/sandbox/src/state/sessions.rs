//! Widget sessions of the crypto family.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::saved::{Name, name};

pub(crate) type Sessions = Vec<Session>;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Session {
    pub id: String,
    pub external_id: Option<String>,
    /// The type of the transaction, such as `CRYPTO_PURCHASE`.
    #[serde(deserialize_with = "name::deserialize")]
    pub kind: Name,
    pub data: Value,
    pub customer: String,
    pub subaccount: Option<String>,
    pub transaction: Option<String>,
}
