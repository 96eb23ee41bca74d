//! Middleware: [`tower`](https://docs.rs/tower) layers around each attempt to send a request.
//!
//! A layer wraps an [`AttemptService`], which takes an `http::Request<Body>` and returns an `http::Response<Body>`.
//! [`Transport::with_layer`](crate::Transport::with_layer) and `MeldBuilder::layer` add one.
//!
//! | Topic | Rule |
//! |---|---|
//! | Order | As in `tower::ServiceBuilder`: the layer that is added first is the outermost. |
//! | Attempts | Each attempt passes all layers. Retries, their delays and the decoding of responses are outside. |
//! | Metadata | [`AttemptMetadata`] is in the extensions of the request: operation, number of the attempt, idempotency key. |
//! | Credentials | Added inside of all layers: API key, passthrough credentials, tokens and cookies. Layers see the bodies, which may hold personal data. |
//! | State | A layer is applied once, at the first call. Its service is shared by all clones of the client, and need not be `Clone`. |
//! | Readiness | A call waits for `poll_ready`, one call after the other, in the order of their arrival. |
//! | Timeouts | The time limit of an attempt covers the layers. A layer that hangs ends with [`TransportFailure::Timeout`](crate::TransportFailure::Timeout). |
//! | Panics | A panic in a layer unwinds through the call. Other calls are not affected. |
//! | Errors | [`NotSent`] proves that nothing was sent. After any other error of a layer the outcome of a write is unknown. |
//!
//! Layers may change the headers and the body of a request, but neither its method nor its URL. A service must not
//! send a request twice if the operation cannot be repeated safely; the second attempt is refused. Leave retries to the
//! [`RetryPolicy`](crate::RetryPolicy), which knows which attempts are safe.
//!
//! Each call of `layer` is a boundary of readiness: a service is always ready to the layer around it, and waits within
//! the call. Add layers such as `load_shed`, which act on the readiness of others, as one `ServiceBuilder`.
//!
//! # Examples
//!
//! A layer that refuses requests while a switch is off:
//!
//! ```
//! use std::sync::Arc;
//! use std::sync::atomic::{AtomicBool, Ordering};
//! use std::task::{Context, Poll};
//!
//! use meld_client_core::middleware::{AttemptService, BoxError, Layer, Service, layer_fn};
//! use meld_client_core::{HttpConfig, NotSent, Transport, http, reqwest::Body};
//!
//! struct Switch {
//!     is_on: Arc<AtomicBool>,
//!     inner: AttemptService,
//! }
//!
//! impl Service<http::Request<Body>> for Switch {
//!     type Response = http::Response<Body>;
//!     type Error = BoxError;
//!     type Future = <AttemptService as Service<http::Request<Body>>>::Future;
//!
//!     fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
//!         self.inner.poll_ready(context)
//!     }
//!
//!     fn call(&mut self, request: http::Request<Body>) -> Self::Future {
//!         if self.is_on.load(Ordering::Relaxed) {
//!             self.inner.call(request)
//!         } else {
//!             Box::pin(async { Err(NotSent::new("the switch is off").into()) })
//!         }
//!     }
//! }
//!
//! let is_on = Arc::new(AtomicBool::new(true));
//! let switch = is_on.clone();
//! let transport = Transport::new("https://api-sb.meld.io", HttpConfig::default())?
//!     .with_layer(layer_fn(move |inner| Switch { is_on: switch.clone(), inner }));
//! is_on.store(false, Ordering::Relaxed);
//! # Ok::<(), meld_client_core::Error>(())
//! ```

mod attempt;
mod layers;
mod sends;
mod service;

pub use attempt::AttemptMetadata;
pub(crate) use layers::Layers;
pub use service::{AttemptService, ResponseBody};
pub use tower_layer::{Layer, layer_fn};
pub use tower_service::Service;

pub use crate::error::from_layer::BoxError;
pub use crate::error::not_sent::NotSent;
/// The body of requests and responses. It implements `http_body::Body`.
pub use reqwest::Body;
