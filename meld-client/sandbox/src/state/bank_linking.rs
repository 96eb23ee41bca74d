//! Bank connections, their accounts and transactions.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::saved::{Name, institution, name, optional_institution};

use super::institutions::Institution;

pub(crate) const ROUTING_NUMBER: &str = "110000000";

#[derive(Deserialize, Serialize)]
pub(crate) struct BankLinking {
    /// The connections, in the order in which they were started.
    pub connections: Vec<Connection>,
    pub accounts: Vec<Account>,
    /// The number of transactions of a new account.
    pub transactions_per_account: usize,
}

impl BankLinking {
    pub fn new(transactions_per_account: usize) -> Self {
        Self { connections: Vec::new(), accounts: Vec::new(), transactions_per_account }
    }

    pub fn connection(&self, id: &str) -> Option<&Connection> {
        self.connections.iter().find(|connection| connection.id == id)
    }

    pub fn connection_mut(&mut self, id: &str) -> Option<&mut Connection> {
        self.connections.iter_mut().find(|connection| connection.id == id)
    }

    pub fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    pub fn account_mut(&mut self, id: &str) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }

    /// Returns the accounts of a connection.
    pub fn accounts_of(&self, connection_id: &str) -> impl Iterator<Item = &Account> {
        self.accounts.iter().filter(move |account| account.is_linked_by(connection_id))
    }

    /// Returns the other connections of the same customer to the same bank, most recently aggregated first.
    pub fn duplicates(&self, id: &str) -> Vec<&Connection> {
        let Some(connection) = self.connection(id) else { return Vec::new() };
        let is_duplicate = |other: &&Connection| {
            other.id != connection.id
                && other.customer == connection.customer
                && connection.aggregated_at.is_some()
                && other.aggregated_at.is_some()
                && other.status != "DELETED"
                && other.institution.map(|one| one.id) == connection.institution.map(|one| one.id)
        };
        let mut found: Vec<&Connection> = self.connections.iter().filter(is_duplicate).collect();
        found.sort_by_key(|connection| std::cmp::Reverse(connection.aggregated_at));
        found
    }

    /// Returns the id of the duplicate that is `ACTIVE`.
    pub fn active_duplicate(&self, id: &str) -> Option<String> {
        let is_active = |connection: &&Connection| connection.status == "ACTIVE";
        self.duplicates(id).into_iter().find(is_active).map(|connection| connection.id.clone())
    }

    /// Returns `true` if one of an account's connections has a product.
    pub fn has_product(&self, account: &Account, product: &str) -> bool {
        let mut connections = account.connections.iter().filter_map(|id| self.connection(id));
        connections.any(|connection| connection.has_product(product))
    }

    /// Returns the routing and account numbers of a customer's accounts with the products that verify ownership.
    pub fn verified_accounts(&self, customer: &str) -> Vec<[&str; 2]> {
        let is_verified = |account: &&Account| {
            account.customer == customer
                && ["OWNERS", "IDENTIFIERS"].iter().all(|product| self.has_product(account, product))
        };
        let accounts = self.accounts.iter().filter(is_verified);
        accounts.map(|account| [ROUTING_NUMBER, account.number.as_str()]).collect()
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Connection {
    pub id: String,
    pub customer: String,
    pub external_customer: Option<String>,
    #[serde(with = "optional_institution")]
    pub institution: Option<&'static Institution>,
    pub products: Vec<String>,
    pub optional_products: Vec<String>,
    pub regions: Vec<String>,
    pub status: String,
    pub reason: Option<String>,
    /// `true` if a widget is open, to link or to repair.
    pub widget_open: bool,
    pub created_at: DateTime<Utc>,
    pub aggregated_at: Option<DateTime<Utc>>,
    pub refreshed_at: Option<DateTime<Utc>>,
}

impl Connection {
    /// Creates a connection with an open widget, without institution and products.
    pub fn new(id: String, customer: String, external_customer: &str, now: DateTime<Utc>) -> Self {
        Self {
            id,
            customer,
            external_customer: Some(external_customer.to_owned()),
            institution: None,
            products: Vec::new(),
            optional_products: Vec::new(),
            regions: Vec::new(),
            status: "IN_PROGRESS".to_owned(),
            reason: None,
            widget_open: true,
            created_at: now,
            aggregated_at: None,
            refreshed_at: None,
        }
    }

    pub fn is(&self, status: &str, reason: Option<&str>) -> bool {
        self.status == status && self.reason.as_deref() == reason
    }

    /// Returns `true` if the status allows a refresh.
    pub fn can_refresh(&self) -> bool {
        matches!(self.status.as_str(), "ACTIVE" | "PARTIALLY_ACTIVE" | "DEGRADED" | "UNDETERMINED")
    }

    /// Returns `true` if the status allows a repair: a healthy connection has nothing to repair.
    pub fn can_repair(&self) -> bool {
        !matches!(self.status.as_str(), "IN_PROGRESS" | "EXPIRED" | "DELETED") && !self.is("ACTIVE", None)
    }

    pub fn has_product(&self, product: &str) -> bool {
        self.products.iter().chain(&self.optional_products).any(|one| one == product)
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Account {
    pub id: String,
    /// The ids of the connections that share it.
    pub connections: Vec<String>,
    pub customer: String,
    pub external_customer: Option<String>,
    #[serde(with = "institution")]
    pub institution: &'static Institution,
    #[serde(deserialize_with = "name::deserialize")]
    pub name: Name,
    #[serde(deserialize_with = "name::deserialize")]
    pub subtype: Name,
    pub number: String,
    /// The balance in cents.
    pub balance: i64,
    pub updated_at: DateTime<Utc>,
    /// The transactions, newest first.
    pub transactions: Vec<BankTransaction>,
}

impl Account {
    pub fn is_linked_by(&self, connection_id: &str) -> bool {
        self.connections.iter().any(|id| id == connection_id)
    }

    /// Returns the last four digits of the account number, which users may see.
    pub fn last_four(&self) -> &str {
        self.number.get(self.number.len().saturating_sub(4)..).unwrap_or_default()
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct BankTransaction {
    pub id: String,
    pub key: String,
    /// The amount in cents; outflows are positive.
    pub amount: i64,
    #[serde(deserialize_with = "name::deserialize")]
    pub description: Name,
    #[serde(deserialize_with = "name::deserialize")]
    pub category: Name,
    pub posted: bool,
    pub date: DateTime<Utc>,
}

impl BankTransaction {
    pub fn status(&self) -> &'static str {
        if self.posted { "POSTED" } else { "PENDING" }
    }
}
