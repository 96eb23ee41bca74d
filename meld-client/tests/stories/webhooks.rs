//! Scenarios of webhooks.

mod bank_linking;
mod money;
mod profiles;
mod support;
