//! Verifying deliveries.

use std::fmt;
use std::time::{Duration, SystemTime};

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::http::{HeaderMap, Request};
use meld_client_core::{ExposeSecret, SecretString};

use super::signature::{self, SIGNATURE, TIMESTAMP};
use super::{Event, Rejection, Retry};

/// The default of [`Verifier::tolerance`].
const TOLERANCE: Duration = Duration::from_secs(300);

/// Verifies that deliveries come from Meld, and parses their events.
///
/// A verifier needs the secret that Meld returned when the webhook profile was created, and the URL of the profile
/// exactly as entered. Behind a proxy or gateway, a server often sees another URL.
///
/// # Examples
///
/// ```
/// # use meld_client::webhooks::Signer;
/// use meld_client::webhooks::{Payload, Verifier};
///
/// let verifier = Verifier::new("the secret of the profile", "https://example.com/webhooks")?;
/// # let body = br#"{"eventType":"TRANSACTION_CRYPTO_COMPLETE","eventId":"1",
/// #     "payload":{"paymentTransactionId":"2","paymentTransactionStatus":"SETTLED"}}"#;
/// # let signer = Signer::new("the secret of the profile", "https://example.com/webhooks");
/// # let headers = signer.sign(std::time::SystemTime::now().into(), body);
/// // The headers and the raw bytes of the body.
/// let delivery = verifier.verify(&headers, body)?;
/// if let Payload::CryptoTransaction(transaction) = &delivery.event.payload {
///     println!("{:?} is {:?}", transaction.payment_transaction_id, delivery.event.event_type);
/// }
/// # assert!(matches!(delivery.event.payload, Payload::CryptoTransaction(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    secrets: Vec<SecretString>,
    url: String,
    tolerance: Option<Duration>,
    strict_decoding: bool,
}

impl Verifier {
    /// Creates a verifier for the secret and URL of a webhook profile.
    ///
    /// # Errors
    ///
    /// Returns [`VerifierError`] if the verifier would reject every delivery:
    ///
    /// - The secret or the URL is empty, such as from an environment variable that is not set.
    /// - The secret begins or ends with whitespace, such as the line break at the end of a file.
    /// - The URL has whitespace, or does not begin with `https://` or `http://`.
    pub fn new(secret: impl Into<SecretString>, url: impl Into<String>) -> Result<Self, VerifierError> {
        let url = url.into();
        if url.trim().is_empty() {
            return Err(VerifierError::EmptyUrl);
        }
        if url.contains(char::is_whitespace) || !["https://", "http://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(VerifierError::InvalidUrl);
        }
        let tolerance = Some(TOLERANCE);
        Self { secrets: Vec::new(), url, tolerance, strict_decoding: false }.add_secret(secret)
    }

    /// Accepts another secret as well, while one profile replaces another at the same URL.
    ///
    /// # Errors
    ///
    /// Returns [`VerifierError`] if the secret is empty or has whitespace around it.
    pub fn add_secret(mut self, secret: impl Into<SecretString>) -> Result<Self, VerifierError> {
        let secret = secret.into();
        // Anybody can sign with an empty secret.
        let trimmed = secret.expose_secret().trim();
        if trimmed.is_empty() {
            return Err(VerifierError::EmptySecret);
        }
        if trimmed.len() != secret.expose_secret().len() {
            return Err(VerifierError::SpaceAroundSecret);
        }
        self.secrets.push(secret);
        Ok(self)
    }

    /// Sets how far the time of signing may differ from the current time, in either direction. The default is 5
    /// minutes.
    ///
    /// Meld signs every retry again, so retried deliveries are not too old.
    #[must_use]
    pub fn tolerance(self, tolerance: Duration) -> Self {
        Self { tolerance: Some(tolerance), ..self }
    }

    /// Accepts deliveries of any age, even with a timestamp that cannot be parsed. Use this for stored deliveries.
    ///
    /// This allows replay attacks: skip events whose [`Event::event_id`] you have processed.
    #[must_use]
    pub fn allow_any_age(self) -> Self {
        Self { tolerance: None, ..self }
    }

    /// Rejects events with fields that cannot be decoded. The default is `false`: such fields are dropped and reported.
    ///
    /// Use this in tests only. In production it rejects events after harmless changes by Meld.
    #[must_use]
    pub fn strict_decoding(self, strict: bool) -> Self {
        Self { strict_decoding: strict, ..self }
    }

    /// Verifies a delivery and parses its event.
    ///
    /// `body` is the raw body. JSON that was decoded and encoded again has another signature.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection`] if the signature or its age is not acceptable, or if the body is not an event. Respond
    /// with [`Rejection::status`].
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery, Rejection> {
        self.verify_at(headers, body, SystemTime::now().into())
    }

    /// Verifies a request of the `http` crate like [`verify`](Self::verify). Ignores the URL of the request.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection`] under the conditions of [`verify`](Self::verify).
    pub fn verify_request<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Result<Delivery, Rejection> {
        self.verify(request.headers(), request.body().as_ref())
    }

    /// Verifies a delivery like [`verify`](Self::verify), but as of another time. Use this in tests, and for deliveries
    /// that were stored with their time of arrival.
    ///
    /// # Errors
    ///
    /// Returns [`Rejection`] under the conditions of [`verify`](Self::verify).
    pub fn verify_at(&self, headers: &HeaderMap, body: &[u8], now: DateTime<Utc>) -> Result<Delivery, Rejection> {
        let signed_at = self.verify_signature(headers, body, now)?;
        let parse = if self.strict_decoding { Event::parse_strict } else { Event::parse };
        Ok(Delivery { event: parse(body)?, retry: Retry::from_headers(headers), signed_at })
    }

    /// Verifies the signature, then its age, because an unsigned timestamp proves nothing. Returns the time of signing.
    fn verify_signature(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Rejection> {
        let signature = header(headers, SIGNATURE, "Meld-Signature")?;
        let timestamp = header(headers, TIMESTAMP, "Meld-Signature-Timestamp")?;
        let signature = signature::decode(signature).map_err(Rejection::MalformedSignature)?;
        if !signature::is_timestamp(timestamp) {
            return Err(Rejection::MalformedTimestamp);
        }
        // Tries all secrets, so that the duration does not reveal the one that matches.
        let is_valid = self.secrets.iter().fold(false, |is_valid, secret| {
            is_valid | signature::is_valid(secret, timestamp, &self.url, body, &signature)
        });
        if !is_valid {
            return Err(Rejection::WrongSignature);
        }
        let signed_at = signature::parse_timestamp(timestamp);
        self.check_age(signed_at, now)?;
        Ok(signed_at)
    }

    fn check_age(&self, at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), Rejection> {
        let Some(tolerance) = self.tolerance else { return Ok(()) };
        let age = now - at.ok_or(Rejection::MalformedTimestamp)?;
        match (age.to_std(), (-age).to_std()) {
            (Ok(age), _) if age > tolerance => Err(Rejection::TooOld { age, tolerance }),
            (_, Ok(ahead)) if ahead > tolerance => Err(Rejection::InTheFuture { ahead, tolerance }),
            _ => Ok(()),
        }
    }
}

/// The error of creating a [`Verifier`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifierError {
    /// The secret is empty or blank, so that anybody could sign with it.
    EmptySecret,
    /// The URL is empty or blank, so that no signature would match.
    EmptyUrl,
    /// The secret begins or ends with whitespace, such as the line break at the end of a file.
    SpaceAroundSecret,
    /// The URL has whitespace or does not begin with `https://` or `http://`.
    InvalidUrl,
}

impl fmt::Display for VerifierError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::EmptySecret => "the secret of the webhook verifier is empty; pass the secret of the profile",
            Self::EmptyUrl => "the URL of the webhook verifier is empty; pass the URL of the profile",
            Self::SpaceAroundSecret => {
                "the secret of the webhook verifier has whitespace around it, such as the line break of a file; trim it"
            }
            Self::InvalidUrl => {
                "the URL of the webhook verifier must begin with `https://` or `http://` and have no whitespace; pass the \
                 URL of the profile"
            }
        })
    }
}

impl std::error::Error for VerifierError {}

/// Omits the secrets.
impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Verifier")
            .field("url", &signature::redacted(&self.url))
            .field("secrets", &self.secrets.len())
            .field("tolerance", &self.tolerance)
            .field("strict_decoding", &self.strict_decoding)
            .finish()
    }
}

/// Returns the value of a header. `display_name` is its name in error messages.
fn header<'h>(headers: &'h HeaderMap, name: &str, display_name: &'static str) -> Result<&'h str, Rejection> {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.ok_or(Rejection::MissingHeader(display_name))
}

/// A verified delivery.
///
/// Respond with 200 within ten seconds. Otherwise Meld retries after one minute, then after twice the previous delay,
/// up to an hour, for three days. So store or queue the event, respond, and process it afterwards.
///
/// The same event can be delivered more than once, and events can arrive out of order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// The event.
    pub event: Event,
    /// The retry headers. `None` for a first attempt.
    pub retry: Option<Retry>,
    /// The time of signing, which is the time of sending. `None` if the timestamp cannot be parsed, which only
    /// [`Verifier::allow_any_age`] accepts.
    pub signed_at: Option<DateTime<Utc>>,
}
