//! Outcomes by the results of attempts.

use http::StatusCode;

use super::{Earlier, Evidence, Execution, is_refusal, is_refusal_of_meld};
use crate::error::Error;
use crate::error::code::ErrorCode;
use crate::error::kind::TransportFailure;
use crate::json::StringEnum;
use crate::operation::{Idempotency, Operation};
use crate::test_support::GET_THING;

const PAY: Operation = Operation {
    method: crate::operation::Method::Post,
    path: "/payments/transactions",
    success: &[201],
    takes_idempotency_key: true,
    idempotency: Idempotency::WithKey,
    ..GET_THING
};

/// The attempt of a row of the table.
enum Attempt {
    NotSent,
    NoResponse,
    Result(u16),
    Error(u16, &'static str),
    NotDecodable(u16),
}
use Attempt::{Error as Fails, NoResponse, NotDecodable, NotSent, Result as Gives};

impl Attempt {
    fn evidence(&self) -> Evidence {
        let api = |status: u16, body: String| {
            let status = StatusCode::from_u16(status).unwrap();
            Error::from_response(status, http::HeaderMap::new(), body.into_bytes())
        };
        match self {
            NotSent => Evidence::of_error(&Error::transport(TransportFailure::Connect)),
            NoResponse => Evidence::of_error(&Error::transport(TransportFailure::Timeout)),
            Gives(status) => Evidence::of_result(&PAY, StatusCode::from_u16(*status).unwrap()),
            Fails(status, "") => Evidence::of_error(&api(*status, String::new())),
            Fails(status, body) if body.starts_with(['{', '<', '"']) => {
                Evidence::of_error(&api(*status, (*body).to_owned()))
            }
            Fails(status, code) => Evidence::of_error(&api(*status, format!(r#"{{"code":"{code}"}}"#))),
            NotDecodable(status) => {
                let (status, headers) = (StatusCode::from_u16(*status).unwrap(), Default::default());
                let body = b"{".to_vec();
                let read = crate::client::ResponseValue::<Vec<bool>>::from_body(status, headers, body, false);
                Evidence::of_error(&read.unwrap_err())
            }
        }
    }
}

use Execution::{Executed, InProgress, NotExecuted, Unknown};

/// An attempt, and the execution that it proves: as the first attempt, and after one with an unknown outcome.
const ROWS: &[(Attempt, Execution, Execution)] = &[
    (NotSent, NotExecuted, Unknown),
    (NoResponse, Unknown, Unknown),
    (Gives(200), Executed, Executed),
    (Gives(201), Executed, Executed),
    (Gives(202), InProgress, InProgress),
    (Gives(206), Unknown, Unknown),
    (Fails(200, "PROVIDER_TIMEOUT"), Unknown, Unknown),
    (Fails(201, "PROVIDER_TIMEOUT"), Unknown, Unknown),
    (Fails(202, "PROVIDER_TIMEOUT"), Unknown, Unknown),
    (Fails(200, "INVALID_AMOUNT"), Unknown, Unknown),
    (NotDecodable(200), Unknown, Unknown),
    (Fails(301, ""), Unknown, Unknown),
    (Fails(303, ""), Unknown, Unknown),
    (Fails(307, "INVALID_AMOUNT"), Unknown, Unknown),
    (Fails(425, ""), InProgress, InProgress),
    (Fails(425, "INVALID_AMOUNT"), InProgress, InProgress),
    (Fails(409, "TOO_EARLY"), InProgress, InProgress),
    (Fails(409, "HEADLESS_PAYMENT_IN_PROGRESS"), InProgress, InProgress),
    (Fails(409, "HEADLESS_PAYMENT_OUTCOME_UNKNOWN"), Unknown, Unknown),
    (Fails(409, "IDEMPOTENCY_KEY_CONFLICT"), Unknown, Unknown),
    (Fails(409, "REQUEST_CONFLICT"), Unknown, Unknown),
    (Fails(400, "TRANSACTION_NO_RESPONSE"), Unknown, Unknown),
    (Fails(400, "INVALID_AMOUNT"), NotExecuted, NotExecuted),
    (Fails(422, "TRANSACTION_REQUEST_VALIDATION_ERROR"), NotExecuted, NotExecuted),
    (Fails(403, "INVALID_AMOUNT"), NotExecuted, Unknown),
    (Fails(400, "EXTERNAL_ORDER_ID_NOT_UNIQUE"), NotExecuted, Unknown),
    (Fails(400, "BAD_REQUEST"), NotExecuted, Unknown),
    (Fails(400, "A_CODE_OF_TOMORROW"), NotExecuted, Unknown),
    (Fails(400, ""), Unknown, Unknown),
    (Fails(400, "<html>"), Unknown, Unknown),
    (Fails(400, "\"no\""), Unknown, Unknown),
    (Fails(400, r#"{"message":"no"}"#), Unknown, Unknown),
    (Fails(400, r#"{"error":"Bad Request","status":400}"#), NotExecuted, Unknown),
    (Fails(401, ""), NotExecuted, Unknown),
    (Fails(401, "<html>"), NotExecuted, Unknown),
    (Fails(401, "SERVICE_PROVIDER_AUTHENTICATION_EXCEPTION"), NotExecuted, Unknown),
    (Fails(403, ""), Unknown, Unknown),
    (Fails(403, "<html>"), Unknown, Unknown),
    (Fails(403, "KYC_NOT_COMPLETED"), NotExecuted, Unknown),
    (Fails(404, "NOT_FOUND"), NotExecuted, Unknown),
    (Fails(404, ""), Unknown, Unknown),
    (Fails(405, "<html>"), Unknown, Unknown),
    (Fails(407, ""), NotExecuted, Unknown),
    (Fails(409, "CONFLICT"), NotExecuted, Unknown),
    (Fails(409, ""), Unknown, Unknown),
    (Fails(413, "<html>"), NotExecuted, Unknown),
    (Fails(421, ""), NotExecuted, Unknown),
    (Fails(422, ""), Unknown, Unknown),
    (Fails(422, "HEADLESS_PROVIDER_REJECTED"), NotExecuted, Unknown),
    (Fails(429, ""), NotExecuted, Unknown),
    (Fails(429, "TOO_MANY_REQUESTS"), NotExecuted, Unknown),
    (Fails(501, ""), Unknown, Unknown),
    (Fails(501, "NOT_SUPPORTED"), NotExecuted, Unknown),
    (Fails(406, ""), Unknown, Unknown),
    (Fails(408, "QUOTE_TIMEOUT"), Unknown, Unknown),
    (Fails(424, ""), Unknown, Unknown),
    (Fails(499, ""), Unknown, Unknown),
    (Fails(500, "INVALID_AMOUNT"), Unknown, Unknown),
    (Fails(502, ""), Unknown, Unknown),
    (Fails(503, ""), Unknown, Unknown),
    (Fails(599, ""), Unknown, Unknown),
];

#[test]
fn execution_by_result_and_earlier_attempts() {
    for (row, (attempt, first, sent_before)) in ROWS.iter().enumerate() {
        let evidence = attempt.evidence();
        let of = |earlier| Execution::of(evidence, earlier, true);
        assert_eq!(of(Earlier::NotExecuted), *first, "row {row}, first attempt");
        assert_eq!(of(Earlier::Unknown), *sent_before, "row {row}, sent before");
        let accepted = if *sent_before == NotExecuted { Unknown } else { *sent_before };
        assert_eq!(of(Earlier::Accepted), accepted, "row {row}, accepted before");
    }
}

#[test]
fn refusals_prove_less_without_a_heeded_key() {
    let refusal = Evidence::of_status(StatusCode::BAD_REQUEST, Some(&ErrorCode::InvalidAmount));
    assert_eq!(Execution::of(refusal, Earlier::Unknown, false), Execution::Unknown);
    assert_eq!(Execution::of(refusal, Earlier::NotExecuted, false), Execution::NotExecuted);
}

#[test]
fn documented_statuses_count_as_executed() {
    let deletes = Operation { success: &[204], ..PAY };
    assert_eq!(Evidence::of_result(&deletes, StatusCode::NO_CONTENT), Evidence::Executed);
    assert_eq!(Evidence::of_result(&PAY, StatusCode::NO_CONTENT), Evidence::Inconclusive);
}

#[test]
fn every_status_and_code_has_an_outcome() {
    let codes = ErrorCode::VALUES.iter().map(|code| Some(ErrorCode::from(*code)));
    for code in codes.chain([None]) {
        for status in 100..=999 {
            let status = StatusCode::from_u16(status).unwrap();
            let evidence = Evidence::of_status(status, code.as_ref());
            let proves_a_refusal = !matches!(evidence, Evidence::Inconclusive | Evidence::Accepted);
            let may_refuse = if code.is_some() { is_refusal_of_meld } else { is_refusal };
            assert!(!proves_a_refusal || may_refuse(status.as_u16()), "{status} {code:?}");
        }
    }
}
