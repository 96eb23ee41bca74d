//! The API version of a request and of its response.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::COOKIE;

use super::Request;
use crate::client::api_version::ApiVersion;
use crate::client::header_names::MELD_VERSION;
use crate::error::{Error, RawResponse};
use crate::http_response::HttpResponse;
use crate::operation::{Parameter, ParameterLocation};

/// The version of an endpoint that has no dated version.
const UNVERSIONED: &str = "unversioned";

impl Request {
    /// Returns the API version that the request is sent with: the one of its
    /// [options](crate::RequestOptions::set_meld_version), or the newest of
    ///
    /// - the version of the operation
    /// - the [minimum version](crate::Operation::minimum_version) of the operation
    /// - the minimum versions of the parameters that are set
    #[must_use]
    pub fn meld_version(&self) -> Cow<'static, str> {
        match self.fields.options.meld_version() {
            Some(version) => Cow::Owned(version.to_string()),
            None => Cow::Borrowed(self.fields.operation.version.max(self.minimum_version().unwrap_or_default())),
        }
    }

    /// Returns the response if its version is that of the request or new enough for what the request uses. A lower
    /// version that the caller asked for is accepted.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`OlderVersion`](crate::ErrorKind::OlderVersion) if the response is older.
    pub(crate) fn check_served_version(&self, response: HttpResponse) -> Result<HttpResponse, Error> {
        let sent = self.meld_version();
        let Some(needed) = self.minimum_version().filter(|needed| *needed <= &*sent) else { return Ok(response) };
        match served(&response.headers) {
            Some(served) if is_older(served, needed) => {
                let served = served.to_owned();
                Err(Error::older_version(RawResponse::from_http_response(response), needed, served))
            }
            _ => Ok(response),
        }
    }

    /// Returns the newest of the minimum versions of the operation and of the parameters that are set.
    fn minimum_version(&self) -> Option<&'static str> {
        let parameters = self.fields.operation.parameters.iter().filter(|parameter| self.has(parameter));
        let versions = parameters.filter_map(|parameter| parameter.minimum_version);
        versions.chain(self.fields.operation.minimum_version).max()
    }

    fn has(&self, parameter: &Parameter) -> bool {
        let name = parameter.name;
        match parameter.location {
            ParameterLocation::Path => true,
            // `deepObject` adds the name of a property: `filter[name]`.
            ParameterLocation::Query => {
                let rests = self.fields.query.iter().filter_map(|(known, _)| known.strip_prefix(name));
                rests.into_iter().any(|rest| rest.is_empty() || rest.starts_with('['))
            }
            ParameterLocation::Header => self.fields.headers.contains_key(name),
            ParameterLocation::Cookie => {
                let cookies =
                    self.fields.headers.get(COOKIE).and_then(|cookies| cookies.to_str().ok()).unwrap_or_default();
                cookies.split("; ").any(|cookie| cookie.split('=').next() == Some(name))
            }
        }
    }
}

fn served(headers: &HeaderMap) -> Option<&str> {
    headers.get(&MELD_VERSION)?.to_str().ok().map(str::trim)
}

/// Returns `true` if a version is older than another. Anything that is not a version is not.
fn is_older(served: &str, needed: &str) -> bool {
    served == UNVERSIONED || (served.parse::<ApiVersion>().is_ok() && served < needed)
}
