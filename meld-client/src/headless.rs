//! Headless orders: purchases and payouts inside your own app, without a widget.
//!
//! Your backend creates the order, and the API key never reaches the app.
//!
//! - [`HeadlessOnrampExt`] checks the [`Eligibility`] of a customer and orders a purchase by card or Apple Pay. The
//!   response is a [`ClientPayload`] for the app.
//! - [`HeadlessPayoutExt`] orders a sale whose proceeds are paid out. The response has the [`PayoutDeposit`] to send.
//! - [`TransferExt`] transfers crypto from an account that the customer links.
//! - [`CreditExt`] decides which webhook event credits an order.
//!
//! [`customers`](crate::customers) verifies contacts and shares KYC, and
//! [`virtual_accounts`](crate::virtual_accounts) has deposit instructions.

mod client_payload;
#[cfg(feature = "webhooks")]
mod credit;
mod eligibility;
mod ext;
// `versions` includes them.
#[cfg(rustfmt)]
mod hooks;
mod onramp;
#[cfg(rustfmt)]
mod onramp_hooks;
mod payout;
mod payout_outcome;
mod transfer;
mod versions;

pub use client_payload::ClientPayload;
#[cfg(feature = "webhooks")]
pub use credit::{Credit, CreditExt};
pub use eligibility::{
    Agreement, Eligibility, EligibilityExt, NextCall, Process, Readiness, Requirement, RequirementStep, StepState,
    UnmetReason,
};
pub use ext::{HeadlessOnrampExt, HeadlessPayoutExt};
pub use onramp::HeadlessOnrampOrder;
pub use payout::{OrderedPayout, PayoutDeposit, PayoutOrder};
pub use payout_outcome::PayoutOutcome;
pub use transfer::{
    Acted, AuthorizeAccount, CollectSecondFactor, HostedPage, OpenHostedVerification, ReadOrder, SecondFactor,
    SelectSourceAccount, SentTransfer, SourceAccount, Transfer, TransferClient, TransferExt, TransferFailure,
    TransferNextStep, TransferOrderCall, TransferProgress, TransferReturn, TransferState, TransferStep,
    UnlinkAccountOutcome, WaitForProvider,
};
pub use versions::{HeadlessOnrampClient, HeadlessPayoutClient};
