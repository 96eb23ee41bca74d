//! Deliveries that can be changed in any part.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::http::{HeaderMap, HeaderName, HeaderValue};
use meld_client_core::serde_json::Value;

use super::{fixture, json};
use crate::webhooks::{Rejection, Signer, Verifier};

/// A delivery, and what it was signed with.
#[derive(Clone)]
pub struct Delivered {
    pub secret: String,
    pub url: String,
    pub signature: Vec<u8>,
    pub timestamp: Vec<u8>,
    pub body: Vec<u8>,
}

impl Delivered {
    /// The worked example of the guides.
    pub fn vector() -> Self {
        let vector = json(&fixture("signature-vector"));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            secret: text(&vector["secret"]),
            url: text(&vector["url"]),
            signature: text(&vector["headers"]["Meld-Signature"]).into_bytes(),
            timestamp: text(&vector["headers"]["Meld-Signature-Timestamp"]).into_bytes(),
            body: text(&vector["body"]).into_bytes(),
        }
    }

    /// The worked example, signed again with this timestamp.
    pub fn signed_at(timestamp: &str) -> Self {
        let mut delivered = Self { timestamp: timestamp.into(), ..Self::vector() };
        delivered.signature = delivered.signer().signature(timestamp, &delivered.body).into();
        delivered
    }

    pub fn signer(&self) -> Signer {
        Signer::new(self.secret.as_str(), self.url.as_str())
    }

    pub fn verifier(&self) -> Verifier {
        Verifier::new(self.secret.as_str(), self.url.as_str()).unwrap()
    }

    /// Nothing where HTTP knows no such header.
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

/// Nothing where HTTP knows no such value.
pub fn value(bytes: &[u8]) -> Option<HeaderValue> {
    HeaderValue::from_bytes(bytes).ok()
}

/// The time at which the worked example was signed.
pub fn example_time() -> DateTime<Utc> {
    "2022-05-26T20:25:17.682818Z".parse().unwrap()
}
