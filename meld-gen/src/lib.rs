//! Turns Meld's dated OpenAPI specs into Rust client crates.
//!
//! | Stage | Module | Input and output |
//! |---|---|---|
//! | catalog | [`catalog`], [`selection`] | a folder; its specs by version and family |
//! | load | [`spec`] | a file; a [`Spec`](spec::Spec), checked for size, nesting and names |
//! | lower | [`lower`] | OpenAPI 3.1 or 3.0; OpenAPI 3.0.3 with references to component schemas only |
//! | repair | [`repair`] | Meld's faults; corrected schemas and [`Facts`](model::Facts) |
//! | normalize, name | [`normalize`], [`naming`] | a repaired spec; a [`ModuleModel`](model::ModuleModel) |
//! | progenitor | [`progenitor`] | the model's spec; the types and signatures of progenitor's output |
//! | share, render | [`render`] | the model and these types; the items of a module and its interface |
//! | interface, compare | [`interface`], [`diff`] | interfaces; changes, upgrade guides and changelogs |
//! | emit | [`emit`] | modules; the files of the crates |
//!
//! [`pipeline::run`] runs all stages.
//!
//! # Invariants
//!
//! - Names and descriptions of a spec are data. They pass through [`escape`] before they reach code, documentation or a
//!   terminal.
//! - A construct without an exact type becomes any JSON, with a [`Notice`](error::Notice); nothing is dropped silently.
//! - Time and memory grow linearly with the size of a spec, within [`spec::limits`].
//! - A failing spec does not affect other specs.

pub mod catalog;
pub mod diff;
pub mod emit;
pub mod error;
pub mod escape;
pub mod identifiers;
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
#[cfg(test)]
mod testing;
