//! Payment transactions of all types: crypto purchases and sales, charges, refunds, payouts.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

use super::saved::{Name, name};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

/// All transactions, oldest first. None is ever removed.
#[derive(Default, Deserialize, Serialize)]
pub(crate) struct Transactions {
    all: Vec<Transaction>,
    /// The index of each transaction by id, because there may be many thousands.
    indices: HashMap<String, usize>,
}

impl Transactions {
    pub fn push(&mut self, transaction: Transaction) {
        self.indices.insert(transaction.id.clone(), self.all.len());
        self.all.push(transaction);
    }

    pub fn find(&self, id: &str) -> Option<&Transaction> {
        self.all.get(*self.indices.get(id)?)
    }

    pub fn find_mut(&mut self, id: &str) -> Option<&mut Transaction> {
        self.all.get_mut(*self.indices.get(id)?)
    }

    pub fn newest_first(&self) -> impl Iterator<Item = &Transaction> {
        self.all.iter().rev()
    }
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Transaction {
    pub id: String,
    pub parent: Option<String>,
    /// The type, such as `CHARGE`.
    #[serde(deserialize_with = "name::deserialize")]
    pub kind: Name,
    #[serde(deserialize_with = "name::deserialize")]
    pub status: Name,
    pub source_amount: Decimal,
    pub source_currency: String,
    pub destination_amount: Option<Decimal>,
    pub destination_currency: Option<String>,
    pub provider: String,
    pub method: Option<String>,
    pub customer: Option<String>,
    pub session: Option<String>,
    pub external_session: Option<String>,
    pub wallet: Option<String>,
    /// The headless order that it belongs to.
    pub headless_order: Option<String>,
    /// The deposit instructions that it belongs to.
    pub deposit_instructions: Option<String>,
    /// The address that receives the crypto of a sale.
    pub deposit_address: Option<String>,
    /// The external id of the sub-account that it belongs to.
    pub subaccount: Option<String>,
    pub description: Option<String>,
    pub authorized: Option<Decimal>,
    pub captured: Option<Decimal>,
    pub refunded: Decimal,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Transaction {
    /// Creates a transaction without optional fields.
    pub fn new(
        id: String,
        kind: &'static str,
        status: &'static str,
        source: (Decimal, &str),
        provider: &str,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            parent: None,
            kind,
            status,
            source_amount: source.0,
            source_currency: source.1.to_owned(),
            destination_amount: None,
            destination_currency: None,
            provider: provider.to_owned(),
            method: None,
            customer: None,
            session: None,
            external_session: None,
            wallet: None,
            headless_order: None,
            deposit_instructions: None,
            deposit_address: None,
            subaccount: None,
            description: None,
            authorized: None,
            captured: None,
            refunded: Decimal::ZERO,
            created_at: now,
            updated_at: now,
        }
    }

    pub fn is_crypto(&self) -> bool {
        self.kind.starts_with("CRYPTO")
    }
}
