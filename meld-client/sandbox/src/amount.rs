//! Amounts in JSON.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};

pub(crate) fn number(amount: Decimal) -> Value {
    json!(amount.to_f64())
}
