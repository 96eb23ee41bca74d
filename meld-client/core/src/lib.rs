//! The run-time that the generated Meld client crates need: sending requests, errors, open enums and
//! decimals.
//!
//! A generated function describes its call as a [`Request`] of an [`Operation`] and hands it to the
//! [`Transport`], which answers with a [`ResponseValue`] or an [`Error`]:
//!
//! ```no_run
//! use meld_client_core::{HttpConfig, Method, Operation, Request, SecretString, Transport, serde_json};
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
//! let transport = Transport::new("https://api-sb.meld.io", HttpConfig::default())?
//!     .with_api_key(SecretString::from("the key"));
//! let mut request = Request::new(&SEARCH);
//! request.list("products", &["BALANCES", "OWNERS"])?;
//! let answer = transport.send::<serde_json::Value>(request).await?;
//! println!("{} {}", answer.status(), answer["count"]);
//! # Ok(())
//! # }
//! ```
//!
//! All that sends is behind the feature `client`, which `rustls` and `native-tls` turn on. Without it there is what
//! reads and writes values, for programs that receive webhooks and call nothing.
//!
//! Applications use the crate `meld-client`, which re-exports what they need of this one.
#![forbid(unsafe_code)]

#[cfg(feature = "client")]
mod agreement;
#[cfg(feature = "client")]
mod answer;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "client")]
pub mod check;
#[cfg(feature = "client")]
mod content_encoding;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "client")]
mod error_code;
#[cfg(feature = "client")]
mod error_response;
#[cfg(feature = "client")]
mod excerpt;
#[cfg(feature = "client")]
mod exchange;
#[cfg(feature = "client")]
mod http_config;
#[doc(hidden)]
pub mod iso;
pub mod json;
#[cfg(feature = "client")]
mod json_path;
mod nullable;
#[cfg(feature = "client")]
mod observer;
mod one_line;
#[cfg(feature = "client")]
mod operation;
#[cfg(feature = "client")]
pub mod outcome;
#[cfg(feature = "client")]
mod page;
mod parameter;
#[cfg(feature = "client")]
mod passthrough;
#[cfg(feature = "client")]
#[doc(hidden)]
pub mod prelude;
#[cfg(feature = "client")]
mod redact;
#[cfg(feature = "client")]
mod request;
#[cfg(feature = "client")]
mod response;
#[cfg(feature = "client")]
mod retries;
#[cfg(feature = "client")]
mod retry_after;
#[doc(hidden)]
pub mod sensitive;
#[doc(hidden)]
pub mod string_enum;
#[cfg(test)]
mod test_support;
#[cfg(feature = "client")]
mod transport;

pub use chrono;
pub use http;
#[cfg(feature = "client")]
pub use reqwest;
pub use rust_decimal::Decimal;
pub use secrecy::{ExposeSecret, SecretString};
pub use serde;
pub use serde_json;
#[cfg(feature = "client")]
pub use uuid;

#[cfg(feature = "client")]
pub use call::Call;
#[cfg(feature = "client")]
pub use error::{Error, ErrorKind, FailedAnswer, TransportFailure};
#[cfg(feature = "client")]
pub use error_code::ErrorCode;
#[cfg(feature = "client")]
pub use error_response::ErrorResponse;
#[cfg(feature = "client")]
pub use http_config::HttpConfig;
pub use json::{Kind, Report, Reports, union::UnknownVariant};
pub use nullable::Nullable;
#[cfg(feature = "client")]
pub use observer::{Attempt, Observer, Outcome};
#[cfg(feature = "client")]
pub use operation::{Method, Operation, Parameter, ParameterLocation};
#[cfg(feature = "client")]
pub use page::Page;
pub use parameter::ParameterValue;
#[cfg(feature = "client")]
pub use passthrough::Passthrough;
#[cfg(feature = "client")]
pub use request::Request;
#[cfg(feature = "client")]
pub use response::ResponseValue;
#[cfg(feature = "client")]
pub use retries::{Repetition, Retries};
pub use string_enum::{StringEnum, UnknownValue};
#[cfg(feature = "client")]
pub use transport::Transport;
