//! Bank connections, their accounts and a copy of the transactions.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

use super::Result;
use super::database::now;

#[derive(Clone)]
pub(crate) struct Connection {
    /// The id at Meld.
    pub(crate) id: String,
    pub(crate) institution: Option<String>,
    pub(crate) status: String,
    /// The page where the customer continues.
    pub(crate) url: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Account {
    /// The id at Meld.
    pub(crate) id: String,
    pub(crate) connection_id: String,
    pub(crate) name: Option<String>,
    /// The last digits of the account number.
    pub(crate) number: Option<String>,
    pub(crate) balance: Option<String>,
    pub(crate) currency: Option<String>,
}

/// A transaction of an account.
#[derive(Clone, Debug)]
pub(crate) struct BankTransaction {
    pub(crate) id: String,
    pub(crate) day: String,
    pub(crate) description: Option<String>,
    /// The change of the balance.
    pub(crate) change: String,
    pub(crate) currency: Option<String>,
}

/// Stores a connection of a user. An institution or URL that is not given stays.
pub(crate) async fn save(connection: &mut AnyConnection, user_id: &str, bank: &Connection) -> Result<()> {
    let sql = "INSERT INTO connections (id, user_id, institution, status, url, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6)
               ON CONFLICT (id) DO UPDATE SET institution = COALESCE(excluded.institution, connections.institution),
                   status = excluded.status, url = COALESCE(excluded.url, connections.url),
                   updated_at = excluded.updated_at";
    let query = sqlx::query(sql).bind(&bank.id).bind(user_id).bind(&bank.institution).bind(&bank.status);
    query.bind(&bank.url).bind(now()).execute(connection).await.map(|_| ())
}

pub(crate) async fn user_of(connection: &mut AnyConnection, id: &str) -> Result<Option<String>> {
    let query = sqlx::query("SELECT user_id FROM connections WHERE id = $1").bind(id);
    query.fetch_optional(connection).await?.map(|row| row.try_get(0)).transpose()
}

/// Returns the connections of a user, the newest first.
pub(crate) async fn find_by_user(connection: &mut AnyConnection, user_id: &str) -> Result<Vec<Connection>> {
    let sql = "SELECT id, institution, status, url FROM connections WHERE user_id = $1 ORDER BY updated_at DESC";
    let rows = sqlx::query(sql).bind(user_id).fetch_all(connection).await?;
    let bank = |row: &AnyRow| {
        Ok(Connection {
            id: row.try_get(0)?,
            institution: row.try_get(1)?,
            status: row.try_get(2)?,
            url: row.try_get(3)?,
        })
    };
    rows.iter().map(bank).collect()
}

pub(crate) async fn save_account(connection: &mut AnyConnection, account: &Account) -> Result<()> {
    let sql = "INSERT INTO accounts (id, connection_id, name, number, balance, currency, updated_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)
               ON CONFLICT (id) DO UPDATE SET connection_id = excluded.connection_id, name = excluded.name,
                   number = excluded.number, balance = excluded.balance, currency = excluded.currency,
                   updated_at = excluded.updated_at";
    sqlx::query(sql)
        .bind(&account.id)
        .bind(&account.connection_id)
        .bind(&account.name)
        .bind(&account.number)
        .bind(&account.balance)
        .bind(&account.currency)
        .bind(now())
        .execute(connection)
        .await
        .map(|_| ())
}

pub(crate) async fn accounts(connection: &mut AnyConnection, user_id: &str) -> Result<Vec<Account>> {
    let sql = "SELECT accounts.* FROM accounts JOIN connections ON connections.id = accounts.connection_id
               WHERE connections.user_id = $1 ORDER BY accounts.name, accounts.id";
    let rows = sqlx::query(sql).bind(user_id).fetch_all(connection).await?;
    rows.iter().map(account).collect()
}

/// Stores changed transactions of an account, and deletes removed ones, together.
pub(crate) async fn replace(
    connection: &mut AnyConnection,
    account_id: &str,
    changed: &[BankTransaction],
    removed: &[String],
) -> Result<()> {
    for id in removed {
        sqlx::query("DELETE FROM bank_transactions WHERE id = $1").bind(id).execute(&mut *connection).await?;
    }
    for transaction in changed {
        let sql = "INSERT INTO bank_transactions (id, account_id, day, description, change, currency)
                   VALUES ($1, $2, $3, $4, $5, $6)
                   ON CONFLICT (id) DO UPDATE SET day = excluded.day, description = excluded.description,
                       change = excluded.change, currency = excluded.currency";
        let query = sqlx::query(sql).bind(&transaction.id).bind(account_id).bind(&transaction.day);
        let query = query.bind(&transaction.description).bind(&transaction.change).bind(&transaction.currency);
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Returns the newest transactions of an account, and their number.
pub(crate) async fn bank_transactions(
    connection: &mut AnyConnection,
    account_id: &str,
    limit: i64,
) -> Result<(Vec<BankTransaction>, i64)> {
    let sql = "SELECT id, day, description, change, currency FROM bank_transactions WHERE account_id = $1
               ORDER BY day DESC, id LIMIT $2";
    let rows = sqlx::query(sql).bind(account_id).bind(limit).fetch_all(&mut *connection).await?;
    let transaction = |row: &AnyRow| {
        Ok(BankTransaction {
            id: row.try_get(0)?,
            day: row.try_get(1)?,
            description: row.try_get(2)?,
            change: row.try_get(3)?,
            currency: row.try_get(4)?,
        })
    };
    let found = rows.iter().map(transaction).collect::<Result<_>>()?;
    let count = sqlx::query("SELECT COUNT(*) FROM bank_transactions WHERE account_id = $1").bind(account_id);
    Ok((found, count.fetch_one(connection).await?.try_get(0)?))
}

fn account(row: &AnyRow) -> Result<Account> {
    Ok(Account {
        id: row.try_get("id")?,
        connection_id: row.try_get("connection_id")?,
        name: row.try_get("name")?,
        number: row.try_get("number")?,
        balance: row.try_get("balance")?,
        currency: row.try_get("currency")?,
    })
}
