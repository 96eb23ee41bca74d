//! The activity log: what Meld did, and why something failed.
#![cfg_attr(
    not(all(feature = "beta", feature = "v2026-02-03")),
    allow(unused, reason = "no version with the activity log need be chosen")
)]

mod import_failures;
mod log;
mod versions;

pub use import_failures::ImportFailure;
pub use log::ActivityExt;
