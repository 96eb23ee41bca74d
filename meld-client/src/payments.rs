//! Payments and payouts, and orders that are carried out once.
//!
//! [`Payments`] authorizes, charges, captures, refunds and pays out; [`PaymentMethods`] puts cards, bank accounts and
//! tokens into requests; [`Ordered`] makes an [`Order`] of any call that moves money, whose key can be stored before it
//! is sent.

mod amount;
mod attempts;
mod binding;
mod built;
mod canonical;
mod charging;
mod fingerprint;
mod methods;
mod order;
mod order_key;
mod refund;

pub use amount::Amount;
#[allow(unused_imports, reason = "no version with crypto need be chosen")]
pub(crate) use built::{Built, built, check_amount};
pub use charging::Payments;
pub use methods::{AchAccountType, PaymentMethods};
pub use order::{Order, OrderOutcome, Ordered};
pub use order_key::OrderKey;
pub use refund::WholeRefund;
