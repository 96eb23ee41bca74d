//! Rust names for types, operations, fields and values: rules, and a table of overrides.

pub mod enums;
pub mod fields;
pub mod inline;
pub mod operations;
pub mod overrides;
pub mod types;
