//! Tests of the client against servers in this process, over real connections.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod agreement;
mod api_keys;
#[cfg(feature = "service_providers")]
mod catalog;
#[cfg(feature = "webhooks")]
mod check;
mod configuration;
mod deposits;
mod failures;
mod headless;
#[cfg(feature = "multipart")]
mod headless_secrets;
mod kyc;
mod layers;
mod lists;
mod malformed;
#[cfg(feature = "multipart")]
mod multipart;
mod observing;
mod options;
mod outbox;
mod pagination;
mod polling;
mod raw_requests;
#[cfg(feature = "webhooks")]
mod reconciler;
mod requests;
mod responses;
mod retries;
mod secrets;
mod stored;
mod streams;
mod support;
mod transfers;
mod unlinking;
mod verifications;
mod versions;
