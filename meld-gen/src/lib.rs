//! Turns Meld's dated OpenAPI documents into Rust client crates.

pub mod catalog;
pub mod compare;
pub mod cycles;
pub mod document;
pub mod emit;
pub mod error;
pub mod escape;
pub mod generate;
pub mod limits;
pub mod lower;
pub mod pipeline;
pub mod polish;
pub mod raw;
pub mod repair;
pub mod shape;
pub mod surface;
pub mod walk;
