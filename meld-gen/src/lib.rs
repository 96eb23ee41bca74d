//! Turns Meld's dated OpenAPI documents into Rust client crates.

pub mod catalog;
pub mod document;
pub mod error;
pub mod repair;
pub mod walk;
