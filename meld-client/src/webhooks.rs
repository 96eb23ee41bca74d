//! Webhooks: verified, then read.
