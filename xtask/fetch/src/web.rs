//! Asking a server: with time-outs, a bound for what is read, and again when it may go well the next time.

use std::io::Read;
use std::time::Duration;

use ureq::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION, RETRY_AFTER};
use ureq::http::{HeaderName, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};
use url::{Host, Url};

use crate::error::{Error, ErrorKind, Result};
use crate::origin::{Content, Fetched};

/// How many redirects are followed one after the other.
const REDIRECTS: usize = 5;

/// How long and how often a server is asked.
#[derive(Clone, Debug)]
pub struct Patience {
    /// Until there is a connection.
    pub connect: Duration,
    /// Between two parts of a response, and until it begins.
    pub silence: Duration,
    /// For one attempt as a whole.
    pub attempt: Duration,
    /// How many attempts there are.
    pub attempts: u32,
    /// Before the second attempt; each further gap is twice as long.
    pub gap: Duration,
    /// The longest gap, also when the server asks for a longer one.
    pub longest_gap: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(20),
            attempt: Duration::from_secs(90),
            attempts: 4,
            gap: Duration::from_millis(500),
            longest_gap: Duration::from_secs(30),
        }
    }
}

/// A server, by the address that everything is below of.
#[derive(Debug)]
pub struct Web {
    base: Url,
    agent: Agent,
    patience: Patience,
}

/// Why an attempt failed, and whether another may go well.
struct Failure {
    error: Box<Error>,
    again: bool,
    /// How long the server asks to wait.
    wait: Option<Duration>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error: Box::new(error), again: false, wait: None }
    }
}

impl Web {
    /// A server whose documents are below `base`.
    pub fn new(base: Url, patience: Patience) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(patience.connect))
            .timeout_recv_response(Some(patience.silence))
            .timeout_per_read(Some(patience.silence))
            .timeout_global(Some(patience.attempt))
            .user_agent(concat!("meld-fetch/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls);
        if is_this_machine(&base) {
            config = config.proxy(None);
        }
        Self { base, agent: config.build().into(), patience }
    }

    /// The address that everything is below of.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Gets what is at `path` below the base, unless it is still what `etag` stands for.
    ///
    /// # Errors
    /// When it cannot be had after all attempts, or is not to be taken.
    pub fn get(&self, path: &str, etag: Option<&str>, limit: u64) -> Result<Fetched> {
        let address = self.base.join(path).map_err(|error| {
            let what = format!("{path} is no path below it ({error})");
            Error::new(ErrorKind::Arguments, self.base.as_str(), what, "give another address")
        })?;
        let mut gap = self.patience.gap;
        for _ in 1..self.patience.attempts.max(1) {
            match self.attempt(&address, etag, limit) {
                Ok(fetched) => return Ok(fetched),
                Err(failure) if !failure.again => return Err(*failure.error),
                Err(failure) => {
                    let wait = failure.wait.unwrap_or(gap).max(gap);
                    std::thread::sleep(wait.min(self.patience.longest_gap));
                    gap = gap.saturating_mul(2);
                }
            }
        }
        self.attempt(&address, etag, limit).map_err(|failure| *failure.error)
    }

    /// Asks once, and follows redirects that stay at the server.
    fn attempt(
        &self,
        first: &Url,
        etag: Option<&str>,
        limit: u64,
    ) -> std::result::Result<Fetched, Failure> {
        let mut address = first.clone();
        for _ in 0..=REDIRECTS {
            let mut request = self.agent.get(address.as_str());
            if let Some(etag) = etag {
                request = request.header(IF_NONE_MATCH, etag);
            }
            let response = request.call().map_err(|error| transport(&address, error))?;
            match response.status().as_u16() {
                301 | 302 | 303 | 307 | 308 => {
                    address = redirected(&address, header(&response, LOCATION))?;
                }
                304 if etag.is_some() => return Ok(Fetched::Unchanged),
                404 | 410 => return Ok(Fetched::Missing),
                200 => return Ok(Fetched::Content(read(&address, response, limit)?)),
                status => return Err(refused(&address, status, &response)),
            }
        }
        let what = format!("it redirects more than {REDIRECTS} times");
        let advice = "look at the address in a browser, and give the right one with --from";
        Err(Error::new(ErrorKind::Redirect, first.as_str(), what, advice).into())
    }
}

fn is_this_machine(base: &Url) -> bool {
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

/// Where the server points to, if that is itself and no less protected.
fn redirected(from: &Url, to: Option<&str>) -> Result<Url> {
    let refuse = |what: String| {
        let advice = "look at the address in a browser, and give the right one with --from";
        Err(Error::new(ErrorKind::Redirect, from.as_str(), what, advice))
    };
    let Some(to) = to else {
        return refuse("it redirects without saying where to".to_owned());
    };
    let Ok(to) = from.join(to) else {
        return refuse("it redirects to what is no address".to_owned());
    };
    // From http to https the port changes too.
    let upgrade = from.scheme() == "http" && to.scheme() == "https";
    let same_port = from.port_or_known_default() == to.port_or_known_default()
        || (upgrade && from.port().is_none() && to.port().is_none());
    if from.host() != to.host() {
        return refuse(format!("it redirects to another host ({to})"));
    }
    if from.scheme() != to.scheme() && !upgrade {
        return refuse(format!("it redirects to an address that is less protected ({to})"));
    }
    if !same_port {
        return refuse(format!("it redirects to another port of its host ({to})"));
    }
    Ok(to)
}

/// A status that is no success: what may pass by itself is tried again.
fn refused(address: &Url, status: u16, response: &Response<Body>) -> Failure {
    let again = matches!(status, 408 | 425 | 429 | 500..=599);
    let wait = header(response, RETRY_AFTER).and_then(|value| value.trim().parse().ok());
    let advice = if again { "try it again later" } else { "look at the address in a browser" };
    let what = format!("the server responds with status {status}");
    let error = Error::new(ErrorKind::Status, address.as_str(), what, advice);
    Failure { error: Box::new(error), again, wait: wait.map(Duration::from_secs) }
}

/// The body, after any compression, and what the headers say of it.
fn read(
    address: &Url,
    response: Response<Body>,
    limit: u64,
) -> std::result::Result<Content, Failure> {
    let text = |name| header(&response, name).map(str::to_owned);
    let (etag, content_type) = (text(ETAG), text(CONTENT_TYPE));
    let mut bytes = Vec::new();
    // The bound is for what comes out of the compression: one byte more is enough to refuse it.
    let mut reader = response.into_body().into_reader().take(limit.saturating_add(1));
    reader.read_to_end(&mut bytes).map_err(|error| match ureq::Error::from(error) {
        ureq::Error::Timeout(timeout) => transport(address, ureq::Error::Timeout(timeout)),
        error => {
            let what = format!("the response ended before it was whole ({error})");
            let error = Error::new(ErrorKind::CutOff, address.as_str(), what, "try it again later");
            Failure { error: Box::new(error), again: true, wait: None }
        }
    })?;
    if u64::try_from(bytes.len()).map_or(true, |length| length > limit) {
        return Err(too_large(address.as_str(), limit).into());
    }
    Ok(Content { bytes, etag, content_type })
}

/// More than what is taken.
pub(crate) fn too_large(place: &str, limit: u64) -> Error {
    let what = format!("it is larger than {} MiB", limit / (1024 * 1024));
    Error::new(ErrorKind::TooLarge, place, what, "check that it is what it should be")
}

/// No response at all.
fn transport(address: &Url, error: ureq::Error) -> Failure {
    let (kind, again, what) = match &error {
        ureq::Error::Timeout(which) => {
            (ErrorKind::TimedOut, true, format!("the server took too long ({which})"))
        }
        ureq::Error::HostNotFound => (ErrorKind::Unreachable, true, "there is no such host".into()),
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed | ureq::Error::Protocol(_) => {
            (ErrorKind::Unreachable, true, format!("the server cannot be reached ({error})"))
        }
        _ => (ErrorKind::Unreachable, false, format!("the server cannot be asked ({error})")),
    };
    let advice = "check the connection, or give a folder with --from";
    let error = Box::new(Error::new(kind, address.as_str(), what, advice));
    Failure { error, again, wait: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_at_the_host_and_as_protected_as_they_were() {
        let follow = |from: &str, to: &str| {
            redirected(&Url::parse(from).unwrap(), Some(to)).map(|to| to.to_string())
        };
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
            (home, "http://docs.meld.io:443/b", "less protected"),
            (home, "http://docs.meld.io/b", "less protected"),
            (home, "https://docs.meld.io:8443/b", "another port"),
            (home, "https://docs.meld.io.example.com/b", "another host"),
            (home, "https://docs.meld.io@example.com/b", "another host"),
            ("http://docs.meld.io:80/a", "https://docs.meld.io:8443/a", "another port"),
            ("http://docs.meld.io:8080/a", "https://docs.meld.io/a", "another port"),
            (home, "https://", "no address"),
        ] {
            let error = follow(from, to).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Redirect);
            assert!(error.to_string().contains(what), "{to}: {error}");
        }
    }

    #[test]
    fn a_proxy_is_not_asked_for_this_machine() {
        for (base, is_here) in [
            ("http://127.0.0.1:9", true),
            ("http://localhost:9", true),
            ("http://[::1]:9", true),
            ("https://docs.meld.io", false),
        ] {
            assert_eq!(is_this_machine(&Url::parse(base).unwrap()), is_here, "{base}");
        }
    }
}
