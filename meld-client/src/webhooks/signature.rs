//! Signing deliveries, and parsing the two headers of a signature.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use hmac::{Hmac, KeyInit, Mac};
use meld_client_core::chrono::{DateTime, SecondsFormat, Utc};
use meld_client_core::http::{HeaderMap, HeaderValue};
use meld_client_core::{ExposeSecret, SecretString};
use sha2::Sha256;

pub(super) const SIGNATURE: &str = "meld-signature";

/// The header with the time of signing.
pub(super) const TIMESTAMP: &str = "meld-signature-timestamp";

const BYTES: usize = 32;

/// The length of a signature in base64.
const LENGTH: usize = 44;

/// Computes the HMAC-SHA256 over timestamp, URL and body, joined by full stops. The key is the secret as written.
///
/// Never `None` in practice, because HMAC accepts keys of any length.
fn mac(secret: &SecretString, timestamp: &str, url: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    for part in [timestamp.as_bytes(), b".", url.as_bytes(), b".", body] {
        mac.update(part);
    }
    Some(mac)
}

/// Returns `true` if the signature matches. Compares in constant time.
pub(super) fn is_valid(secret: &SecretString, timestamp: &str, url: &str, body: &[u8], signature: &[u8]) -> bool {
    mac(secret, timestamp, url, body).is_some_and(|mac| mac.verify_slice(signature).is_ok())
}

/// Decodes a signature, or returns the problem with it. Each signature has exactly one encoding.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, &'static str> {
    if text.len() == 2 * BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("is hexadecimal, but Meld sends base64");
    }
    if text.contains(['+', '/']) {
        return Err("has `+` or `/`, but Meld sends URL-safe base64");
    }
    if text.len() == LENGTH - 1 && !text.ends_with('=') {
        return Err("lacks its padding, the `=` at the end");
    }
    match URL_SAFE.decode(text) {
        Ok(bytes) if bytes.len() == BYTES => Ok(bytes),
        _ => Err("is not 44 characters of base64"),
    }
}

/// Returns `true` if the header value looks like a timestamp.
///
/// The signed parts are joined by full stops only. A timestamp with a slash could contain the URL and a part of the
/// body, so that one signature would match different deliveries.
pub(super) fn is_timestamp(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"+-:. ".contains(&byte);
    !text.is_empty() && text.len() <= 64 && text.bytes().all(is_allowed)
}

/// Parses a timestamp: RFC 3339, or seconds or milliseconds since 1970.
pub(super) fn parse_timestamp(text: &str) -> Option<DateTime<Utc>> {
    /// The year 5138. Larger numbers are milliseconds.
    const LATEST_SECONDS: u64 = 100_000_000_000;
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let count: i64 = text.parse().ok()?;
    if count.unsigned_abs() < LATEST_SECONDS {
        DateTime::from_timestamp(count, 0)
    } else {
        DateTime::from_timestamp_millis(count)
    }
}

/// Signs deliveries like Meld does, for tests of your webhook handlers.
///
/// # Examples
///
/// ```
/// use meld_client::chrono::DateTime;
/// use meld_client::webhooks::{Signer, Verifier};
///
/// let (secret, url) = ("the secret of the profile", "https://example.com/webhooks");
/// let body = br#"{"eventType":"WEBHOOK_TEST","eventId":"1","payload":{"requestId":"2"}}"#;
/// let now = std::time::SystemTime::now().into();
/// let headers = Signer::new(secret, url).sign(now, body);
/// assert!(Verifier::new(secret, url)?.verify(&headers, body).is_ok());
/// # Ok::<(), meld_client::webhooks::VerifierError>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    secret: SecretString,
    url: String,
}

impl Signer {
    /// Creates a signer with the secret and URL of a webhook profile.
    pub fn new(secret: impl Into<SecretString>, url: impl Into<String>) -> Self {
        Self { secret: secret.into(), url: url.into() }
    }

    /// Returns the two signature headers of a delivery that is sent at this time.
    #[must_use]
    pub fn sign(&self, at: DateTime<Utc>, body: &[u8]) -> HeaderMap {
        let timestamp = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let signature = self.signature(&timestamp, body);
        let mut headers = HeaderMap::new();
        for (name, text) in [(SIGNATURE, signature), (TIMESTAMP, timestamp)] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        }
        headers
    }

    /// Returns the signature (`Meld-Signature`) for any timestamp (`Meld-Signature-Timestamp`), even an invalid one.
    #[must_use]
    pub fn signature(&self, timestamp: &str, body: &[u8]) -> String {
        mac(&self.secret, timestamp, &self.url, body)
            .map(|mac| URL_SAFE.encode(mac.finalize().into_bytes()))
            .unwrap_or_default()
    }
}

/// Omits the secret.
impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Signer").field("url", &redacted(&self.url)).finish_non_exhaustive()
    }
}

/// Redacts a URL for `Debug` output: the query and credentials may be secret.
pub(super) fn redacted(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    if url.contains('@') { "***" } else { url }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_redacted() {
        for (url, expected) in [
            ("https://example.com/webhooks", "https://example.com/webhooks"),
            ("https://example.com/webhooks?token=1#x", "https://example.com/webhooks"),
            ("https://robin:1@example.com/webhooks", "***"),
        ] {
            assert_eq!(redacted(url), expected);
        }
        let signer = Signer::new("hidden", "https://example.com/");
        assert_eq!(format!("{signer:?}"), "Signer { url: \"https://example.com/\", .. }");
    }
}
