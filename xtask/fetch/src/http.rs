//! An HTTP client with timeouts, a size limit, retries and restricted redirects.

use std::time::Duration;

use ureq::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, RETRY_AFTER};
use ureq::http::{HeaderName, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};
use url::{Host, Url};

use crate::content::{self, Content, Fetched};
use crate::error::{Error, ErrorKind, Result};

/// The maximum number of redirects of a request.
const MAX_REDIRECTS: usize = 5;

/// The timeouts and retries of requests.
#[derive(Clone, Debug)]
pub struct HttpOptions {
    /// The timeout for connecting.
    pub connect_timeout: Duration,
    /// The timeout for the start of a response and between its parts.
    pub read_timeout: Duration,
    /// The timeout for an attempt as a whole.
    pub attempt_timeout: Duration,
    /// The maximum number of attempts.
    pub max_attempts: u32,
    /// The wait before the second attempt, doubled for each further one.
    pub initial_backoff: Duration,
    /// The maximum wait, even if the server asks for a longer one.
    pub max_backoff: Duration,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(20),
            attempt_timeout: Duration::from_secs(90),
            max_attempts: 4,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(30),
        }
    }
}

/// A client for the files below a base URL.
#[derive(Debug)]
pub struct HttpClient {
    base: Url,
    agent: Agent,
    options: HttpOptions,
}

/// A failed attempt.
struct Failure {
    error: Box<Error>,
    /// `true` if a retry may succeed.
    retry: bool,
    /// The wait that the server asks for.
    wait: Option<Duration>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error: Box::new(error), retry: false, wait: None }
    }
}

impl HttpClient {
    /// Creates a client for the files below `base`.
    pub fn new(base: Url, options: HttpOptions) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(options.connect_timeout))
            .timeout_recv_response(Some(options.read_timeout))
            .timeout_per_read(Some(options.read_timeout))
            .timeout_global(Some(options.attempt_timeout))
            .user_agent(concat!("meld-fetch/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls);
        if is_local(&base) {
            config = config.proxy(None);
        }
        Self { base, agent: config.build().into(), options }
    }

    /// Returns the base URL.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Fetches the file at `path` below the base, unless it has the `ETag` given.
    ///
    /// # Errors
    ///
    /// Returns an error if all attempts fail, a redirect is refused, or the file is larger than `limit` bytes.
    pub fn get(&self, path: &str, etag: Option<&str>, limit: u64) -> Result<Fetched> {
        let url = self.base.join(path).map_err(|error| {
            let what = format!("{path} is not a path below it ({error})");
            Error::new(ErrorKind::Arguments, self.base.as_str(), what, "give another URL")
        })?;
        let mut backoff = self.options.initial_backoff;
        for _ in 1..self.options.max_attempts.max(1) {
            match self.attempt(&url, etag, limit) {
                Ok(fetched) => return Ok(fetched),
                Err(failure) if !failure.retry => return Err(*failure.error),
                Err(failure) => {
                    let wait = failure.wait.unwrap_or(backoff).max(backoff);
                    std::thread::sleep(wait.min(self.options.max_backoff));
                    backoff = backoff.saturating_mul(2);
                }
            }
        }
        self.attempt(&url, etag, limit).map_err(|failure| *failure.error)
    }

    /// Sends a request and follows redirects within the same host.
    fn attempt(&self, first: &Url, etag: Option<&str>, limit: u64) -> std::result::Result<Fetched, Failure> {
        let mut url = first.clone();
        for _ in 0..=MAX_REDIRECTS {
            let mut request = self.agent.get(url.as_str());
            if let Some(etag) = etag {
                request = request.header(IF_NONE_MATCH, etag);
            }
            let response = request.call().map_err(|error| no_response(&url, error))?;
            match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => {
                    url = redirected(&url, header(&response, LOCATION))?;
                }
                304 if etag.is_some() => return Ok(Fetched::NotModified),
                404 | 410 => return Ok(Fetched::Missing),
                200 => return Ok(Fetched::Content(read(&url, response, limit)?)),
                status => return Err(refused(&url, status, &response)),
            }
        }
        let what = format!("it redirects more than {MAX_REDIRECTS} times");
        let advice = "open the URL in a browser, and give the right one with --from";
        Err(Error::new(ErrorKind::Redirect, first.as_str(), what, advice).into())
    }
}

fn is_local(base: &Url) -> bool {
    match base.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn header(response: &Response<Body>, name: HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// Returns the target of a redirect if it has the same host and port and does not drop TLS.
fn redirected(from: &Url, to: Option<&str>) -> Result<Url> {
    let refuse = |what: String| {
        let advice = "open the URL in a browser, and give the right one with --from";
        Err(Error::new(ErrorKind::Redirect, from.as_str(), what, advice))
    };
    let Some(to) = to else {
        return refuse("it redirects without a `Location`".to_owned());
    };
    let Ok(to) = from.join(to) else {
        return refuse("it redirects to an invalid URL".to_owned());
    };
    // An upgrade from http to https changes the default port.
    let upgrade = from.scheme() == "http" && to.scheme() == "https";
    let same_port = from.port_or_known_default() == to.port_or_known_default()
        || (upgrade && from.port().is_none() && to.port().is_none());
    if from.host() != to.host() {
        return refuse(format!("it redirects to another host ({to})"));
    }
    if from.scheme() != to.scheme() && !upgrade {
        return refuse(format!("it redirects from https to http ({to})"));
    }
    if !same_port {
        return refuse(format!("it redirects to another port of its host ({to})"));
    }
    Ok(to)
}

/// Creates the failure for an error status. Temporary errors are retried.
fn refused(url: &Url, status: u16, response: &Response<Body>) -> Failure {
    let retry = matches!(status, 408 | 425 | 429 | 500..=599);
    let wait = header(response, RETRY_AFTER).and_then(|value| value.trim().parse().ok());
    let advice = if retry { "try again later" } else { "open the URL in a browser" };
    let what = format!("the server returned status {status}");
    let error = Error::new(ErrorKind::Status, url.as_str(), what, advice);
    Failure { error: Box::new(error), retry, wait: wait.map(Duration::from_secs) }
}

/// Reads the decompressed body and the headers that describe it.
fn read(url: &Url, response: Response<Body>, limit: u64) -> std::result::Result<Content, Failure> {
    let text = |name| header(&response, name).map(str::to_owned);
    let (etag, content_type) = (text(ETAG), text(CONTENT_TYPE));
    // The limit applies to the decompressed body.
    let reader = response.into_body().into_reader();
    let bytes = content::read(reader, limit).map_err(|error| match ureq::Error::from(error) {
        ureq::Error::Timeout(timeout) => no_response(url, ureq::Error::Timeout(timeout)),
        error => {
            let what = format!("the response is incomplete ({error})");
            let error = Error::new(ErrorKind::CutOff, url.as_str(), what, "try again later");
            Failure { error: Box::new(error), retry: true, wait: None }
        }
    })?;
    let bytes = bytes.ok_or_else(|| Error::too_large(url.as_str(), limit))?;
    Ok(Content { bytes, etag, content_type })
}

/// Creates the failure for a request without a response.
fn no_response(url: &Url, error: ureq::Error) -> Failure {
    let (kind, retry, what) = match &error {
        ureq::Error::Timeout(which) => (ErrorKind::TimedOut, true, format!("the server took too long ({which})")),
        ureq::Error::HostNotFound => (ErrorKind::Unreachable, true, "there is no such host".into()),
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed | ureq::Error::Protocol(_) => {
            (ErrorKind::Unreachable, true, format!("the server cannot be reached ({error})"))
        }
        _ => (ErrorKind::Unreachable, false, format!("the request cannot be sent ({error})")),
    };
    let advice = "check the connection, or give a folder with --from";
    let error = Box::new(Error::new(kind, url.as_str(), what, advice));
    Failure { error, retry, wait: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_keep_host_and_encryption() {
        let follow = |from: &str, to: &str| redirected(&Url::parse(from).unwrap(), Some(to)).map(|to| to.to_string());
        let home = "https://docs.meld.io/openapi/a.json";
        for (from, to, there) in [
            (home, "b.json", "https://docs.meld.io/openapi/b.json"),
            (home, "/b.json?c=d", "https://docs.meld.io/b.json?c=d"),
            (home, "https://docs.meld.io:443/b", "https://docs.meld.io/b"),
            ("http://docs.meld.io/a", "https://docs.meld.io/a", "https://docs.meld.io/a"),
        ] {
            assert_eq!(follow(from, to).unwrap(), there);
        }
        for (from, to, what) in [
            (home, "http://docs.meld.io:443/b", "from https to http"),
            (home, "http://docs.meld.io/b", "from https to http"),
            (home, "https://docs.meld.io:8443/b", "another port"),
            (home, "https://docs.meld.io.example.com/b", "another host"),
            (home, "https://docs.meld.io@example.com/b", "another host"),
            ("http://docs.meld.io:80/a", "https://docs.meld.io:8443/a", "another port"),
            ("http://docs.meld.io:8080/a", "https://docs.meld.io/a", "another port"),
            (home, "https://", "an invalid URL"),
        ] {
            let error = follow(from, to).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Redirect);
            assert!(error.to_string().contains(what), "{to}: {error}");
        }
    }

    #[test]
    fn local_urls_bypass_the_proxy() {
        for (base, expected) in [
            ("http://127.0.0.1:9", true),
            ("http://localhost:9", true),
            ("http://[::1]:9", true),
            ("https://docs.meld.io", false),
        ] {
            assert_eq!(is_local(&Url::parse(base).unwrap()), expected, "{base}");
        }
    }
}
