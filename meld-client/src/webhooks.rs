//! Receiving webhooks: verifying deliveries, parsing events, and fetching the resources they are about.
//!
//! Meld posts each event to the URL of every webhook profile that subscribes to its type. [`Verifier`] checks that a
//! request comes from Meld and returns a [`Delivery`] with the [`Event`]. Match on [`Payload`] to see what happened,
//! and use `FetchExt` (feature `client`) to read the current state.
//!
//! Only `FetchExt` needs an HTTP client. To receive webhooks without one, depend on this crate with
//! `default-features = false` and `features = ["webhooks"]`.
//!
//! # Examples
//!
//! ```
//! use meld_client::http::{HeaderMap, StatusCode};
//! use meld_client::webhooks::{Payload, Verifier};
//!
//! fn receive(verifier: &Verifier, headers: &HeaderMap, body: &[u8]) -> StatusCode {
//!     let delivery = match verifier.verify(headers, body) {
//!         Ok(delivery) => delivery,
//!         Err(rejection) => {
//!             eprintln!("webhook rejected: {rejection}");
//!             return rejection.status();
//!         }
//!     };
//!     match delivery.event.payload {
//!         Payload::CryptoTransaction(transaction) => println!("{transaction:?}"),
//!         Payload::AccountsUpdated(accounts) => println!("{accounts:?}"),
//!         // Acknowledge other types as well, including future ones.
//!         _ => {}
//!     }
//!     StatusCode::OK
//! }
//! # let verifier = Verifier::new("secret", "https://example.com/webhooks").unwrap();
//! # let body = br#"{"eventType":"NEW"}"#;
//! # let signer = meld_client::webhooks::Signer::new("secret", "https://example.com/webhooks");
//! # let headers = signer.sign(std::time::SystemTime::now().into(), body);
//! # assert_eq!(receive(&verifier, &headers, body), StatusCode::OK);
//! # assert_eq!(receive(&verifier, &HeaderMap::new(), body), StatusCode::UNAUTHORIZED);
//! ```
//!
//! # Rules
//!
//! - Verify the raw bytes of the body. JSON that was decoded and encoded again has another signature.
//! - Pass the URL exactly as entered in the profile, even if a server behind a proxy sees another one.
//! - Respond with 200 within ten seconds, and process the event afterwards. Otherwise Meld retries for up to three
//!   days.
//! - Events can arrive more than once. Skip an [`Event::event_id`] that you have processed.
//! - Events can arrive out of order. Rely on the fetched state, not on the latest event.

#[cfg(feature = "axum")]
mod axum;
mod bank_linking;
mod event;
mod event_type;
#[cfg(feature = "client")]
mod fetch;
mod kyc;
mod payload;
#[cfg(feature = "client")]
mod profiles;
mod rejection;
mod retry;
mod signature;
#[cfg(test)]
mod tests;
mod transactions;
mod verifier;

#[cfg(feature = "axum")]
pub use self::axum::VerifiedDelivery;
pub use bank_linking::{
    AccountsRemoved, AccountsUpdated, AccountsUpdating, AggregatedAccount, AggregationError, ConnectionCompleted,
    ConnectionDeleted, ConnectionNotice, ConnectionStatusChange, CustomerActionRequired, RemovedAccount,
    TransactionsAggregated, UpdatedAccount, UpdatingAccount,
};
pub use event::{Event, ParseEventError};
pub use event_type::EventType;
#[cfg(feature = "client")]
pub use fetch::FetchExt;
pub use kyc::{KycRecipient, KycStatus, KycStatusChange};
pub use payload::{Payload, UnknownPayload, WebhookTest};
pub use rejection::Rejection;
pub use retry::{Retry, RetryReason};
pub use signature::Signer;
pub use transactions::{CryptoTransaction, FiatTransaction};
pub use verifier::{Delivery, Verifier, VerifierError};
