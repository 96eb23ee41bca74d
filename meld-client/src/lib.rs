//! A Rust client for Meld: bank linking, crypto on- and off-ramps, payments, customers and webhooks.

mod versions;

pub use meld_client_core::{
    Decimal, Error, ErrorCode, ErrorKind, ErrorResponse, Method, Operation, Parameter,
    ParameterLocation, Request, ResponseValue, SecretString, Transport, UnknownValue,
    UnknownVariant,
};
/// What the public interface needs of other crates: the HTTP client that a [`Transport`] sends with, and the ids that
/// idempotency keys are.
pub use meld_client_core::{reqwest, uuid};
pub use versions::*;

/// The examples of the README, compiled as tests.
#[cfg(all(doctest, feature = "v2026-02-03", feature = "crypto"))]
#[doc = include_str!("../../README.md")]
struct Readme;
