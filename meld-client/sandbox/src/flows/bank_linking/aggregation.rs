//! Aggregation: fetching the accounts and transactions of a connection from its bank.

use chrono::{DateTime, Utc};
use rand::RngExt as _;
use serde_json::{Value, json};

use super::events::{emit, set_status};
use super::transactions;
use crate::clock::timestamp;
use crate::random::{identifier, seeded};
use crate::state::State;
use crate::state::bank_linking::Account;
use crate::state::institutions::Institution;

/// Makes a connection `ACTIVE` and its duplicates inactive.
pub(super) fn activate(state: &mut State, id: &str, now: DateTime<Utc>) {
    set_status(state, id, "ACTIVE", None, now);
    let duplicates = state.bank.duplicates(id);
    let others: Vec<String> = duplicates.iter().map(|connection| connection.id.clone()).collect();
    for other in others {
        set_status(state, &other, "PARTIALLY_ACTIVE", Some("INACTIVE_DUPLICATE"), now);
    }
}

/// Links the accounts of a login: those of a duplicate connection, or new ones.
pub(super) fn link_accounts(state: &mut State, id: &str, institution: &'static Institution, now: DateTime<Utc>) {
    let duplicate = state.bank.duplicates(id).first().map(|connection| connection.id.clone());
    if let Some(duplicate) = duplicate {
        for account in &mut state.bank.accounts {
            if account.is_linked_by(&duplicate) {
                account.connections.push(id.to_owned());
            }
        }
        return;
    }
    let Some(connection) = state.bank.connection(id).cloned() else { return };
    for (name, subtype) in [("Checking", "CHECKING"), ("Savings", "SAVINGS")] {
        let mut random = seeded(state.seed, &format!("account {id} {subtype}"));
        let account_id = identifier(&mut random);
        let count = state.bank.transactions_per_account;
        state.bank.accounts.push(Account {
            transactions: transactions::generate(state.seed, &account_id, "first", count, now),
            id: account_id,
            connections: vec![id.to_owned()],
            customer: connection.customer.clone(),
            external_customer: connection.external_customer.clone(),
            institution,
            name,
            subtype,
            number: random.random_range(1_000_000_000..9_999_999_999_u64).to_string(),
            balance: random.random_range(10_000..1_000_000),
            updated_at: now,
        });
    }
}

/// Emits the events of an aggregation. Transactions are part of the first one only.
pub(super) fn emit_aggregated(state: &mut State, id: &str, first: bool, now: DateTime<Utc>) {
    let Some(connection) = state.bank.connection(id).cloned() else { return };
    let accounts: Vec<Account> = state.bank.accounts_of(id).cloned().collect();
    let list = |to_json: &dyn Fn(&Account) -> Value| -> Vec<Value> { accounts.iter().map(to_json).collect() };
    let updating = list(&|account| {
        json!({ "id": account.id, "name": account.name, "newAccount": first,
                "truncatedAccountNumber": account.last_four() })
    });
    let more = json!({ "financialAccounts": updating });
    emit(state, "BANK_LINKING_ACCOUNTS_UPDATING", id, more, now);
    let products = connection.products.iter().chain(&connection.optional_products);
    let products: Vec<&String> = products.filter(|product| *product != "TRANSACTIONS").collect();
    if !products.is_empty() {
        let updated = list(&|account| json!({ "id": account.id, "products": products }));
        let more = json!({
            "successfullyAggregatedAt": timestamp(now), "financialAccounts": updated,
        });
        emit(state, "BANK_LINKING_ACCOUNTS_UPDATED", id, more, now);
    }
    if !first || !connection.has_product("TRANSACTIONS") {
        return;
    }
    for event in ["BANK_LINKING_TRANSACTIONS_AGGREGATED", "BANK_LINKING_HISTORICAL_TRANSACTIONS_AGGREGATED"] {
        let historical = event.contains("HISTORICAL");
        let accounts = list(&|account| {
            json!({
                "financialAccountId": account.id,
                "oldestTransactionUpdatedSearchKey": account.transactions.last().map(|one| &one.key),
                "numTransactionsAdded": if historical { 0 } else { account.transactions.len() },
                "numTransactionsUpdated": 0,
                "transactionIdsRemoved": [],
                "numInvestmentTransactionsAdded": 0,
                "numInvestmentTransactionsUpdated": 0,
                "investmentTransactionIdsRemoved": [],
                "historicalAggregationSucceeded": historical.then_some(true),
            })
        });
        let more = json!({
            "successfullyAggregatedAt": timestamp(now), "isPartial": false,
            "financialAccounts": accounts,
        });
        emit(state, event, id, more, now);
    }
}
