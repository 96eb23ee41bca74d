//! A Rust client for Meld: bank linking, crypto on- and off-ramps, payments, customers and webhooks.

mod versions;

pub use meld_client_core::{
    Decimal, Error, ErrorCode, ErrorKind, ErrorResponse, Method, Operation, Parameter,
    ParameterLocation, Request, ResponseValue, SecretString, Transport, UnknownValue,
    UnknownVariant,
};
pub use versions::*;
