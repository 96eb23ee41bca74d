//! What generated code uses without saying where it is from.

pub use std::collections::BTreeMap;

pub use chrono::{DateTime, NaiveDate, Utc};
pub use rust_decimal::Decimal;
pub use serde_json::{Map, Value};
pub use uuid::Uuid;

pub use crate::client::validate::{Bound, Validate, Validator, validated};
pub use crate::{Error, Method, Nullable, Operation, Parameter, Request, ResponseValue, Transport};

/// The value of a field that must be set.
///
/// # Errors
/// The field is not set; the error names it.
pub fn required<T>(value: Option<T>, field: &'static str) -> Result<T, Error> {
    value.ok_or_else(|| Error::missing(field))
}
