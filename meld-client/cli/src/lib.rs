//! The program `meld`, as a library for its tests.
//!
//! [`run`] takes the arguments and the surroundings of the process, and returns the exit code. Commands are built at
//! run time from the metadata of the client and the specs of the mock server; nothing is generated for them.
//!
//! | Module | Contents |
//! |---|---|
//! | `command` | the commands and their options |
//! | `catalog` | the operations, with descriptions, types and values |
//! | `body`, `request`, `send` | bodies, requests, and sending them |
//! | `output`, `json` | results as JSON, tables and CSV |
//! | `connection`, `profile`, `keys` | environment, profiles and keys |
//! | `api`, `diagnosis`, `watch`, `webhooks` | the commands that are no operations |
//! | `failure`, `host` | failures and exit codes; streams and variables |

#![forbid(unsafe_code)]

mod api;
mod body;
mod catalog;
mod command;
mod connection;
mod diagnosis;
mod failure;
mod host;
mod json;
mod keys;
mod output;
mod pages;
mod printable;
mod profile;
mod request;
mod run;
mod send;
mod watch;
mod webhooks;

pub use host::Host;
pub use run::run;
