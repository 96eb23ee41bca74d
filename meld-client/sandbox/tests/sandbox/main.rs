//! The mock server as its clients see it: plain HTTP requests, and the methods that stand in for customers and providers.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests fail by panicking")]

mod bank_linking;
mod checkout;
mod control;
mod crypto;
mod faults;
mod headless;
mod headless_orders;
mod kyc;
mod operations;
mod page;
mod payments;
#[cfg(feature = "program")]
mod program;
#[cfg(feature = "record")]
mod recordings;
mod requests;
mod rules;
mod state_file;
mod stubs;
mod support;
mod transfers;
mod verifications;
mod webhooks;
