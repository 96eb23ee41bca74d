//! Secrets of webhook profiles.

use sqlx::{AnyConnection, Row};

use super::Result;

/// Returns the secret of the profile of a URL.
pub(crate) async fn secret(connection: &mut AnyConnection, url: &str) -> Result<Option<String>> {
    let row = sqlx::query("SELECT secret FROM webhook_profiles WHERE url = $1").bind(url);
    row.fetch_optional(connection).await?.map(|row| row.try_get(0)).transpose()
}

/// Stores the secret of the profile of a URL.
pub(crate) async fn save(connection: &mut AnyConnection, url: &str, secret: &str) -> Result<()> {
    let sql = "INSERT INTO webhook_profiles (url, secret) VALUES ($1, $2)
               ON CONFLICT (url) DO UPDATE SET secret = excluded.secret";
    sqlx::query(sql).bind(url).bind(secret).execute(connection).await.map(|_| ())
}
