//! What can be read of connections, accounts and their transactions.

use axum::http::StatusCode;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::{Call, State, number};
use super::connections::{active_duplicate, duplicates};
use super::{Account, BankTransaction, Connection};
use crate::envelope::{Problem, timestamp};
use crate::pages;

/// Whether a parameter is absent or has this value.
fn is(call: &Call, parameter: &str, value: Option<&str>) -> bool {
    call.query(parameter).is_none_or(|wanted| value == Some(wanted))
}

/// Whether a day lies between `startDate` and `endDate`, as far as they are given.
fn in_range(call: &Call, day: &str) -> bool {
    let limit = |parameter| call.query(parameter).map(|date| date.get(..10).unwrap_or(date));
    limit("startDate").is_none_or(|start| day >= start)
        && limit("endDate").is_none_or(|end| day <= end)
}

pub(crate) fn get_connection(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let connection = state.bank.connection(call.path("connectionId"));
    let connection = connection.ok_or_else(|| Problem::not_found("connection"))?;
    Ok(show_connection(state, connection))
}

pub(crate) fn search_connections(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let name = call.query("institutionName").unwrap_or_default().to_lowercase();
    let wanted = |connection: &&Connection| {
        let institution = connection.institution;
        is(call, "customerId", Some(&connection.customer))
            && is(call, "externalCustomerId", connection.external_customer.as_deref())
            && is(call, "institutionId", institution.map(|institution| institution.id))
            && call.wants("statuses", &connection.status)
            && institution.is_none_or(|one| call.wants("serviceProviders", one.provider))
            && institution.map_or("", |one| one.name).to_lowercase().contains(&name)
            && in_range(call, &connection.created_at.date_naive().to_string())
    };
    let found: Vec<&Connection> = state.bank.connections.iter().filter(wanted).collect();
    let key = |connection: &&Connection| connection.id.clone();
    let show = |connection: &&Connection| show_connection(state, connection);
    Ok(pages::page(call.operation.name(), &call.query, &found, key, "connections", show))
}

fn show_connection(state: &State, connection: &Connection) -> Value {
    let others: Vec<&str> =
        duplicates(state, &connection.id).iter().map(|other| other.id.as_str()).collect();
    let inactive = connection.is("PARTIALLY_ACTIVE", Some("INACTIVE_DUPLICATE"));
    json!({
        "id": connection.id,
        "key": connection.id,
        "accountId": state.account_id,
        "customerId": connection.customer,
        "externalCustomerId": connection.external_customer,
        "institutionId": connection.institution.map(|institution| institution.id),
        "institutionName": connection.institution.map(|institution| institution.name),
        "products": connection.products,
        "optionalProducts": connection.optional_products,
        "regions": connection.regions,
        "status": connection.status,
        "statusReason": connection.reason,
        "createdAt": timestamp(connection.created_at),
        "successfullyAggregatedAt": connection.aggregated_at.map(timestamp),
        "duplicateConnectionIds": (!others.is_empty()).then_some(others),
        "activeDuplicateConnectionId":
            inactive.then(|| active_duplicate(state, &connection.id)).flatten(),
        "serviceProviderDetails": {
            "serviceProvider": connection.institution.map(|institution| institution.provider),
        },
    })
}

pub(crate) fn get_account(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("financialAccountId");
    let account = state.bank.accounts.iter().find(|account| account.id == id);
    let account = account.ok_or_else(|| Problem::not_found("financial account"))?;
    Ok(show_account(state, account))
}

pub(crate) fn search_accounts(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let found = wanted_accounts(state, call);
    let key = |account: &&Account| account.id.clone();
    let show = |account: &&Account| show_account(state, account);
    Ok(pages::page(call.operation.name(), &call.query, &found, key, "financialAccounts", show))
}

pub(super) fn wanted_accounts<'a>(state: &'a State, call: &Call) -> Vec<&'a Account> {
    let wanted = |account: &&Account| {
        let connection = call.query("connectionId");
        is(call, "customerId", Some(&account.customer))
            && is(call, "externalCustomerId", account.external_customer.as_deref())
            && is(call, "institutionId", Some(account.institution.id))
            && is(call, "financialAccountId", Some(&account.id))
            && connection.is_none_or(|id| account.connections.iter().any(|one| one == id))
    };
    state.bank.accounts.iter().filter(wanted).collect()
}

/// The end of an account's number, which is what users may see.
pub(super) fn last_four(account: &Account) -> &str {
    account.number.get(account.number.len().saturating_sub(4)..).unwrap_or_default()
}

/// Whether a connection of an account was made with a product.
pub(super) fn has_product(state: &State, account: &Account, product: &str) -> bool {
    let mut connections = account.connections.iter().filter_map(|id| state.bank.connection(id));
    connections.any(|connection| connection.has_product(product))
}

/// The routing number of every account.
const ROUTING_NUMBER: &str = "110000000";

/// Routing and account number of the accounts that a customer has linked with the products that verify them.
pub(crate) fn verified_accounts(state: &State, customer: &str) -> Vec<[String; 2]> {
    let is_verified = |account: &&Account| {
        account.customer == customer
            && ["OWNERS", "IDENTIFIERS"].iter().all(|product| has_product(state, account, product))
    };
    let accounts = state.bank.accounts.iter().filter(is_verified);
    accounts.map(|account| [ROUTING_NUMBER.to_owned(), account.number.clone()]).collect()
}

/// Checks that there is such an account, at a provider that has processor tokens.
pub(crate) fn check_token(state: &State, call: &Call) -> Result<(), Problem> {
    let id = call.path("financialAccountId");
    let account = state.bank.accounts.iter().find(|account| account.id == id);
    let account = account.ok_or_else(|| Problem::not_found("financial account"))?;
    if ["PLAID", "MX"].contains(&account.institution.provider) {
        return Ok(());
    }
    let provider = account.institution.provider;
    let message = format!("{provider} has no processor tokens; PLAID and MX have");
    Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED", message))
}

fn show_account(state: &State, account: &Account) -> Value {
    let has = |product: &str| has_product(state, account, product);
    let balance = number(Decimal::new(account.balance, 2));
    let balances = json!({
        "currency": "USD",
        "currentAmount": balance,
        "availableAmount": balance,
        "updatedAt": timestamp(account.updated_at),
    });
    let identifiers = json!({
        "ach": { "accountNumber": account.number, "routingNumber": ROUTING_NUMBER },
    });
    json!({
        "id": account.id,
        "key": account.id,
        "accountId": state.account_id,
        "connectionIds": account.connections,
        "customerId": account.customer,
        "externalCustomerId": account.external_customer,
        "institutionId": account.institution.id,
        "institutionName": account.institution.name,
        "name": account.name,
        "type": "DEPOSITORY",
        "subtype": account.subtype,
        "status": "ACTIVE",
        "truncatedAccountNumber": last_four(account),
        "historicalAggregationSucceeded": true,
        "balances": has("BALANCES").then_some(balances),
        "identifiers": has("IDENTIFIERS").then_some(identifiers),
        "owners": has("OWNERS").then(|| json!([{ "names": ["Robin Example"] }])),
        "serviceProviderDetails": [],
    })
}

pub(crate) fn get_transaction(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("transactionId");
    let find = |account: &Account| {
        let found = account.transactions.iter().find(|transaction| transaction.id == id);
        found.map(|transaction| show_transaction(state, account, transaction))
    };
    let found = state.bank.accounts.iter().find_map(find);
    found.ok_or_else(|| Problem::not_found("transaction"))
}

pub(crate) fn search_transactions(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let wanted = |transaction: &BankTransaction| {
        call.wants("status", status(transaction))
            && call.wants("category", transaction.category)
            && (call.query("startDate").or(call.query("endDate")).is_none()
                || in_range(call, &transaction.date.date_naive().to_string()))
    };
    // The accounts come one after another, each with its newest first.
    let found: Vec<(&Account, &BankTransaction)> = wanted_accounts(state, call)
        .into_iter()
        .flat_map(|account| account.transactions.iter().map(move |one| (account, one)))
        .filter(|(_, transaction)| wanted(transaction))
        .collect();
    let key = |(_, transaction): &(&Account, &BankTransaction)| transaction.key.clone();
    let show = |(account, transaction): &(&Account, &BankTransaction)| {
        show_transaction(state, account, transaction)
    };
    let name = "financialAccountTransactions";
    Ok(pages::page(call.operation.name(), &call.query, &found, key, name, show))
}

fn status(transaction: &BankTransaction) -> &'static str {
    if transaction.posted { "POSTED" } else { "PENDING" }
}

fn show_transaction(state: &State, account: &Account, transaction: &BankTransaction) -> Value {
    json!({
        "id": transaction.id,
        "key": transaction.key,
        "accountId": state.account_id,
        "connectionIds": account.connections,
        "customerId": account.customer,
        "externalCustomerId": account.external_customer,
        "financialAccountId": account.id,
        "amount": number(Decimal::new(transaction.amount, 2)),
        "currency": "USD",
        "description": transaction.description,
        "category": transaction.category,
        "status": status(transaction),
        "transactionDate": timestamp(transaction.date),
        "postedDate": transaction.posted.then(|| timestamp(transaction.date)),
        "recurringStatus": "UNKNOWN",
        "serviceProviderDetails": [],
    })
}
