//! The transactions of headless orders and deposits.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use rand::RngExt as _;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::deposits::{self, combination};
use super::onramp::destination_amount;
use crate::call::Call;
use crate::flows::fields::decimal;
use crate::flows::transactions;
use crate::flows::transfers::machine;
use crate::problem::Problem;
use crate::random::seeded;
use crate::state::State;
use crate::state::orders::Order;
use crate::state::transactions::Transaction;

/// The providers whose deposits can be simulated.
const SIMULATORS: [&str; 3] = ["NOAH", "DUENETWORK", "UPHOLD"];
/// The statuses of an order that is simulated.
const SIMULATED: [(TimeDelta, &str); 2] = [(TimeDelta::seconds(1), "SETTLING"), (TimeDelta::seconds(2), "SETTLED")];
/// The statuses of a deposit, and of a sale whose crypto has arrived.
const PAID: [(TimeDelta, &str); 2] = [(TimeDelta::seconds(30), "SETTLING"), (TimeDelta::seconds(90), "SETTLED")];

/// Settles an order or a transfer.
pub(crate) fn simulate(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let external_id = call.text("externalOrderId").unwrap_or_default();
    if let Some(order) = state.orders.find_external(external_id).cloned() {
        if order.data["serviceProvider"] == "STRIPE" {
            return Err(Problem::bad_request("Orders of Stripe cannot be simulated"));
        }
        let transaction = pay(state, &order.id, "SETTLED", call.now);
        return Ok(json!({ "transactionId": transaction }));
    }
    let id = state.transfers.find_external(external_id).map(|order| order.id.clone());
    let id = id.ok_or_else(|| Problem::not_found("order"))?;
    let in_progress = |message: &str| Problem::new(StatusCode::CONFLICT, "TRANSFER_IN_PROGRESS", message);
    let transaction = machine::settle(state, &id, &SIMULATED, call.now);
    let transaction = transaction.ok_or_else(|| in_progress("The provider has not taken the transfer"))?;
    Ok(json!({ "transactionId": transaction }))
}

/// Pays an order that buys crypto, as the customer does. Returns the id of the transaction, or `None` if there is no such
/// order.
pub(crate) fn pay(state: &mut State, id: &str, outcome: &'static str, now: DateTime<Utc>) -> Option<String> {
    let order = state.orders.find(id)?.clone();
    let amount = decimal(&order.data["sourceAmount"]).unwrap_or_default();
    let statuses = [SIMULATED[0], (SIMULATED[1].0, outcome)];
    Some(add(state, &order, "CRYPTO_PURCHASE", amount, &statuses, now))
}

/// Receives crypto at the address of an order that sells. Returns the id of the transaction, which fails unless the
/// amount is that of the order, or `None` if there is no such order.
pub(crate) fn receive(state: &mut State, id: &str, amount: Decimal, now: DateTime<Utc>) -> Option<String> {
    let order = state.orders.find(id)?.clone();
    order.deposit_address.as_ref()?;
    let is_exact = decimal(&order.data["sourceAmount"]) == Some(amount);
    let failed = [(TimeDelta::seconds(30), "FAILED")];
    let statuses: &[(TimeDelta, &str)] = if is_exact { &PAID } else { &failed };
    Some(add(state, &order, "CRYPTO_SELL", amount, statuses, now))
}

/// Adds the transaction of an order, unless there is one, and returns its id.
fn add(
    state: &mut State,
    order: &Order,
    kind: &'static str,
    amount: Decimal,
    statuses: &[(TimeDelta, &'static str)],
    now: DateTime<Utc>,
) -> String {
    if let Some(transaction) = &order.transaction {
        return transaction.clone();
    }
    let id = state.identifier();
    let mut transaction = of_request(&id, kind, &order.data, amount, now);
    transaction.customer = Some(order.customer.clone());
    transaction.headless_order = Some(order.id.clone());
    transaction.deposit_address.clone_from(&order.deposit_address);
    transaction.subaccount = order.data["externalSubaccountCustomerId"].as_str().map(str::to_owned);
    transactions::add(state, transaction, statuses);
    if let Some(order) = state.orders.find_mut(&order.id) {
        order.transaction = Some(id.clone());
    }
    id
}

fn of_request(id: &str, kind: &'static str, data: &Value, amount: Decimal, now: DateTime<Utc>) -> Transaction {
    let text = |field: &str| data[field].as_str();
    let source = (amount, text("sourceCurrencyCode").unwrap_or_default());
    let provider = text("serviceProvider").unwrap_or_default();
    let mut transaction = Transaction::new(id.to_owned(), kind, "PENDING", source, provider, now);
    let destination = text("destinationCurrencyCode").unwrap_or_default();
    transaction.destination_amount = destination_amount(source.1, destination, amount);
    transaction.destination_currency = Some(destination.to_owned());
    let method = text("paymentMethodType").or(data["fiatPayoutMethod"]["type"].as_str());
    transaction.method = method.map(str::to_owned);
    let wallet = text("destinationWalletAddress").or(text("sourceWalletAddress"));
    transaction.wallet = wallet.map(str::to_owned);
    transaction
}

/// Receives a deposit at a virtual account.
pub(crate) fn simulate_deposit(state: &mut State, call: &Call) -> Result<Value, Problem> {
    let provider = call.text("serviceProvider").unwrap_or_default();
    if !SIMULATORS.contains(&provider) {
        return Err(Problem::bad_request(format!("{provider} has no simulator")));
    }
    let wanted = combination(&call.body);
    let found =
        state.orders.deposits.iter().find(|deposit| deposit.combination == wanted && deposit.ready_at <= call.now);
    let (deposit, customer) = found.map(|it| (it.id.clone(), it.customer.clone())).ok_or_else(|| {
        Problem::not_found("virtual account: POST /payments/virtual-account/deposit-instructions creates it")
    })?;
    let amount = decimal(&call.body["amount"]).filter(|amount| *amount > Decimal::ZERO).ok_or_else(|| {
        let problem = Problem::new(StatusCode::BAD_REQUEST, "INVALID_AMOUNT", "The amount is not a number above 0");
        problem.with_error("[amount] must be a number above 0")
    })?;
    let id = add_deposit(state, &call.body, (deposit, customer), amount, &PAID, call.now);
    let bytes: [u8; 16] = seeded(state.seed, &format!("reference {id}")).random();
    let reference = uuid::Builder::from_random_bytes(bytes).into_uuid();
    Ok(json!({ "providerReference": reference.to_string() }))
}

/// Receives a deposit at a virtual account that is ready, as the customer's bank does. Returns the id of the transaction,
/// which reaches `outcome` by the clock, or `None` if there is no such account.
pub(crate) fn deposit(
    state: &mut State,
    id: &str,
    amount: Decimal,
    outcome: &'static str,
    now: DateTime<Utc>,
) -> Option<String> {
    let deposit = state.orders.deposits.iter().find(|deposit| deposit.id == id && deposit.ready_at <= now)?;
    let (request, account) = (deposits::request(deposit), (deposit.id.clone(), deposit.customer.clone()));
    let statuses = [PAID[0], (PAID[1].0, outcome)];
    Some(add_deposit(state, &request, account, amount, &statuses, now))
}

/// Adds the transaction of a deposit at the account of a customer, and returns its id.
fn add_deposit(
    state: &mut State,
    request: &Value,
    (deposit, customer): (String, String),
    amount: Decimal,
    statuses: &[(TimeDelta, &'static str)],
    now: DateTime<Utc>,
) -> String {
    let id = state.identifier();
    let mut transaction = of_request(&id, "CRYPTO_PURCHASE", request, amount, now);
    transaction.customer = Some(customer);
    transaction.deposit_instructions = Some(deposit);
    transactions::add(state, transaction, statuses);
    id
}
