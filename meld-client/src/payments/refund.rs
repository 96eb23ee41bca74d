//! Refunds of the whole amount.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::uuid::Uuid;
use crate::{Call, Error, Request, ResponseValue, RetryPolicy, Transport};

/// A refund of all that is left of a transaction: what [`Payments::refund`](super::PaymentsExt::refund) gives.
///
/// Its body has no amount, not even if the document requires one: by Meld's guides `{}` is a refund of the whole.
#[must_use = "nothing is sent before `send`"]
pub struct FullRefund<C> {
    refund: C,
    idempotency_key: Option<Uuid>,
    body: BTreeMap<&'static str, String>,
}

impl<C: Call> FullRefund<C> {
    /// Makes it of a refund of some amount.
    pub(super) fn new(refund: C) -> Self {
        Self { refund, idempotency_key: None, body: BTreeMap::new() }
    }

    /// Idempotency key, a UUID.
    pub fn idempotency_key(mut self, value: impl Into<Uuid>) -> Self {
        self.idempotency_key = Some(value.into());
        self
    }

    /// Why it is refunded.
    pub fn reason(mut self, value: impl Into<String>) -> Self {
        self.body.insert("reason", value.into());
        self
    }

    /// Free text, fit to be shown to users.
    pub fn description(mut self, value: impl Into<String>) -> Self {
        self.body.insert("description", value.into());
        self
    }

    /// The request, without sending it.
    ///
    /// # Errors
    /// When a value cannot be sent; the error names it.
    pub fn into_request(self) -> Result<Request, Error> {
        let mut request = self.refund.into_request()?;
        request.header("X-Idempotency-Key", self.idempotency_key.as_ref())?;
        request.body(&self.body)?;
        Ok(request)
    }

    /// Sends `POST /payments/transactions/{id}/refund`.
    ///
    /// # Errors
    /// When the request cannot be made or sent, the service responds with an error, or its response cannot be read.
    pub async fn send(self) -> Result<ResponseValue<C::Output>, Error> {
        let transport = self.transport().clone();
        C::send_request(&transport, self.into_request()?).await
    }
}

impl<C: Call> Call for FullRefund<C> {
    type Output = C::Output;

    fn transport(&self) -> &Transport {
        self.refund.transport()
    }

    fn into_request(self) -> Result<Request, Error> {
        Self::into_request(self)
    }

    fn send_request(
        transport: &Transport,
        request: Request,
    ) -> impl Future<Output = Result<ResponseValue<C::Output>, Error>> + Send {
        C::send_request(transport, request)
    }

    fn with_timeout(self, timeout: Duration) -> Self {
        Self { refund: self.refund.with_timeout(timeout), ..self }
    }

    fn with_retry_policy(self, policy: RetryPolicy) -> Self {
        Self { refund: self.refund.with_retry_policy(policy), ..self }
    }
}

impl<C> fmt::Debug for FullRefund<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("FullRefund").finish_non_exhaustive()
    }
}
