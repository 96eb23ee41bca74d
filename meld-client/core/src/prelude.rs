//! Imports of generated code.

pub use std::collections::BTreeMap;

pub use chrono::{DateTime, NaiveDate, Utc};
pub use rust_decimal::Decimal;
pub use serde_json::{Map, Value};
pub use uuid::Uuid;

pub use crate::client::builder::Nested;
pub use crate::client::validate::{Bound, Validate, Validator};
pub use crate::error::collect::Failures;
pub use crate::{
    DateOrTime, Error, Method, Nullable, Operation, Parameter, Request, RequestOptions, ResponseValue, Transport,
};
