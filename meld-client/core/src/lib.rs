//! Runtime support for the generated Meld client crates: requests, errors, lenient JSON, open enums and decimals.
//!
//! A generated method describes its call as a [`Request`] of an [`Operation`]. The [`Transport`] sends it and returns a
//! [`ResponseValue`] or an [`Error`]:
//!
//! ```no_run
//! use meld_client_core::{
//!     HttpConfig, Idempotency, Method, Operation, Parameter, Request, SecretString, Transport, serde_json,
//! };
//!
//! static SEARCH: Operation = Operation {
//!     version: "2026-02-03",
//!     family: "bank-linking",
//!     operation_id: "institutions-search",
//!     method: Method::Get,
//!     path: "/institutions",
//!     rust_name: "search_institutions",
//!     idempotency: Idempotency::Safe,
//!     parameters: &[Parameter::query("products", "products").list()],
//!     is_paged: true,
//!     ..Operation::DEFAULT
//! };
//!
//! # async fn example() -> Result<(), meld_client_core::Error> {
//! let transport = Transport::new("https://api-sb.meld.io", HttpConfig::default())?
//!     .with_api_key(SecretString::from("the key"));
//! let mut request = Request::new(&SEARCH);
//! request.list("products", &["BALANCES", "OWNERS"])?;
//! let response = transport.send::<serde_json::Value>(request).await?;
//! println!("{} {}", response.status(), response["count"]);
//! # Ok(())
//! # }
//! ```
//!
//! The feature `multipart` adds multipart bodies and responses.
//!
//! The feature `client`, which `rustls`, `rustls-ring` and `native-tls` enable, adds everything that sends requests.
//! Without it the crate decodes and encodes JSON, for programs that only receive webhooks.
//!
//! Applications depend on the crate `meld-client`, which re-exports what they need.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[cfg(feature = "client")]
mod api_key;
#[cfg(feature = "client")]
mod client;
mod date_or_time;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "client")]
mod http_response;
#[doc(hidden)]
pub mod iso;
pub mod json;
mod one_line;
#[cfg(feature = "client")]
mod operation;
mod parameter;
#[cfg(feature = "client")]
#[doc(hidden)]
pub mod prelude;
#[cfg(feature = "client")]
mod redact;
#[doc(hidden)]
pub mod sensitive;
#[cfg(test)]
mod test_support;

// Links to the documentation of these crates, instead of copies of all their pages.
#[doc(no_inline)]
pub use rust_decimal::Decimal;
#[doc(no_inline)]
pub use secrecy::{ExposeSecret, SecretString};
#[cfg(feature = "client")]
#[doc(no_inline)]
pub use {bytes, reqwest, uuid};
#[doc(no_inline)]
pub use {chrono, http, serde, serde_json};

#[cfg(feature = "client")]
pub use api_key::{ApiKeyFuture, ApiKeyProvider, EnvApiKey, FileApiKey};
#[cfg(feature = "client")]
pub use client::middleware;
#[cfg(feature = "multipart")]
pub use client::multipart;
#[cfg(feature = "client")]
pub use client::{
    ApiVersion, Attempt, AttemptResult, Call, HttpConfig, Observer, Page, Passthrough, Receive, Received, Request,
    RequestOptions, ResponseValue, RetryPolicy, Transport, validate,
};
#[cfg(feature = "client")]
#[doc(hidden)]
pub use client::{RequestParts, builder, send_call};
pub use date_or_time::{DateOrTime, ParseDateOrTimeError};
#[cfg(feature = "client")]
#[doc(hidden)]
pub use error::is_result_field;
#[cfg(feature = "client")]
pub use error::{
    Error, ErrorCode, ErrorKind, ErrorResponse, InvalidFields, RawResponse, TransportFailure, not_sent::NotSent,
    outcome,
};
#[doc(hidden)]
pub use json::string_enum;
pub use json::{DecodeWarning, DecodeWarnings, JsonKind, Nullable, StringEnum, UnknownValue, UnknownVariant};
#[cfg(feature = "client")]
pub use operation::{Idempotency, Method, Operation, Parameter, ParameterLocation};
pub use parameter::ParameterValue;
#[cfg(feature = "client")]
#[doc(hidden)]
pub use redact::is_sensitive;
