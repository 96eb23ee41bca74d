//! Copies the transactions of bank accounts to PostgreSQL, and keeps the copy fresh.
//!
//! `DATABASE_URL=postgres://localhost/wallet cargo run --features postgres --bin transactions_to_postgres` in this folder
//! starts a local mock server. Set `MELD_API_KEY` and `MELD_ENVIRONMENT` to copy the accounts of the real API instead.

use std::env;
use std::error::Error;

use meld_client::Meld;
use meld_client::v2026_02_03::Api;
use meld_client::v2026_02_03::bank_linking::types::{ConnectStartRequest, FinancialAccountTransaction, Product};
use meld_client::v2026_02_03::prelude::*;
use meld_sandbox::Sandbox;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS bank_transactions (
        id text PRIMARY KEY,
        account_id text NOT NULL,
        status text,
        amount numeric,
        currency text,
        description text,
        transaction_date timestamptz
    )";

/// Decimals are passed as text, so that every digit is kept.
const UPSERT: &str = "
    INSERT INTO bank_transactions VALUES ($1, $2, $3, $4::text::numeric, $5, $6, $7)
    ON CONFLICT (id) DO UPDATE SET
        status = excluded.status, amount = excluded.amount, currency = excluded.currency,
        description = excluded.description, transaction_date = excluded.transaction_date";

#[tokio::main]
async fn main() -> Result<()> {
    let url = env::var("DATABASE_URL").map_err(|_| "set `DATABASE_URL`, such as postgres://localhost/wallet")?;
    // For a server on another machine, use TLS: crate tokio-postgres-rustls.
    let (mut database, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    database.batch_execute(SCHEMA).await?;
    if env::var_os("MELD_API_KEY").is_some() {
        let api = Meld::from_env()?.v2026_02_03();
        for account in accounts(&api).await? {
            println!("account {account}: {} transactions copied", copy(&api, &mut database, &account).await?);
        }
        return Ok(());
    }
    println!("`MELD_API_KEY` is not set: using a local mock server\n");
    demonstrate(&mut database).await
}

async fn demonstrate(database: &mut Client) -> Result<()> {
    let sandbox = Sandbox::start().await?;
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    let api = meld.v2026_02_03();
    link_bank(&api, &sandbox).await?;
    let account = accounts(&api).await?.into_iter().next().ok_or("no account is linked")?;
    println!("copied: {}", copy(&api, database, &account).await?);

    // The bank adds three transactions, changes two and removes one, which a webhook reports.
    let event = sandbox.update_transactions(&account, 3, 2, 1)?;
    let changed = refresh(&api, database, &account, event.oldest_key.as_deref(), &event.removed).await?;
    println!("refreshed: {changed}");
    let count: i64 = database.query_one("SELECT count(*) FROM bank_transactions", &[]).await?.get(0);
    println!("in the table: {count}");
    Ok(())
}

/// Links a bank account, like a customer does in the widget at `widget_url`.
async fn link_bank(api: &Api, sandbox: &Sandbox) -> Result<()> {
    let products = [Product::Balances, Product::Transactions];
    let request = ConnectStartRequest::builder().external_customer_id("customer-1").products(products).regions(["US"]);
    let started = api.bank_linking().start_connection(request).await?;
    sandbox.complete_connection(started.id.as_deref().ok_or("no id")?)?;
    Ok(())
}

async fn accounts(api: &Api) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    let mut accounts = api.bank_linking().search_accounts().stream();
    while let Some(account) = accounts.try_next().await? {
        ids.extend(account.id);
    }
    Ok(ids)
}

/// Copies all transactions of an account, in one transaction of the database. Returns their number.
async fn copy(api: &Api, database: &mut Client, account: &str) -> Result<u64> {
    let mut transactions = api.bank_linking().search_transactions().financial_account_id(account).stream();
    let work = database.transaction().await?;
    let mut count = 0;
    while let Some(transaction) = transactions.try_next().await? {
        count += upsert(&work, account, &transaction).await?;
    }
    work.commit().await?;
    Ok(count)
}

/// Copies the changes after the webhook `BANK_LINKING_TRANSACTIONS_AGGREGATED`, which has the key and the removed ids.
/// Returns the number of changed rows.
async fn refresh(
    api: &Api,
    database: &mut Client,
    account: &str,
    oldest: Option<&str>,
    removed: &[String],
) -> Result<u64> {
    let mut changes = api.bank_linking().changed_transactions(account, oldest);
    let work = database.transaction().await?;
    let mut count = 0;
    while let Some(transaction) = changes.try_next().await? {
        count += upsert(&work, account, &transaction).await?;
    }
    count += work.execute("DELETE FROM bank_transactions WHERE id = ANY($1)", &[&removed]).await?;
    work.commit().await?;
    Ok(count)
}

async fn upsert(
    work: &tokio_postgres::Transaction<'_>,
    account: &str,
    transaction: &FinancialAccountTransaction,
) -> Result<u64> {
    let status = transaction.status.as_ref().map(|status| status.as_str());
    let amount = transaction.amount.map(|amount| amount.to_string());
    let values: [&(dyn ToSql + Sync); 7] = [
        &transaction.id,
        &account,
        &status,
        &amount,
        &transaction.currency,
        &transaction.description,
        &transaction.transaction_date,
    ];
    Ok(work.execute(UPSERT, &values).await?)
}
