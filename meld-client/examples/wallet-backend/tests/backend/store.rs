//! The store, by the conformance checks of the client.

use meld_client::storage::conformance;
use wallet_backend::storage::{Database, Records};

use crate::postgres::Postgres;
use crate::support::database_url;

#[tokio::test]
async fn sqlite_store_conforms() {
    let folders = std::sync::Mutex::new(Vec::new());
    let make = || async {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&database_url(&folder)).await.unwrap();
        folders.lock().unwrap().push(folder);
        Records::new(&database)
    };
    conformance::run(make).await.unwrap();
}

#[tokio::test]
async fn postgres_store_conforms() {
    let Some(server) = Postgres::start() else { return };
    let make = || async { Records::new(&Database::open(&server.new_database().await).await.unwrap()) };
    conformance::run(make).await.unwrap();
}

#[tokio::test]
async fn database_is_opened_twice() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        Database::open(&database_url(&folder)).await.unwrap().close().await;
    }
    assert!(Database::open("mysql://localhost").await.is_err());
}
