//! A local mock of the Meld API for tests and examples, without a key or network access.
//!
//! [`Sandbox::start`] serves every operation of every API version on a free port of this machine. The server
//!
//! - selects the version of an operation by `Meld-Version`, as Meld does;
//! - refuses requests that the spec or the guides do not allow, with Meld's error body;
//! - keeps the state that the guides describe: customers, bank connections, sessions, headless orders, transfers,
//!   payments, webhook profiles;
//! - generates all other responses from their schemas, by a seed.
//!
//! The feature `validation` is on by default. Without it, request bodies, parameter values and stub responses
//! are not validated against the specs.
//!
//! # Examples
//!
//! ```
//! # async fn example() -> Result<(), meld_sandbox::Error> {
//! use meld_sandbox::{Fault, FaultRule, Sandbox};
//!
//! let sandbox = Sandbox::start().await?;
//! sandbox.add_fault(FaultRule::new(Fault::Unavailable).nth(1))?;
//! // Point a client at `sandbox.base_url()` with the key `sandbox.api_key()`.
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! | Module | Contents |
//! |---|---|
//! | `builder`, `sandbox`, `stub_builder`, `statuses` | the public API of a server |
//! | `specs` | the specs and their operations |
//! | `server`, `hosts`, `routes`, `reply`, `widget`, `wire` | the path of a request to its response |
//! | `validation`, `multipart`, `pagination`, `problem` | request validation, multipart bodies, pages, error bodies |
//! | `state`, `flows`, `call` | the data, and the operations that read and change it |
//! | `example`, `generated`, `random` | generated values and responses |
//! | `faults`, `stubs`, `conditions` | injected faults, responses set by tests, and the calls that they apply to |
//! | `request_log` | the received requests |
//! | `recording` | recordings of the real API, and their replay |
//! | `sensitive` | which fields are secrets or personal data |
//! | `delivery` | webhooks |
//! | `control` | the HTTP API and the page that steer the server |
//! | `state_file` | the file in which the state survives a restart |
//! | `clock` | the adjustable clock |
//! | `program` | the command line |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod amount;
mod builder;
mod call;
mod client;
mod clock;
mod conditions;
mod control;
mod delivery;
mod error;
mod example;
mod faults;
mod flows;
mod generated;
mod hosts;
mod multipart;
mod pagination;
mod problem;
#[cfg(feature = "program")]
pub mod program;
mod random;
mod recording;
mod reply;
mod request_log;
mod routes;
mod sandbox;
mod sensitive;
mod server;
mod specs;
mod state;
mod state_file;
mod statuses;
mod stub_builder;
mod stubs;
#[cfg(test)]
#[cfg(feature = "validation")]
mod tests;
mod validation;
mod widget;
mod wire;

pub use builder::Builder;
pub use clock::Clock;
pub use delivery::sign_webhook;
pub use error::Error;
pub use example::{ExampleRequest, Filling};
pub use faults::{Fault, FaultRule};
pub use flows::bank_linking::transactions::TransactionsUpdated;
pub use request_log::ReceivedRequest;
pub use sandbox::Sandbox;
pub use specs::{
    ApiVersion, Operation, Parameter, ParameterLocation, REPAIRS, Repair, ResolvedSchema, operations, operations_of,
};
pub use state::ledger::{HeadlessOrder, Payment};
pub use state::webhooks::WebhookDelivery;
pub use statuses::{ConnectionStatus, KycStatus, Outcome};
pub use stub_builder::{Stub, StubBuilder};
pub use stubs::{StubResponse, UnmetStubs};
