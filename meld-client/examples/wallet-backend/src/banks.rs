//! Linked banks: connections, balances and a copy of the transactions.

use meld_client::v2026_02_03::bank_linking::types::{ConnectStartRequest, FinancialAccount, Product};
use meld_client::v2026_02_03::prelude::*;
use meld_client::webhooks::AggregatedAccount;

use crate::error::AppError;
use crate::session::Session;
use crate::state::App;
use crate::storage::banks::{self, Account, BankTransaction, Connection};

/// The number of transactions that are stored in one database transaction.
const BATCH: usize = 500;

/// Starts a connection, which the customer completes in the widget.
pub(crate) async fn link(app: &App, session: &Session) -> Result<(), AppError> {
    let request = ConnectStartRequest::builder()
        .external_customer_id(&session.user.id)
        .products([Product::Balances, Product::Transactions])
        .optional_products([Product::Owners, Product::Identifiers])
        .regions(["US"])
        .redirect_url(format!("{}/banks", app.public_url));
    let started = app.api.bank_linking().start_connection(request).await?;
    let bank = Connection {
        id: started.id.clone().unwrap_or_default(),
        institution: None,
        status: "STARTED".to_owned(),
        url: started.widget_url.clone(),
    };
    banks::save(&mut *app.database.connection().await?, &session.user.id, &bank).await?;
    Ok(())
}

/// Asks the bank for new data. Events follow.
pub(crate) async fn refresh(app: &App, session: &Session, connection_id: &str) -> Result<(), AppError> {
    let own = banks::user_of(&mut *app.database.connection().await?, connection_id).await?;
    if own.as_ref() != Some(&session.user.id) {
        return Err(AppError::NotFound);
    }
    let client = app.api.bank_linking();
    let connection = client.get_connection().connection_id(connection_id).send().await?;
    client.refresh_products(&connection, &[Product::Balances, Product::Transactions]).await?;
    Ok(())
}

pub(crate) async fn update_connection(app: &App, id: &str) -> Result<(), AppError> {
    let Some(user_id) = banks::user_of(&mut *app.database.connection().await?, id).await? else { return Ok(()) };
    let client = app.api.bank_linking();
    let found = client.get_connection().connection_id(id).send().await?;
    let bank = Connection {
        id: id.to_owned(),
        institution: found.institution_name.clone(),
        status: found.status.clone().unwrap_or_default(),
        url: None,
    };
    let accounts = client.search_accounts().connection_id(id).all(1000).await?;
    let mut connection = app.database.connection().await?;
    banks::save(&mut connection, &user_id, &bank).await?;
    for found in accounts {
        if let Some(account) = account(id, &found) {
            banks::save_account(&mut connection, &account).await?;
        }
    }
    Ok(())
}

fn account(connection_id: &str, found: &FinancialAccount) -> Option<Account> {
    Some(Account {
        id: found.id.clone()?,
        connection_id: connection_id.to_owned(),
        name: found.name.clone(),
        number: found.truncated_account_number.clone(),
        balance: found.signed_balance().map(|balance| balance.to_string()),
        currency: found.balances.as_ref().and_then(|balances| balances.currency.clone()),
    })
}

/// Brings the copy of an account's transactions up to date, from the newest down to the oldest that changed.
pub(crate) async fn update_transactions(app: &App, changed: &AggregatedAccount) -> Result<(), AppError> {
    let Some(account_id) = &changed.financial_account_id else { return Ok(()) };
    let oldest = changed.oldest_transaction_updated_search_key.as_deref();
    let mut removed = changed.transaction_ids_removed.as_slice();
    let mut stream = app.api.bank_linking().changed_transactions(account_id, oldest);
    loop {
        let mut batch = Vec::new();
        while batch.len() < BATCH {
            let Some(found) = stream.try_next().await? else { break };
            batch.extend(bank_transaction(&found));
        }
        // Each row is replaced as a whole, so that a repetition after a crash has the same result.
        let transaction = app.database.begin().await?;
        if let Some(connection) = transaction.lock().await.as_deref_mut() {
            banks::replace(connection, account_id, &batch, std::mem::take(&mut removed)).await?;
        }
        transaction.commit().await?;
        if batch.len() < BATCH {
            return Ok(());
        }
    }
}

fn bank_transaction(
    found: &meld_client::v2026_02_03::bank_linking::types::FinancialAccountTransaction,
) -> Option<BankTransaction> {
    let time = found.posted_date.or(found.transaction_date)?;
    Some(BankTransaction {
        id: found.id.clone()?,
        day: time.date_naive().to_string(),
        description: found.description.clone(),
        change: found.balance_change()?.to_string(),
        currency: found.currency.clone(),
    })
}
