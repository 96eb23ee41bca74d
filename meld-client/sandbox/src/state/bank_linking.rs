//! Bank linking: connections through their statuses, accounts, and transactions by the thousand.

mod connections;
mod import;
mod institutions;
mod investments;
mod reading;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{State, webhooks};
use crate::envelope::timestamp;

pub(crate) use connections::{
    add_products, complete, delete_all_of, delete_connection, expire, refresh, repair, set_status,
    start,
};
pub(crate) use import::import;
pub(crate) use institutions::{get_institution, search_institutions};
pub(crate) use investments::{
    get_holding, get_transaction as get_investment_transaction, search_holdings,
    search_transactions as search_investment_transactions,
};
pub(crate) use reading::{
    check_token, get_account, get_connection, get_transaction, search_accounts, search_connections,
    search_transactions, verified_accounts,
};

/// Everything of bank linking.
pub(crate) struct BankLinking {
    /// In the order in which they were started.
    connections: Vec<Connection>,
    accounts: Vec<Account>,
    transactions_per_account: usize,
}

impl BankLinking {
    pub fn new(transactions_per_account: usize) -> Self {
        Self { connections: Vec::new(), accounts: Vec::new(), transactions_per_account }
    }

    fn connection(&self, id: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.id == id)
    }

    fn connection_mut(&mut self, id: &str) -> Option<&mut Connection> {
        self.connections.iter_mut().find(|connection| connection.id == id)
    }

    fn account_mut(&mut self, id: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }
}

/// A customer's link to a bank.
#[derive(Clone, Debug)]
struct Connection {
    id: String,
    customer: String,
    external_customer: Option<String>,
    institution: Option<&'static institutions::Institution>,
    products: Vec<String>,
    optional_products: Vec<String>,
    regions: Vec<String>,
    status: String,
    reason: Option<String>,
    /// A widget is open for it: to link, or to repair.
    widget_open: bool,
    created_at: DateTime<Utc>,
    aggregated_at: Option<DateTime<Utc>>,
    refreshed_at: Option<DateTime<Utc>>,
}

impl Connection {
    fn is(&self, status: &str, reason: Option<&str>) -> bool {
        self.status == status && self.reason.as_deref() == reason
    }

    /// What may be refreshed, by status.
    fn can_refresh(&self) -> bool {
        matches!(self.status.as_str(), "ACTIVE" | "PARTIALLY_ACTIVE" | "DEGRADED" | "UNDETERMINED")
    }

    /// What may be repaired, by status: what is well has nothing to repair.
    fn can_repair(&self) -> bool {
        !matches!(self.status.as_str(), "IN_PROGRESS" | "EXPIRED" | "DELETED")
            && !self.is("ACTIVE", None)
    }

    fn has_product(&self, product: &str) -> bool {
        self.products.iter().chain(&self.optional_products).any(|one| one == product)
    }
}

/// An account at a bank.
#[derive(Clone, Debug)]
struct Account {
    id: String,
    connections: Vec<String>,
    customer: String,
    external_customer: Option<String>,
    institution: &'static institutions::Institution,
    name: &'static str,
    subtype: &'static str,
    number: String,
    /// In cents.
    balance: i64,
    updated_at: DateTime<Utc>,
    /// The newest first.
    transactions: Vec<BankTransaction>,
}

/// A transaction of an account.
#[derive(Clone, Debug)]
struct BankTransaction {
    id: String,
    key: String,
    /// In cents; money that goes out is positive.
    amount: i64,
    description: &'static str,
    category: &'static str,
    posted: bool,
    date: DateTime<Utc>,
}

/// The payload that all events of a connection have.
fn payload(connection: &Connection) -> Value {
    json!({
        "customerId": connection.customer,
        "externalCustomerId": connection.external_customer,
        "connectionId": connection.id,
        "institutionId": connection.institution.map(|institution| institution.id),
        "serviceProviderDetails": {
            "serviceProvider": connection.institution.map(|institution| institution.provider),
        },
    })
}

fn emit(state: &mut State, event: &str, id: &str, more: Value, at: DateTime<Utc>) {
    let Some(connection) = state.bank.connection(id) else { return };
    let mut payload = payload(connection);
    if let (Some(fields), Value::Object(more)) = (payload.as_object_mut(), more) {
        fields.extend(more);
    }
    webhooks::emit(state, event, payload, at);
}

/// What an update of transactions did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransactionsUpdated {
    /// The ids of those that are new, the newest first.
    pub added: Vec<String>,
    /// The ids of those that changed.
    pub changed: Vec<String>,
    /// The ids of those that are gone.
    pub removed: Vec<String>,
    /// The key of the oldest that is new or changed, as the event has it in
    /// `oldestTransactionUpdatedSearchKey`.
    pub oldest_key: Option<String>,
}

/// New transactions come, some change, some vanish: of the newest, as it happens. None if there is
/// no such account.
pub(crate) fn update_transactions(
    state: &mut State,
    account_id: &str,
    (add, change, remove): (usize, usize, usize),
    now: DateTime<Utc>,
) -> Option<TransactionsUpdated> {
    let seed = state.seed;
    let account = state.bank.account_mut(account_id)?;
    let mut updated = TransactionsUpdated::default();
    let keep = remove.min(account.transactions.len());
    updated.removed = account.transactions.drain(..keep).map(|gone| gone.id).collect();
    for transaction in account.transactions.iter_mut().take(change) {
        transaction.posted = true;
        transaction.amount += 1;
        updated.changed.push(transaction.id.clone());
        updated.oldest_key = Some(transaction.key.clone());
    }
    let salt = format!("update {now}");
    let mut new = connections::made_transactions(seed, &account.id, &salt, add, now);
    for transaction in &mut new {
        // They come all at once, which is why they are still pending.
        transaction.posted = false;
        transaction.date = now;
    }
    updated.added = new.iter().map(|transaction| transaction.id.clone()).collect();
    let oldest_new = new.last().map(|transaction| transaction.key.clone());
    updated.oldest_key = updated.oldest_key.or(oldest_new);
    account.transactions.splice(0..0, new);
    account.updated_at = now;
    let connection = account.connections.first().cloned()?;
    let more = json!({
        "successfullyAggregatedAt": timestamp(now),
        "isPartial": false,
        "financialAccounts": [{
            "financialAccountId": account_id,
            "oldestTransactionUpdatedSearchKey": updated.oldest_key,
            "numTransactionsAdded": updated.added.len(),
            "numTransactionsUpdated": updated.changed.len(),
            "transactionIdsRemoved": updated.removed,
            "numInvestmentTransactionsAdded": 0,
            "numInvestmentTransactionsUpdated": 0,
            "investmentTransactionIdsRemoved": [],
        }],
    });
    emit(state, "BANK_LINKING_TRANSACTIONS_AGGREGATED", &connection, more, now);
    Some(updated)
}
