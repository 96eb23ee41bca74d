//! A Rust client for Meld.
