//! An unofficial Rust client for the [Meld](https://www.meld.io) API: bank linking, crypto on- and off-ramps, payments,
//! customers and webhooks.
//!
//! [`Meld`] is the client. It holds one environment and one API key, and is cheap to clone. Its methods are named after
//! the API versions, such as `v2026_02_03()`, and lead to one client per family: `crypto()`, `payments()` and so on.
//! The methods of those clients return builders, and `send().await` sends the request. Calls need a Tokio runtime.
//!
//! ```
//! # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = meld_sandbox::Sandbox::start().await?;
//! use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
//! use meld_client::v2026_02_03::prelude::*;
//! use meld_client::{Meld, Money};
//!
//! // A local mock server. For Meld itself use `.environment(Environment::Production)` or `Meld::from_env()`.
//! let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
//! let (usd, btc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("BTC")?);
//! let request = QuoteRequest::buy("US", Money::new(100, usd), btc);
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
//! # Where to find things
//!
//! | Task | See |
//! |---|---|
//! | Learn by example | `guide::bank_linking`, `guide::crypto`, `guide::headless`, `guide::payments`, `guide::kyc`, `guide::webhooks`, `guide::production`, `guide::storage`, `guide::testing` |
//! | Configure a client | [`MeldBuilder`], [`Environment`], [`HttpConfig`], [`Passthrough`] |
//! | Check the configuration at startup | [`Meld::check`], [`check`] |
//! | Find an operation | [`Meld`], then the client of the version and family, such as `v2026_02_03::crypto::Client` |
//! | Call a path that no operation has | [`Meld::request`], [`RawRequest`] |
//! | List operations at run time | [`operations`] |
//! | Handle errors | [`Error`], [`ErrorKind`], [`ErrorCode`] |
//! | Read status, headers and decode warnings | [`ResponseValue`] |
//! | Set retries, timeouts and headers | [`MeldBuilder`] for the client, [`Call`] for a single call |
//! | Rotate API keys | [`ApiKeyProvider`], [`FileApiKey`], [`EnvApiKey`] |
//! | Limit rates, break circuits, log responses | [`middleware`], `guide::production` |
//! | Store a request or an idempotency key | [`idempotent`] |
//! | Send requests until their outcome is known, even after a crash | [`outbox`] |
//! | Handle each webhook once | `inbox` (feature `webhooks`) |
//! | Fetch transactions that webhooks missed | [`reconciler`] |
//! | Keep all of these in your database | [`storage`] |
//! | Read whole lists | [`PaginationExt`], [`ListStream`] |
//! | Link banks, repair and unlink connections, keep transactions up to date | [`bank_linking`] |
//! | Compare quotes, open widget sessions, build checkout URLs | [`crypto`] |
//! | Order purchases, payouts and transfers inside an app | `headless` (feature `crypto`) |
//! | List countries, currencies, payment methods and limits | [`network_partner::Catalog`], [`network_partner`] |
//! | Follow a transaction to its end | [`transactions`] |
//! | Charge, refund and pay out exactly once | [`payments`], [`virtual_accounts`] |
//! | Find or create customers, verify contacts, run KYC | [`customers`] |
//! | Receive webhooks | `webhooks` (feature `webhooks`) |
//! | Diagnose failed requests and imports | [`activity`] |
//! | Poll until something happens | [`Polling`] |
//! | Calculate with amounts of money | [`Money`], [`MoneyExt`], [`MoneyRange`] |
//! | Collect metrics and traces | [`Observer`], [Spans](#spans), and the feature `opentelemetry` |
//!
//! # Features
//!
//! | Feature | Provides | Default |
//! |---|---|---|
//! | `v2026-02-03` and other dates | The API version of that date, and the client | newest version |
//! | `crypto`, `payments` and other families | The family, in all enabled versions | all families |
//! | `rustls` | TLS by rustls, with the certificates of the platform | on |
//! | `rustls-ring` | TLS by rustls with ring, which builds faster than aws-lc | off |
//! | `native-tls` | TLS of the platform (OpenSSL, Secure Transport, SChannel) | off |
//! | `gzip` | Responses compressed by gzip | on |
//! | `http2` | HTTP/2, where Meld offers it; otherwise HTTP/1.1 | on |
//! | `idempotent` | Idempotent requests ([`idempotent`], [`outbox`]) and [`headless`] orders; `payments` enables it | on |
//! | `webhooks` | Verifying and parsing webhooks | on |
//! | `axum` | Webhook deliveries as arguments of axum handlers | off |
//! | `opentelemetry` | The context of the trace in requests, and metrics of calls | off |
//!
//! If several TLS features are on, `native-tls` wins over `rustls`, and `rustls` over `rustls-ring`. No feature installs a
//! default provider of rustls; one that the program has installed is used by `rustls` and `rustls-ring`.
//!
//! A version enables the client. To receive webhooks without an HTTP client, use `default-features = false` and
//! `features = ["webhooks"]`.
//!
//! The helpers of this crate, such as the extension traits, have one implementation for all versions. A helper is
//! missing in a version that lacks the operations it needs. The modules [`activity`] and [`network_partner`] need the
//! features of their families.
//!
//! Types that are equal in several families of a version, such as `PaymentTransactionOutput`, are one type, which each of
//! these families re-exports from `shared`. Other types with the same name differ, such as `Address`. Import them by
//! name, or glob-import the `types` of one family only.
//!
//! # Spans
//!
//! Each call is a `tracing` span `meld_client.call` at level `INFO`. Its fields are `http.request.method`,
//! `url.template`, `server.address`, `http.response.status_code`, `http.request.resend_count`, `error.type`,
//! `meld.operation_id`, `meld.version`, `meld.version.served` and `meld.request_id`.
//!
//! Events use the targets `meld_client::retry`, `meld_client::version`, `meld_client::decode` and `meld_client::api_key`. Neither spans nor
//! events contain bodies, keys or parameter values.
#![cfg_attr(docsrs, feature(doc_cfg))]

// First, because the macros are visible in what follows.
#[cfg(feature = "client")]
#[macro_use]
mod for_versions;
#[cfg(feature = "client")]
#[macro_use]
mod versions;

#[cfg(all(feature = "client", feature = "beta"))]
pub mod activity;
pub mod bank_linking;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "client")]
pub mod check;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod codes;
#[cfg(feature = "client")]
pub mod crypto;
#[cfg(feature = "client")]
pub mod customers;
#[cfg(feature = "client")]
#[cfg(all(
    any(doc, doctest),
    feature = "bank_linking",
    feature = "crypto",
    feature = "customer",
    feature = "network_partner",
    feature = "payments",
    feature = "v2026-02-03",
    feature = "webhooks"
))]
pub mod guide;
#[cfg(all(feature = "idempotent", feature = "crypto"))]
pub mod headless;
#[cfg(feature = "idempotent")]
pub mod idempotent;
#[cfg(feature = "webhooks")]
pub mod inbox;
#[cfg(feature = "client")]
mod money;
#[cfg(all(feature = "client", any(feature = "network_partner", feature = "service_providers")))]
pub mod network_partner;
#[cfg(feature = "client")]
mod operations;
#[cfg(feature = "idempotent")]
pub mod outbox;
#[cfg(feature = "client")]
mod pagination;
#[cfg(feature = "client")]
pub mod payments;
#[cfg(feature = "client")]
mod polling;
#[cfg(feature = "client")]
pub mod prelude;
#[cfg(feature = "client")]
mod raw_request;
#[cfg(all(feature = "client", any(feature = "idempotent", feature = "webhooks")))]
pub mod reconciler;
#[cfg(any(feature = "idempotent", feature = "webhooks"))]
pub mod storage;
pub mod transactions;
#[cfg(feature = "client")]
mod validation;
#[cfg(feature = "client")]
pub mod virtual_accounts;
#[cfg(feature = "webhooks")]
pub mod webhooks;

#[cfg(feature = "client")]
pub use client::{Environment, Meld, MeldBuilder};
/// The type of bodies as received, [`ResponseValue::bytes`].
#[cfg(feature = "client")]
#[doc(no_inline)]
pub use meld_client_core::bytes;
#[cfg(feature = "client")]
pub use meld_client_core::middleware;
#[cfg(feature = "multipart")]
pub use meld_client_core::multipart;
/// Outcomes of requests, by the results of their attempts.
#[cfg(feature = "client")]
pub use meld_client_core::outcome;
/// The HTTP client library, for [`MeldBuilder::configure_http`].
#[cfg(feature = "client")]
#[doc(no_inline)]
pub use meld_client_core::reqwest;
/// The type of idempotency keys.
#[cfg(feature = "client")]
#[doc(no_inline)]
pub use meld_client_core::uuid;
#[cfg(feature = "client")]
pub use meld_client_core::{
    ApiKeyFuture, ApiKeyProvider, ApiVersion, Attempt, AttemptResult, Call, EnvApiKey, Error, ErrorCode, ErrorKind,
    ErrorResponse, FileApiKey, HttpConfig, Idempotency, InvalidFields, Method, NotSent, Observer, Operation, Page,
    Parameter, ParameterLocation, Passthrough, RawResponse, Receive, Received, Request, RequestOptions, ResponseValue,
    RetryPolicy, Transport, TransportFailure,
};
pub use meld_client_core::{
    DateOrTime, DecodeWarning, DecodeWarnings, JsonKind, Nullable, UnknownValue, UnknownVariant,
};
/// Types of other crates: exact decimals, and secrets that `Debug` redacts.
#[doc(no_inline)]
pub use meld_client_core::{Decimal, ExposeSecret, SecretString};
/// Crates whose types are part of the public API: dates and times, status codes and headers, and free-form JSON.
#[doc(no_inline)]
pub use meld_client_core::{chrono, http, serde_json};
#[cfg(feature = "client")]
pub use money::{AmountCheck, Currency, Money, MoneyExt, MoneyRange};
#[cfg(feature = "client")]
pub use operations::operations;
#[cfg(feature = "client")]
pub use pagination::{ListStream, PaginationExt};
#[cfg(feature = "client")]
pub use polling::Polling;
#[cfg(feature = "client")]
pub use raw_request::RawRequest;
#[cfg(feature = "client")]
pub use versions::*;

/// Compiles the examples of the README as doctests.
#[cfg(all(doctest, feature = "v2026-02-03", feature = "bank_linking", feature = "crypto", feature = "webhooks"))]
#[doc = include_str!("../../README.md")]
struct Readme;
