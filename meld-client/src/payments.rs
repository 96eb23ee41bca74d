//! Payments and payouts, and orders that are carried out once.
//!
//! [`PaymentsExt`] authorizes, charges, captures, refunds and pays out; [`PaymentMethodInputExt`] puts cards, bank accounts and
//! tokens into requests; [`IdempotentExt`] makes an [`IdempotentRequest`] of any call that moves money, whose key can be stored before it
//! is sent.

mod amount;
mod attempts;
mod binding;
mod built;
mod canonical;
mod charging;
mod fingerprint;
mod idempotency_key;
mod idempotent;
mod methods;
mod refund;

pub use amount::Amount;
#[allow(unused_imports, reason = "no version with crypto need be chosen")]
pub(crate) use built::{Built, built, check_amount};
pub use charging::PaymentsExt;
pub use idempotency_key::IdempotencyKey;
pub use idempotent::{IdempotentExt, IdempotentRequest, Outcome};
pub use methods::{AchAccountType, PaymentMethodInputExt};
pub use refund::FullRefund;
