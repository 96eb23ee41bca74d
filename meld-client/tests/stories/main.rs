//! What users do with the client, from the first call to the last, against the sandbox.
#![allow(clippy::unwrap_used, reason = "stories end where something is not as told")]

mod bank_linking;
mod crypto;
mod customers;
mod payments;
mod webhooks;
