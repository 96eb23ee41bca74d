//! A local Meld: an HTTP server that responses as the dated documents of Meld's API say, for tests and
//! examples that need neither key nor network.
//!
//! [`Sandbox::start`] binds a free port of this machine. It serves every operation of every version
//! that has a document, and of what only the guides have the change of a KYC: it chooses the version from `Meld-Version` as Meld does,
//! refuses what the document does not allow with Meld's error envelope, and remembers what the guides
//! say that Meld remembers. What it need not remember it makes up from the schema, by the seed.
//!
//! | Module | What is in it |
//! |---|---|
//! | `sandbox`, `server`, `routes`, `paths` | settings, connections, the way of a request |
//! | `hosts` | the names by which the server may be called |
//! | `documents`, `exceptions`, `loops`, `schema` | the documents, where they are not taken at their word |
//! | `check`, `envelope`, `pages` | requests checked, refusals, lists in pages |
//! | `example`, `random` | values made from schemas, by the seed |
//! | `state` | what is remembered, one module for each flow |
//! | `faults`, `damage`, `wire` | what goes wrong on purpose |
//! | `delivery` | webhooks sent, and sent again |
//! | `clock`, `widget` | time that can be turned, pages in place of Meld's widgets |

#![forbid(unsafe_code)]

mod check;
mod clock;
mod damage;
mod delivery;
mod documents;
mod envelope;
mod example;
mod exceptions;
mod faults;
mod hosts;
mod loops;
mod pages;
mod paths;
mod random;
mod routes;
mod sandbox;
mod schema;
mod server;
mod state;
#[cfg(test)]
mod tests;
mod widget;
mod wire;

pub use clock::Clock;
pub use documents::{ApiVersion, Operation, Parameter, Place, operations};
pub use example::{ExampleRequest, Filling};
pub use exceptions::{EXCEPTIONS, Exception};
pub use faults::{Fault, FaultRule};
pub use sandbox::{Builder, ConnectionStatus, KycStatus, Outcome, Sandbox};
pub use state::bank_linking::TransactionsUpdated;
pub use state::payments::Payment;
pub use state::webhooks::{WebhookDelivery, sign_webhook};

/// Why a sandbox cannot start, or a setting is not understood.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A document cannot be used.
    #[error("the document {name} cannot be used: {message}")]
    Document {
        /// The document.
        name: String,
        /// What is wrong, and where.
        message: String,
    },
    /// A version that is no date.
    #[error("'{0}' is not a date such as 2026-02-03")]
    Version(String),
    /// A setting that cannot be used.
    #[error("the setting {name} cannot be used: {message}")]
    Setting {
        /// The function of [`Builder`].
        name: &'static str,
        /// The reason.
        message: String,
    },
    /// Nothing to listen on.
    #[error("cannot listen on this machine: {0}")]
    Listen(String),
    /// Nothing to deliver webhooks with.
    #[error("cannot make an HTTP client: {0}")]
    Client(String),
    /// Faults that are not understood.
    #[error("the faults are not understood: {0}")]
    Faults(String),
    /// Something that is not there.
    #[error("there is no such {0}")]
    Unknown(String),
}
