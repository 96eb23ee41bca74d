//! Payments and payouts.
//!
//! - [`PaymentsExt`] authorizes, charges, captures, refunds and pays out.
//! - [`MoneyExt`](crate::MoneyExt) sets the amount of a charge or payout together with its currency.
//! - [`PaymentMethodInputExt`] creates payment methods from cards, bank accounts and tokens.
//! - [`IdempotentExt`] binds a request that moves money to an idempotency key, which you store before sending; see
//!   [`idempotent`](crate::idempotent).

#[cfg(any(feature = "bank_linking", feature = "crypto", feature = "customer", feature = "payments"))]
mod checked_body;
mod ext;
mod full_refund;
// `versions` includes it.
#[cfg(rustfmt)]
mod hooks;
mod payment_method;
mod validate;
mod versions;

#[cfg(any(feature = "bank_linking", feature = "crypto", feature = "customer", feature = "payments"))]
pub(crate) use checked_body::{CheckedBody, checked_body};
pub use ext::PaymentsExt;
pub use full_refund::FullRefund;
pub use payment_method::{AchAccountType, PaymentMethodInputExt};
pub(crate) use validate::{check_amount, check_request};
pub(crate) use versions::PaymentRequest;
pub use versions::PaymentsClient;
#[cfg(feature = "crypto")]
pub(crate) use versions::RequestFields;

#[cfg(feature = "idempotent")]
pub use crate::idempotent::{IdempotencyKey, IdempotentExt, IdempotentRequest, Outcome};
