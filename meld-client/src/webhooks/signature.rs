//! The signature of a delivery: how it is made, and how its two headers are read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use hmac::{Hmac, KeyInit, Mac};
use meld_client_core::chrono::{DateTime, SecondsFormat, Utc};
use meld_client_core::http::{HeaderMap, HeaderValue};
use meld_client_core::{ExposeSecret, SecretString};
use sha2::Sha256;

/// The header with the signature.
pub(super) const SIGNATURE: &str = "meld-signature";

/// The header with the time of signing.
pub(super) const TIMESTAMP: &str = "meld-signature-timestamp";

/// The length of a signature.
const BYTES: usize = 32;

/// Its length in base64.
const LENGTH: usize = 44;

/// HMAC-SHA256 with the secret as it is written, over timestamp, URL and body, joined by full stops. It is nothing for
/// keys that HMAC cannot have, and there are none.
fn mac(secret: &SecretString, timestamp: &str, url: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::new_from_slice(secret.expose_secret().as_bytes()).ok()?;
    for part in [timestamp.as_bytes(), b".", url.as_bytes(), b".", body] {
        mac.update(part);
    }
    Some(mac)
}

/// Whether a signature is the one for this secret. How long it takes does not depend on how much of it is right.
pub(super) fn fits(
    secret: &SecretString,
    timestamp: &str,
    url: &str,
    body: &[u8],
    signature: &[u8],
) -> bool {
    mac(secret, timestamp, url, body).is_some_and(|mac| mac.verify_slice(signature).is_ok())
}

/// The bytes of a signature, or what is wrong with its text. Only one text stands for given bytes.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, &'static str> {
    if text.len() == 2 * BYTES && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("is hexadecimal, but Meld sends base64");
    }
    if text.contains(['+', '/']) {
        return Err("has `+` or `/`, but Meld sends base64 with the alphabet of URLs");
    }
    if text.len() == LENGTH - 1 && !text.ends_with('=') {
        return Err("lacks its padding, the `=` at the end");
    }
    match URL_SAFE.decode(text) {
        Ok(bytes) if bytes.len() == BYTES => Ok(bytes),
        _ => Err("is not 44 characters of base64"),
    }
}

/// A timestamp as the header may have it. With other characters the parts of what is signed might be told apart
/// otherwise: no address is without a slash.
pub(super) fn is_timestamp(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"+-:. ".contains(&byte);
    !text.is_empty() && text.len() <= 64 && text.bytes().all(is_part)
}

/// The time of a timestamp: RFC 3339, or seconds or milliseconds since 1970.
pub(super) fn time(text: &str) -> Option<DateTime<Utc>> {
    /// The year 5138: a larger count of seconds is one of milliseconds.
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

/// Signs as Meld does: for tests of what receives webhooks.
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
    /// Signs with the secret of a webhook profile, for its URL.
    pub fn new(secret: impl Into<SecretString>, url: impl Into<String>) -> Self {
        Self { secret: secret.into(), url: url.into() }
    }

    /// The two headers of a delivery that is sent at this time.
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

    /// The signature (`Meld-Signature`) with any text as timestamp (`Meld-Signature-Timestamp`).
    #[must_use]
    pub fn signature(&self, timestamp: &str, body: &[u8]) -> String {
        mac(&self.secret, timestamp, &self.url, body)
            .map(|mac| URL_SAFE.encode(mac.finalize().into_bytes()))
            .unwrap_or_default()
    }
}

/// Without the secret.
impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Signer").field("url", &shown(&self.url)).finish_non_exhaustive()
    }
}

/// As much of an address as can be shown: its query, or who it is for, may be secret.
pub(super) fn shown(url: &str) -> &str {
    let shown = url.split(['?', '#']).next().unwrap_or_default();
    if shown.contains('@') { "***" } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_told_what_is_wrong_with_it() {
        let signature = "O4bN5E0U9s88l2DFc0kjt-0w3LLA3Zkv8hXhafc22Hg=";
        assert_eq!(decode(signature).map(|bytes| bytes.len()), Ok(32));
        let with_standard_alphabet = signature.replace('-', "+");
        for (text, why) in [
            (&signature[..43], "lacks its padding"),
            (with_standard_alphabet.as_str(), "alphabet of URLs"),
            (&"3b".repeat(32), "hexadecimal"),
            ("", "44 characters"),
            ("====", "44 characters"),
            (&format!("{signature}="), "44 characters"),
            (&format!("{signature} "), "44 characters"),
            (&"AAAA".repeat(11), "44 characters"),
            // The same bytes, but for bits that base64 does not use.
            (&signature.replace("Hg=", "Hh="), "44 characters"),
        ] {
            let wrong = decode(text).map(|bytes| bytes.len()).unwrap_err();
            assert!(wrong.contains(why), "{text}: {wrong}");
        }
    }

    #[test]
    fn timestamps_have_several_forms() {
        let second = DateTime::from_timestamp(1_653_596_717, 0).unwrap();
        for text in [
            "2022-05-26T20:25:17Z",
            "2022-05-26T20:25:17.000000Z",
            "2022-05-26T22:25:17+02:00",
            "1653596717",
            "1653596717000",
        ] {
            assert!(is_timestamp(text), "{text}");
            assert_eq!(time(text), Some(second), "{text}");
        }
        for text in
            ["yesterday", "2022-05-26", "9223372036854775807", "-9223372036854775808", "1e9"]
        {
            assert_eq!(time(text), None, "{text}");
        }
        for text in ["", "1.https://example.com/.{", &"1".repeat(65), "1\u{e9}"] {
            assert!(!is_timestamp(text), "{text}");
        }
    }

    #[test]
    fn addresses_are_shown_without_what_may_be_secret() {
        for (url, expected) in [
            ("https://example.com/webhooks", "https://example.com/webhooks"),
            ("https://example.com/webhooks?token=1#x", "https://example.com/webhooks"),
            ("https://robin:1@example.com/webhooks", "***"),
        ] {
            assert_eq!(shown(url), expected);
        }
        let signer = Signer::new("hidden", "https://example.com/");
        assert_eq!(format!("{signer:?}"), "Signer { url: \"https://example.com/\", .. }");
    }
}
