//! The environment variables that configure a client.

/// The API key.
pub(super) const API_KEY: &str = "MELD_API_KEY";

pub(super) const ENVIRONMENT: &str = "MELD_ENVIRONMENT";

/// A base URL to use instead of an environment's.
pub(super) const BASE_URL: &str = "MELD_BASE_URL";
