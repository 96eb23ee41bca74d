//! Amounts in JSON.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::{Value, json};

/// Returns an amount as a JSON number.
pub(crate) fn number(amount: Decimal) -> Value {
    json!(amount.to_f64())
}
