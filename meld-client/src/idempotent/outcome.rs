//! The outcome of a request.

use std::time::Duration;

use meld_client_core::outcome::{Evidence, Execution};
use meld_client_core::{Error, ErrorKind, Operation, ResponseValue};

use super::attempts::Attempt;
use super::result::useless;

/// The outcome of an idempotent request that was not refused. Match it exhaustively: there will be no other values.
#[derive(Debug)]
#[must_use]
pub enum Outcome<A> {
    /// Executed, by this attempt or an earlier one. Check the response, in which a provider may have declined it. It has the
    /// id of the transaction or order.
    Completed(ResponseValue<A>),
    /// Meld is still executing it (425, or 202). Send it again later with the same key.
    InProgress {
        /// The minimum time to wait. `None` if the response has none.
        retry_after: Option<Duration>,
    },
    /// It may have been executed: there was no response, or one that proves nothing about this or an earlier attempt.
    ///
    /// Send it again with the same key, and do not create a new request before the outcome is known. For refunds and
    /// captures, fetch the transaction first, because Meld does not document that these honor the key.
    Unknown(Error),
}

impl<A> Outcome<A> {
    /// Returns the response if the order was executed, and `None` otherwise.
    #[must_use]
    pub fn completed(self) -> Option<ResponseValue<A>> {
        match self {
            Self::Completed(response) => Some(response),
            Self::InProgress { .. } | Self::Unknown(_) => None,
        }
    }

    /// Ends an attempt and classifies its result.
    pub(super) fn of_attempt(
        attempt: Attempt,
        operation: &Operation,
        result: Result<ResponseValue<A>, Error>,
    ) -> Result<Self, Error> {
        match result {
            Ok(response) => {
                let reason = useless(operation, response.bytes());
                let evidence = match Evidence::of_result(operation, response.status()) {
                    Evidence::Executed if reason.is_some() => Evidence::Inconclusive,
                    evidence => evidence,
                };
                let execution = attempt.end(evidence, response.earlier_attempts());
                Ok(Self::of_response(response, execution, reason))
            }
            Err(error) => {
                let execution = attempt.end(Evidence::of_error(&error), error.earlier_attempts());
                Self::of_error(error, execution)
            }
        }
    }

    fn of_response(response: ResponseValue<A>, execution: Execution, reason: Option<String>) -> Self {
        match execution {
            Execution::Executed => Self::Completed(response),
            Execution::InProgress => Self::InProgress { retry_after: response.retry_after() },
            Execution::Unknown | Execution::NotExecuted => {
                let undocumented = || "the operation does not document a result with this status".to_owned();
                let reason = reason.unwrap_or_else(undocumented);
                Self::Unknown(Error::unusable(&response, String::new(), reason))
            }
        }
    }

    fn of_error(error: Error, execution: Execution) -> Result<Self, Error> {
        match execution {
            Execution::NotExecuted => Err(error),
            Execution::InProgress => Ok(Self::InProgress { retry_after: error.retry_after() }),
            Execution::Unknown | Execution::Executed => Ok(Self::Unknown(error)),
        }
    }
}

/// Returns `true` if sending the same request again after this error is useless or unsafe: after a refusal that leaves
/// an earlier attempt open, and for operations that may execute the request twice.
pub(super) fn is_retry_useless(operation: &Operation, error: &Error) -> bool {
    let is_refused =
        matches!(error.kind(), ErrorKind::Api(response) if !response.status().is_success()) && !error.is_retryable();
    is_refused || !operation.honors_idempotency_key()
}
