//! Tests of the program against the mock server, in this process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod bad_input;
mod calls;
mod configuration;
mod every_operation;
mod other_commands;
mod support;
mod webhooks;
