//! The hooks that the helpers are built on, and their implementation for each API version.

use meld_client_core::json::{FromJson, ToJson};
use meld_client_core::serde::Serialize;
use meld_client_core::{Call, Decimal, Error};

use super::eligibility::fields::Requirements;

/// A `crypto` client with headless purchases, and its types for them.
///
/// [`HeadlessOnrampExt`](super::HeadlessOnrampExt) has the methods.
pub trait HeadlessOnrampClient {
    /// The request to order a purchase, such as `v2026_02_03::crypto::types::HeadlessOrderOnrampRequest`.
    type OnrampRequest;
    /// The builder of an order of a purchase.
    type Onramp: Call;
    /// The builder of a request for the requirements.
    type Requirements: Call;
}

/// The operations of a version. An `Err` is returned when the call is sent.
pub trait HeadlessOnramp:
    HeadlessOnrampClient<
        OnrampRequest: OnrampRequest,
        Onramp: Call<Output: FromJson + ToJson + Default>,
        Requirements: Call<Output: Requirements>,
    >
{
    fn onramp_order(&self, request: Result<Self::OnrampRequest, Error>) -> Self::Onramp;

    fn requirements(&self, order: &Self::OnrampRequest) -> Result<Self::Requirements, Error>;
}

/// A `crypto` client with headless payouts, and its types for them.
///
/// [`HeadlessPayoutExt`](super::HeadlessPayoutExt) has the methods.
pub trait HeadlessPayoutClient {
    /// The request to order a payout, such as `v2026_02_03::crypto::types::HeadlessOrderOfframpRequest`.
    type PayoutRequest;
    /// The builder of an order of a payout.
    type Payout: Call;
}

/// The operations of a version. An `Err` is returned when the call is sent.
pub trait HeadlessPayout:
    HeadlessPayoutClient<PayoutRequest: PayoutRequest, Payout: Call<Output: PayoutResponse>>
{
    fn payout_order(&self, request: Result<Self::PayoutRequest, Error>) -> Self::Payout;
}

pub trait OnrampRequest {
    fn fields(&self) -> OnrampFields<'_>;
}

/// The fields of an order that are validated.
#[derive(Clone, Copy, Debug)]
pub struct OnrampFields<'a> {
    pub amount: Decimal,
    /// Meld's id and your id.
    pub customer_ids: (Option<&'a str>, Option<&'a str>),
    pub external_order_id: Option<&'a str>,
    pub has_redirect_url: bool,
    pub method: &'a str,
    pub phone: Option<&'a str>,
}

pub trait PayoutRequest {
    type Method: Serialize;

    fn fields(&self) -> PayoutFields<'_, Self::Method>;
}

/// The fields of an order that are validated.
#[derive(Clone, Copy, Debug)]
pub struct PayoutFields<'a, Method> {
    pub amount: Decimal,
    pub method: &'a Method,
}

pub trait PayoutResponse: Send {
    /// Returns the id of the order and the address of the provider's wallet.
    fn id_and_address(&self) -> (Option<&str>, Option<&str>);
}

for_versions!("crypto", include_hooks, "hooks.rs");

// Headless purchases exist from 2026-02-03 on.
#[cfg(feature = "v2026-02-03")]
mod onramp {
    use super::super::eligibility::agreement::Agreement;
    use super::super::eligibility::fields::{ContactFields, KycFields, RequirementFields};
    use super::super::eligibility::process::Process;
    use super::*;

    include_hooks!(v2026_02_03, "onramp_hooks.rs");
}
