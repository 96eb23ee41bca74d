//! The headers that the client sets itself, in lower case.

/// The header of idempotency keys.
pub(crate) const IDEMPOTENCY_KEY: &str = "x-idempotency-key";
