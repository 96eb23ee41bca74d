//! A Rust client for Meld: bank linking, crypto on- and off-ramps, payments, customers and webhooks.
//!
//! [`Meld`] is the client: one environment, one API key, cheap to clone. A function of it named after an API version
//! gives the families of that version, and their functions give calls: builders that end in `send().await`.
//!
//! ```
//! # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = meld_sandbox::Sandbox::start().await?;
//! use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
//! use meld_client::v2026_02_03::prelude::*;
//! use meld_client::{Decimal, Meld};
//!
//! // Or `Meld::from_env()`, or `.environment(Environment::Production)`.
//! let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
//! let (usd, btc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("BTC")?);
//! let request = QuoteRequest::buy("US", Decimal::from(100), usd, btc);
//! let quotes = meld.v2026_02_03().crypto().create_quote().body(request).send().await?;
//! for quote in quotes.ranked() {
//!     println!("{:?} {:?}", quote.service_provider, quote.destination_amount);
//! }
//! # assert!(quotes.best().is_some());
//! # Ok(())
//! # }
//! # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
//! # fn main() {}
//! ```
//!
//! # What is where
//!
//! | to | see |
//! |---|---|
//! | begin | the guides: `guide::bank_linking`, `guide::crypto`, `guide::payments`, `guide::kyc`, `guide::webhooks` |
//! | set a client up | [`MeldBuilder`], [`Environment`], [`Passthrough`] |
//! | find a call | [`Meld`], then the module of the version, such as `v2026_02_03::crypto::Client` |
//! | handle what goes wrong | [`Error`], [`ErrorKind`], [`ErrorCode`] |
//! | know what a response is beside its value | [`ResponseValue`] |
//! | decide on retries and time-outs | [`RetryPolicy`], and [`Call`] for single calls |
//! | keep an idempotency key, or a whole request | [`Request`] |
//! | read whole lists | [`PaginationExt`] |
//! | link banks, repair and unlink, keep a copy of transactions fresh | [`bank_linking`] |
//! | quote, open sessions, make checkout addresses | [`crypto`], and [`network_partner`] for what there is where |
//! | know how far a transaction is, and wait for it | [`transactions`] |
//! | charge, refund and pay out, each order once | [`payments`], [`virtual_accounts`] |
//! | find or make a customer, and have one checked | [`customers`] |
//! | receive webhooks | `webhooks`, with the feature of that name |
//! | explain a failure | [`activity`] |
//! | wait for something | [`Polling`] |
//! | count and measure calls | [`Observer`], and the span that each call has |
//!
//! # Features
//!
//! One for each API version (`v2026-02-03`), one for each family (`crypto`), `rustls` or `native-tls`. By default the
//! newest version, all families and `rustls`. Without a version there is no client and no HTTP: `webhooks` alone is
//! enough to receive events. `axum` makes them arguments of handlers.
//!
//! All versions have the same helpers, from one implementation. Where a version lacks what a helper needs, the helper
//! is not there.
//!
//! Families have types of the same name, such as `ServiceProvider`: import them by name, or the types of one family
//! alone with `types::*`.
//!
//! # Spans
//!
//! Each call is a span `meld_client.call` of `tracing` at the level of information, with `http.request.method`,
//! `url.template`, `server.address`, `http.response.status_code`, `http.request.resend_count`, `error.type`,
//! `meld.operation_id`, `meld.version`, `meld.version.served` and `meld.request_id`. Events have the targets
//! `meld_client::retry`, `meld_client::version` and `meld_client::decode`. None of them has bodies, keys or values of
//! parameters.

#[cfg(feature = "client")]
pub mod activity;
pub mod bank_linking;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
pub mod crypto;
#[cfg(feature = "client")]
pub mod customers;
#[cfg(feature = "client")]
mod for_versions;
#[cfg(feature = "client")]
#[cfg(all(
    any(doc, doctest),
    feature = "bank_linking",
    feature = "crypto",
    feature = "customer",
    feature = "payments",
    feature = "v2026-02-03",
    feature = "webhooks"
))]
pub mod guide;
#[cfg(feature = "client")]
pub mod network_partner;
#[cfg(feature = "client")]
mod pagination;
#[cfg(feature = "client")]
pub mod payments;
#[cfg(feature = "client")]
mod polling;
#[cfg(feature = "client")]
pub mod prelude;
pub mod transactions;
#[cfg(feature = "client")]
mod validation;
mod versions;
#[cfg(feature = "client")]
pub mod virtual_accounts;
#[cfg(feature = "webhooks")]
pub mod webhooks;

#[cfg(feature = "client")]
pub use client::{Environment, Meld, MeldBuilder};
/// The HTTP client that a [`Transport`] sends with: see [`MeldBuilder::configure_http`].
#[cfg(feature = "client")]
pub use meld_client_core::reqwest;
/// The ids that idempotency keys are.
#[cfg(feature = "client")]
pub use meld_client_core::uuid;
#[cfg(feature = "client")]
pub use meld_client_core::{
    Attempt, AttemptResult, Call, Error, ErrorCode, ErrorKind, ErrorResponse, HttpConfig,
    Idempotency, Method, Observer, Operation, Page, Parameter, ParameterLocation, Passthrough,
    RawResponse, Request, ResponseValue, RetryPolicy, Transport, TransportFailure,
};
pub use meld_client_core::{
    Decimal, DecodeWarning, DecodeWarnings, ExposeSecret, JsonKind, Nullable, SecretString,
    UnknownValue, UnknownVariant,
};
/// What the public interface needs of other crates: dates and times, status codes and headers, and free-form JSON.
pub use meld_client_core::{chrono, http, serde_json};
#[cfg(feature = "client")]
pub use pagination::PaginationExt;
#[cfg(feature = "client")]
pub use polling::Polling;
#[allow(unused_imports, reason = "no version need be chosen")]
pub use versions::*;

/// The examples of the README, compiled as tests.
#[cfg(all(
    doctest,
    feature = "v2026-02-03",
    feature = "bank_linking",
    feature = "crypto",
    feature = "webhooks"
))]
#[doc = include_str!("../../README.md")]
struct Readme;
