// Compiled once for each API version, which is `api`; see `include_hooks!`.

use super::*;
use crate::payments::CheckedBody;
use api::payments::{Client, builder, types};

impl PaymentsClient for Client {
    type ChargeRequest = types::PaymentTransactionRequest;
    type Charge = builder::CreateTransaction;
    type Capture = builder::CaptureTransaction;
    type Refund = builder::RefundTransaction;
    type PayOutRequest = types::PayoutTransactionRequest;
    type PayOut = builder::CreatePayout;
}

impl Payments for Client {
    fn charge_call(&self, request: Result<Self::ChargeRequest, Error>) -> Self::Charge {
        self.create_transaction().body(CheckedBody(request))
    }

    fn without_capture(mut request: Self::ChargeRequest) -> Self::ChargeRequest {
        request.capture = Some(false);
        request
    }

    fn capture_call(&self, id: String, amount: Result<Option<Decimal>, Error>) -> Self::Capture {
        let request = amount.and_then(|amount| match amount {
            Some(amount) => types::PaymentCaptureRequest::builder().source_amount(amount).build(),
            None => types::PaymentCaptureRequest::builder().build(),
        });
        self.capture_transaction().id(id).body(CheckedBody(request))
    }

    fn refund_call(&self, id: String, amount: Result<Decimal, Error>) -> Self::Refund {
        let request = amount.and_then(|amount| types::PaymentRefundRequest::builder().source_amount(amount).build());
        self.refund_transaction().id(id).body(CheckedBody(request))
    }

    fn pay_out_call(&self, request: Result<Self::PayOutRequest, Error>) -> Self::PayOut {
        self.create_payout().body(CheckedBody(request))
    }
}

impl PaymentRequest for types::PaymentTransactionRequest {
    type Method = types::PaymentMethodInput;

    fn fields(&self) -> RequestFields<'_, Self::Method> {
        RequestFields {
            amount: self.source_amount,
            has_customer_id: self.customer_id.is_some(),
            has_external_customer_id: self.external_customer_id.is_some(),
            has_nonce: self.nonce.is_some(),
            has_provider: self.service_provider.is_some(),
            method: self.payment_method.as_ref(),
        }
    }
}

impl PaymentRequest for types::PayoutTransactionRequest {
    type Method = types::PaymentMethodInput;

    fn fields(&self) -> RequestFields<'_, Self::Method> {
        RequestFields {
            amount: self.source_amount,
            has_customer_id: self.customer_id.is_some(),
            has_external_customer_id: self.external_customer_id.is_some(),
            method: self.payment_method.as_ref(),
            ..RequestFields::default()
        }
    }
}

impl PaymentMethodInput for types::PaymentMethodInput {
    fn of_type(kind: &str, details: Value) -> Result<Self, Error> {
        Self::builder().type_(kind).details(details).build()
    }
}

crate::payments::checked_body!(
    types::PaymentTransactionRequest,
    types::PaymentCaptureRequest,
    types::PaymentRefundRequest,
    types::PayoutTransactionRequest,
);
