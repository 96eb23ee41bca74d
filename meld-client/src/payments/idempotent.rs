//! Requests that are executed at most once.

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use meld_client_core::outcome::{Earlier, Evidence, Execution};

use super::attempts::Attempts;
use super::binding::KEY;
use super::idempotency_key::IdempotencyKey;
use crate::polling::Poll;
use crate::{Call, Error, ErrorKind, Polling, Request, ResponseValue, Transport};

/// Binds a call to an idempotency key, so that it is safe to send repeatedly.
///
/// The key is created before anything is sent. Store it with your own record first. After a crash, a time-out or a
/// broken connection, send the same request with the same key: Meld executes it at most once and replays the first
/// response.
///
/// Implemented for every call. Operations that take no idempotency key are refused.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "payments"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::Decimal;
/// use meld_client::payments::Outcome;
/// use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
/// use meld_client::v2026_02_03::prelude::*;
///
/// let payments = meld.v2026_02_03().payments();
/// let charge = |amount: Decimal| {
///     let method = PaymentMethodInput::meld_payment_token("EdDCdge5ufs6XXRaR7WgF6");
///     method.map(|method| {
///         let request = PaymentTransactionRequest::builder().source_amount(amount);
///         payments.charge(request.source_currency_code("USD").payment_method(method))
///     })
/// };
///
/// let request = charge(Decimal::from(25))?.idempotent()?;
/// let stored = request.key().to_string(); // store it in your database before sending
/// match request.send().await? {
///     Outcome::Completed(response) => println!("executed: {:?}", response.transaction),
///     Outcome::InProgress { .. } | Outcome::Unknown(_) => println!("send it again later"),
/// }
///
/// // After a crash: the same request with the stored key is not executed a second time.
/// let again = charge(Decimal::from(25))?.with_idempotency_key(&stored.parse()?)?;
/// assert!(matches!(again.send().await?, Outcome::Completed(_)));
/// # assert_eq!(sandbox.payments().len(), 1);
///
/// // The key is refused for another request, for which Meld would replay the first response.
/// assert!(charge(Decimal::from(26))?.with_idempotency_key(&stored.parse()?).is_err());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "payments")))]
/// # fn main() {}
/// ```
pub trait IdempotentExt: Call {
    /// Binds the request to a new key, or to the one that was set on the call.
    ///
    /// A key that was set may have been sent before, so a refusal of the first attempt leaves the outcome unknown.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`] if the request is not valid or its operation takes no idempotency key.
    fn idempotent(self) -> Result<IdempotentRequest<Self>, Error> {
        IdempotentRequest::new(self, None)
    }

    /// Binds the request to its stored key.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`] like [`idempotent`](Self::idempotent), and if the key belongs to another
    /// request, environment or account; see [`IdempotencyKey`].
    fn with_idempotency_key(self, key: &IdempotencyKey) -> Result<IdempotentRequest<Self>, Error> {
        IdempotentRequest::new(self, Some(*key))
    }
}

impl<C: Call> IdempotentExt for C {}

/// A write request bound to an idempotency key, safe to send repeatedly. Returned by [`IdempotentExt`].
///
/// Clones share the key and the outcomes of all attempts. The outcome of a cancelled attempt is unknown.
///
/// # Outcomes
///
/// | Result of [`send`](Self::send) | Meaning | What to do |
/// |---|---|---|
/// | [`Ok(Completed)`](Outcome::Completed) | Executed, by this attempt or an earlier one. | Record the response. |
/// | [`Ok(InProgress)`](Outcome::InProgress) | Meld is still executing it (425, or 202). | Send it again after `retry_after`. |
/// | [`Ok(Unknown)`](Outcome::Unknown) | It may have been executed. | Send it again with the same key. Do not create a new request. |
/// | `Err` | Not executed by any attempt so far. | Safe to abandon, or to create a new request. |
///
/// `Err` needs proof. For a first attempt, a refusal such as 400, 401 or 429 is enough. An attempt is open after no
/// response, a 5xx, a cancellation, during a concurrent attempt, and with a key that was stored or set by the caller.
/// Then only a result, or a 400 or 422 whose code refuses the content of the request, settles the outcome. 401, 403,
/// 404, 407, 409, 421, 429 and redirects prove nothing about earlier attempts, nor does a success status whose body is
/// only an error. [`meld_client_core::outcome`] has the whole table.
pub struct IdempotentRequest<C> {
    transport: Transport,
    request: Request,
    key: IdempotencyKey,
    attempts: Attempts,
    call: PhantomData<fn() -> C>,
}

impl<C: Call> IdempotentRequest<C> {
    fn new(call: C, stored: Option<IdempotencyKey>) -> Result<Self, Error> {
        let transport = call.transport().clone();
        let mut request = call.into_request()?;
        transport.add_default_headers(&mut request);
        let operation = request.operation();
        let refuse = |why: &str| Error::invalid(KEY, why).with_operation(operation);
        let own = request.idempotency_key().and_then(|key| key.parse().ok());
        let own = own.ok_or_else(|| refuse("is not taken by this operation"))?;
        let bound = IdempotencyKey::bind(own, &transport, &request)?;
        if let Some(stored) = stored {
            stored.check_binding(&bound).map_err(refuse)?;
        }
        let key = stored.map_or(bound, |stored| bound.with_idempotency_key(stored));
        // A key that was stored, or set by the caller, may have been sent before.
        let may_be_sent = stored.is_some() || request.has_caller_idempotency_key();
        let earlier = if may_be_sent { Earlier::Unknown } else { Earlier::NotExecuted };
        request.header(KEY, Some(&key.idempotency_key()))?;
        let attempts = Attempts::new(earlier, operation.honors_idempotency_key());
        Ok(Self { transport, request, key, attempts, call: PhantomData })
    }

    /// Sends the request, retrying according to the client's [`RetryPolicy`](crate::RetryPolicy), and classifies the
    /// result.
    ///
    /// # Errors
    ///
    /// Returns an error only if no attempt was executed: the request is invalid, or Meld rejected it. See
    /// [Outcomes](Self#outcomes).
    pub fn send(&self) -> impl Future<Output = Result<Outcome<C::Output>, Error>> + Send + use<C> {
        let (transport, request) = (self.transport.clone(), self.request.clone());
        let attempts = self.attempts.clone();
        async move {
            let attempt = attempts.start();
            let operation = request.operation();
            match C::send_request(&transport, request).await {
                Ok(response) => {
                    let evidence = Evidence::of_result(operation, response.status());
                    let execution = attempt.end(evidence, response.earlier_attempts());
                    Ok(Outcome::of_response(response, execution))
                }
                Err(error) => {
                    let execution = attempt.end(Evidence::of_error(&error), error.earlier_attempts());
                    Outcome::of_error(error, execution)
                }
            }
        }
    }

    /// Sends the request until it is completed or the time limit is reached, and returns the last outcome.
    ///
    /// Obeys `Retry-After`. Ends early if sending again cannot help: after a refusal or redirect that leaves an
    /// earlier attempt open, and after an unknown outcome of a refund or capture, because Meld does not document that
    /// these honor the key.
    ///
    /// # Errors
    ///
    /// Returns an error only if no attempt was executed, like [`send`](Self::send).
    pub async fn finish(&self, polling: Polling) -> Result<Outcome<C::Output>, Error> {
        let last = Mutex::new(Outcome::InProgress { retry_after: None });
        let last_seen = &last;
        let done = polling.until(|left| async move {
            let mut limited = self.clone();
            left.limit(limited.request.options_mut());
            let outcome = limited.send().await?;
            let retry_after = match outcome {
                done @ Outcome::Completed(_) => return Ok(Poll::Ready(done)),
                Outcome::Unknown(error) if self.is_retry_useless(&error) => {
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
}

impl<C> IdempotentRequest<C> {
    /// Returns `true` if sending the request again after this error is useless or unsafe.
    fn is_retry_useless(&self, error: &Error) -> bool {
        let is_refused = matches!(error.kind(), ErrorKind::Api(response) if !response.status().is_success())
            && !error.is_retryable();
        is_refused || !self.request.operation().honors_idempotency_key()
    }

    /// Returns the key. Store it before sending the request.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        self.key
    }

    /// Returns the request as it is sent.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }
}

/// Clones are the same request with the same key.
impl<C> Clone for IdempotentRequest<C> {
    fn clone(&self) -> Self {
        Self {
            transport: self.transport.clone(),
            request: self.request.clone(),
            key: self.key,
            attempts: self.attempts.clone(),
            call: PhantomData,
        }
    }
}

/// Prints the key and the operation.
impl<C> fmt::Debug for IdempotentRequest<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IdempotentRequest")
            .field("key", &self.key)
            .field("operation", &self.request.operation().operation_id)
            .finish_non_exhaustive()
    }
}

/// The outcome of an idempotent request that was not refused. Match it exhaustively: there will be no other values.
#[derive(Debug)]
#[must_use]
pub enum Outcome<A> {
    /// Executed, by this attempt or an earlier one. Check the response, in which a provider may have declined it.
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

    fn of_response(response: ResponseValue<A>, execution: Execution) -> Self {
        match execution {
            Execution::Executed => Self::Completed(response),
            Execution::InProgress => Self::InProgress { retry_after: response.retry_after() },
            Execution::Unknown | Execution::NotExecuted => {
                let reason = "the operation does not document a result with this status";
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

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "payments"))]
mod tests;
