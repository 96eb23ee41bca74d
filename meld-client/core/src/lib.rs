//! The run-time that the generated Meld client crates need: sending requests, errors, open enums and
//! decimals.
//!
//! A generated function describes its call as a [`Request`] of an [`Operation`] and hands it to the
//! [`Transport`], which answers with a [`ResponseValue`] or an [`Error`]:
//!
//! ```no_run
//! use meld_client_core::{Method, Operation, Request, SecretString, Transport, serde_json};
//!
//! static SEARCH: Operation = Operation {
//!     version: "2026-02-03",
//!     family: "bank-linking",
//!     operation_id: "institutions-search",
//!     method: Method::Get,
//!     path: "/institutions",
//!     rust_name: "institutions_search",
//!     parameters: &[],
//!     has_body: false,
//!     success: &[200],
//!     success_body_statuses: &[],
//!     takes_idempotency_key: false,
//!     is_paged: true,
//! };
//!
//! # async fn example() -> Result<(), meld_client_core::Error> {
//! let transport = Transport::new("https://api-sb.meld.io", meld_client_core::reqwest::Client::new())?
//!     .with_api_key(SecretString::from("the key"));
//! let mut request = Request::new(&SEARCH);
//! request.list("products", &["BALANCES", "OWNERS"])?;
//! let answer = transport.send::<serde_json::Value>(request).await?;
//! println!("{} {}", answer.status(), answer["count"]);
//! # Ok(())
//! # }
//! ```
//!
//! Applications use the crate `meld-client`, which re-exports what they need of this one.
#![forbid(unsafe_code)]

mod answer;
mod call;
pub mod check;
mod error;
mod error_code;
mod error_response;
mod excerpt;
mod exchange;
pub mod json;
mod json_path;
mod nullable;
mod observer;
mod operation;
mod page;
mod parameter;
mod passthrough;
#[doc(hidden)]
pub mod prelude;
mod request;
mod response;
mod retries;
#[doc(hidden)]
pub mod string_enum;
#[cfg(test)]
mod test_support;
mod transport;

pub use chrono;
pub use http;
pub use reqwest;
pub use rust_decimal::Decimal;
pub use secrecy::{ExposeSecret, SecretString};
pub use serde;
pub use serde_json;
pub use uuid;

pub use call::Call;
pub use error::{Error, ErrorKind, FailedAnswer, TransportFailure};
pub use error_code::ErrorCode;
pub use error_response::ErrorResponse;
pub use json::{Kind, Report, Reports, union::UnknownVariant};
pub use nullable::Nullable;
pub use observer::{Attempt, Observer, Outcome};
pub use operation::{Method, Operation, Parameter, ParameterLocation};
pub use page::Page;
pub use parameter::ParameterValue;
pub use passthrough::Passthrough;
pub use request::Request;
pub use response::ResponseValue;
pub use retries::{Repetition, Retries};
pub use string_enum::{StringEnum, UnknownValue};
pub use transport::Transport;
