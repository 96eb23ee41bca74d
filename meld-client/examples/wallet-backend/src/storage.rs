//! The database: SQLite in a file, or PostgreSQL.
//!
//! Both use the same statements. `sqlx::Any` chooses the driver by the URL. A service with one database replaces
//! `Any` by `Sqlite` or `Postgres`, and gets typed columns.

pub(crate) mod banks;
mod database;
mod kinds;
pub(crate) mod kyc;
pub(crate) mod orders;
pub(crate) mod profiles;
pub(crate) mod quotes;
mod records;
mod transaction;
pub(crate) mod users;

pub use database::{Database, DatabaseError};
pub use records::Records;
pub(crate) use transaction::Transaction;

pub(crate) type Result<T> = std::result::Result<T, sqlx::Error>;
