//! The client that delivers webhooks. It follows no redirects.
//!
//! Receivers on this machine have plain HTTP, for which hyper is enough, as it is in the tree already. Others need TLS, and
//! maybe a proxy: the feature `record`.

#[cfg(feature = "record")]
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hyper::header::CONTENT_TYPE;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client as HyperClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::timeout;

const TIMEOUT: Duration = Duration::from_secs(10);

/// The reason why there is no response.
pub(crate) enum Failure {
    Connect,
    Timeout,
}

#[derive(Clone)]
pub(crate) struct Client {
    plain: HyperClient<HttpConnector, String>,
    /// Made for the first receiver that needs it, because it loads certificates.
    #[cfg(feature = "record")]
    full: Arc<OnceLock<Option<reqwest::Client>>>,
    /// `true` if receivers may be on other machines.
    #[cfg(feature = "record")]
    is_external: bool,
}

impl Client {
    /// Creates a client. With `is_external`, it uses the proxies of the environment.
    pub(crate) fn new(is_external: bool) -> Self {
        #[cfg(not(feature = "record"))]
        let _ = is_external;
        Self {
            plain: HyperClient::builder(TokioExecutor::new()).build_http(),
            #[cfg(feature = "record")]
            full: Arc::default(),
            #[cfg(feature = "record")]
            is_external,
        }
    }

    /// Sends JSON and returns the status of the response.
    pub(crate) async fn post_json(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<u16, Failure> {
        #[cfg(feature = "record")]
        if self.is_external || url.starts_with("https:") {
            return self.post_json_fully(url, headers, body).await;
        }
        let request = Request::builder().method(Method::POST).uri(url).header(CONTENT_TYPE, "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        let request = request.body(body).map_err(|_| Failure::Connect)?;
        match timeout(TIMEOUT, self.plain.request(request)).await {
            Ok(Ok(response)) => Ok(response.status().as_u16()),
            Ok(Err(_)) => Err(Failure::Connect),
            Err(_) => Err(Failure::Timeout),
        }
    }

    #[cfg(feature = "record")]
    async fn post_json_fully(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<u16, Failure> {
        let client = self.full.get_or_init(|| full(self.is_external)).as_ref().ok_or(Failure::Connect)?;
        let request = client.post(url).timeout(TIMEOUT).header(CONTENT_TYPE, "application/json");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
        match request.body(body).send().await {
            Ok(response) => Ok(response.status().as_u16()),
            Err(error) if error.is_timeout() => Err(Failure::Timeout),
            Err(_) => Err(Failure::Connect),
        }
    }
}

#[cfg(feature = "record")]
fn full(is_external: bool) -> Option<reqwest::Client> {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let builder = if is_external { builder } else { builder.no_proxy() };
    builder.build().ok()
}
