//! Imports of generated code.

pub use std::collections::BTreeMap;

pub use chrono::{DateTime, NaiveDate, Utc};
pub use rust_decimal::Decimal;
pub use serde_json::{Map, Value};
pub use uuid::Uuid;

pub use crate::client::validate::{Bound, Validate, Validator};
pub use crate::{Error, Method, Nullable, Operation, Parameter, Request, RequestOptions, ResponseValue, Transport};

/// Returns the value of a required field.
///
/// # Errors
///
/// Returns an error of kind [`InvalidRequest`](crate::ErrorKind::InvalidRequest) if the field is not set.
pub fn required<T>(value: Option<T>, field: &'static str) -> Result<T, Error> {
    value.ok_or_else(|| Error::missing(field))
}
