//! What is held in accounts, and what was bought and sold.

use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::{Call, State, number};
use super::Account;
use super::reading::{has_product, wanted_accounts};
use crate::envelope::{Problem, timestamp};
use crate::pages;

/// What each account holds: symbol, description, type, how many, and what one cost, in cents.
const HELD: [(&str, &str, &str, i64, i64); 3] = [
    ("ACME", "Acme Inc.", "STOCK", 12, 5_560),
    ("WRLD", "World index fund", "ETF", 150, 9_125),
    ("USD", "Cash", "CASH", 1_000, 100),
];

fn of_accounts<'a>(state: &'a State, call: &Call, product: &str) -> Vec<&'a Account> {
    let has = |account: &&Account| has_product(state, account, product);
    wanted_accounts(state, call).into_iter().filter(has).collect()
}

pub(crate) fn search_holdings(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let found: Vec<Value> = of_accounts(state, call, "INVESTMENT_HOLDINGS")
        .into_iter()
        .flat_map(|account| HELD.iter().map(|held| holding(state, account, held)))
        .collect();
    Ok(page(call, &found, "investmentHoldings"))
}

pub(crate) fn search_transactions(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let found: Vec<Value> = of_accounts(state, call, "INVESTMENT_TRANSACTIONS")
        .into_iter()
        .flat_map(|account| HELD.iter().map(|held| bought(state, account, held)))
        .collect();
    Ok(page(call, &found, "investmentTransactions"))
}

/// One of all that there is, with the id that a request names.
fn find(
    state: &State,
    product: &str,
    id: &str,
    show: impl Fn(&State, &Account, &Held) -> Value,
) -> Option<Value> {
    let accounts =
        state.bank.accounts.iter().filter(|account| has_product(state, account, product));
    let mut all = accounts.flat_map(|account| HELD.iter().map(|held| show(state, account, held)));
    all.find(|item| item["id"] == id)
}

pub(crate) fn get_holding(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let found = find(state, "INVESTMENT_HOLDINGS", call.path("investmentHoldingId"), holding);
    found.ok_or_else(|| Problem::not_found("investment holding"))
}

pub(crate) fn get_transaction(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("investmentTransactionId");
    let found = find(state, "INVESTMENT_TRANSACTIONS", id, bought);
    found.ok_or_else(|| Problem::not_found("investment transaction"))
}

fn page(call: &Call, found: &[Value], name: &str) -> Value {
    let key = |item: &Value| item["key"].as_str().unwrap_or_default().to_owned();
    pages::page(call.operation.name(), &call.query, found, key, name, Value::clone)
}

type Held = (&'static str, &'static str, &'static str, i64, i64);

fn holding(state: &State, account: &Account, held: &Held) -> Value {
    let (symbol, description, kind, quantity, cost) = held;
    let id = format!("{}{symbol}", account.id);
    json!({
        "id": id,
        "key": id,
        "accountId": state.account_id,
        "customerId": account.customer,
        "externalCustomerId": account.external_customer,
        "connectionIds": account.connections,
        "financialAccountId": account.id,
        "symbol": symbol,
        "description": description,
        "type": kind,
        "quantity": quantity,
        "costBasis": number(Decimal::new(cost * quantity, 2)),
        "currentValue": number(Decimal::new(cost * quantity, 2)),
        "closePrice": number(Decimal::new(*cost, 2)),
        "currency": "USD",
        "serviceProviderDetails": [],
    })
}

fn bought(state: &State, account: &Account, held: &Held) -> Value {
    let (symbol, description, _, quantity, cost) = held;
    let id = format!("{}{symbol}bought", account.id);
    let date = timestamp(account.updated_at - TimeDelta::days(30));
    json!({
        "id": id,
        "key": id,
        "accountId": state.account_id,
        "customerId": account.customer,
        "externalCustomerId": account.external_customer,
        "connectionIds": account.connections,
        "financialAccountId": account.id,
        "symbol": symbol,
        "description": description,
        "type": "BUY",
        "status": "POSTED",
        "quantity": quantity,
        "amount": number(Decimal::new(cost * quantity, 2)),
        "costBasis": number(Decimal::new(*cost, 2)),
        "currency": "USD",
        "transactionDate": date,
        "postedDate": date,
        "serviceProviderDetails": [],
    })
}
