//! Calls: requests, how they are sent, and what comes back.

mod agreement;
mod call;
mod content_encoding;
mod http_config;
pub(crate) mod http_response;
mod observer;
mod operation;
pub mod outcome;
mod page;
mod passthrough;
pub(crate) mod redact;
mod request;
mod response;
mod retry;
pub(crate) mod retry_after;
pub(crate) mod send;
mod transport;
pub mod validate;

pub use call::Call;
pub use http_config::HttpConfig;
pub use observer::{Attempt, AttemptResult, Observer};
pub use operation::{Method, Operation, Parameter, ParameterLocation};
pub use page::Page;
pub use passthrough::Passthrough;
pub use request::Request;
pub use response::ResponseValue;
pub use retry::{Idempotency, RetryPolicy};
pub use transport::Transport;
