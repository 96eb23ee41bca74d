//! Tests of the service: by HTTP, in a browser, and of its store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod banks;
mod browser;
mod crashes;
mod crypto;
mod customers;
mod operation;
mod postgres;
mod store;
mod support;
