//! Deliveries, checked before they are read.

use std::fmt;
use std::time::{Duration, SystemTime};

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::http::{HeaderMap, Request};
use meld_client_core::{ExposeSecret, SecretString};

use super::signature::{self, SIGNATURE, TIMESTAMP};
use super::{Event, Rejection, Retry};

/// How far the clocks may be apart, unless set otherwise.
const ALLOWED: Duration = Duration::from_secs(300);

/// Checks that deliveries come from Meld, and reads their events.
///
/// It needs the secret of the webhook profile, which Meld gives when the profile is made, and the URL of the profile
/// exactly as it was entered. The URL that a server sees is often another one, behind a proxy or a gateway.
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
/// // What came: the headers, and the bytes of the body before anything has read them.
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
    allowed: Option<Duration>,
    is_strict: bool,
}

impl Verifier {
    /// Takes what was signed with this secret and sent to this URL no more than five minutes ago.
    ///
    /// Both are taken letter by letter: a line break at the end of the secret is a part of it.
    ///
    /// # Errors
    /// Returns [`VerifierError`] if the secret or the URL is empty or white space, such as from an environment variable
    /// that is not set.
    pub fn new(
        secret: impl Into<SecretString>,
        url: impl Into<String>,
    ) -> Result<Self, VerifierError> {
        let url = url.into();
        if url.trim().is_empty() {
            return Err(VerifierError::EmptyUrl);
        }
        let start = Self { secrets: Vec::new(), url, allowed: Some(ALLOWED), is_strict: false };
        start.add_secret(secret)
    }

    /// Takes this secret as well: for the time in which one profile takes the place of another at the same URL.
    ///
    /// # Errors
    /// Returns [`VerifierError::EmptySecret`] if the secret is empty or white space.
    pub fn add_secret(mut self, secret: impl Into<SecretString>) -> Result<Self, VerifierError> {
        let secret = secret.into();
        // With an empty secret anybody can sign.
        if secret.expose_secret().trim().is_empty() {
            return Err(VerifierError::EmptySecret);
        }
        self.secrets.push(secret);
        Ok(self)
    }

    /// How far the time of signing may be from now, before it or after it. Five minutes unless set. Meld signs anew
    /// whenever it sends again, so that late deliveries are not old.
    #[must_use]
    pub fn tolerance(mut self, difference: Duration) -> Self {
        self.allowed = Some(difference);
        self
    }

    /// Takes deliveries of any age, also with a time of signing that cannot be read: for those that were stored.
    /// Whoever has seen one can then send it again; drop what has an id that was there before
    /// ([`Event::event_id`]).
    #[must_use]
    pub fn allow_any_age(mut self) -> Self {
        self.allowed = None;
        self
    }

    /// Refuses events of which something cannot be read, which is otherwise left out and reported. For tests; in
    /// production it loses events that say something new.
    #[must_use]
    pub fn strict_decoding(mut self, strict: bool) -> Self {
        self.is_strict = strict;
        self
    }

    /// Checks a delivery and reads its event. `body` is what came, byte by byte; JSON that was read and written again
    /// has another signature.
    ///
    /// # Errors
    /// It is not verified, or no event. Output with [`Rejection::status`].
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Delivery, Rejection> {
        self.verify_at(headers, body, SystemTime::now().into())
    }

    /// The same for a whole request. Its URL does not count.
    ///
    /// # Errors
    /// Those of [`verify`](Self::verify).
    pub fn verify_request<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
    ) -> Result<Delivery, Rejection> {
        self.verify(request.headers(), request.body().as_ref())
    }

    /// The same as if it were another time: for tests, and for deliveries that were stored with the time at which they
    /// came.
    ///
    /// # Errors
    /// Those of [`verify`](Self::verify).
    pub fn verify_at(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Delivery, Rejection> {
        let signed_at = self.check(headers, body, now)?;
        let event = if self.is_strict { Event::read_strict(body)? } else { Event::read(body)? };
        Ok(Delivery { event, retry: Retry::of(headers), signed_at })
    }

    /// Checks the signature, then its age: the time is not to be believed before. Gives the time of signing.
    fn check(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Rejection> {
        let signature = text(headers, SIGNATURE, "Meld-Signature")?;
        let timestamp = text(headers, TIMESTAMP, "Meld-Signature-Timestamp")?;
        let signature = signature::decode(signature).map_err(Rejection::MalformedSignature)?;
        if !signature::is_timestamp(timestamp) {
            return Err(Rejection::MalformedTimestamp);
        }
        // All secrets are tried, so that the time it takes does not tell which one fits.
        let fits = self.secrets.iter().fold(false, |fits, secret| {
            fits | signature::fits(secret, timestamp, &self.url, body, &signature)
        });
        if !fits {
            return Err(Rejection::WrongSignature);
        }
        let signed_at = signature::time(timestamp);
        self.check_age(signed_at, now)?;
        Ok(signed_at)
    }

    fn check_age(&self, at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), Rejection> {
        let Some(allowed) = self.allowed else { return Ok(()) };
        let age = now - at.ok_or(Rejection::MalformedTimestamp)?;
        match (age.to_std(), (-age).to_std()) {
            (Ok(age), _) if age > allowed => Err(Rejection::TooOld { age, allowed }),
            (_, Ok(ahead)) if ahead > allowed => Err(Rejection::InTheFuture { ahead, allowed }),
            _ => Ok(()),
        }
    }
}

/// Why a [`Verifier`] cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifierError {
    /// The secret is empty or white space: anybody could sign with it.
    EmptySecret,
    /// The URL is empty or white space: no signature would fit.
    EmptyUrl,
}

impl fmt::Display for VerifierError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::EmptySecret => {
                "the secret of the webhook verifier is empty: give it that of the profile"
            }
            Self::EmptyUrl => {
                "the URL of the webhook verifier is empty: give it that of the profile"
            }
        })
    }
}

impl std::error::Error for VerifierError {}

/// Without the secrets.
impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Verifier")
            .field("url", &signature::shown(&self.url))
            .field("secrets", &self.secrets.len())
            .field("tolerance", &self.allowed)
            .field("strict_decoding", &self.is_strict)
            .finish()
    }
}

/// The text of a header.
fn text<'h>(headers: &'h HeaderMap, name: &str, shown: &'static str) -> Result<&'h str, Rejection> {
    headers.get(name).and_then(|value| value.to_str().ok()).ok_or(Rejection::MissingHeader(shown))
}

/// A delivery that comes from Meld.
///
/// Meld counts it as received when it is answered with 200 within ten seconds, and otherwise sends it again: after a
/// minute, then after twice as long each time up to an hour, for three days. So store it or put it into a queue, response,
/// and do the work afterwards. The same event can come twice, and events can come in another order than things happened.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// What happened.
    pub event: Event,
    /// Set if it was sent before.
    pub retry: Option<Retry>,
    /// When it was signed, which is when it was sent. Nothing if the timestamp cannot be read, which only a verifier
    /// for [any age](Verifier::allow_any_age) lets pass.
    pub signed_at: Option<DateTime<Utc>>,
}
