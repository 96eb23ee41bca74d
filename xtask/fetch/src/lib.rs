//! Takes over the documents that Meld publishes: finds them, gets those that changed, checks each before anything is
//! replaced, and keeps `openapi/sources.toml` true.
//!
//! | Module | What it does |
//! |---|---|
//! | [`index`] | which documents the site mentions |
//! | [`origin`], [`web`] | getting them, from a server or a folder |
//! | [`check`] | whether a document is one, of its family, and can be generated from |
//! | [`prose`] | the published structure with our text |
//! | [`shelf`], [`sources`] | our files and `sources.toml` |
//! | [`document`], [`job`] | what becomes of one document, and of all |
//! | [`report`] | saying so |

pub mod check;
pub mod document;
pub mod error;
pub mod index;
pub mod job;
pub mod origin;
pub mod prose;
pub mod report;
pub mod shelf;
pub mod sources;
pub mod web;
