//! Whole runs against a local site.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod local;
mod runs;
mod server;
mod site;
mod specs;
mod support;
mod text;
