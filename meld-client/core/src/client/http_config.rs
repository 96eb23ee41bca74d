//! The configuration of connections.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::ClientBuilder;
use url::{Host, Url};

use crate::client::limits::TIMEOUT;
#[cfg(feature = "rustls-ring")]
use crate::client::tls;
use crate::error::Error;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The default time after which an idle connection is closed.
///
/// Load balancers close idle connections on their side: that of AWS after 60 seconds, others after 30. A request
/// that is sent at that moment fails with an unknown outcome.
const IDLE_TIMEOUT: Duration = Duration::from_secs(25);

/// The configuration of the connections of a [`Transport`](crate::Transport).
///
/// These rules hold whatever is configured, because the API key and bank data travel with every request:
///
/// - Redirects are not followed, and no `Referer` is sent.
/// - Plain `http` goes through no proxy, and neither does anything to this machine itself. Other requests use the
///   configured proxies, or those of the environment (`HTTPS_PROXY`).
/// - Plain `http` is accepted to this machine only, unless [`allow_plain_http`](Self::allow_plain_http) is set.
/// - The HTTP client retries nothing by itself, see [`RetryPolicy`](crate::RetryPolicy), and logs no bytes of connections.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use meld_client_core::{HttpConfig, Transport};
///
/// let http = HttpConfig::default().idle_timeout(Duration::from_secs(10));
/// let transport = Transport::new("https://api-sb.meld.io", http)?;
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct HttpConfig {
    allow_plain_http: bool,
    steps: Vec<Step>,
    /// PEM files.
    #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
    roots: Vec<Vec<u8>>,
    /// The name of a setting that is zero and must not be.
    zero: Option<&'static str>,
}

type Step = Arc<dyn Fn(ClientBuilder) -> ClientBuilder + Send + Sync>;

impl HttpConfig {
    /// Sets whether plain `http` is accepted to other machines than this one, such as `http://mock:8080` in a network
    /// of containers. The default is `false`.
    ///
    /// Everybody between the two machines can read the API key and all data. Do not set it in production.
    pub fn allow_plain_http(self, allow: bool) -> Self {
        Self { allow_plain_http: allow, ..self }
    }

    /// Sets the time limit of connecting. The default is 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        if timeout.is_zero() {
            self.zero = Some("connect_timeout");
        }
        self.configure(move |builder| builder.connect_timeout(timeout))
    }

    /// Sets the time after which an idle connection is closed. The default is 25 seconds. Zero makes a connection for
    /// every request.
    ///
    /// It should be shorter than the idle timeout of load balancers between the client and Meld, which is 30 or 60
    /// seconds for common ones. Otherwise requests can fail with an unknown outcome.
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        self.configure(move |builder| builder.pool_idle_timeout(timeout))
    }

    /// Trusts the certificates of a PEM file, in addition to those of the platform, as a proxy of a company may need.
    ///
    /// A file that is not PEM makes [`Transport::new`](crate::Transport::new) fail.
    #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Changes the HTTP client: proxies, name resolution, certificates and so on.
    ///
    /// Steps are applied in the order of the calls, so that the last one wins. The rules above are applied after them.
    /// The HTTP client's timeout for a whole request has no effect, because each attempt has the limit of its call.
    ///
    /// With the feature `rustls-ring` and no other TLS library, the TLS settings of [`ClientBuilder`] have no effect.
    /// Use [`root_certificates`](Self::root_certificates), or pass a whole `rustls::ClientConfig` to
    /// [`ClientBuilder::tls_backend_preconfigured`].
    pub fn configure(mut self, step: impl Fn(ClientBuilder) -> ClientBuilder + Send + Sync + 'static) -> Self {
        self.steps.push(Arc::new(step));
        self
    }

    /// Returns `true` if a step changes the HTTP client.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Returns an error if a transport cannot be created with this base URL.
    ///
    /// # Errors
    ///
    /// Returns an error as [`Transport::new`](crate::Transport::new) does.
    pub fn check_base_url(&self, base_url: &str) -> Result<(), Error> {
        self.base_url(base_url).map(drop)
    }

    /// Creates the HTTP client for this base URL.
    pub(crate) fn client(&self, base_url: &Url) -> Result<reqwest::Client, Error> {
        if let Some(setting) = self.zero {
            let reason = format!("`{setting}` is zero; set a longer time");
            return Err(Error::configuration(reason));
        }
        let builder = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).pool_idle_timeout(IDLE_TIMEOUT);
        #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
        let builder = self.with_tls(builder, base_url)?;
        let mut builder = self.steps.iter().fold(builder, |builder, step| step(builder));
        // After the steps, so that none of them undoes it.
        if base_url.scheme() != "https" || may_be_this_machine(base_url) {
            builder = builder.no_proxy();
        }
        #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
        if base_url.scheme() != "https" {
            // Loading the platform's certificates takes longer than all the rest, and plain http needs none.
            builder = builder.tls_certs_only([]);
        }
        builder
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .connection_verbose(false)
            .build()
            .map_err(|error| Error::configuration(format!("the HTTP client cannot be created: {error}")))
    }

    /// Configures TLS before the steps, so that they can replace it.
    #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
    fn with_tls(&self, builder: ClientBuilder, base_url: &Url) -> Result<ClientBuilder, Error> {
        #[cfg(feature = "rustls-ring")]
        if tls::is_needed() {
            let is_secure = base_url.scheme() == "https";
            let config = if is_secure { tls::config(&self.roots)? } else { tls::config_without_roots()? };
            return Ok(builder.tls_backend_preconfigured(config));
        }
        let _ = base_url;
        self.roots.iter().try_fold(builder, |builder, pem| {
            let certificates = reqwest::Certificate::from_pem_bundle(pem)
                .map_err(|error| Error::configuration(format!("a root certificate is not PEM: {error}")))?;
            Ok(builder.tls_certs_merge(certificates))
        })
    }

    /// Parses a base URL. Messages do not repeat it, as it may hold a password.
    pub(crate) fn base_url(&self, base_url: &str) -> Result<Url, Error> {
        let wrong = |why: &str| Err(Error::configuration(format!("the base URL {why}")));
        let Ok(url) = Url::parse(base_url) else {
            return wrong("is not a URL such as https://api.meld.io");
        };
        match url.scheme() {
            "https" => {}
            "http" if self.allow_plain_http || is_this_machine(&url) => {}
            "http" => {
                return wrong(
                    "must begin with https://; http:// is accepted for this machine itself \
                     (localhost, 127.0.0.1, [::1]), and for others only with `allow_plain_http(true)`",
                );
            }
            _ => return wrong("must begin with https://"),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("must not have a user or password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return wrong("must not have a query or fragment");
        }
        Ok(url)
    }
}

impl fmt::Debug for HttpConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpConfig")
            .field("allow_plain_http", &self.allow_plain_http)
            .field("is_configured", &self.is_configured())
            .finish_non_exhaustive()
    }
}

/// Returns `true` if the host cannot be another machine, so that no data leaves this one.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified(),
        Some(Host::Ipv6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.is_loopback() || address.is_unspecified(),
            None => address.is_loopback() || address.is_unspecified(),
        },
        None => false,
    }
}

/// Returns `true` also for names that resolvers take for this machine. A proxy would take them for itself.
fn may_be_this_machine(url: &Url) -> bool {
    let name = url.domain().map(|name| name.trim_end_matches('.')).unwrap_or_default();
    let is_name = matches!(name, "localhost" | "ip6-localhost" | "ip6-loopback")
        || name == "localhost.localdomain"
        || name.ends_with(".localhost");
    is_name || is_this_machine(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn base_urls_are_https_or_local() {
        let config = HttpConfig::default();
        for good in [
            "https://api.meld.io",
            "https://api-sb.meld.io/",
            "https://proxy.example:8443/meld/v1",
            "http://localhost:8080",
            "http://LOCALHOST",
            "http://127.0.0.1:9",
            "http://127.9.9.9",
            "http://2130706433",
            "http://0.0.0.0:8080",
            "http://[::1]:9/x/",
            "http://[::ffff:127.0.0.1]",
        ] {
            assert!(config.base_url(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "api.meld.io",
            "http://api.meld.io",
            "http://localhost.example",
            "http://ip6-localhost",
            "http://evil.localhost",
            "http://128.0.0.1",
            "http://[::ffff:8.8.8.8]",
            "ftp://localhost",
            "file:///tmp",
            "https://user@api.meld.io",
            "https://:password@api.meld.io",
            "https://api.meld.io?x=1",
            "https://api.meld.io/#x",
        ] {
            let error = config.base_url(bad).unwrap_err();
            assert!(matches!(error.kind(), crate::error::ErrorKind::Configuration { .. }), "{bad}");
            assert!(!error.to_string().contains("password@"), "{error}");
        }
    }

    /// Returns `true` if the debug output of a client has the proxy.
    fn has_proxy(base_url: &str) -> bool {
        let config = HttpConfig::default()
            .configure(|builder| builder.proxy(reqwest::Proxy::all("http://proxy.example:3128").unwrap()));
        let client = config.client(&url(base_url)).unwrap();
        format!("{client:?}").contains("proxy.example")
    }

    #[test]
    fn plain_http_and_loopback_use_no_proxy() {
        for direct in [
            "http://mock:8080",
            "http://localhost",
            "http://127.0.0.1",
            "https://localhost:8443",
            "https://localhost.",
            "https://api.localhost",
            "https://ip6-localhost",
            "https://127.0.0.1",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]",
            "https://0.0.0.0",
        ] {
            assert!(!has_proxy(direct), "{direct}");
        }
        for proxied in ["https://api.meld.io", "https://localhost.example"] {
            assert!(has_proxy(proxied), "{proxied}");
        }
    }

    #[test]
    fn last_call_wins() {
        let client = |config: HttpConfig| {
            let client = config.client(&url("https://api.meld.io")).unwrap();
            format!("{client:?}")
        };
        let agent = |name: &'static str| move |b: ClientBuilder| b.user_agent(name);
        let text = client(HttpConfig::default().configure(agent("first")).configure(agent("last")));
        assert!(text.contains("last") && !text.contains("first"), "{text}");
        let zero = HttpConfig::default().connect_timeout(Duration::ZERO);
        let error = zero.client(&url("https://api.meld.io")).unwrap_err();
        assert_eq!(error.to_string(), "`connect_timeout` is zero; set a longer time");
    }

    #[cfg(any(feature = "rustls", feature = "rustls-ring", feature = "native-tls"))]
    #[test]
    fn invalid_root_certificates_fail() {
        let broken = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        let error = HttpConfig::default().root_certificates(broken).client(&url("https://api.meld.io")).unwrap_err();
        assert!(matches!(error.kind(), crate::error::ErrorKind::Configuration { .. }), "{error}");
        let valid = include_bytes!("tls/localhost.pem");
        for base_url in ["https://api.meld.io", "http://localhost"] {
            assert!(HttpConfig::default().root_certificates(valid).client(&url(base_url)).is_ok());
        }
    }
}
