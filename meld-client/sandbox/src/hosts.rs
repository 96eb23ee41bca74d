//! The host names that requests may use.
//!
//! A web page can point its own name at this machine (DNS rebinding), which the browser then sends as `Host`. The
//! server accepts only names and addresses of this machine, and names that are allowed explicitly.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri, header};
use url::{Host, Url};

use crate::error::Error;

#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    address: IpAddr,
    allowed: Vec<String>,
}

impl Hosts {
    pub fn new(address: IpAddr, allowed: Vec<String>) -> Result<Self, Error> {
        for name in &allowed {
            let authority: Option<Authority> = name.parse().ok();
            if authority.is_none_or(|authority| authority.host() != name) {
                let message = format!("`{name}` is not a host name without a port");
                return Err(Error::Setting { name: "allow_host", message });
            }
        }
        Ok(Self { address, allowed })
    }

    /// Returns `true` if only this machine can reach the server.
    pub fn is_loopback(&self) -> bool {
        self.address.to_canonical().is_loopback()
    }

    /// Returns the host and port of a request if the host is accepted.
    pub fn accept<'a>(&self, uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
        let mut sent = headers.get_all(header::HOST).iter();
        let host = sent.next()?.to_str().ok()?;
        let is_one = sent.next().is_none() && self.includes(&host.parse().ok()?);
        (is_one && uri.authority().is_none_or(|authority| self.includes(authority))).then_some(host)
    }

    fn includes(&self, authority: &Authority) -> bool {
        let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
        let is_name = host == "localhost"
            || host.ends_with(".localhost")
            || self.allowed.iter().any(|name| name.eq_ignore_ascii_case(&host));
        let address = host.trim_start_matches('[').trim_end_matches(']').parse();
        // User information is not valid in `Host`.
        !authority.as_str().contains('@') && (is_name || address.is_ok_and(|address| self.includes_address(address)))
    }

    /// Accepts any IP address if the server listens on all: a web page cannot have one as its name.
    fn includes_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback() || self.address.is_unspecified() || address == self.address
    }
}

/// Returns `true` if the host of a URL is this machine.
pub(crate) fn is_local(url: &str) -> bool {
    let url = Url::parse(url).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_accepted(listens: &str, host: &str) -> bool {
        let hosts = Hosts::new(listens.parse().unwrap(), vec!["mock".to_owned()]).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        hosts.accept(&Uri::from_static("/"), &headers).is_some()
    }

    #[test]
    fn local_hosts_are_accepted() {
        for host in ["localhost", "LOCALHOST:80", "a.localhost", "localhost.", "127.0.0.1:1", "127.9.9.9"] {
            assert!(is_accepted("127.0.0.1", host), "{host}");
        }
        for host in ["[::1]:8080", "[::ffff:127.0.0.1]", "mock:8080", "Mock"] {
            assert!(is_accepted("127.0.0.1", host), "{host}");
        }
        assert!(is_accepted("192.0.2.1", "192.0.2.1:80"));
        assert!(is_accepted("0.0.0.0", "172.17.0.2:80"));
    }

    #[test]
    fn other_hosts_are_refused() {
        for host in ["evil.example", "localhost.evil.example", "notlocalhost", "a@localhost", "mock.evil.example", ""] {
            for listens in ["127.0.0.1", "0.0.0.0"] {
                assert!(!is_accepted(listens, host), "{listens} {host}");
            }
        }
        assert!(!is_accepted("127.0.0.1", "192.0.2.1"));
        assert!(!is_accepted("192.0.2.1", "192.0.2.2"));
        assert!(!is_accepted("127.0.0.1", "0.0.0.0"));
    }

    #[test]
    fn missing_or_repeated_host_is_refused() {
        let hosts = Hosts::new("127.0.0.1".parse().unwrap(), Vec::new()).unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(hosts.accept(&Uri::from_static("/"), &headers), None);
        headers.insert(header::HOST, "localhost".parse().unwrap());
        assert!(hosts.accept(&Uri::from_static("http://evil.example/"), &headers).is_none());
        headers.append(header::HOST, "localhost".parse().unwrap());
        assert_eq!(hosts.accept(&Uri::from_static("/"), &headers), None);
    }

    #[test]
    fn local_urls_are_on_this_machine() {
        for url in ["http://127.0.0.1:1/x", "http://localhost/", "http://[::1]:80/"] {
            assert!(is_local(url), "{url}");
        }
        for url in ["http://example.com/", "http://localhost.example.com/", "http://192.0.2.1/"] {
            assert!(!is_local(url), "{url}");
        }
    }
}
