//! Receiving webhooks.
