//! One response of a stub.

use std::collections::BTreeMap;
use std::fmt;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::conditions;
use crate::faults::Fault;
use crate::flows::success::{Content, Success};
use crate::problem::Problem;
use crate::specs::Operation;

/// A response of a stub.
///
/// # Examples
///
/// ```
/// # async fn example() -> Result<(), meld_sandbox::Error> {
/// use meld_sandbox::{Fault, Sandbox, StubResponse};
/// use serde_json::json;
///
/// let sandbox = Sandbox::start().await?;
/// sandbox
///     .on("POST /payments/crypto/quote")
///     .then(StubResponse::fault(Fault::Unavailable).times(2))
///     .then(StubResponse::error("QUOTE_TIMEOUT"))
///     .then(StubResponse::json(200, json!({ "quotes": [] })).header("x-cache", "hit"))
///     .add()?;
/// # Ok(())
/// # }
/// ```
// Bodies may contain personal data, so Debug leaves them out.
#[derive(Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[must_use]
pub struct StubResponse {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    /// A documented error code, sent with its status in Meld's error body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fault: Option<Fault>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) times: Option<u64>,
    /// `true` if the body must conform to the spec.
    #[serde(skip)]
    must_be_valid: bool,
    /// The reason for which the body could not be serialized.
    #[serde(skip)]
    unserializable: Option<String>,
}

impl fmt::Debug for StubResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = formatter.debug_struct("StubResponse");
        fields.field("status", &self.status).field("code", &self.code).field("fault", &self.fault);
        fields.field("times", &self.times).finish_non_exhaustive()
    }
}

impl StubResponse {
    fn empty() -> Self {
        Self {
            status: None,
            body: None,
            headers: BTreeMap::new(),
            code: None,
            fault: None,
            times: None,
            must_be_valid: false,
            unserializable: None,
        }
    }

    /// Creates a success with the status of the operation. The body must conform to its spec, which
    /// [`StubBuilder::add`](crate::StubBuilder::add) checks.
    pub fn success(body: impl Serialize) -> Self {
        match serde_json::to_value(body) {
            Ok(body) => Self { body: Some(body), must_be_valid: true, ..Self::empty() },
            Err(error) => Self { unserializable: Some(error.to_string()), ..Self::empty() },
        }
    }

    /// Creates a response with any status from 200 to 599 and any body, which is sent as it is.
    pub fn json(status: u16, body: Value) -> Self {
        Self { status: Some(status), body: Some(body), ..Self::empty() }
    }

    /// Creates a refusal with a documented error code, such as `QUOTE_TIMEOUT`, and its status.
    pub fn error(code: impl Into<String>) -> Self {
        Self { code: Some(code.into()), ..Self::empty() }
    }

    /// Creates a response of the mock server that a fault damages or replaces.
    pub fn fault(fault: Fault) -> Self {
        Self { fault: Some(fault), ..Self::empty() }
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// Repeats the response for this number of calls. The default is one call, or all further calls for the last
    /// response of a stub.
    ///
    /// 0 is an error when the stub is added.
    pub fn times(self, times: u64) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Returns the fault, for responses that are one.
    pub(crate) fn injected(&self) -> Option<Fault> {
        self.fault
    }

    /// Refuses a response that cannot be sent, or that the spec does not allow.
    pub(super) fn validate(&self, pattern: &str, operations: &[&Operation]) -> Result<(), String> {
        if let Some(error) = &self.unserializable {
            return Err(format!("a response cannot be serialized: {error}"));
        }
        if self.times == Some(0) {
            return Err("`times` is 0; expected 1 or more".to_owned());
        }
        let forms = [self.status.is_some() || self.body.is_some(), self.code.is_some(), self.fault.is_some()];
        if forms.into_iter().filter(|form| *form).count() != 1 {
            return Err("a response has either `status` and `body`, or `code`, or `fault`".to_owned());
        }
        if let Some(status) = self.status.filter(|status| !(200..600).contains(status)) {
            return Err(format!("`status` is {status}; expected 200 to 599"));
        }
        for (name, value) in &self.headers {
            if name.parse::<HeaderName>().is_err() || value.parse::<HeaderValue>().is_err() {
                return Err(format!("`{name}` is not a header, or its value is not"));
            }
        }
        if let Some(code) = &self.code {
            return conditions::validate_code(Some(pattern), code, operations.iter().copied());
        }
        if self.must_be_valid { self.validate_body(operations) } else { Ok(()) }
    }

    /// Requires that the body is valid in at least one version of the operation.
    fn validate_body(&self, operations: &[&Operation]) -> Result<(), String> {
        let body = self.body.as_ref().unwrap_or(&Value::Null);
        let mut errors = Vec::new();
        for operation in operations {
            let found = operation.response_errors(body).map_err(|error| error.to_string())?;
            if found.is_empty() {
                return Ok(());
            }
            errors.push((operation.version, found));
        }
        let newest = errors.into_iter().max_by_key(|(version, _)| *version);
        let errors = newest.map(|(_, errors)| errors).unwrap_or_default().join("; ");
        Err(format!("the response does not conform to the spec: {errors}. `respond_json` sends any body"))
    }

    /// Returns the response to a call, unless it is a fault.
    pub(crate) fn for_operation(&self, operation: &'static Operation) -> Result<Success, Problem> {
        if let Some((status, code)) = self.code.as_deref().and_then(|code| operation.error_code(code)) {
            return Err(Problem::new(status, code, "Stubbed error code"));
        }
        let headers = self.headers.iter().filter_map(|(name, value)| Some((name.parse().ok()?, value.parse().ok()?)));
        Ok(Success {
            status: self.status.and_then(|status| StatusCode::from_u16(status).ok()),
            headers: headers.collect(),
            content: self.body.clone().filter(|body| !body.is_null()).map_or(Content::Empty, Content::AsIs),
            ..Success::default()
        })
    }
}
