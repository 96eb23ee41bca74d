//! Stubs: responses that a test sets for an operation, in place of those of the mock server.

pub(crate) mod registry;
mod response;
pub(crate) mod rule;
mod unmet;

pub use response::StubResponse;
pub use unmet::UnmetStubs;
