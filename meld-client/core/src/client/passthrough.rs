//! A merchant's own credentials at a payment provider.

use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::error::Error;

/// Credentials of a merchant's own account at a payment provider, which Meld uses instead of its own.
///
/// Each provider has its set of headers. Meld refuses a mixed set with
/// [`PASSTHROUGH_CREDENTIALS_INVALID`](crate::ErrorCode::PassthroughCredentialsInvalid).
///
/// # Examples
///
/// ```
/// use meld_client_core::Passthrough;
///
/// let credentials = Passthrough::braintree("the OAuth token", "the reference");
/// assert!(!format!("{credentials:?}").contains("OAuth token"));
/// ```
#[derive(Clone, Debug)]
pub struct Passthrough {
    headers: Vec<(&'static str, SecretString)>,
}

const OAUTH: &str = "meld-passthrough-oauth";
const KEY_ID: &str = "meld-passthrough-key-id";
const KEY_PRIVATE: &str = "meld-passthrough-key-private";
const REFERENCE: &str = "meld-passthrough-reference";

impl Passthrough {
    /// Creates credentials for Braintree: `Meld-Passthrough-Oauth` and `Meld-Passthrough-Reference`.
    #[must_use]
    pub fn braintree(oauth: impl Into<SecretString>, reference: impl Into<SecretString>) -> Self {
        Self { headers: vec![(OAUTH, oauth.into()), (REFERENCE, reference.into())] }
    }

    /// Creates credentials for Square: `Meld-Passthrough-Key-Private` and `Meld-Passthrough-Reference`.
    #[must_use]
    pub fn square(key_private: impl Into<SecretString>, reference: impl Into<SecretString>) -> Self {
        Self { headers: vec![(KEY_PRIVATE, key_private.into()), (REFERENCE, reference.into())] }
    }

    /// Creates credentials for Stripe: `Meld-Passthrough-Key-Id`, `Meld-Passthrough-Key-Private` and
    /// `Meld-Passthrough-Reference`.
    #[must_use]
    pub fn stripe(
        key_id: impl Into<SecretString>,
        key_private: impl Into<SecretString>,
        reference: impl Into<SecretString>,
    ) -> Self {
        let mut credentials = Self::square(key_private, reference);
        credentials.headers.insert(0, (KEY_ID, key_id.into()));
        credentials
    }

    /// Returns the names of the headers (lower-case) and their credentials.
    pub fn credentials(&self) -> impl Iterator<Item = (&'static str, &SecretString)> {
        self.headers.iter().map(|(name, value)| (*name, value))
    }

    /// Returns the credentials as headers, which are marked as sensitive.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration) if a credential is empty or cannot
    /// be sent as a header.
    pub(crate) fn headers(&self) -> Result<HeaderMap, Error> {
        self.headers.iter().map(|(name, value)| header(name, value)).collect()
    }
}

impl PartialEq for Passthrough {
    fn eq(&self, other: &Self) -> bool {
        let exposed = |(name, value): (&'static str, &SecretString)| (name, value.expose_secret().to_owned());
        self.credentials().map(exposed).eq(other.credentials().map(exposed))
    }
}

impl Eq for Passthrough {}

fn header(name: &'static str, value: &SecretString) -> Result<(HeaderName, HeaderValue), Error> {
    let invalid = || {
        let reason = format!("the credential for `{name}` must not be empty or contain whitespace");
        Error::configuration(reason)
    };
    let mut value = plain_header(value.expose_secret()).ok_or_else(invalid)?;
    value.set_sensitive(true);
    Ok((HeaderName::from_static(name), value))
}

/// Returns a header with this value; `None` if it is empty, or has whitespace or characters that no header can carry.
pub(crate) fn plain_header(value: &str) -> Option<HeaderValue> {
    let is_plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic());
    HeaderValue::from_str(value).ok().filter(|_| is_plain)
}
