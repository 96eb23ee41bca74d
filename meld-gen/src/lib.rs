//! Turns Meld's dated OpenAPI documents into Rust client crates.

pub mod catalog;
pub mod diff;
pub mod emit;
pub mod error;
pub mod escape;
pub mod interface;
pub mod lower;
pub mod model;
pub mod naming;
pub mod normalize;
pub mod pipeline;
pub mod progenitor;
pub mod render;
pub mod repair;
pub mod report;
pub mod selection;
pub mod spec;
