//! The hooks that the helpers of this family are built on, and their implementation for each API version.

use meld_client_core::serde::Serialize;
use meld_client_core::serde_json::Value;
use meld_client_core::{Call, Decimal, Error};

/// The `payments` client of an API version, and the types of that version.
///
/// [`PaymentsExt`](super::PaymentsExt) has the methods.
pub trait PaymentsClient {
    /// The request to charge or authorize, such as `v2026_02_03::payments::types::PaymentTransactionRequest`.
    type ChargeRequest;
    /// The builder of a charge or authorization.
    type Charge: Call;
    /// The builder of a capture.
    type Capture: Call;
    /// The builder of a refund.
    type Refund: Call;
    /// The request to pay out, such as `v2026_02_03::payments::types::PayoutTransactionRequest`.
    type PayOutRequest;
    /// The builder of a payout.
    type PayOut: Call;
}

/// The operations of a version. An `Err` is returned when the call is sent.
pub trait Payments: PaymentsClient<ChargeRequest: PaymentRequest, PayOutRequest: PaymentRequest> {
    fn charge_call(&self, request: Result<Self::ChargeRequest, Error>) -> Self::Charge;

    fn without_capture(request: Self::ChargeRequest) -> Self::ChargeRequest;

    /// `None` captures the whole amount.
    fn capture_call(&self, id: String, amount: Result<Option<Decimal>, Error>) -> Self::Capture;

    fn refund_call(&self, id: String, amount: Result<Decimal, Error>) -> Self::Refund;

    fn pay_out_call(&self, request: Result<Self::PayOutRequest, Error>) -> Self::PayOut;
}

pub trait PaymentRequest {
    type Method: Serialize;

    fn fields(&self) -> RequestFields<'_, Self::Method>;
}

/// The fields of a request that are validated.
#[derive(Clone, Copy, Debug)]
pub struct RequestFields<'a, Method> {
    pub amount: Decimal,
    pub has_customer_id: bool,
    pub has_external_customer_id: bool,
    pub has_nonce: bool,
    pub has_provider: bool,
    pub method: Option<&'a Method>,
}

impl<Method> Default for RequestFields<'_, Method> {
    fn default() -> Self {
        Self {
            amount: Decimal::ZERO,
            has_customer_id: false,
            has_external_customer_id: false,
            has_nonce: false,
            has_provider: false,
            method: None,
        }
    }
}

pub trait PaymentMethodInput: Sized {
    fn of_type(kind: &str, details: Value) -> Result<Self, Error>;
}

for_versions!("payments", include_hooks, "hooks.rs");
