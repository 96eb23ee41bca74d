//! Idempotent requests of any operation.

use std::fmt;

use meld_client_core::{Error, Request, Transport};

use super::attempts::History;
use super::bound::Bound;
use super::key::IdempotencyKey;
use super::load_error::LoadError;
use super::outcome::Outcome;
use super::request::IdempotentRequest;
use super::response::JsonResponse;
use super::store_error::StoreError;
use super::stored::StoredRequest;
use crate::polling::Polling;

/// An idempotent request of any operation, whose response is JSON.
///
/// Use it for code that sends stored requests without knowing their operations. All rules of
/// [`IdempotentRequest`] apply. Responses are compared with their requests as those of typed calls are.
///
/// The [module docs](super) have an example.
#[derive(Clone)]
pub struct UntypedRequest {
    bound: Bound,
}

impl UntypedRequest {
    /// Loads a stored request of any operation that the enabled API versions and families have.
    ///
    /// It sends the same bytes and headers as before, with the same key. It may have been sent before, so a refusal of
    /// the first attempt leaves the outcome unknown.
    ///
    /// # Errors
    ///
    /// Returns [`LoadError`] if:
    ///
    /// - the format or the operation is not known, or the stored request is damaged
    /// - `transport` has another environment or account than the request
    pub fn load(transport: &Transport, stored: &StoredRequest) -> Result<Self, LoadError> {
        Self::load_with(transport, stored, History::Unknown)
    }

    /// Loads a stored request of which is known whether it was sent.
    pub(crate) fn load_with(
        transport: &Transport,
        stored: &StoredRequest,
        history: History,
    ) -> Result<Self, LoadError> {
        Bound::load_any(transport, stored, history).map(|bound| Self { bound })
    }

    /// Sends the request like [`IdempotentRequest::send`].
    ///
    /// # Errors
    ///
    /// Returns an error only if no attempt was executed: the request is invalid, or Meld rejected it.
    pub fn send(&self) -> impl Future<Output = Result<Outcome<JsonResponse>, Error>> + Send + use<> {
        send(self.bound.clone())
    }

    /// Sends the request until it is completed or the time limit is reached, like [`IdempotentRequest::finish`].
    ///
    /// # Errors
    ///
    /// Returns an error only if no attempt was executed, like [`send`](Self::send).
    pub async fn finish(&self, polling: Polling) -> Result<Outcome<JsonResponse>, Error> {
        self.bound.finish(polling, send).await
    }

    /// Returns the key.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        self.bound.key
    }

    /// Returns the request as it is sent.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.bound.request
    }

    /// Returns the request, to change its options.
    pub(crate) fn request_mut(&mut self) -> &mut Request {
        &mut self.bound.request
    }

    /// Returns the whole request as plain data, like [`IdempotentRequest::store`].
    ///
    /// # Errors
    ///
    /// Returns [`StoreError`] if the request has redacted values or files.
    pub fn store(&self) -> Result<StoredRequest, StoreError> {
        self.bound.store(false)
    }

    /// Returns the whole request as plain data, like [`IdempotentRequest::store_with_secrets`].
    ///
    /// # Errors
    ///
    /// Returns [`StoreError`] if the request has files.
    pub fn store_with_secrets(&self) -> Result<StoredRequest, StoreError> {
        self.bound.store(true)
    }
}

async fn send(bound: Bound) -> Result<Outcome<JsonResponse>, Error> {
    let Bound { transport, request, attempts, .. } = bound;
    let attempt = attempts.start();
    let operation = request.operation();
    let result = transport.send(request).await;
    Outcome::of_attempt(attempt, operation, result)
}

/// The same request with the same key and attempts.
impl<C> From<IdempotentRequest<C>> for UntypedRequest {
    fn from(request: IdempotentRequest<C>) -> Self {
        Self { bound: request.into_bound() }
    }
}

/// Prints the key and the operation.
impl fmt::Debug for UntypedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bound.debug("UntypedRequest", formatter)
    }
}
