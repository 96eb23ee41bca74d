//! A merchant's own credentials at a payment provider.

use http::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::Error;

/// Credentials of a merchant's own account at a payment provider, which Meld uses in place of its own.
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
#[non_exhaustive]
pub enum Passthrough {
    /// Braintree: `Meld-Passthrough-Oauth` and `Meld-Passthrough-Reference`.
    #[non_exhaustive]
    Braintree {
        /// The OAuth token.
        oauth: SecretString,
        /// The merchant's reference.
        reference: SecretString,
    },
    /// Square: `Meld-Passthrough-Key-Private` and `Meld-Passthrough-Reference`.
    #[non_exhaustive]
    Square {
        /// The private key.
        key_private: SecretString,
        /// The merchant's reference.
        reference: SecretString,
    },
    /// Stripe: `Meld-Passthrough-Key-Id`, `Meld-Passthrough-Key-Private` and
    /// `Meld-Passthrough-Reference`.
    #[non_exhaustive]
    Stripe {
        /// The id of the key.
        key_id: SecretString,
        /// The private key.
        key_private: SecretString,
        /// The merchant's reference.
        reference: SecretString,
    },
}

const OAUTH: &str = "meld-passthrough-oauth";
const KEY_ID: &str = "meld-passthrough-key-id";
const KEY_PRIVATE: &str = "meld-passthrough-key-private";
const REFERENCE: &str = "meld-passthrough-reference";

impl Passthrough {
    /// Creates credentials for Braintree.
    #[must_use]
    pub fn braintree(oauth: impl Into<SecretString>, reference: impl Into<SecretString>) -> Self {
        Self::Braintree { oauth: oauth.into(), reference: reference.into() }
    }

    /// Creates credentials for Square.
    #[must_use]
    pub fn square(
        key_private: impl Into<SecretString>,
        reference: impl Into<SecretString>,
    ) -> Self {
        Self::Square { key_private: key_private.into(), reference: reference.into() }
    }

    /// Creates credentials for Stripe.
    #[must_use]
    pub fn stripe(
        key_id: impl Into<SecretString>,
        key_private: impl Into<SecretString>,
        reference: impl Into<SecretString>,
    ) -> Self {
        Self::Stripe {
            key_id: key_id.into(),
            key_private: key_private.into(),
            reference: reference.into(),
        }
    }

    /// Returns the credentials as headers, which are marked as sensitive.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration) if a credential is empty or cannot be
    /// sent as a header.
    pub(crate) fn headers(&self) -> Result<HeaderMap, Error> {
        let pairs = match self {
            Self::Braintree { oauth, reference } => {
                vec![(OAUTH, oauth), (REFERENCE, reference)]
            }
            Self::Square { key_private, reference } => {
                vec![(KEY_PRIVATE, key_private), (REFERENCE, reference)]
            }
            Self::Stripe { key_id, key_private, reference } => {
                vec![(KEY_ID, key_id), (KEY_PRIVATE, key_private), (REFERENCE, reference)]
            }
        };
        pairs.into_iter().map(|(name, value)| header(name, value)).collect()
    }
}

fn header(name: &'static str, value: &SecretString) -> Result<(HeaderName, HeaderValue), Error> {
    let text = value.expose_secret();
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    match HeaderValue::from_str(text) {
        Ok(mut value) if is_plain => {
            value.set_sensitive(true);
            Ok((HeaderName::from_static(name), value))
        }
        _ => Err(Error::configuration(format!(
            "the credential for `{name}` must not be empty or contain white space"
        ))),
    }
}

/// Returns `true` if a header (lower-case name) is one of these credentials.
pub(crate) fn is_passthrough(header: &str) -> bool {
    header.starts_with("meld-passthrough-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_provider_has_its_set_of_headers() {
        let names = |passthrough: &Passthrough| -> Vec<String> {
            let headers = passthrough.headers().unwrap();
            assert!(headers.values().all(HeaderValue::is_sensitive));
            assert!(headers.keys().all(|name| is_passthrough(name.as_str())));
            headers.keys().map(ToString::to_string).collect()
        };
        assert_eq!(names(&Passthrough::braintree("a", "b")), [OAUTH, REFERENCE]);
        assert_eq!(names(&Passthrough::square("a", "b")), [KEY_PRIVATE, REFERENCE]);
        assert_eq!(names(&Passthrough::stripe("a", "b", "c")), [KEY_ID, KEY_PRIVATE, REFERENCE]);
    }

    #[test]
    fn invalid_credentials_are_named_but_not_shown() {
        for bad in ["", "a b", "private\n", "ä"] {
            let error = Passthrough::square(bad, "b").headers().unwrap_err().to_string();
            assert!(error.contains(KEY_PRIVATE) && !error.contains("private\\n"), "{error}");
        }
        assert!(!format!("{:?}", Passthrough::square("hidden", "b")).contains("hidden"));
    }
}
