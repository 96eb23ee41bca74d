//! Whole user journeys against the mock server, from the first call to the last.
#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

mod bank_linking;
mod crypto;
mod customers;
mod payments;
mod webhooks;
