//! Investment holdings and transactions: each account holds the same securities.

use chrono::TimeDelta;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::queries::matching_accounts;
use crate::amount::number;
use crate::call::Call;
use crate::clock::timestamp;
use crate::problem::Problem;
use crate::state::State;
use crate::state::bank_linking::Account;

/// A security that each account holds.
struct Security {
    symbol: &'static str,
    description: &'static str,
    kind: &'static str,
    quantity: i64,
    /// The price of one, in cents.
    price: i64,
}

const SECURITIES: [Security; 3] = [
    Security { symbol: "ACME", description: "Acme Inc.", kind: "STOCK", quantity: 12, price: 5_560 },
    Security { symbol: "WRLD", description: "World index fund", kind: "ETF", quantity: 150, price: 9_125 },
    Security { symbol: "USD", description: "Cash", kind: "CASH", quantity: 1_000, price: 100 },
];

type ToJson = fn(&State, &Account, &Security) -> Value;

pub(crate) fn search_holdings(state: &mut State, call: &Call) -> Result<Value, Problem> {
    Ok(search(state, call, "INVESTMENT_HOLDINGS", "investmentHoldings", holding))
}

pub(crate) fn search_transactions(state: &mut State, call: &Call) -> Result<Value, Problem> {
    Ok(search(state, call, "INVESTMENT_TRANSACTIONS", "investmentTransactions", purchase))
}

pub(crate) fn get_holding(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("investmentHoldingId");
    let found = find(state, "INVESTMENT_HOLDINGS", id, holding);
    found.ok_or_else(|| Problem::not_found("investment holding"))
}

pub(crate) fn get_transaction(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let id = call.path("investmentTransactionId");
    let found = find(state, "INVESTMENT_TRANSACTIONS", id, purchase);
    found.ok_or_else(|| Problem::not_found("investment transaction"))
}

fn search(state: &State, call: &Call, product: &str, name: &str, to_json: ToJson) -> Value {
    let accounts = matching_accounts(state, call).into_iter();
    let found = list(state, product, accounts, to_json);
    let key = |item: &Value| item["key"].as_str().unwrap_or_default().to_owned();
    call.page(&found, key, name, Value::clone)
}

fn find(state: &State, product: &str, id: &str, to_json: ToJson) -> Option<Value> {
    let all = list(state, product, state.bank.accounts.iter(), to_json);
    all.into_iter().find(|item| item["id"] == id)
}

/// Returns an item for each security of the accounts with a product.
fn list<'a>(state: &State, product: &str, accounts: impl Iterator<Item = &'a Account>, to_json: ToJson) -> Vec<Value> {
    accounts
        .filter(|account| state.bank.has_product(account, product))
        .flat_map(|account| SECURITIES.iter().map(move |held| to_json(state, account, held)))
        .collect()
}

fn holding(state: &State, account: &Account, security: &Security) -> Value {
    let value = number(Decimal::new(security.price * security.quantity, 2));
    let mut item = common(state, account, security, "");
    item["type"] = json!(security.kind);
    item["costBasis"] = value.clone();
    item["currentValue"] = value;
    item["closePrice"] = number(Decimal::new(security.price, 2));
    item
}

fn purchase(state: &State, account: &Account, security: &Security) -> Value {
    let date = timestamp(account.updated_at - TimeDelta::days(30));
    let mut item = common(state, account, security, "bought");
    item["type"] = json!("BUY");
    item["status"] = json!("POSTED");
    item["amount"] = number(Decimal::new(security.price * security.quantity, 2));
    item["costBasis"] = number(Decimal::new(security.price, 2));
    item["transactionDate"] = json!(date);
    item["postedDate"] = json!(date);
    item
}

/// Returns the fields that holdings and transactions have in common.
fn common(state: &State, account: &Account, security: &Security, suffix: &str) -> Value {
    let id = format!("{}{}{suffix}", account.id, security.symbol);
    json!({
        "id": id,
        "key": id,
        "accountId": state.account_id,
        "customerId": account.customer,
        "externalCustomerId": account.external_customer,
        "connectionIds": account.connections,
        "financialAccountId": account.id,
        "symbol": security.symbol,
        "description": security.description,
        "quantity": security.quantity,
        "currency": "USD",
        "serviceProviderDetails": [],
    })
}
