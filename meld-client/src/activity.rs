//! The activity log: what Meld did, and why something failed.

mod import_failures;
mod log;
mod versions;

pub use import_failures::ImportFailure;
pub use log::ActivityLog;
