//! The hooks that the helpers are built on, and their implementation for each API version.

use meld_client_core::{Call, Error};

use crate::payments::PaymentRequest;

/// The `crypto` client of an API version, and its types for virtual accounts.
///
/// [`VirtualAccountsExt`](super::VirtualAccountsExt) has the methods.
pub trait VirtualAccountsClient {
    /// The request to order a purchase, such as `v2026_02_03::crypto::types::VirtualAccountOnrampOrderRequest`.
    type OnrampRequest;
    /// The builder of an order of a purchase.
    type Onramp: Call;
    /// The request to order a sale, such as `v2026_02_03::crypto::types::VirtualAccountOfframpOrderRequest`.
    type OfframpRequest;
    /// The builder of an order of a sale.
    type Offramp: Call;
    /// The builder of a search for transactions.
    type Search: Call;
}

/// The operations of a version. An `Err` is returned when the call is sent.
pub trait VirtualAccounts:
    VirtualAccountsClient<OnrampRequest: PaymentRequest, OfframpRequest: PaymentRequest>
{
    fn onramp_call(&self, request: Result<Self::OnrampRequest, Error>) -> Self::Onramp;

    fn offramp_call(&self, request: Result<Self::OfframpRequest, Error>) -> Self::Offramp;

    fn search_call(&self, order_id: String) -> Self::Search;
}

pub trait ReceivingDetails {
    fn memo_field(&self) -> Option<&str>;
}

/// The `crypto` client of an API version, and its types for deposit instructions.
///
/// [`DepositInstructionsExt`](super::DepositInstructionsExt) has the methods.
#[cfg(feature = "crypto")]
pub trait DepositsClient {
    /// The request, such as `v2026_02_03::crypto::types::VirtualAccountDepositInstructionsRequest`.
    type InstructionsRequest;
    /// The builder of a request for deposit instructions.
    type Instructions: Call;
}

/// The operations of a version. An `Err` is returned when the call is sent.
#[cfg(feature = "crypto")]
pub trait Deposits: DepositsClient<InstructionsRequest: InstructionsRequest> {
    fn instructions_call(&self, request: Result<Self::InstructionsRequest, Error>) -> Self::Instructions;
}

#[cfg(feature = "crypto")]
pub trait InstructionsRequest {
    /// Returns the payment method, and the phone number of the customer.
    fn method_and_phone(&self) -> (&str, Option<&str>);
}

#[cfg(feature = "crypto")]
pub trait DepositDetails {
    /// Returns the reference of a mobile money payment, and the memo of the provider.
    fn references(&self) -> (Option<&str>, Option<&str>);
}

#[cfg(feature = "crypto")]
pub trait OrderedTransaction {
    fn order_field(&self) -> Option<&str>;
}

for_versions!("crypto", include_hooks, "hooks.rs");
