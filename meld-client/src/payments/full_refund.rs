//! Refunds of the remaining amount.

use std::collections::BTreeMap;

use meld_client_core::uuid::Uuid;
use meld_client_core::{Call, Error, Operation, Receive, Request, RequestOptions, ResponseValue, Transport};

use crate::call;

/// A refund of the remaining amount of a transaction. Returned by [`PaymentsExt::refund`](super::PaymentsExt::refund).
///
/// Its body has no amount although the spec requires one: by Meld's guides, `{}` is a full refund.
#[must_use = "calls do nothing unless sent"]
pub struct FullRefund<C> {
    refund: C,
    idempotency_key: Option<Uuid>,
    body: BTreeMap<&'static str, String>,
}

impl<C: Call> FullRefund<C> {
    /// Creates a full refund from a refund of any amount.
    pub(super) fn new(refund: C) -> Self {
        Self { refund, idempotency_key: None, body: BTreeMap::new() }
    }

    /// Sets the idempotency key.
    pub fn idempotency_key(self, value: impl Into<Uuid>) -> Self {
        Self { idempotency_key: Some(value.into()), ..self }
    }

    /// Sets the reason for the refund.
    pub fn reason(mut self, value: impl Into<String>) -> Self {
        self.body.insert("reason", value.into());
        self
    }

    /// Sets a description, which may be shown to users.
    pub fn description(mut self, value: impl Into<String>) -> Self {
        self.body.insert("description", value.into());
        self
    }

    /// Returns the request without sending it.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if a value is invalid.
    pub fn into_request(self) -> Result<Request, Error> {
        let mut request = self.refund.into_request()?;
        request.header("X-Idempotency-Key", self.idempotency_key.as_ref())?;
        request.body(&self.body)?;
        Ok(request)
    }

    /// Sends `POST /payments/transactions/{id}/refund`.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is invalid or cannot be sent, or if the response is an error or cannot be
    /// decoded.
    pub async fn send(self) -> Result<ResponseValue<C::Output>, Error> {
        call::send(self).await
    }
}

impl<C: Call> Call for FullRefund<C> {
    type Output = C::Output;

    const OPERATION: &'static Operation = C::OPERATION;

    const RECEIVE: Receive<Self::Output> = C::RECEIVE;

    fn transport(&self) -> &Transport {
        self.refund.transport()
    }

    fn options_mut(&mut self) -> &mut RequestOptions {
        self.refund.options_mut()
    }

    fn into_request(self) -> Result<Request, Error> {
        Self::into_request(self)
    }
}

meld_client_core::opaque!(FullRefund<C>);
