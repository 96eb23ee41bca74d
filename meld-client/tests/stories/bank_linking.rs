//! Linking banks.
