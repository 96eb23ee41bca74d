//! The activity log: requests, widget errors and failed imports, with the provider's messages.

mod details;
mod ext;
// `versions` includes it.
#[cfg(rustfmt)]
mod hooks;
mod import_failures;
mod versions;

pub use ext::ActivityExt;
pub use import_failures::ImportFailure;
pub use versions::ActivityClient;
