//! The attempt that a request in the layers belongs to.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderValue, Uri};
use reqwest::Body;
use tokio::time::Instant;
use url::Url;

use super::sends::{Refusal, Sends};
use crate::client::header_names::IDEMPOTENCY_KEY;
use crate::client::request::Request;
use crate::error::Error;
use crate::error::not_sent::NotSent;
use crate::operation::{Idempotency, Operation};

/// The attempt that a request belongs to, in the extensions of the request.
///
/// A layer that makes a new request must copy it, or the request is refused.
///
/// # Examples
///
/// ```
/// use meld_client_core::{http, middleware::AttemptMetadata};
///
/// fn name<B>(request: &http::Request<B>) -> &'static str {
///     let attempt = request.extensions().get::<AttemptMetadata>();
///     attempt.map_or("unknown", |attempt| attempt.operation().rust_name)
/// }
/// ```
#[derive(Clone)]
pub struct AttemptMetadata {
    outgoing: Arc<Outgoing>,
}

/// The parts of an attempt that layers do not see.
struct Outgoing {
    operation: &'static Operation,
    retries: u32,
    idempotency_key: Option<HeaderValue>,
    method: http::Method,
    url: Url,
    uri: Uri,
    /// The headers that are added inside of the layers.
    credentials: HeaderMap,
    deadline: Instant,
    sends: Mutex<Sends>,
}

impl AttemptMetadata {
    /// Returns the operation: method, route template, version, family, and whether it may be repeated.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.outgoing.operation
    }

    /// Returns the number of attempts of the same call before this one: 0 for the first.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.outgoing.retries
    }

    /// Returns the idempotency key that all attempts of the call share; `None` if the operation takes none.
    #[must_use]
    pub fn idempotency_key(&self) -> Option<&str> {
        self.outgoing.idempotency_key.as_ref()?.to_str().ok()
    }

    /// Splits a message into the request for the layers, with the metadata in its extensions, and the credentials.
    pub(crate) fn split(
        message: reqwest::Request,
        request: &Request,
        retries: u32,
        deadline: Instant,
    ) -> Result<(Self, http::Request<Body>), Error> {
        let url = message.url().clone();
        let mut message = http::Request::<Body>::try_from(message)?;
        let headers = message.headers_mut();
        let is_credential =
            |(name, value): (&http::HeaderName, &HeaderValue)| value.is_sensitive().then(|| name.clone());
        let names: Vec<_> = headers.iter().filter_map(is_credential).collect();
        let credentials =
            names.into_iter().filter_map(|name| headers.remove(&name).map(|value| (name, value))).collect();
        let outgoing = Outgoing {
            operation: request.operation(),
            retries,
            idempotency_key: headers.get(IDEMPOTENCY_KEY).cloned(),
            method: message.method().clone(),
            url,
            uri: message.uri().clone(),
            credentials,
            deadline,
            sends: Mutex::default(),
        };
        let metadata = Self { outgoing: Arc::new(outgoing) };
        message.extensions_mut().insert(metadata.clone());
        Ok((metadata, message))
    }

    /// Joins a request that passed the layers with the credentials.
    pub(crate) fn join(&self, request: http::Request<Body>) -> Result<reqwest::Request, Error> {
        let outgoing = &*self.outgoing;
        let (parts, body) = request.into_parts();
        if parts.method != outgoing.method || parts.uri != outgoing.uri {
            let reason = "a layer changed the method or the URL of the request; use `base_url` for another server";
            return Err(Error::configuration(reason));
        }
        let mut message = reqwest::Request::new(parts.method, outgoing.url.clone());
        *message.headers_mut() = parts.headers;
        message.headers_mut().extend(outgoing.credentials.clone());
        if let Some(key) = &outgoing.idempotency_key {
            message.headers_mut().insert(IDEMPOTENCY_KEY, key.clone());
        }
        *message.body_mut() = Some(body);
        *message.timeout_mut() = Some(outgoing.deadline.saturating_duration_since(Instant::now()));
        Ok(message)
    }

    /// Starts sending the request, and returns its number.
    pub(crate) fn start(&self) -> Result<usize, Error> {
        let may_repeat = match self.operation().idempotency {
            Idempotency::Safe => true,
            Idempotency::WithKey => self.outgoing.idempotency_key.is_some(),
            Idempotency::NotIdempotent | Idempotency::NeverRetry => false,
        };
        self.sends().start(may_repeat).map_err(|refusal| match refusal {
            Refusal::Closed => NotSent::new("the attempt has ended before a layer passed the request on").into(),
            Refusal::Repeated => Error::configuration(
                "a layer repeats a request that may be executed twice; leave retries to the client",
            ),
        })
    }

    pub(crate) fn sends(&self) -> MutexGuard<'_, Sends> {
        self.outgoing.sends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for AttemptMetadata {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AttemptMetadata")
            .field("operation", &format_args!("{}", self.operation()))
            .field("retries", &self.retries())
            .field("idempotency_key", &self.idempotency_key())
            .finish_non_exhaustive()
    }
}
