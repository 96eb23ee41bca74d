//! Updates the specs in `openapi/` from those that Meld publishes, with our own descriptions, and keeps
//! `openapi/sources.toml`
//! current. A spec is replaced only after it has passed all checks.
//!
//! | Module | Contents |
//! |---|---|
//! | [`job`] | the whole run |
//! | [`update`] | the update of one spec |
//! | [`merge`] | the published structure with our text |
//! | [`carryover`] | what published specs lose or only describe |
//! | [`validation`] | checks of a published spec |
//! | [`index`] | the names of the published specs |
//! | [`origin`], [`http`], [`content`] | published files, from a server or a folder |
//! | [`folder`], [`sources`] | our specs and `sources.toml` |
//! | [`report`], [`error`] | results and errors |

pub mod carryover;
pub mod content;
pub mod error;
pub mod folder;
pub mod http;
pub mod index;
pub mod job;
pub mod merge;
pub mod origin;
pub mod report;
pub mod sources;
pub mod update;
pub mod validation;
