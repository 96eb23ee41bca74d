//! The list of all headless orders, transfers included.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::flows::fields::decimal;
use crate::state::State;
use crate::state::ledger::HeadlessOrder;

pub(crate) fn list(state: &State) -> Vec<HeadlessOrder> {
    let mut transactions: HashMap<&str, Vec<String>> = HashMap::new();
    for transaction in state.transactions.newest_first() {
        if let Some(order) = &transaction.headless_order {
            transactions.entry(order).or_default().insert(0, transaction.id.clone());
        }
    }
    let mut listed = |id: &str, key: &Option<String>, amount: Decimal, currency: &Value| HeadlessOrder {
        order_id: id.to_owned(),
        amount,
        currency: currency.as_str().unwrap_or_default().to_owned(),
        idempotency_key: key.clone(),
        transaction_ids: transactions.remove(id).unwrap_or_default(),
    };
    let mut orders = Vec::new();
    for order in &state.orders.headless {
        let amount = decimal(&order.data["sourceAmount"]).unwrap_or_default();
        orders.push(listed(&order.id, &order.key, amount, &order.data["sourceCurrencyCode"]));
    }
    for order in &state.transfers.orders {
        orders.push(listed(&order.id, &order.key, order.amount, &order.data["currencyCode"]));
    }
    orders
}
