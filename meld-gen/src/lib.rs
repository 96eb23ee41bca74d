//! Turns Meld's dated OpenAPI documents into Rust client crates.

pub mod catalog;
pub mod cycles;
pub mod document;
pub mod error;
pub mod lower;
pub mod repair;
pub mod walk;
