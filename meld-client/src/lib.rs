//! A Rust client for Meld: bank linking, crypto on- and off-ramps, payments, customers and webhooks.

mod builder;
mod environment;
mod meld;
mod paging;
pub mod prelude;
mod quotes;
mod versions;

pub use builder::MeldBuilder;
pub use environment::Environment;
pub use meld::Meld;
pub use meld_client_core::{
    Attempt, Call, Decimal, Error, ErrorCode, ErrorKind, ErrorResponse, ExposeSecret, FailedAnswer,
    Kind, Method, Nullable, Observer, Operation, Outcome, Page, Parameter, ParameterLocation,
    Passthrough, Repetition, Report, Reports, Request, ResponseValue, Retries, SecretString,
    Transport, TransportFailure, UnknownValue, UnknownVariant,
};
/// What the public interface needs of other crates: dates and times, status codes and headers, the HTTP client that a
/// [`Transport`] sends with, and the ids that idempotency keys are.
pub use meld_client_core::{chrono, http, reqwest, uuid};
pub use paging::Paged;
pub use quotes::RankedQuotes;
#[allow(unused_imports, reason = "no version need be chosen")]
pub use versions::*;

/// The examples of the README, compiled as tests.
#[cfg(all(doctest, feature = "v2026-02-03", feature = "crypto"))]
#[doc = include_str!("../../README.md")]
struct Readme;
