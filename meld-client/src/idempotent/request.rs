//! Requests that are executed at most once.

use std::fmt;
use std::marker::PhantomData;

use meld_client_core::{Call, Error, Request, Transport};

use super::bound::Bound;
use super::key::IdempotencyKey;
use super::load_error::LoadError;
use super::outcome::Outcome;
use super::store_error::StoreError;
use super::stored::StoredRequest;
use crate::polling::Polling;

/// Binds a call to an idempotency key, so that it is safe to send repeatedly.
///
/// The key is created before anything is sent. Store it with your own record first. After a crash, a timeout or a
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
/// use meld_client::Money;
/// use meld_client::crypto::FiatCurrency;
/// use meld_client::idempotent::Outcome;
/// use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
/// use meld_client::v2026_02_03::prelude::*;
///
/// let payments = meld.v2026_02_03().payments();
/// let charge = |amount: Money| {
///     let method = PaymentMethodInput::meld_payment_token("EdDCdge5ufs6XXRaR7WgF6");
///     method.map(|method| {
///         let request = PaymentTransactionRequest::builder().money(amount);
///         payments.charge(request.payment_method(method))
///     })
/// };
///
/// let usd = FiatCurrency::new("USD")?;
/// let request = charge(Money::new(25, usd.clone()))?.idempotent()?;
/// let stored = request.key().to_string(); // store it in your database before sending
/// match request.send().await? {
///     Outcome::Completed(response) => println!("executed: {:?}", response.transaction),
///     Outcome::InProgress { .. } | Outcome::Unknown(_) => println!("send it again later"),
/// }
///
/// // After a crash: the same request with the stored key is not executed a second time.
/// let again = charge(Money::new(25, usd.clone()))?.with_idempotency_key(&stored.parse()?)?;
/// assert!(matches!(again.send().await?, Outcome::Completed(_)));
/// # assert_eq!(sandbox.payments().len(), 1);
///
/// // The key is refused for another request, for which Meld would replay the first response.
/// assert!(charge(Money::new(26, usd))?.with_idempotency_key(&stored.parse()?).is_err());
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
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the request is not valid or
    /// its operation takes no idempotency key.
    fn idempotent(self) -> Result<IdempotentRequest<Self>, Error> {
        IdempotentRequest::new(self, None)
    }

    /// Binds the request to its stored key.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) like
    /// [`idempotent`](Self::idempotent), and if the key belongs to another request, environment or account; see
    /// [`IdempotencyKey`].
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
/// `Err` needs proof. For a first attempt, a refusal such as 401, 429, or 400 with a code of Meld is enough. An attempt is
/// open after:
///
/// - no response, a 5xx or a redirect
/// - a 4xx such as 403 that is not an error of Meld, for example the page of a proxy
/// - a success status whose body is only an error, or lacks the id of the transaction or order
/// - a cancellation, during a concurrent attempt, and with a key that was stored or set by the caller
///
/// Then only a result, or a 400 or 422 whose code refuses the content of the request, settles the outcome. 401, 403, 404,
/// 407, 409, 421 and 429 prove nothing about earlier attempts. [`meld_client_core::outcome`] has the whole table.
pub struct IdempotentRequest<C> {
    bound: Bound,
    call: PhantomData<fn() -> C>,
}

impl<C: Call> IdempotentRequest<C> {
    fn new(call: C, stored: Option<IdempotencyKey>) -> Result<Self, Error> {
        let transport = call.transport().clone();
        Bound::new(transport, call.into_request()?, stored).map(Self::of)
    }

    fn of(bound: Bound) -> Self {
        Self { bound, call: PhantomData }
    }

    /// Loads a stored request. It sends the same bytes and headers as before, with the same key.
    ///
    /// It may have been sent before, so a refusal of the first attempt leaves the outcome unknown. The stored request
    /// is unchanged, so that an error loses nothing.
    ///
    /// # Errors
    ///
    /// Returns [`LoadError`] if:
    ///
    /// - the format is not known, or the stored request is damaged
    /// - it is a request of another operation
    /// - `transport` has another environment or account than the request
    pub fn load(transport: &Transport, stored: &StoredRequest) -> Result<Self, LoadError> {
        Bound::load_as(C::OPERATION, transport, stored).map(Self::of)
    }

    /// Sends the request, retrying according to the client's [`RetryPolicy`](crate::RetryPolicy), and classifies the
    /// result.
    ///
    /// # Errors
    ///
    /// Returns an error only if no attempt was executed: the request is invalid, or Meld rejected it. See
    /// [Outcomes](Self#outcomes).
    pub fn send(&self) -> impl Future<Output = Result<Outcome<C::Output>, Error>> + Send + use<C> {
        send::<C>(self.bound.clone())
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
        self.bound.finish(polling, send::<C>).await
    }
}

async fn send<C: Call>(bound: Bound) -> Result<Outcome<C::Output>, Error> {
    let Bound { transport, request, attempts, .. } = bound;
    let attempt = attempts.start();
    let operation = request.operation();
    let result = C::send_request(&transport, request).await;
    Outcome::of_attempt(attempt, operation, result)
}

impl<C> IdempotentRequest<C> {
    /// Returns the key. Store it before sending the request.
    #[must_use]
    pub fn key(&self) -> IdempotencyKey {
        self.bound.key
    }

    /// Returns the request as it is sent.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.bound.request
    }

    /// Returns the whole request as plain data, without values that are redacted elsewhere.
    ///
    /// Headers that the client adds by itself, such as its API key and its passthrough credentials, are not part of it.
    /// The client that loads it adds them again.
    ///
    /// # Errors
    ///
    /// Returns [`StoreError::Redacted`] if a field or parameter is a credential, a card or account number, or personal
    /// data. It names them; use [`store_with_secrets`](Self::store_with_secrets) to store them. Returns
    /// [`StoreError::NotStorable`] if the request has files.
    pub fn store(&self) -> Result<StoredRequest, StoreError> {
        self.bound.store(false)
    }

    /// Returns the whole request as plain data, with card and account numbers, credentials and personal data in clear.
    ///
    /// Encrypt it at rest, and delete it when the request is settled.
    ///
    /// # Errors
    ///
    /// Returns [`StoreError::NotStorable`] if the request has files.
    pub fn store_with_secrets(&self) -> Result<StoredRequest, StoreError> {
        self.bound.store(true)
    }

    pub(super) fn into_bound(self) -> Bound {
        self.bound
    }
}

/// Clones are the same request with the same key.
impl<C> Clone for IdempotentRequest<C> {
    fn clone(&self) -> Self {
        Self { bound: self.bound.clone(), call: PhantomData }
    }
}

/// Prints the key and the operation.
impl<C> fmt::Debug for IdempotentRequest<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bound.debug("IdempotentRequest", formatter)
    }
}

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "payments"))]
mod tests;
