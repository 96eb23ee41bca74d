//! Calls: requests, the attempts to send them, and responses.

mod agreement;
mod api_version;
mod attempts;
pub mod builder;
mod call;
mod content_encoding;
mod exchange;
mod header_names;
mod http_config;
mod keys;
mod limits;
mod message;
#[cfg(feature = "opentelemetry")]
mod metrics;
pub mod middleware;
#[cfg(feature = "multipart")]
pub mod multipart;
mod observer;
mod options;
mod page;
mod passthrough;
mod percent;
mod request;
mod response;
mod retry;
mod send;
mod styled;
mod telemetry;
#[cfg(feature = "rustls-ring")]
mod tls;
mod transport;
pub mod validate;

pub use api_version::ApiVersion;
pub use call::{Call, send_call};
pub use http_config::HttpConfig;
pub use observer::{Attempt, AttemptResult, Observer};
pub use options::RequestOptions;
pub use page::Page;
pub use passthrough::Passthrough;
pub use request::{Request, RequestParts};
pub use response::ResponseValue;
pub use retry::RetryPolicy;
pub use send::{Receive, Received};
pub use transport::Transport;
