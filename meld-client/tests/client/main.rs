//! The client against servers in this process, over real connections.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod agreement;
mod answers;
mod configuration;
mod damage;
mod failures;
mod lists;
mod observing;
mod polling;
mod requests;
mod retries;
mod secrets;
mod support;
mod unlinking;
mod walks;
