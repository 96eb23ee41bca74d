//! The jobs as `cargo xtask` runs them, the workflows that run jobs, and the tree that jobs write.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

#[cfg(unix)]
mod automation;
mod commands;
mod diff;
#[cfg(unix)]
mod fetch;
mod invalid_specs;
mod sources;
mod support;
