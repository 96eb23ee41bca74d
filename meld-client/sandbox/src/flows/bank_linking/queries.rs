//! Reading connections, accounts and transactions.

use axum::http::StatusCode;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::amount::number;
use crate::call::Call;
use crate::clock::timestamp;
use crate::problem::Problem;
use crate::state::State;
use crate::state::bank_linking::{Account, BankTransaction, Connection, ROUTING_NUMBER};

/// Returns `true` if a day is not before `startDate` and not after `endDate`. Both are optional.
fn in_range(call: &Call, day: &str) -> bool {
    let limit = |parameter| call.query(parameter).map(|date| date.get(..10).unwrap_or(date));
    limit("startDate").is_none_or(|start| day >= start) && limit("endDate").is_none_or(|end| day <= end)
}

pub(crate) fn get_connection(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let connection = state.bank.connection(call.path("connectionId"));
    let connection = connection.ok_or_else(|| Problem::not_found("connection"))?;
    Ok(connection_json(state, connection))
}

pub(crate) fn search_connections(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let name = call.query("institutionName").unwrap_or_default().to_lowercase();
    let wanted = |connection: &&Connection| {
        let institution = connection.institution;
        call.matches("customerId", Some(&connection.customer))
            && call.matches("externalCustomerId", connection.external_customer.as_deref())
            && call.matches("institutionId", institution.map(|institution| institution.id))
            && call.lists("statuses", &connection.status)
            && institution.is_none_or(|one| call.lists("serviceProviders", one.provider))
            && institution.map_or("", |one| one.name).to_lowercase().contains(&name)
            && in_range(call, &connection.created_at.date_naive().to_string())
    };
    let found: Vec<&Connection> = state.bank.connections.iter().filter(wanted).collect();
    let key = |connection: &&Connection| connection.id.clone();
    Ok(call.page(&found, key, "connections", |connection| connection_json(state, connection)))
}

fn connection_json(state: &State, connection: &Connection) -> Value {
    let duplicates = state.bank.duplicates(&connection.id);
    let others: Vec<&str> = duplicates.iter().map(|other| other.id.as_str()).collect();
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
            inactive.then(|| state.bank.active_duplicate(&connection.id)).flatten(),
        "serviceProviderDetails": {
            "serviceProvider": connection.institution.map(|institution| institution.provider),
        },
    })
}

pub(crate) fn get_account(state: &mut State, call: &Call) -> Result<Value, Problem> {
    find_account(state, call).map(|account| account_json(state, account))
}

fn find_account<'a>(state: &'a State, call: &Call) -> Result<&'a Account, Problem> {
    let account = state.bank.account(call.path("financialAccountId"));
    account.ok_or_else(|| Problem::not_found("financial account"))
}

pub(crate) fn search_accounts(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let found = matching_accounts(state, call);
    let key = |account: &&Account| account.id.clone();
    Ok(call.page(&found, key, "financialAccounts", |account| account_json(state, account)))
}

pub(super) fn matching_accounts<'a>(state: &'a State, call: &Call) -> Vec<&'a Account> {
    let wanted = |account: &&Account| {
        let connection = call.query("connectionId");
        call.matches("customerId", Some(&account.customer))
            && call.matches("externalCustomerId", account.external_customer.as_deref())
            && call.matches("institutionId", Some(account.institution.id))
            && call.matches("financialAccountId", Some(&account.id))
            && connection.is_none_or(|id| account.is_linked_by(id))
    };
    state.bank.accounts.iter().filter(wanted).collect()
}

/// Checks that the account exists and that its provider supports processor tokens.
pub(crate) fn check_processor_token(state: &State, call: &Call) -> Result<(), Problem> {
    let provider = find_account(state, call)?.institution.provider;
    if ["PLAID", "MX"].contains(&provider) {
        return Ok(());
    }
    let message = format!("{provider} does not support processor tokens; PLAID and MX do");
    Err(Problem::new(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED", message))
}

fn account_json(state: &State, account: &Account) -> Value {
    let has = |product: &str| state.bank.has_product(account, product);
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
        "truncatedAccountNumber": account.last_four(),
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
        found.map(|transaction| transaction_json(state, account, transaction))
    };
    let found = state.bank.accounts.iter().find_map(find);
    found.ok_or_else(|| Problem::not_found("transaction"))
}

pub(crate) fn search_transactions(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let wanted = |transaction: &BankTransaction| {
        call.lists("status", transaction.status())
            && call.lists("category", transaction.category)
            && (call.query("startDate").or(call.query("endDate")).is_none()
                || in_range(call, &transaction.date.date_naive().to_string()))
    };
    // Account by account, newest transaction first.
    let found: Vec<(&Account, &BankTransaction)> = matching_accounts(state, call)
        .into_iter()
        .flat_map(|account| account.transactions.iter().map(move |one| (account, one)))
        .filter(|(_, transaction)| wanted(transaction))
        .collect();
    let key = |(_, transaction): &(&Account, &BankTransaction)| transaction.key.clone();
    Ok(call.page(&found, key, "financialAccountTransactions", |(account, transaction)| {
        transaction_json(state, account, transaction)
    }))
}

fn transaction_json(state: &State, account: &Account, transaction: &BankTransaction) -> Value {
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
        "status": transaction.status(),
        "transactionDate": timestamp(transaction.date),
        "postedDate": transaction.posted.then(|| timestamp(transaction.date)),
        "recurringStatus": "UNKNOWN",
        "serviceProviderDetails": [],
    })
}
