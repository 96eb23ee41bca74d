//! The states of KYC at providers.

use sqlx::{AnyConnection, Row};

use super::Result;
use super::database::now;

/// The state of KYC at a provider.
#[derive(Clone)]
pub(crate) struct Kyc {
    pub(crate) provider: String,
    pub(crate) state: String,
    /// The page where the customer continues. Anyone who has it can continue in the customer's name.
    pub(crate) url: Option<String>,
}

/// Stores a state. A URL that is not given stays.
pub(crate) async fn save(connection: &mut AnyConnection, user_id: &str, kyc: &Kyc) -> Result<()> {
    let sql = "INSERT INTO kyc (user_id, provider, state, url, updated_at) VALUES ($1, $2, $3, $4, $5)
               ON CONFLICT (user_id, provider) DO UPDATE
               SET state = excluded.state, url = COALESCE(excluded.url, kyc.url), updated_at = excluded.updated_at";
    let query = sqlx::query(sql).bind(user_id).bind(&kyc.provider).bind(&kyc.state).bind(&kyc.url).bind(now());
    query.execute(connection).await.map(|_| ())
}

/// Returns the states of a user, by provider.
pub(crate) async fn find_by_user(connection: &mut AnyConnection, user_id: &str) -> Result<Vec<Kyc>> {
    let sql = "SELECT provider, state, url FROM kyc WHERE user_id = $1 ORDER BY provider";
    let rows = sqlx::query(sql).bind(user_id).fetch_all(connection).await?;
    let kyc =
        |row: &sqlx::any::AnyRow| Ok(Kyc { provider: row.try_get(0)?, state: row.try_get(1)?, url: row.try_get(2)? });
    rows.iter().map(kyc).collect()
}
