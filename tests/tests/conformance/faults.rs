//! The expected result of each fault.

use std::time::Duration;

use meld_client::{Error, Transport};
use meld_client_core::{ErrorKind, TransportFailure};
use meld_sandbox::{Fault, Sandbox};
use meld_tests::arbitrary::rounds;
use meld_tests::calls::{Outcome, Planned};

use crate::run::{assert_none, has_response_body, http, is_multipart, minimal, say, send, transport, version};

/// The timeout for responses that are late on purpose.
const IMPATIENT: Duration = Duration::from_secs(2);
/// The timeout for all others, which are much faster.
const PATIENT: Duration = Duration::from_secs(60);
/// The delay of late responses, longer than any timeout.
const LATE: Duration = Duration::from_secs(600);

/// The expected result of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The whole response.
    Read,
    /// An error with this status and, if the body has one, this code.
    Api(u16, Option<&'static str>),
    /// The same with a `Retry-After` between these seconds.
    Wait(u16, Option<&'static str>, [u64; 2]),
    /// No complete response.
    Transport(TransportFailure),
    /// A response that is not JSON.
    Unreadable,
    /// The response without the values that cannot be decoded, which are reported; an error in strict mode. A response
    /// without such values is complete.
    Dropped,
}

use Expected::{Api, Dropped, Read, Unreadable, Wait};

const TIMEOUT: Expected = Expected::Transport(TransportFailure::Timeout);
const INTERRUPTED: Expected = Expected::Transport(TransportFailure::Interrupted);

pub struct Row {
    pub fault: Fault,
    pub expected: Expected,
    /// `true` if it is in the body, so that responses without one are decoded.
    pub is_in_body: bool,
    /// `true` if the same request may succeed later.
    pub may_pass: bool,
}

const fn passing(fault: Fault, expected: Expected) -> Row {
    Row { fault, expected, is_in_body: false, may_pass: true }
}

const fn lasting(fault: Fault, expected: Expected) -> Row {
    Row { fault, expected, is_in_body: false, may_pass: false }
}

const fn in_body(row: Row) -> Row {
    Row { is_in_body: true, ..row }
}

/// Every fault.
#[rustfmt::skip]
pub const ROWS: &[Row] = &[
    lasting(Fault::BadRequest, Api(400, Some("BAD_REQUEST"))),
    lasting(Fault::CodeUnderError, Api(400, Some("BAD_REQUEST"))),
    lasting(Fault::Unauthorized, Api(401, Some("UNAUTHORIZED"))),
    lasting(Fault::Forbidden, Api(403, Some("SERVICE_PROVIDER_NOT_ENABLED"))),
    lasting(Fault::NotFound, Api(404, Some("NOT_FOUND"))),
    passing(Fault::RequestTimeout, Api(408, Some("QUOTE_TIMEOUT"))),
    lasting(Fault::Conflict, Api(409, Some("CONFLICT"))),
    lasting(Fault::Unprocessable, Api(422, Some("HEADLESS_PROVIDER_REJECTED"))),
    passing(Fault::TooEarly, Wait(425, None, [2, 2])),
    passing(Fault::TooManyRequests, Api(429, Some("TOO_MANY_REQUESTS"))),
    passing(Fault::TooManyRequestsSeconds, Wait(429, Some("TOO_MANY_REQUESTS"), [1, 1])),
    // Relative to `Date`, which the server's HTTP library renews about once a second, and later under load.
    passing(Fault::TooManyRequestsDate, Wait(429, Some("TOO_MANY_REQUESTS"), [0, 4])),
    passing(Fault::InternalError, Api(500, Some("SERVICE_PROVIDER_ERROR"))),
    passing(Fault::InternalErrorAfterWork, Api(500, Some("SERVICE_PROVIDER_ERROR"))),
    lasting(Fault::NotSupported, Api(501, Some("NOT_SUPPORTED"))),
    passing(Fault::BadGateway, Api(502, Some("TRANSACTION_EXCEPTION"))),
    passing(Fault::Unavailable, Wait(503, Some("UNKNOWN"), [1, 1])),
    passing(Fault::GatewayTimeout, Api(504, Some("UNKNOWN"))),
    passing(Fault::HtmlErrorPage, Api(502, None)),
    passing(Fault::EmptyError, Api(500, None)),
    passing(Fault::ConnectionReset, INTERRUPTED),
    passing(Fault::ConnectionResetUnworked, INTERRUPTED),
    passing(Fault::Slow, TIMEOUT),
    in_body(passing(Fault::SlowDrip, TIMEOUT)),
    in_body(passing(Fault::CutOff, INTERRUPTED)),
    in_body(lasting(Fault::MalformedJson, Unreadable)),
    in_body(lasting(Fault::EmptyBody, Unreadable)),
    in_body(lasting(Fault::NullValues, Read)),
    lasting(Fault::UnknownEnumValues, Read),
    lasting(Fault::ExtraFields, Read),
    lasting(Fault::ManyDecimals, Read),
    in_body(lasting(Fault::WrongScalars, Read)),
    lasting(Fault::WrongVersion, Read),
    lasting(Fault::NoVersion, Read),
    lasting(Fault::KeyConflictAfterWork, Api(409, Some("IDEMPOTENCY_KEY_CONFLICT"))),
    lasting(Fault::RequestConflictAfterWork, Api(409, Some("REQUEST_CONFLICT"))),
    lasting(Fault::Accepted, Read),
    lasting(Fault::ErrorUnderOk, Api(200, Some("PROVIDER_TIMEOUT"))),
    lasting(Fault::ErrorUnderCreated, Api(201, Some("PROVIDER_TIMEOUT"))),
    lasting(Fault::ErrorUnderAccepted, Wait(202, Some("PROVIDER_TIMEOUT"), [1, 1])),
    lasting(Fault::SeeOther, Api(303, None)),
    lasting(Fault::TemporaryRedirect, Api(307, None)),
    lasting(Fault::ProxyAuthentication, Api(407, None)),
    lasting(Fault::Misdirected, Api(421, None)),
    lasting(Fault::UnknownEncoding, Read),
    lasting(Fault::CodeUnderOk, Api(200, Some("PROVIDER_TIMEOUT"))),
    in_body(lasting(Fault::InvalidUtf8, Dropped)),
    in_body(lasting(Fault::NotANumber, Dropped)),
    // These clients accept sample responses, which do not match their requests. Tests of `meld-client` compare the two.
    lasting(Fault::OtherCurrency, Read),
    lasting(Fault::KeyInHeaders, Api(400, Some("BAD_REQUEST"))),
    lasting(Fault::KeyInBody, Api(400, Some("BAD_REQUEST"))),
];

impl Row {
    /// The expected result of a call of this operation.
    pub fn expected(&self, planned: &Planned) -> Expected {
        let operation = planned.operation;
        // A response to a request that is only accepted may be empty.
        let is_accepted = operation.success.contains(&202) && !operation.success.contains(&201);
        let may_be_empty = self.fault == Fault::EmptyBody && is_accepted;
        let has_body = has_response_body(operation) && !may_be_empty;
        match self.expected {
            _ if self.is_in_body && !has_body => Read,
            // The fault responds with JSON.
            Read if self.fault == Fault::Accepted && is_multipart(operation) => Unreadable,
            expected => expected,
        }
    }

    /// The modes of decoding to try: both if a response is decoded, or with `MELD_ALL_CASES` in the environment.
    fn modes(&self) -> &'static [bool] {
        let is_decoded = self.is_in_body || matches!(self.expected, Read | Unreadable | Dropped);
        if is_decoded || rounds(4) == 4 { &[false, true] } else { &[false] }
    }

    /// Returns `true` if its calls mostly wait.
    pub fn takes_time(&self) -> bool {
        self.expected == TIMEOUT || matches!(self.expected, Wait(..))
    }

    /// Returns `true` if the number of received requests is right. Under load, a request may time out before it arrives.
    pub fn has_arrived(&self, happened: u64, expected: u64) -> bool {
        let may_be_fewer = self.expected == TIMEOUT && happened > 0;
        happened == expected || may_be_fewer && happened < expected
    }

    /// Sends requests. Only those whose responses are late have little time, so that a busy machine delays no other one
    /// for too long.
    pub async fn send(
        &self,
        requests: impl IntoIterator<Item = Planned>,
        transport: &Transport,
    ) -> Vec<(Planned, Result<Outcome, Error>)> {
        let is_late = |planned: &Planned| self.expected(planned) == TIMEOUT;
        let (late, others): (Vec<_>, Vec<_>) = requests.into_iter().partition(is_late);
        let mut outcomes = send(late, &transport.clone().with_timeout(IMPATIENT)).await;
        outcomes.extend(send(others, &transport.clone().with_timeout(PATIENT)).await);
        outcomes
    }
}

/// The difference between an outcome and the expected result; `None` if they match.
pub fn wrong(expected: Expected, outcome: &Result<Outcome, Error>) -> Option<String> {
    let error = match outcome {
        Ok(outcome) if expected == Read => return outcome.first_report.clone(),
        Ok(_) if expected == Dropped => return None,
        Ok(_) => return Some(format!("a success instead of {expected:?}")),
        Err(error) => error,
    };
    let code = error.code().map(AsRef::as_ref);
    let wait = error.retry_after().map(|wait| wait.as_secs());
    let status = error.status().map(|status| status.as_u16());
    let is_right = match (expected, error.kind()) {
        (Api(expected, said), ErrorKind::Api(_)) => (status, code, wait) == (Some(expected), said, None),
        (Wait(expected, said, [least, most]), ErrorKind::Api(_)) => {
            (status, code) == (Some(expected), said) && wait.is_some_and(|wait| (least..=most).contains(&wait))
        }
        (Expected::Transport(expected), ErrorKind::Transport(failure)) => *failure == expected,
        (Unreadable | Dropped, ErrorKind::Decode { .. }) => true,
        _ => false,
    };
    let is_named =
        error.operation().is_some() && (!matches!(error.kind(), ErrorKind::Api(_)) || error.request_id().is_some());
    (!is_right || !is_named).then(|| format!("{error} instead of {expected:?}"))
}

#[test]
fn conformance_knows_all_faults() {
    let known: Vec<Fault> = ROWS.iter().map(|row| row.fault).collect();
    assert_eq!(known, Fault::ALL);
}

#[tokio::test(flavor = "multi_thread")]
async fn conformance_of_faults() {
    let sandbox = Sandbox::builder().examples_only(true).slow(LATE).start().await.unwrap();
    let requests = minimal();
    let (mut calls, mut failures) = (0, Vec::new());
    for row in ROWS {
        let (fault, http) = (row.fault, http(Some(row.fault)));
        let mut reported = 0;
        for &strict in row.modes() {
            let transport = transport(&sandbox, http.clone()).with_strict_decoding(strict);
            for (planned, outcome) in row.send(requests.iter().copied(), &transport).await {
                calls += 1;
                let place = || format!("{fault}, strict {strict}, {}", planned.place());
                let wrong = wrong(row.expected(&planned), &outcome);
                failures.extend(wrong.map(|wrong| format!("{}: {wrong}", place())));
                if let Err(error) = &outcome
                    && row.expected == Dropped
                    && !strict
                {
                    failures.push(format!("{}: {error} fails the whole response", place()));
                }
                failures.extend(shown_key(&sandbox, &outcome).map(|what| format!("{}: {what}", place())));
                failures.extend(outcome.ok().and_then(|outcome| {
                    reported += usize::from(outcome.first_report.is_some());
                    let expected = served(fault, &planned);
                    (outcome.version != expected).then(|| format!("{}: {:?} in {expected:?}", place(), outcome.version))
                }));
            }
        }
        if row.expected == Dropped && reported == 0 {
            failures.push(format!("{fault}: nothing was reported"));
        }
        let happened = sandbox.injected_faults().remove(&fault).unwrap_or_default();
        let expected = (row.modes().len() * requests.len()) as u64;
        if !row.has_arrived(happened, expected) {
            failures.push(format!("{fault}: {happened} requests instead of {expected}"));
        }
    }
    say(&format!(
        "conformance: {} faults, {} operations: {calls} calls, {} failures",
        ROWS.len(),
        requests.len(),
        failures.len(),
    ));
    assert_none(&failures);
}

/// A failure if an error shows the API key, which the response repeats.
fn shown_key(sandbox: &Sandbox, outcome: &Result<Outcome, Error>) -> Option<String> {
    let error = outcome.as_ref().err()?;
    let shown = format!("{error} {error:?} {:?}", error.request_id());
    shown.contains(sandbox.api_key()).then(|| "the error shows the API key".to_owned())
}

/// The expected header `Meld-Version` of the response.
fn served(fault: Fault, planned: &Planned) -> Option<String> {
    match fault {
        Fault::WrongVersion => Some("2019-01-01".to_owned()),
        Fault::NoVersion => None,
        _ => Some(version(planned)),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conformance_of_slow_responses() {
    let slow = Duration::from_millis(40);
    let sandbox = Sandbox::builder().examples_only(true).slow(slow).start().await.unwrap();
    let (mut calls, mut failures) = (0, Vec::new());
    for fault in [Fault::Slow, Fault::SlowDrip] {
        let transport = transport(&sandbox, http(Some(fault))).with_strict_decoding(true);
        for (planned, outcome) in send(minimal(), &transport).await {
            calls += 1;
            let wrong = wrong(Read, &outcome);
            failures.extend(wrong.map(|wrong| format!("{fault}, {}: {wrong}", planned.place())));
        }
    }
    say(&format!("conformance: {calls} slow responses waited for, {} failures", failures.len()));
    assert_none(&failures);
}
