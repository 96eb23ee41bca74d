//! Deliveries whose parts can be modified.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::http::{HeaderMap, HeaderName, HeaderValue};
use meld_client_core::serde_json::Value;

use super::{fixture, json};
use crate::webhooks::{Rejection, Signer, Verifier};

/// A delivery, with the secret and URL that it was signed with.
#[derive(Clone)]
pub struct Delivered {
    pub secret: String,
    pub url: String,
    pub signature: Vec<u8>,
    pub timestamp: Vec<u8>,
    pub body: Vec<u8>,
}

impl Delivered {
    pub fn vector() -> Self {
        let vector = json(&fixture("signature-vector"));
        let string = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            secret: string(&vector["secret"]),
            url: string(&vector["url"]),
            signature: string(&vector["headers"]["Meld-Signature"]).into_bytes(),
            timestamp: string(&vector["headers"]["Meld-Signature-Timestamp"]).into_bytes(),
            body: string(&vector["body"]).into_bytes(),
        }
    }

    /// Returns the example with another timestamp, and a signature for it.
    pub fn signed_at(timestamp: &str) -> Self {
        Self::signed(timestamp, &Self::vector().body)
    }

    /// Returns the example with another timestamp and body, and a signature for them.
    pub fn signed(timestamp: &str, body: &[u8]) -> Self {
        let delivered = Self { timestamp: timestamp.into(), body: body.into(), ..Self::vector() };
        let signature = delivered.signer().signature(timestamp, body).into();
        Self { signature, ..delivered }
    }

    pub fn signer(&self) -> Signer {
        Signer::new(self.secret.as_str(), self.url.as_str())
    }

    pub fn verifier(&self) -> Verifier {
        Verifier::new(self.secret.as_str(), self.url.as_str()).unwrap()
    }

    /// Returns the headers, or `None` if HTTP does not allow a value.
    pub fn headers(&self) -> Option<HeaderMap> {
        let mut headers = HeaderMap::new();
        headers.insert("Meld-Signature".parse::<HeaderName>().unwrap(), value(&self.signature)?);
        let name = "meld-signature-timestamp".parse::<HeaderName>().unwrap();
        headers.insert(name, value(&self.timestamp)?);
        Some(headers)
    }

    pub fn verify(&self) -> Result<(), Rejection> {
        self.verify_with(&self.verifier())
    }

    pub fn verify_with(&self, verifier: &Verifier) -> Result<(), Rejection> {
        let headers = self.headers().unwrap();
        verifier.verify_at(&headers, &self.body, example_time()).map(drop)
    }
}

/// Returns a header value, or `None` if HTTP does not allow it.
pub fn value(bytes: &[u8]) -> Option<HeaderValue> {
    HeaderValue::from_bytes(bytes).ok()
}

/// Returns the time at which the example was signed.
pub fn example_time() -> DateTime<Utc> {
    "2022-05-26T20:25:17.682818Z".parse().unwrap()
}
