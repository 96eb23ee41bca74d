//! Forwards requests to the real API and records them without secrets.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header, request};
use bytes::Bytes;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use super::exchange::{self, Exchange, Received};
use super::files;
use super::replacements::Replacements;
use super::vocabulary::Vocabulary;
use crate::error::Error;
use crate::hosts::is_local;
use crate::problem::Problem;
use crate::specs::Operation;

/// The maximum time of a response.
const TIMEOUT: Duration = Duration::from_secs(120);
/// The header of responses that says if they were recorded.
const RECORDED: HeaderName = HeaderName::from_static("x-mock-recorded");
/// Headers of one connection, and those that follow from a body.
const CONNECTION: &[HeaderName] = &[
    header::ACCEPT_ENCODING,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::HOST,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

pub(crate) struct Recorder {
    client: Client,
    url: String,
    folder: PathBuf,
    words: Vocabulary,
    recorded: Mutex<Recorded>,
}

/// The number of exchanges so far, and their replacements.
#[derive(Default)]
struct Recorded {
    exchanges: usize,
    replacements: Replacements,
}

impl Recorder {
    /// Creates the folder of a recording of the API at a URL.
    pub fn new(url: &str, folder: &Path, operations: &[Operation]) -> Result<Self, Error> {
        let invalid = |message: &str| Error::Setting { name: "record", message: message.to_owned() };
        let parsed = Url::parse(url).map_err(|error| invalid(&error.to_string()))?;
        if !parsed.username().is_empty() || parsed.password().is_some() || parsed.query().is_some() {
            return Err(invalid("the URL of the API has no user and no query"));
        }
        let is_local = is_local(url);
        if parsed.scheme() != "https" && !(is_local && parsed.scheme() == "http") {
            return Err(invalid("the URL of the API starts with https://; only this machine may use http"));
        }
        let mut client = Client::builder().redirect(Policy::none()).timeout(TIMEOUT).no_gzip();
        if is_local {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| Error::Client(error.to_string()))?;
        files::create(folder)?;
        Ok(Self {
            client,
            url: url.trim_end_matches('/').to_owned(),
            folder: folder.to_owned(),
            words: Vocabulary::new(operations),
            recorded: Mutex::default(),
        })
    }

    /// Forwards a request with its headers and returns the response. The exchange is recorded if an operation matches.
    pub async fn forward(
        &self,
        (head, body): (&request::Parts, Bytes),
        matched: Option<(&'static Operation, Vec<(String, String)>)>,
    ) -> Result<Response<Body>, Problem> {
        let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
        let request = self.client.request(head.method.clone(), format!("{}{target}", self.url));
        let response = request.headers(forwarded(&head.headers)).body(body.clone()).send().await;
        let mut response = response.map_err(|error| unreachable(&error))?;
        let (status, headers) = (response.status(), std::mem::take(response.headers_mut()));
        let bytes = response.bytes().await.map_err(|error| unreachable(&error))?;
        let recorded = match &matched {
            Some((operation, path)) => {
                let query = crate::request_log::query_of(&head.uri);
                let received = Received { path, query: &query, body: &body };
                self.record(operation, &received, (status, &headers, &bytes))
            }
            None => Err("no: no operation has the method and path"),
        };
        let mut forwarded_response = Response::new(Body::from(bytes));
        *forwarded_response.status_mut() = status;
        *forwarded_response.headers_mut() = forwarded(&headers);
        let outcome = HeaderValue::from_static(recorded.err().unwrap_or("yes"));
        forwarded_response.headers_mut().insert(RECORDED, outcome);
        Ok(forwarded_response)
    }

    /// Writes an exchange. The error is the reason for which there is no file.
    fn record(
        &self,
        operation: &Operation,
        received: &Received<'_>,
        response: (StatusCode, &HeaderMap, &[u8]),
    ) -> Result<(), &'static str> {
        let mut recorded = self.recorded.lock().unwrap_or_else(PoisonError::into_inner);
        let replacements = &mut recorded.replacements;
        let mut replace = |text: &str| replacements.replace(text);
        let request = exchange::request(operation, &self.words, received, &mut replace);
        let response = exchange::response(operation, &self.words, response, &mut replace);
        let (method, path) = (operation.method.to_string(), operation.path.clone());
        recorded.exchanges += 1;
        let written = files::write(&self.folder, recorded.exchanges, &Exchange { method, path, request, response });
        written.map_err(|_| "no: the file cannot be written")
    }
}

/// Returns the headers without those of one connection.
fn forwarded(headers: &HeaderMap) -> HeaderMap {
    let listed: Vec<String> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|names| names.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let is_end_to_end = |name: &HeaderName| !CONNECTION.contains(name) && !listed.iter().any(|it| it == name.as_str());
    let kept = headers.iter().filter(|(name, _)| is_end_to_end(name));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Returns the response if the API cannot be reached. The URL may have secrets.
fn unreachable(error: &reqwest::Error) -> Problem {
    let reason = if error.is_timeout() {
        "it did not respond in time"
    } else if error.is_connect() {
        "the connection failed"
    } else {
        "the exchange was interrupted, and its outcome is unknown"
    };
    let message = format!("The recorded API cannot be reached: {reason}");
    Problem::new(StatusCode::BAD_GATEWAY, "BAD_GATEWAY", message)
}
