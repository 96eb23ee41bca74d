//! The faults that can be injected.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use axum::http::StatusCode;
use chrono::{TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::Error;
use crate::problem::Problem;

/// The time for which an accepted request is in progress, as `Retry-After` says.
const ACCEPTED_FOR: Duration = Duration::from_secs(1);
/// The target of redirects: a host that does not exist, because clients must not follow them.
const REDIRECT_TARGET: &str = "https://elsewhere.invalid/";

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// A fault that the mock server injects.
        ///
        /// A fault that is only a status refuses the request without executing it. All others execute the request and
        /// damage the response, unless they say otherwise. Faults after the work do not apply to requests that the
        /// server itself refuses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
        pub enum Fault {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $name,)+
        }

        impl Fault {
            /// All faults.
            pub const ALL: &[Fault] = &[$(Fault::$name),+];

            /// Returns the name in rules and in the header `Sandbox-Fault`.
            pub fn name(self) -> &'static str {
                match self { $(Fault::$name => $text),+ }
            }
        }
    };
}

faults! {
    /// 400 `BAD_REQUEST`.
    BadRequest = "bad-request",
    /// 400 with the code in `error` instead of `code`, as third parties have reported.
    CodeUnderError = "code-under-error",
    /// 401 `UNAUTHORIZED`.
    Unauthorized = "unauthorized",
    /// 403 `SERVICE_PROVIDER_NOT_ENABLED`.
    Forbidden = "forbidden",
    /// 404 `NOT_FOUND`.
    NotFound = "not-found",
    /// 408 `QUOTE_TIMEOUT`.
    RequestTimeout = "request-timeout",
    /// 409 `CONFLICT`.
    Conflict = "conflict",
    /// 422 `HEADLESS_PROVIDER_REJECTED`, with the provider's error.
    Unprocessable = "unprocessable",
    /// 425 with `Retry-After: 2` and no body.
    TooEarly = "too-early",
    /// 429 without `Retry-After`.
    TooManyRequests = "too-many-requests",
    /// 429 with `Retry-After: 1`.
    TooManyRequestsSeconds = "too-many-requests-seconds",
    /// 429 with a date two seconds ahead in `Retry-After`.
    TooManyRequestsDate = "too-many-requests-date",
    /// 500 `SERVICE_PROVIDER_ERROR`.
    InternalError = "internal-error",
    /// 500 `SERVICE_PROVIDER_ERROR`, although the request was executed.
    InternalErrorAfterWork = "internal-error-after-work",
    /// 501 `NOT_SUPPORTED`.
    NotSupported = "not-supported",
    /// 502 `TRANSACTION_EXCEPTION`.
    BadGateway = "bad-gateway",
    /// 503 with `Retry-After: 1`.
    Unavailable = "unavailable",
    /// 504.
    GatewayTimeout = "gateway-timeout",
    /// 502 with an HTML page, as from a gateway.
    HtmlErrorPage = "html-error-page",
    /// 500 without a body.
    EmptyError = "empty-error",
    /// The connection is reset before the response; the request was executed.
    ConnectionReset = "connection-reset",
    /// The connection is reset; the request was not executed.
    ConnectionResetUnworked = "connection-reset-unworked",
    /// The response is delayed. Until then, a request with the same idempotency key gets 425.
    Slow = "slow",
    /// The body is sent in small pieces.
    SlowDrip = "slow-drip",
    /// The connection is closed in the middle of the body.
    CutOff = "cut-off",
    /// The body is truncated JSON with a matching `Content-Length`.
    MalformedJson = "malformed-json",
    /// The response has no body.
    EmptyBody = "empty-body",
    /// Every value in an object is null.
    NullValues = "null-values",
    /// Every enum has a value that no spec declares.
    UnknownEnumValues = "unknown-enum-values",
    /// Every object has a field that no spec declares, except maps, which allow any name.
    ExtraFields = "extra-fields",
    /// Every number has 20 decimals.
    ManyDecimals = "many-decimals",
    /// Numbers and booleans are strings, strings of digits are numbers, empty lists are objects.
    WrongScalars = "wrong-scalars",
    /// `Meld-Version` names a version that was not requested.
    WrongVersion = "wrong-version",
    /// `Meld-Version` is missing.
    NoVersion = "no-version",
    /// 409 `IDEMPOTENCY_KEY_CONFLICT`, although the request was executed.
    KeyConflictAfterWork = "key-conflict-after-work",
    /// 409 `REQUEST_CONFLICT`, although the request was executed.
    RequestConflictAfterWork = "request-conflict-after-work",
    /// 202 with `Retry-After: 1` and without a body. The request was executed; for one second, a request with the same
    /// idempotency key gets 425.
    Accepted = "accepted",
    /// 200 with only `{"error": "PROVIDER_TIMEOUT"}`, although the request was executed.
    ErrorUnderOk = "error-under-ok",
    /// 201 with only `{"error": "PROVIDER_TIMEOUT"}`, although the request was executed.
    ErrorUnderCreated = "error-under-created",
    /// 202 with only `{"error": "PROVIDER_TIMEOUT"}`, although the request was executed.
    ErrorUnderAccepted = "error-under-accepted",
    /// 303 to another host, although the request was executed.
    SeeOther = "see-other",
    /// 307 to another host.
    TemporaryRedirect = "temporary-redirect",
    /// 407 from a proxy, without a body.
    ProxyAuthentication = "proxy-authentication",
    /// 421 from a gateway, without a body.
    Misdirected = "misdirected",
    /// `Content-Encoding` is unknown, and the body is not encoded.
    UnknownEncoding = "unknown-encoding",
    /// 200 with only `{"code": "PROVIDER_TIMEOUT", "message": …}`, although the request was executed.
    CodeUnderOk = "code-under-ok",
    /// The first string of the body is one byte that is not UTF-8.
    InvalidUtf8 = "invalid-utf8",
    /// The first number of the body is `NaN`, which is not JSON.
    NotANumber = "not-a-number",
    /// Every currency in the body differs from that of the request.
    OtherCurrency = "other-currency",
    /// 400 `BAD_REQUEST` with the API key in `x-request-id` and in `meld-version`.
    KeyInHeaders = "key-in-headers",
    /// 400 `BAD_REQUEST` with the API key in the message, as `\u` escapes, and as a field name.
    KeyInBody = "key-in-body",
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Fault {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL.iter().copied().find(|fault| fault.name() == name).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|fault| fault.name()).collect();
            Error::Faults(format!("the fault `{name}` is unknown; expected one of {}", names.join(", ")))
        })
    }
}

impl Fault {
    pub(crate) fn refusal(self) -> Option<Problem> {
        let problem = |status, code| Problem::new(status, code, "Injected fault");
        Some(match self {
            Fault::BadRequest | Fault::CodeUnderError | Fault::KeyInHeaders | Fault::KeyInBody => {
                problem(StatusCode::BAD_REQUEST, "BAD_REQUEST").with_error("[sourceAmount] is an injected fault")
            }
            Fault::Unauthorized => problem(StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
            Fault::Forbidden => problem(StatusCode::FORBIDDEN, "SERVICE_PROVIDER_NOT_ENABLED"),
            Fault::NotFound => problem(StatusCode::NOT_FOUND, "NOT_FOUND"),
            Fault::RequestTimeout => problem(StatusCode::REQUEST_TIMEOUT, "QUOTE_TIMEOUT"),
            Fault::Conflict => problem(StatusCode::CONFLICT, "CONFLICT"),
            Fault::Unprocessable => {
                let mut refusal = problem(StatusCode::UNPROCESSABLE_ENTITY, "HEADLESS_PROVIDER_REJECTED");
                let details = json!({ "code": "5034", "message": "Refused by the provider" });
                refusal.provider = Some(Box::new(details));
                refusal
            }
            Fault::TooEarly => problem(StatusCode::TOO_EARLY, "TOO_EARLY").with_retry_after(2),
            Fault::TooManyRequests => too_many(),
            Fault::TooManyRequestsSeconds => too_many().with_retry_after(1),
            Fault::TooManyRequestsDate => {
                let mut refusal = too_many();
                // By the real clock, which clients compare it with.
                let then = Utc::now() + TimeDelta::seconds(2);
                refusal.retry_after = Some(then.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
                refusal
            }
            Fault::InternalError => problem(StatusCode::INTERNAL_SERVER_ERROR, "SERVICE_PROVIDER_ERROR"),
            Fault::NotSupported => problem(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED"),
            Fault::BadGateway | Fault::HtmlErrorPage => problem(StatusCode::BAD_GATEWAY, "TRANSACTION_EXCEPTION"),
            Fault::Unavailable => problem(StatusCode::SERVICE_UNAVAILABLE, "UNKNOWN").with_retry_after(1),
            Fault::GatewayTimeout => problem(StatusCode::GATEWAY_TIMEOUT, "UNKNOWN"),
            Fault::EmptyError => problem(StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN"),
            Fault::TemporaryRedirect => problem(StatusCode::TEMPORARY_REDIRECT, "UNKNOWN"),
            Fault::ProxyAuthentication => problem(StatusCode::PROXY_AUTHENTICATION_REQUIRED, "UNKNOWN"),
            Fault::Misdirected => problem(StatusCode::MISDIRECTED_REQUEST, "UNKNOWN"),
            _ => return None,
        })
    }

    /// Returns the refusal that is sent after executing the request, for faults that do so.
    pub(crate) fn refusal_after_work(self) -> Option<Problem> {
        let (status, code) = match self {
            Fault::InternalErrorAfterWork => (StatusCode::INTERNAL_SERVER_ERROR, "SERVICE_PROVIDER_ERROR"),
            Fault::KeyConflictAfterWork => (StatusCode::CONFLICT, "IDEMPOTENCY_KEY_CONFLICT"),
            Fault::RequestConflictAfterWork => (StatusCode::CONFLICT, "REQUEST_CONFLICT"),
            Fault::SeeOther => (StatusCode::SEE_OTHER, "UNKNOWN"),
            _ => return None,
        };
        Some(Problem::new(status, code, "Injected fault, after the work"))
    }

    /// Returns the status and body that replace those of a success, for faults that do so.
    pub(crate) fn other_success(self) -> Option<(StatusCode, Value)> {
        let error = || json!({ "error": "PROVIDER_TIMEOUT" });
        match self {
            Fault::Accepted => Some((StatusCode::ACCEPTED, Value::Null)),
            Fault::ErrorUnderOk => Some((StatusCode::OK, error())),
            Fault::CodeUnderOk => {
                let body = json!({ "code": "PROVIDER_TIMEOUT", "message": "Injected fault" });
                Some((StatusCode::OK, body))
            }
            Fault::ErrorUnderCreated => Some((StatusCode::CREATED, error())),
            Fault::ErrorUnderAccepted => Some((StatusCode::ACCEPTED, error())),
            _ => None,
        }
    }

    /// Returns the time for which a request is in progress, by the server's clock.
    pub(crate) fn takes(self, slow: Duration) -> Duration {
        match self {
            Fault::Slow => slow,
            Fault::Accepted => ACCEPTED_FOR,
            _ => Duration::ZERO,
        }
    }

    pub(crate) fn is_without_body(self) -> bool {
        matches!(
            self,
            Fault::EmptyBody
                | Fault::EmptyError
                | Fault::TooEarly
                | Fault::Accepted
                | Fault::SeeOther
                | Fault::TemporaryRedirect
                | Fault::ProxyAuthentication
                | Fault::Misdirected
        )
    }

    /// Returns a header that the fault adds to the response.
    pub(crate) fn header(self) -> Option<(&'static str, &'static str)> {
        match self {
            Fault::SeeOther | Fault::TemporaryRedirect => Some(("location", REDIRECT_TARGET)),
            Fault::ProxyAuthentication => Some(("proxy-authenticate", "Basic realm=\"proxy\"")),
            Fault::UnknownEncoding => Some(("content-encoding", "utf-8")),
            _ => None,
        }
    }

    /// Returns `true` if the connection is reset without a response.
    pub(crate) fn resets(self) -> bool {
        matches!(self, Fault::ConnectionReset | Fault::ConnectionResetUnworked)
    }
}

fn too_many() -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", "Injected fault")
}
