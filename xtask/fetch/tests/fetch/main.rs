//! The whole job, against a site on this machine.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod documents;
mod ours;
mod prose;
mod runs;
mod server;
mod site;
mod support;
