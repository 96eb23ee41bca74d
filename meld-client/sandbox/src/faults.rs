//! What goes wrong on purpose: by rule, or by the request header `Sandbox-Fault`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use axum::http::StatusCode;
use chrono::{TimeDelta, Utc};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Error;
use crate::documents::{Operation, operations};
use crate::envelope::Problem;
use crate::random::seeded;

/// How long a request is worked on that is accepted at first: as `Retry-After` says.
const ACCEPTED_FOR: Duration = Duration::from_secs(1);
/// Where redirects lead: to no host at all, as nobody may follow them.
const ELSEWHERE: &str = "https://elsewhere.invalid/";

macro_rules! faults {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// Something that goes wrong on purpose.
        ///
        /// Faults that are a status alone refuse the request: nothing is carried out. All others let
        /// it be carried out and damage the response, unless they say otherwise.
        ///
        /// Faults after the work leave a request alone that the server refuses.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        pub enum Fault {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $name,)+
        }

        impl Fault {
            /// All of them.
            pub const ALL: &[Fault] = &[$(Fault::$name),+];

            /// The name in rules and in the header `Sandbox-Fault`.
            pub fn name(self) -> &'static str {
                match self { $(Fault::$name => $text),+ }
            }
        }
    };
}

faults! {
    /// 400 `BAD_REQUEST`.
    BadRequest = "bad-request",
    /// 400 with the code under `error` in place of `code`, as third parties have seen it.
    CodeUnderError = "code-under-error",
    /// 401: the key is refused.
    Unauthorized = "unauthorized",
    /// 403 `SERVICE_PROVIDER_NOT_ENABLED`.
    Forbidden = "forbidden",
    /// 404 `NOT_FOUND`.
    NotFound = "not-found",
    /// 408 `QUOTE_TIMEOUT`.
    RequestTimeout = "request-timeout",
    /// 409 `CONFLICT`.
    Conflict = "conflict",
    /// 422 `HEADLESS_PROVIDER_REJECTED`, with what the provider said.
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
    /// 500 `SERVICE_PROVIDER_ERROR`, although the request was carried out.
    InternalErrorAfterWork = "internal-error-after-work",
    /// 501 `NOT_SUPPORTED`.
    NotSupported = "not-supported",
    /// 502 `TRANSACTION_EXCEPTION`.
    BadGateway = "bad-gateway",
    /// 503 with `Retry-After: 1`.
    Unavailable = "unavailable",
    /// 504.
    GatewayTimeout = "gateway-timeout",
    /// 502 with a page of HTML, as a gateway in front of Meld would send it.
    HtmlErrorPage = "html-error-page",
    /// 500 without a body.
    EmptyError = "empty-error",
    /// The connection is reset before the response; the request was carried out.
    ConnectionReset = "connection-reset",
    /// The connection is reset; the request was not carried out.
    ConnectionResetUnworked = "connection-reset-unworked",
    /// The response comes late. A request with the same idempotency key meanwhile gets 425.
    Slow = "slow",
    /// The body comes in small pieces.
    SlowDrip = "slow-drip",
    /// The connection ends in the middle of the body.
    CutOff = "cut-off",
    /// The body ends too early, yet as the headers say: it is no JSON.
    MalformedJson = "malformed-json",
    /// The response has no body.
    EmptyBody = "empty-body",
    /// Every value in an object is null.
    NullValues = "null-values",
    /// Every enum has a value that no document knows.
    UnknownEnumValues = "unknown-enum-values",
    /// Every object has a field that no document knows; maps, in which all names are known, have not.
    ExtraFields = "extra-fields",
    /// Every number is written with 20 decimals.
    ManyDecimals = "many-decimals",
    /// Numbers and booleans are texts, texts of digits are numbers, empty lists are objects.
    WrongScalars = "wrong-scalars",
    /// `Meld-Version` names a version that was not asked for.
    WrongVersion = "wrong-version",
    /// There is no `Meld-Version`.
    NoVersion = "no-version",
    /// 409 `IDEMPOTENCY_KEY_CONFLICT`, although the request was carried out.
    KeyConflictAfterWork = "key-conflict-after-work",
    /// 409 `REQUEST_CONFLICT`, although the request was carried out.
    RequestConflictAfterWork = "request-conflict-after-work",
    /// 202 with `Retry-After: 1` and without a body. The request is carried out; for a second, one with the same
    /// idempotency key gets 425.
    Accepted = "accepted",
    /// 200 with nothing but `{"error": "PROVIDER_TIMEOUT"}`, although the request was carried out.
    ErrorUnderOk = "error-under-ok",
    /// 201 with nothing but `{"error": "PROVIDER_TIMEOUT"}`, although the request was carried out.
    ErrorUnderCreated = "error-under-created",
    /// 202 with nothing but `{"error": "PROVIDER_TIMEOUT"}`, although the request was carried out.
    ErrorUnderAccepted = "error-under-accepted",
    /// 303 to another host, although the request was carried out.
    SeeOther = "see-other",
    /// 307 to another host.
    TemporaryRedirect = "temporary-redirect",
    /// 407 from a proxy, without a body.
    ProxyAuthentication = "proxy-authentication",
    /// 421 from a gateway, without a body.
    Misdirected = "misdirected",
    /// `Content-Encoding` names no encoding, and the body has none.
    UnknownEncoding = "unknown-encoding",
    /// 200 with nothing but `{"code": "PROVIDER_TIMEOUT", "message": …}`, although the request was carried out.
    CodeUnderOk = "code-under-ok",
    /// The first string of the body is one byte that is not UTF-8.
    InvalidUtf8 = "invalid-utf8",
    /// The first number of the body is `NaN`, which JSON does not have.
    NotANumber = "not-a-number",
    /// Every currency in the body is another one: the response is to something else than what was asked.
    OtherCurrency = "other-currency",
    /// 400 `BAD_REQUEST` with the API key in `x-request-id` and in `meld-version`.
    KeyInHeaders = "key-in-headers",
    /// 400 `BAD_REQUEST` with the API key in the message, written in `\u` escapes, and as the name of a field.
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
            Error::Faults(format!("there is no fault '{name}'; there are: {}", names.join(", ")))
        })
    }
}

impl Fault {
    /// The refusal, for faults that are one.
    pub(crate) fn refusal(self) -> Option<Problem> {
        let problem = |status, code| Problem::new(status, code, "A fault was asked for");
        Some(match self {
            Fault::BadRequest | Fault::CodeUnderError | Fault::KeyInHeaders | Fault::KeyInBody => {
                let errors = vec!["[sourceAmount] is a fault that was asked for".to_owned()];
                problem(StatusCode::BAD_REQUEST, "BAD_REQUEST").with_errors(errors)
            }
            Fault::Unauthorized => problem(StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
            Fault::Forbidden => problem(StatusCode::FORBIDDEN, "SERVICE_PROVIDER_NOT_ENABLED"),
            Fault::NotFound => problem(StatusCode::NOT_FOUND, "NOT_FOUND"),
            Fault::RequestTimeout => problem(StatusCode::REQUEST_TIMEOUT, "QUOTE_TIMEOUT"),
            Fault::Conflict => problem(StatusCode::CONFLICT, "CONFLICT"),
            Fault::Unprocessable => {
                let mut refusal =
                    problem(StatusCode::UNPROCESSABLE_ENTITY, "HEADLESS_PROVIDER_REJECTED");
                let said =
                    serde_json::json!({ "code": "5034", "message": "Refused by the provider" });
                refusal.provider = Some(Box::new(said));
                refusal
            }
            Fault::TooEarly => problem(StatusCode::TOO_EARLY, "TOO_EARLY").with_retry_after(2),
            Fault::TooManyRequests => too_many(),
            Fault::TooManyRequestsSeconds => too_many().with_retry_after(1),
            Fault::TooManyRequestsDate => {
                let mut refusal = too_many();
                // By the real clock: that is what the reader of a date has.
                let then = Utc::now() + TimeDelta::seconds(2);
                refusal.retry_after = Some(then.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
                refusal
            }
            Fault::InternalError => {
                problem(StatusCode::INTERNAL_SERVER_ERROR, "SERVICE_PROVIDER_ERROR")
            }
            Fault::NotSupported => problem(StatusCode::NOT_IMPLEMENTED, "NOT_SUPPORTED"),
            Fault::BadGateway | Fault::HtmlErrorPage => {
                problem(StatusCode::BAD_GATEWAY, "TRANSACTION_EXCEPTION")
            }
            Fault::Unavailable => {
                problem(StatusCode::SERVICE_UNAVAILABLE, "UNKNOWN").with_retry_after(1)
            }
            Fault::GatewayTimeout => problem(StatusCode::GATEWAY_TIMEOUT, "UNKNOWN"),
            Fault::EmptyError => problem(StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN"),
            Fault::TemporaryRedirect => problem(StatusCode::TEMPORARY_REDIRECT, "UNKNOWN"),
            Fault::ProxyAuthentication => {
                problem(StatusCode::PROXY_AUTHENTICATION_REQUIRED, "UNKNOWN")
            }
            Fault::Misdirected => problem(StatusCode::MISDIRECTED_REQUEST, "UNKNOWN"),
            _ => return None,
        })
    }

    /// The refusal that is answered although the request was carried out, for faults that are one.
    pub(crate) fn refusal_after_work(self) -> Option<Problem> {
        let (status, code) = match self {
            Fault::InternalErrorAfterWork => {
                (StatusCode::INTERNAL_SERVER_ERROR, "SERVICE_PROVIDER_ERROR")
            }
            Fault::KeyConflictAfterWork => (StatusCode::CONFLICT, "IDEMPOTENCY_KEY_CONFLICT"),
            Fault::RequestConflictAfterWork => (StatusCode::CONFLICT, "REQUEST_CONFLICT"),
            Fault::SeeOther => (StatusCode::SEE_OTHER, "UNKNOWN"),
            _ => return None,
        };
        Some(Problem::new(status, code, "A fault was asked for, after the work"))
    }

    /// The status and the body in place of those of a success, for faults that are others.
    pub(crate) fn other_success(self) -> Option<(StatusCode, Value)> {
        let error = || json!({ "error": "PROVIDER_TIMEOUT" });
        match self {
            Fault::Accepted => Some((StatusCode::ACCEPTED, Value::Null)),
            Fault::ErrorUnderOk => Some((StatusCode::OK, error())),
            Fault::CodeUnderOk => {
                let body =
                    json!({ "code": "PROVIDER_TIMEOUT", "message": "A fault was asked for" });
                Some((StatusCode::OK, body))
            }
            Fault::ErrorUnderCreated => Some((StatusCode::CREATED, error())),
            Fault::ErrorUnderAccepted => Some((StatusCode::ACCEPTED, error())),
            _ => None,
        }
    }

    /// How long a request is worked on, by the clock of the server.
    pub(crate) fn takes(self, slow: Duration) -> Duration {
        match self {
            Fault::Slow => slow,
            Fault::Accepted => ACCEPTED_FOR,
            _ => Duration::ZERO,
        }
    }

    /// The response has no body.
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

    /// A header that the response has because of the fault.
    pub(crate) fn header(self) -> Option<(&'static str, &'static str)> {
        match self {
            Fault::SeeOther | Fault::TemporaryRedirect => Some(("location", ELSEWHERE)),
            Fault::ProxyAuthentication => Some(("proxy-authenticate", "Basic realm=\"proxy\"")),
            Fault::UnknownEncoding => Some(("content-encoding", "utf-8")),
            _ => None,
        }
    }

    /// The connection ends without a response.
    pub(crate) fn resets(self) -> bool {
        matches!(self, Fault::ConnectionReset | Fault::ConnectionResetUnworked)
    }
}

fn too_many() -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", "A fault was asked for")
}

/// When a fault happens.
///
/// Without conditions it happens at every call.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    /// What happens.
    pub fault: Fault,
    /// Only for operations whose operationId or path fits; `*` stands for any text.
    #[serde(default)]
    pub operation: Option<String>,
    /// Only at this call of those that fit, from 1.
    #[serde(default)]
    pub nth: Option<u64>,
    /// Only with this probability, from 0 to 1, by the seed.
    #[serde(default)]
    pub probability: Option<f64>,
}

impl FaultRule {
    /// This fault at every call.
    pub fn new(fault: Fault) -> Self {
        Self { fault, operation: None, nth: None, probability: None }
    }

    /// Only for operations whose operationId or path fits; `*` stands for any text. A pattern that fits none is an error
    /// when the rule is given to a server.
    #[must_use]
    pub fn operation(mut self, pattern: impl Into<String>) -> Self {
        self.operation = Some(pattern.into());
        self
    }

    /// Only at this call of those that fit, from 1. 0 is an error when the rule is given to a server.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.nth = Some(nth);
        self
    }

    /// Only with this probability, from 0 to 1, by the seed. Any other is an error when the rule is given to a server.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(probability);
        self
    }

    /// The rules of a file: a list `faults` in JSON or, if its name ends in `.toml`, in TOML.
    ///
    /// # Errors
    /// When the file cannot be read or understood, or a rule in it can never happen.
    pub fn read(path: &Path) -> Result<Vec<Self>, Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Rules {
            faults: Vec<FaultRule>,
        }
        let fault = |message: String| Error::Faults(format!("{}: {message}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| fault(error.to_string()))?;
        let rules: Rules = if path.extension().is_some_and(|extension| extension == "toml") {
            toml::from_str(&text).map_err(|error| fault(error.to_string()))?
        } else {
            serde_json::from_str(&text).map_err(|error| fault(error.to_string()))?
        };
        for rule in &rules.faults {
            rule.check(operations()?).map_err(|error| fault(error.to_string()))?;
        }
        Ok(rules.faults)
    }

    /// Refuses a rule that can never happen: a misspelt one would leave a test without its fault.
    pub(crate) fn check(&self, operations: &[Operation]) -> Result<(), Error> {
        if let Some(pattern) = &self.operation
            && !operations.iter().any(|operation| self.fits(operation))
        {
            let near = nearest(pattern, operations).join(", ");
            let message =
                format!("operation: '{pattern}' fits no operation; the nearest are: {near}");
            return Err(Error::Faults(message));
        }
        if self.nth == Some(0) {
            return Err(Error::Faults(
                "nth: calls are counted from 1, so 0 never comes".to_owned(),
            ));
        }
        match self.probability {
            Some(chance) if !(0.0..=1.0).contains(&chance) => {
                Err(Error::Faults(format!("probability: {chance} is not from 0 to 1")))
            }
            _ => Ok(()),
        }
    }

    fn fits(&self, operation: &Operation) -> bool {
        self.operation.as_ref().is_none_or(|pattern| {
            let pattern = pattern.as_str();
            fits(pattern, operation.name()) || fits(pattern, &operation.path)
        })
    }
}

/// The operationIds, or for a path the paths, that are most like a text.
fn nearest<'a>(text: &str, operations: &'a [Operation]) -> Vec<&'a str> {
    let names = operations.iter().map(|operation| match text.starts_with('/') {
        true => operation.path.as_str(),
        false => operation.name(),
    });
    let mut names: Vec<&str> = names.collect::<BTreeSet<_>>().into_iter().collect();
    names.sort_by_cached_key(|name| strsim::damerau_levenshtein(text, name));
    names.truncate(3);
    names
}

/// Whether a text is what a pattern says, in which `*` is any text.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            text.char_indices()
                .map(|(index, _)| index)
                .chain([text.len()])
                .any(|index| fits(rest, &text[index..]))
        }),
    }
}

/// The rules of a running sandbox, with what they have seen.
pub(crate) struct Faults {
    rules: Vec<(FaultRule, u64, ChaCha8Rng)>,
    /// How often each fault has happened.
    pub happened: BTreeMap<Fault, u64>,
}

impl Faults {
    pub fn new(rules: Vec<FaultRule>, seed: u64) -> Self {
        let rules = rules.into_iter().enumerate();
        let rules =
            rules.map(|(index, rule)| (rule, 0, seeded(seed, &format!("fault rule {index}"))));
        Self { rules: rules.collect(), happened: BTreeMap::new() }
    }

    pub fn add(&mut self, rule: FaultRule, seed: u64) {
        let random = seeded(seed, &format!("fault rule {}", self.rules.len()));
        self.rules.push((rule, 0, random));
    }

    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// What happens to this call: what its header asks for, or what the first rule that fits says.
    pub fn choose(&mut self, operation: &Operation, asked: Option<Fault>) -> Option<Fault> {
        let mut chosen = asked;
        // All rules count the call, so that they do not depend on one another.
        for (rule, calls, random) in &mut self.rules {
            if !rule.fits(operation) {
                continue;
            }
            *calls += 1;
            let now = rule.nth.is_none_or(|nth| nth == *calls);
            let chance = rule.probability.is_none_or(|chance| random.random::<f64>() < chance);
            if now && chance {
                chosen = chosen.or(Some(rule.fault));
            }
        }
        if let Some(fault) = chosen {
            *self.happened.entry(fault).or_default() += 1;
        }
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse::<Fault>().unwrap(), *fault);
        }
        assert!("no-such-fault".parse::<Fault>().is_err());
    }

    #[test]
    fn patterns_have_stars() {
        assert!(fits("*", ""));
        assert!(fits("/payments/*/refund", "/payments/transactions/{id}/refund"));
        assert!(!fits("/payments/*/refund", "/payments/transactions/{id}/capture"));
        assert!(fits("crypto-*", "crypto-quote-get"));
        assert!(!fits("crypto", "crypto-quote-get"));
    }
}
