//! The responses that a report is derived from.

use meld_client_core::chrono::Utc;
use meld_client_core::http::{HeaderMap, StatusCode};
use meld_client_core::serde_json::Value;
use meld_client_core::{Error, ResponseValue, Transport};

use super::clock::Skew;
use super::probes::{Probe, probes};

pub(super) struct Probed {
    pub probe: Probe,
    pub requested_version: String,
    pub result: Result<ResponseValue<Value>, Error>,
    pub skew: Option<Skew>,
}

impl Probed {
    async fn send(transport: &Transport, probe: Probe) -> Self {
        let request = probe.request();
        let requested_version = request.meld_version().into_owned();
        let sent = Utc::now();
        let result = transport.send::<Value>(request).await;
        let received = Utc::now();
        let skew = headers(&result).and_then(|headers| Skew::of(headers, sent, received));
        Self { probe, requested_version, result, skew }
    }

    /// Returns the headers of the response; `None` if there was no response.
    pub fn headers(&self) -> Option<&HeaderMap> {
        headers(&self.result)
    }

    /// Returns `true` if the result shows that Meld accepts or refuses the key.
    fn is_verdict(&self) -> bool {
        match &self.result {
            Ok(_) => true,
            Err(error) => error.status().is_none_or(|status| status == StatusCode::UNAUTHORIZED),
        }
    }
}

fn headers(result: &Result<ResponseValue<Value>, Error>) -> Option<&HeaderMap> {
    match result {
        Ok(response) => Some(response.headers()),
        Err(error) => error.headers(),
    }
}

#[derive(Default)]
pub(super) struct Evidence {
    /// The result of listing the webhook profiles.
    pub profiles: Option<Probed>,
    /// The result of another probe, if the profiles did not prove the key.
    pub other: Option<Probed>,
}

impl Evidence {
    /// Returns the result that shows most about the key.
    pub fn best(&self) -> Option<&Probed> {
        self.other.as_ref().or(self.profiles.as_ref())
    }

    pub fn all(&self) -> impl Iterator<Item = &Probed> {
        self.other.iter().chain(&self.profiles)
    }
}

/// Sends the probes until one proves the key.
pub(super) async fn collect(transport: &Transport) -> Evidence {
    let mut evidence = Evidence::default();
    for probe in probes() {
        let probed = Probed::send(transport, probe).await;
        let is_verdict = probed.is_verdict();
        if probe.lists_profiles() {
            evidence.profiles = Some(probed);
        } else {
            evidence.other = Some(probed);
        }
        // More than two requests would only repeat the failure.
        if is_verdict || evidence.other.is_some() {
            break;
        }
    }
    evidence
}
