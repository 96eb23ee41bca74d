//! Tests that run cargo: crates of changed specs, crates of users, and code that must not compile.
//!
//! They are one program, so that one of them generates code while another one compiles.

#![allow(clippy::unwrap_used, reason = "the helpers of the tests, too, fail by panicking")]

mod alone;
mod cargo;
mod constructs;
mod does_not_compile;
mod hostile;
mod new_version;
mod updates;
mod workspace;
