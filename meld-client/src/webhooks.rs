//! Receiving webhooks: verified, read, and followed to what they are about.
//!
//! Meld posts an event to the URL of each webhook profile that asks for it. A [`Verifier`] checks that it comes from
//! Meld and gives a [`Delivery`] with the [`Event`]; [`Payload`] says by its variants what happened; `FetchExt` (with the
//! feature `client`) gives the call that reads it. None of it but the last needs an HTTP client: a program that only
//! receives takes this crate with `default-features = false, features = ["webhooks"]`.
//!
//! ```
//! use meld_client::http::{HeaderMap, StatusCode};
//! use meld_client::webhooks::{Payload, Verifier};
//!
//! fn receive(verifier: &Verifier, headers: &HeaderMap, body: &[u8]) -> StatusCode {
//!     let delivery = match verifier.verify(headers, body) {
//!         Ok(delivery) => delivery,
//!         Err(rejection) => {
//!             eprintln!("webhook refused: {rejection}");
//!             return rejection.status();
//!         }
//!     };
//!     match delivery.event.payload {
//!         Payload::CryptoTransaction(transaction) => println!("{transaction:?}"),
//!         Payload::AccountsUpdated(accounts) => println!("{accounts:?}"),
//!         // There are others, and there will be more: they, too, are answered with 200.
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
//! - Verify the bytes that came. JSON that was read and written again has another signature.
//! - The URL is the one of the profile, letter by letter, whatever the server behind a proxy sees.
//! - Output with 200 within ten seconds, and do the work afterwards. Otherwise the event comes again, for up to three
//!   days.
//! - An event can come twice: remember [`Event::event_id`] and do nothing the second time.
//! - Events can overtake each other: go by what is fetched, not by the event that came last.

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
    AccountsRemoved, AccountsUpdated, AccountsUpdating, AggregatedAccount, AggregationError,
    ConnectionCompleted, ConnectionDeleted, ConnectionNotice, ConnectionStatusChange,
    CustomerActionRequired, RemovedAccount, TransactionsAggregated, UpdatedAccount,
    UpdatingAccount,
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
