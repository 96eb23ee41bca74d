//! Scenarios of webhooks.

mod money;

// Compiled once for each API version; see `dates.rs`.
#[cfg(rustfmt)]
mod bank_linking;
#[cfg(rustfmt)]
mod profiles;
#[cfg(rustfmt)]
mod support;
