//! Turns Meld's dated OpenAPI documents into Rust client crates.

pub mod catalog;
pub mod document;
pub mod emit;
pub mod error;
pub mod pipeline;
pub mod walk;
