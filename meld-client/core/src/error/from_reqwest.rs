//! Conversion of errors of the HTTP client.

use std::error::Error as StdError;

use url::Url;

use super::Error;
use super::kind::TransportFailure;

/// Omits the URL of the request, because its query may hold personal data.
impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        let failure = if error.is_connect() && is_tls(&error) {
            TransportFailure::Tls
        } else if error.is_connect() {
            TransportFailure::Connect
        } else if error.is_timeout() {
            TransportFailure::Timeout
        } else if error.is_request() || error.is_body() || error.is_decode() {
            TransportFailure::Interrupted
        } else {
            TransportFailure::Other
        };
        let mut converted = Self::transport(failure);
        converted.inner.source = Some(Box::new(error.without_url()));
        converted
    }
}

impl Error {
    /// Returns an error if a response is not from the URL of its request. Redirects are not followed, so this is a fault
    /// of the HTTP client or of its configuration.
    pub(crate) fn check_url(response: reqwest::Response, url: &Url) -> Result<reqwest::Response, Self> {
        if response.url() == url { Ok(response) } else { Err(Self::transport(TransportFailure::OtherUrl)) }
    }
}

/// Returns `true` if TLS failed.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if is_tls_error(error) {
            return true;
        }
        // `source` skips the error that an I/O error wraps.
        cause = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(within) => Some(within),
            None => error.source(),
        };
    }
    false
}

fn is_tls_error(error: &(dyn StdError + 'static)) -> bool {
    #[cfg(any(feature = "rustls", feature = "rustls-ring"))]
    if error.is::<rustls::Error>() {
        return true;
    }
    #[cfg(feature = "native-tls")]
    if error.is::<native_tls::Error>() {
        return true;
    }
    let _ = error;
    false
}
