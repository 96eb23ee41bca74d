//! Requests that are executed at most once: idempotency keys, outcomes, and stored requests.
//!
//! [`IdempotentExt`] binds a call to an idempotency key, so that it is safe to send repeatedly. There are two ways to
//! survive a crash:
//!
//! - Store the [`IdempotencyKey`] with your own record, and build the same request again.
//! - Store the whole request as a [`StoredRequest`], and load it. `Outbox` (module `outbox`) does so.
//!
//! # Stored requests
//!
//! ```
//! # #[cfg(all(feature = "v2026-02-03", feature = "payments"))]
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = meld_sandbox::Sandbox::start().await?;
//! # let meld = meld_client::Meld::builder();
//! # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
//! use meld_client::Money;
//! use meld_client::crypto::FiatCurrency;
//! use meld_client::idempotent::{IdempotentRequest, Outcome, StoredRequest, UntypedRequest};
//! use meld_client::serde_json;
//! use meld_client::v2026_02_03::payments::builder::CreateTransaction;
//! use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
//! use meld_client::v2026_02_03::prelude::*;
//!
//! let method = PaymentMethodInput::meld_payment_token("EdDCdge5ufs6XXRaR7WgF6")?;
//! let charge = PaymentTransactionRequest::builder().money(Money::new(25, FiatCurrency::new("USD")?));
//! let request = meld.v2026_02_03().payments().charge(charge.payment_method(method)).idempotent()?;
//!
//! // The payment token is a credential, which is stored only if you say so.
//! let error = request.store().unwrap_err();
//! assert_eq!(error.redacted_fields(), ["paymentMethod.details.meldPaymentToken"]);
//! let row = serde_json::to_string(&request.store_with_secrets()?)?;
//! request.send().await?;
//!
//! // After a crash, with the type of the call:
//! let stored: StoredRequest = serde_json::from_str(&row)?;
//! let again = IdempotentRequest::<CreateTransaction>::load(meld.transport(), &stored)?;
//! assert!(matches!(again.send().await?, Outcome::Completed(_)));
//!
//! // Or without it:
//! let again = UntypedRequest::load(meld.transport(), &stored)?;
//! let Outcome::Completed(response) = again.send().await? else { panic!("not executed") };
//! assert!(response.value()["transaction"]["id"].is_string());
//! # assert_eq!(sandbox.payments().len(), 1);
//! # Ok(())
//! # }
//! # #[cfg(not(all(feature = "v2026-02-03", feature = "payments")))]
//! # fn main() {}
//! ```

mod attempts;
mod binding;
mod bound;
mod canonical_json;
mod entry;
mod fingerprint;
mod key;
mod load_error;
mod outcome;
mod request;
mod response;
mod result;
mod store_error;
mod stored;
mod untyped;

pub(crate) use attempts::History;
pub use key::IdempotencyKey;
pub use load_error::LoadError;
pub use outcome::Outcome;
pub use request::{IdempotentExt, IdempotentRequest};
pub use response::JsonResponse;
pub use store_error::StoreError;
pub use stored::StoredRequest;
pub use untyped::UntypedRequest;
