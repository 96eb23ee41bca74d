//! All requests of all operations, sent once.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::LazyLock;

use meld_client::{HttpConfig, Transport};
use meld_client_core::{Operation, ParameterLocation, SecretString};
use meld_tests::calls::{Outcome, Planned, key, planned};
use meld_tests::json::Json;
use meld_tests::responses::MODULES;
use percent_encoding::percent_decode_str;

use crate::server::{self, Received};

pub const KEY: &str = "key-of-the-tests";

pub struct Sent {
    planned: Planned,
    /// The headers that are marked as sensitive.
    pub secret_headers: Vec<String>,
    pub received: Received,
    pub outcome: Outcome,
}

impl Deref for Sent {
    type Target = Planned;

    fn deref(&self) -> &Planned {
        &self.planned
    }
}

/// All requests, in the order of the operations.
pub static SENT: LazyLock<Vec<Sent>> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(send_all())
});

impl Sent {
    /// The body, with all digits of its numbers.
    pub fn body(&self) -> Option<Json> {
        match self.received.body.as_str() {
            "" => None,
            body => Some(Json::parse(body).unwrap()),
        }
    }

    /// Returns `true` if a token takes the place of the API key.
    pub fn takes_token(&self) -> bool {
        let tokens = ["action_token", "crypto_session_token"];
        self.operation.parameters.iter().any(|parameter| tokens.contains(&parameter.rust_name))
    }

    /// The version that the request is sent with: that of the module, or a newer one that the operation or a parameter
    /// of the request needs.
    pub fn meld_version(&self, own: String) -> String {
        let is_set = |name: &str| self.received.target.contains(&format!("{name}="));
        let parameters = self.operation.parameters.iter().filter(|parameter| is_set(parameter.name));
        let needed = parameters.filter_map(|parameter| parameter.minimum_version).chain(self.operation.minimum_version);
        needed.map(str::to_owned).chain([own]).max().unwrap_or_default()
    }

    /// The parameters of a location with their decoded values.
    pub fn parameters(&self, location: ParameterLocation) -> Vec<(String, String)> {
        let (path, query) = match self.received.target.split_once('?') {
            Some((path, query)) => (path, query),
            None => (self.received.target.as_str(), ""),
        };
        match location {
            ParameterLocation::Path => {
                let template = self.operation.path.split('/');
                assert_eq!(template.clone().count(), path.split('/').count(), "{}", self.place());
                let pairs = template.zip(path.split('/')).filter_map(|(known, value)| match known.strip_prefix('{') {
                    Some(name) => Some((name.trim_end_matches('}').to_owned(), decoded(value))),
                    None => {
                        assert_eq!(known, value, "{}", self.place());
                        None
                    }
                });
                pairs.collect()
            }
            ParameterLocation::Query => {
                let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
                pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
            }
            ParameterLocation::Header => {
                let is_declared = |name: &str| self.takes_token() && name.eq_ignore_ascii_case("authorization");
                let own = |name: &str| is_declared(name) || !COMMON.contains(&name.to_lowercase().as_str());
                self.received.headers.iter().filter(|(name, _)| own(name)).cloned().collect()
            }
            // Meld has no cookies.
            ParameterLocation::Cookie => Vec::new(),
        }
    }
}

/// The headers of every request; the last two only with a body.
pub const COMMON: &[&str] = &[
    "accept",
    "accept-encoding",
    "authorization",
    "host",
    "meld-version",
    "user-agent",
    "content-type",
    "content-length",
];

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

/// A response that the operation decodes: status and body.
fn response(operation: &Operation, successes: &BTreeMap<String, &'static str>) -> (u16, &'static str) {
    let status = operation.success.first().copied().unwrap();
    match successes[&key(operation)] {
        "()" => (204, ""),
        list if list.starts_with("Vec<") => (status, "[]"),
        _ => (status, "{}"),
    }
}

/// Returns `false` if the request or the response is multipart, which tests of `meld-client` send.
fn is_json(planned: &Planned, transport: &Transport) -> bool {
    let request = planned.request(transport).unwrap();
    let mut responses = MODULES.iter().flat_map(|module| module.responses);
    let response = responses.find(|response| response.operation == planned.operation).unwrap();
    request.body_bytes().is_some() == planned.operation.has_body
        && response.read.is_some() == (response.success != "()")
}

async fn send_all() -> Vec<Sent> {
    let responses = MODULES.iter().flat_map(|module| module.responses);
    let successes = responses.map(|response| (key(response.operation), response.success)).collect();
    let nowhere = Transport::new("http://localhost", HttpConfig::default()).unwrap();
    let planned: Vec<_> = planned(&nowhere).unwrap().into_iter().filter(|planned| is_json(planned, &nowhere)).collect();
    let responses = planned.iter().map(|planned| response(planned.operation, &successes));
    let server = server::start(responses.collect()).await;
    let transport = |index: usize| {
        let address = format!("{}/{index}", server.address);
        let transport = Transport::new(&address, HttpConfig::default()).unwrap();
        transport.with_api_key(SecretString::from(KEY))
    };
    let sending = planned.iter().enumerate().map(|(index, planned)| tokio::spawn(planned.send(transport(index))));
    let mut outcomes = Vec::new();
    for sending in sending.collect::<Vec<_>>() {
        outcomes.push(sending.await.unwrap().unwrap());
    }
    let received = server::received(&server, planned.len());
    let all = planned.into_iter().zip(outcomes).zip(received);
    all.map(|((planned, outcome), received)| sent(&nowhere, &planned, outcome, received)).collect()
}

fn sent(transport: &Transport, planned: &Planned, outcome: Outcome, mut received: Vec<Received>) -> Sent {
    assert_eq!(received.len(), 1, "{} was not sent once", planned.place());
    let request = planned.request(transport).unwrap();
    let secret_headers = request.redacted_headers().into_iter().filter(|(_, value)| value.is_none());
    Sent {
        planned: *planned,
        secret_headers: secret_headers.map(|(name, _)| name.to_owned()).collect(),
        received: received.remove(0),
        outcome,
    }
}
