//! Complete scenarios, from the first call to the last, against the mock server.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod bank_linking;
mod crypto;
mod customers;
mod headless;
mod payments;
mod support;
mod webhooks;
