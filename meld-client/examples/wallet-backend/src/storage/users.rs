//! Users, who are recognized by a session.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::Result;
use super::database::now;

#[derive(Clone, Debug)]
pub(crate) struct User {
    /// The id in this service, which is the external id of the customer at Meld.
    pub(crate) id: String,
    /// The id of the customer at Meld. `None` until it is needed.
    pub(crate) customer_id: Option<String>,
}

pub(crate) async fn find_by_session(connection: &mut AnyConnection, session_hash: &str) -> Result<Option<User>> {
    let sql = "SELECT id, customer_id FROM users WHERE session_hash = $1";
    sqlx::query(sql).bind(session_hash).fetch_optional(connection).await?.as_ref().map(user).transpose()
}

/// Returns the user that is a customer at Meld.
pub(crate) async fn find_by_customer(connection: &mut AnyConnection, customer_id: &str) -> Result<Option<User>> {
    let sql = "SELECT id, customer_id FROM users WHERE customer_id = $1";
    sqlx::query(sql).bind(customer_id).fetch_optional(connection).await?.as_ref().map(user).transpose()
}

pub(crate) async fn insert(connection: &mut AnyConnection, id: &str, session_hash: &str) -> Result<()> {
    let sql = "INSERT INTO users (id, session_hash, created_at) VALUES ($1, $2, $3)";
    sqlx::query(sql).bind(id).bind(session_hash).bind(now()).execute(connection).await.map(|_| ())
}

/// Stores the id of the customer at Meld.
pub(crate) async fn set_customer(connection: &mut AnyConnection, id: &str, customer_id: &str) -> Result<()> {
    let sql = "UPDATE users SET customer_id = $1 WHERE id = $2";
    sqlx::query(sql).bind(customer_id).bind(id).execute(connection).await.map(|_| ())
}

fn user(row: &AnyRow) -> Result<User> {
    Ok(User { id: row.try_get("id")?, customer_id: row.try_get("customer_id")? })
}
