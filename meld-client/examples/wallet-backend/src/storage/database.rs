//! Connecting and migrating.

use std::borrow::Cow;

use meld_client::chrono::Utc;
use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyPool, Executor};

use super::{Result, Transaction};

/// The migrations, which the program contains.
const MIGRATIONS: [(&str, &str); 2] = [
    ("records", include_str!("../../migrations/0001_records.sql")),
    ("wallet", include_str!("../../migrations/0002_wallet.sql")),
];

/// A pool of connections to a migrated database. Clones share the pool.
#[derive(Clone, Debug)]
pub struct Database {
    pool: AnyPool,
    kind: Kind,
}

/// The kind of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sqlite,
    Postgres,
}

/// The error of opening a database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The URL is of another database.
    #[error("`DATABASE_URL` must begin with `sqlite:` or `postgres:`")]
    UnknownKind,
    /// The database cannot be reached.
    #[error("the database cannot be opened")]
    Connect(#[source] sqlx::Error),
    /// The tables cannot be created.
    #[error("the database cannot be migrated")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl Database {
    /// Connects to a database and creates its tables.
    ///
    /// # Errors
    ///
    /// Returns an error if the database cannot be reached or migrated.
    pub async fn open(url: &str) -> std::result::Result<Self, DatabaseError> {
        sqlx::any::install_default_drivers();
        let kind = match url.split(':').next() {
            Some("sqlite") => Kind::Sqlite,
            Some("postgres" | "postgresql") => Kind::Postgres,
            _ => return Err(DatabaseError::UnknownKind),
        };
        let options = match kind {
            // SQLite has one writer. With one connection, writers wait for each other instead of failing.
            Kind::Sqlite => AnyPoolOptions::new().max_connections(1).after_connect(|connection, _| {
                Box::pin(async move {
                    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; \
                                    PRAGMA foreign_keys = ON";
                    connection.execute(settings).await.map(|_| ())
                })
            }),
            Kind::Postgres => AnyPoolOptions::new().max_connections(10),
        };
        let pool = options.connect(url).await.map_err(DatabaseError::Connect)?;
        migrator().run(&pool).await?;
        Ok(Self { pool, kind })
    }

    /// Returns a connection. Give it back before calling Meld.
    pub(crate) async fn connection(&self) -> Result<PoolConnection<Any>> {
        self.pool.acquire().await
    }

    /// Begins a transaction, which [`Records`](super::Records) can join.
    pub(crate) async fn begin(&self) -> Result<Transaction> {
        Ok(Transaction::new(self.pool.begin().await?))
    }

    /// Returns the end of a `SELECT` whose rows another process must not claim.
    pub(crate) fn lock_clause(&self) -> &'static str {
        match self.kind {
            // Statements that write are executed one after the other.
            Kind::Sqlite => "",
            Kind::Postgres => "FOR UPDATE SKIP LOCKED",
        }
    }

    /// Waits for open statements, and closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

fn migrator() -> Migrator {
    let migrations = MIGRATIONS.iter().zip(1..).map(|((name, sql), version)| {
        Migration::new(version, Cow::Borrowed(*name), MigrationType::Simple, Cow::Borrowed(*sql), false)
    });
    Migrator { migrations: migrations.collect(), ..Migrator::DEFAULT }
}

/// Returns the current time in microseconds.
pub(crate) fn now() -> i64 {
    Utc::now().timestamp_micros()
}
