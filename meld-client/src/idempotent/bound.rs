//! A request bound to its key, without the type of its response.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use meld_client_core::http::HeaderName;
use meld_client_core::{Error, Operation, Request, Transport};

use super::attempts::{Attempts, History};
use super::binding::{KEY, Mismatch};
use super::entry::Entry;
use super::key::IdempotencyKey;
use super::load_error::LoadError;
use super::outcome::{Outcome, is_retry_useless};
use super::store_error::StoreError;
use super::stored::StoredRequest;
use crate::operations::operations;
use crate::polling::{Poll, Polling};

/// A request bound to its key. Clones share the outcomes of all attempts.
#[derive(Clone)]
pub(super) struct Bound {
    pub(super) transport: Transport,
    pub(super) request: Request,
    pub(super) key: IdempotencyKey,
    pub(super) attempts: Attempts,
    /// The headers that the transport added, which are not stored.
    added: Vec<HeaderName>,
}

impl Bound {
    /// Binds a request to its own key, or to a stored one.
    pub(super) fn new(transport: Transport, request: Request, stored: Option<IdempotencyKey>) -> Result<Self, Error> {
        // A key that was stored, or set by the caller, may have been sent before.
        let may_be_sent = stored.is_some() || request.has_caller_idempotency_key();
        let history = if may_be_sent { History::Unknown } else { History::Unsent };
        let operation = request.operation();
        Self::bind(transport, request, stored, history).map_err(|error| match error {
            BindError::Mismatch(mismatch) => Error::invalid(KEY, mismatch.reason()).with_operation(operation),
            BindError::Invalid(error) => error,
        })
    }

    /// Loads a request of this operation.
    pub(super) fn load_as(
        operation: &'static Operation,
        transport: &Transport,
        stored: &StoredRequest,
    ) -> Result<Self, LoadError> {
        let entry = stored.entry()?;
        if !entry.is_of(operation) {
            return Err(LoadError::OtherOperation { expected: operation, found: entry.operation_name() });
        }
        Self::of_entry(transport, entry, operation, History::Unknown)
    }

    /// Loads a request of any operation of the enabled versions and families.
    pub(super) fn load_any(transport: &Transport, stored: &StoredRequest, history: History) -> Result<Self, LoadError> {
        let entry = stored.entry()?;
        let operation = operations().find(|operation| entry.is_of(operation));
        let unknown = || LoadError::UnknownOperation { operation: entry.operation_name() };
        Self::of_entry(transport, entry, operation.ok_or_else(unknown)?, history)
    }

    fn of_entry(
        transport: &Transport,
        entry: &Entry,
        operation: &'static Operation,
        history: History,
    ) -> Result<Self, LoadError> {
        let key = entry.key()?;
        let request = entry.request(operation)?;
        Self::bind(transport.clone(), request, Some(key), history).map_err(|error| match error {
            BindError::Mismatch(mismatch) => LoadError::of_mismatch(mismatch),
            BindError::Invalid(error) => LoadError::Damaged { reason: error.to_string() },
        })
    }

    fn bind(
        transport: Transport,
        mut request: Request,
        stored: Option<IdempotencyKey>,
        history: History,
    ) -> Result<Self, BindError> {
        request.add_option_headers();
        let own: Vec<HeaderName> = request.headers().keys().cloned().collect();
        transport.add_default_headers(&mut request);
        let added = request.headers().keys().filter(|name| !own.contains(name)).cloned().collect();
        let operation = request.operation();
        let key = request.idempotency_key().and_then(|key| key.parse().ok());
        let key =
            key.ok_or_else(|| Error::invalid(KEY, "is not accepted by this operation").with_operation(operation))?;
        let bound = IdempotencyKey::bind(key, &transport, &request)?;
        if let Some(stored) = stored {
            stored.check_binding(&bound).map_err(BindError::Mismatch)?;
        }
        let key = stored.map_or(bound, |stored| bound.with_idempotency_key(stored));
        request.header(KEY, Some(&key.idempotency_key()))?;
        let attempts = Attempts::new(history, operation.honors_idempotency_key());
        Ok(Self { transport, request, key, attempts, added })
    }

    /// Returns the request as plain data.
    pub(super) fn store(&self, with_secrets: bool) -> Result<StoredRequest, StoreError> {
        let is_added = |field: &String| self.added.iter().any(|name| name.as_str() == field);
        let redacted: Vec<String> = self.request.redacted_fields().into_iter().filter(|it| !is_added(it)).collect();
        if !with_secrets && !redacted.is_empty() {
            return Err(StoreError::Redacted { fields: redacted });
        }
        let mut parts =
            self.request.to_parts().map_err(|error| StoreError::NotStorable { reason: error.to_string() })?;
        parts.headers.retain(|(name, _)| !self.added.contains(name));
        let sent = self.attempts.has_started();
        let entry = Entry::new(self.request.operation(), parts, &self.key, sent);
        entry.map(StoredRequest::of_entry)
    }

    /// Sends the request by `send` until it is completed, or until sending it again cannot help.
    pub(super) async fn finish<T, Sending>(
        &self,
        polling: Polling,
        send: impl Fn(Self) -> Sending,
    ) -> Result<Outcome<T>, Error>
    where
        Sending: Future<Output = Result<Outcome<T>, Error>>,
    {
        let last = Mutex::new(Outcome::InProgress { retry_after: None });
        let (last_seen, send) = (&last, &send);
        let operation = self.request.operation();
        let done = polling.until(|left| async move {
            let mut limited = self.clone();
            left.limit(limited.request.options_mut());
            let outcome = send(limited).await?;
            let retry_after = match outcome {
                done @ Outcome::Completed(_) => return Ok(Poll::Ready(done)),
                Outcome::Unknown(error) if is_retry_useless(operation, &error) => {
                    return Ok(Poll::Ready(Outcome::Unknown(error)));
                }
                Outcome::InProgress { retry_after } => retry_after,
                Outcome::Unknown(ref error) => error.retry_after(),
            };
            *last_seen.lock().unwrap_or_else(PoisonError::into_inner) = outcome;
            Ok(Poll::Pending { retry_after })
        });
        let done = done.await?;
        Ok(done.unwrap_or(last.into_inner().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Prints the key and the operation.
    pub(super) fn debug(&self, name: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct(name)
            .field("key", &self.key)
            .field("operation", &self.request.operation().operation_id)
            .finish_non_exhaustive()
    }
}

/// The reason why a request and a key do not belong together.
enum BindError {
    Mismatch(Mismatch),
    Invalid(Error),
}

impl From<Error> for BindError {
    fn from(error: Error) -> Self {
        Self::Invalid(error)
    }
}
