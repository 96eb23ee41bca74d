//! Quotes that were shown.

use meld_client::v2026_02_03::crypto::types::CryptoQuote;
use sqlx::{AnyConnection, Row};

use super::Result;
use super::database::now;

/// A quote is valid for a short time only.
const LIFETIME_MICROS: i64 = 15 * 60 * 1_000_000;

/// Stores a quote, and removes old ones.
pub(crate) async fn insert(connection: &mut AnyConnection, id: &str, user_id: &str, quote: &CryptoQuote) -> Result<()> {
    let delete = sqlx::query("DELETE FROM quotes WHERE created_at < $1").bind(now() - LIFETIME_MICROS);
    delete.execute(&mut *connection).await?;
    let quote = serde_json::to_string(quote).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let sql = "INSERT INTO quotes (id, user_id, quote, created_at) VALUES ($1, $2, $3, $4)";
    sqlx::query(sql).bind(id).bind(user_id).bind(quote).bind(now()).execute(connection).await.map(|_| ())
}

/// Returns a quote of a user. `None` if it is unknown or too old.
pub(crate) async fn find(connection: &mut AnyConnection, id: &str, user_id: &str) -> Result<Option<CryptoQuote>> {
    let sql = "SELECT quote FROM quotes WHERE id = $1 AND user_id = $2 AND created_at >= $3";
    let query = sqlx::query(sql).bind(id).bind(user_id).bind(now() - LIFETIME_MICROS);
    let Some(row) = query.fetch_optional(connection).await? else { return Ok(None) };
    serde_json::from_str(row.try_get(0)?).map(Some).map_err(|error| sqlx::Error::Decode(error.into()))
}
