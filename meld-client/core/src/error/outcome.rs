//! The proof that the result of an attempt gives about the execution of its request.
//!
//! Money depends on this: a caller who is told "not executed" may order again. A request therefore counts as executed or
//! not executed only if a response proves it, and as unknown in every other case. [`Execution::of`] decides it from what
//! the attempt proves ([`Evidence`]) and from what the attempts before it left open ([`Earlier`]):
//!
//! | Result of the attempt | Code | Body | First attempt | Sent before |
//! |---|---|---|---|---|
//! | not sent: invalid request, no connection | | | not executed | unknown |
//! | no response, or not all of it | | | unknown | unknown |
//! | 200, 201, or another documented 2xx | | a result | executed | executed |
//! | 202 | | a result, or empty | in progress | in progress |
//! | any 2xx | | only an error, or not decodable | unknown | unknown |
//! | a 2xx that the operation does not document | | any | unknown | unknown |
//! | 3xx | | any | unknown | unknown |
//! | 425 | any | any | in progress | in progress |
//! | 400 to 599 | of list A | error | in progress | in progress |
//! | 400 to 599 | of list B | error | unknown | unknown |
//! | 400, 422 | of list C | error | not executed | not executed, unless accepted before |
//! | 400–405, 407, 409–415, 417, 421, 422, 426, 428, 429, 431, 451, 501 | any other | any | not executed | unknown |
//! | 406, 408, every other 4xx and 5xx | any other | any | unknown | unknown |
//!
//! - List A, an attempt is still being executed: `TOO_EARLY`, `HEADLESS_PAYMENT_IN_PROGRESS`, `OPERATION_IN_FLIGHT`.
//! - List B, Meld or the provider lost track, or the key was used before: `CONCURRENT_STATE_CHANGE`,
//!   `HEADLESS_PAYMENT_OUTCOME_UNKNOWN`, `IDEMPOTENCY_KEY_CONFLICT`, `INVALID_PROVIDER_RESPONSE`, `JSON_PROCESSING_ERROR`,
//!   `ORDER_STATE_CHANGED`, `PROVIDER_UNAVAILABLE`, `QUOTE_TIMEOUT`, `REQUEST_CONFLICT`, `SERVICE_PROVIDER_ERROR`,
//!   `TRANSACTION_EXCEPTION`, `TRANSACTION_NO_RESPONSE`, `TRANSACTION_NO_RESULT`, `TRANSACTION_NULL_DATA`,
//!   `TRANSACTION_UPDATE_NULL_ERROR`, `TRANSFER_IN_PROGRESS`, `UNKNOWN`.
//! - List C, the content of the request is not valid: `CRYPTO_INVALID_DESTINATION_WALLET`, `CUSTOMER_ID_REQUIRED`,
//!   `IDEMPOTENCY_KEY_REQUIRED`, `INCOMPATIBLE_REQUEST`, `INVALID_AMOUNT`, `INVALID_AMOUNT_OR_CURRENCY`,
//!   `INVALID_CRYPTO_CURRENCY`, `INVALID_FIAT_CURRENCY`, `INVALID_REDIRECT_URL`, `PHONE_NUMBER_REQUIRED`,
//!   `TRANSACTION_INVALID_PARAMETER`, `TRANSACTION_REQUEST_VALIDATION_ERROR`, `TRANSFER_JURISDICTION_UNSUPPORTED`.
//!
//! Three rules are behind the table:
//!
//! - A refusal says that *this* attempt was not executed. Only one that refuses the request's own content says the same
//!   of earlier attempts, because all attempts have the same content. It counts only for operations that heed the
//!   idempotency key: without that, an earlier attempt that was executed can be the reason for the refusal (a second
//!   refund exceeds the amount that is left).
//! - 401, 403, 407, 421, 429 and the like come before the service looks at the key. 409 and 404 describe a state that an
//!   earlier attempt may have caused.
//! - Once the service has accepted a request, no error status takes that back.

use http::StatusCode;

use crate::{Error, ErrorCode, ErrorKind, Idempotency, Operation, TransportFailure};

/// The proof that one attempt gives by itself, whatever was sent before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// The service executed the request, in this attempt or an earlier one.
    Executed,
    /// The service has the request and is still executing it.
    Accepted,
    /// The service refused the content of the request, which is the same in all attempts.
    RefusesRequest,
    /// This attempt was not executed. Says nothing about other attempts.
    RefusesAttempt,
    /// This attempt may have been executed.
    Inconclusive,
}

/// The knowledge about the attempts before one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Earlier {
    /// There were none, or none of them was executed.
    #[default]
    NotExecuted,
    /// One of them may have been executed.
    Unknown,
    /// The service accepted or executed one of them.
    Accepted,
}

impl Earlier {
    /// Adds what one more attempt proves.
    #[must_use]
    pub fn after(self, evidence: Evidence) -> Self {
        self.max(match evidence {
            Evidence::Executed | Evidence::Accepted => Self::Accepted,
            Evidence::Inconclusive => Self::Unknown,
            Evidence::RefusesRequest | Evidence::RefusesAttempt => Self::NotExecuted,
        })
    }
}

/// The knowledge about the execution of a request after an attempt, this and all earlier ones taken together.
///
/// Match it exhaustively: there will be no other values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Execution {
    /// The service executed the request.
    Executed,
    /// The service is still executing the request.
    InProgress,
    /// No attempt was executed.
    NotExecuted,
    /// An attempt may have been executed.
    Unknown,
}

impl Execution {
    /// Decides what is known after an attempt, by the table in the [module docs](self).
    ///
    /// `heeds_key` tells whether the operation is known to execute requests with the same idempotency key only once.
    #[must_use]
    pub fn of(evidence: Evidence, earlier: Earlier, heeds_key: bool) -> Self {
        match (evidence, earlier) {
            (Evidence::Executed, _) => Self::Executed,
            (Evidence::Accepted, _) => Self::InProgress,
            (Evidence::Inconclusive, _) => Self::Unknown,
            (Evidence::RefusesAttempt | Evidence::RefusesRequest, Earlier::NotExecuted) => {
                Self::NotExecuted
            }
            (Evidence::RefusesRequest, Earlier::Unknown) if heeds_key => Self::NotExecuted,
            (Evidence::RefusesAttempt | Evidence::RefusesRequest, _) => Self::Unknown,
        }
    }
}

impl Evidence {
    /// Returns what a response proves whose body decodes as a result of the operation.
    #[must_use]
    pub fn of_result(operation: &Operation, status: StatusCode) -> Self {
        match status {
            StatusCode::ACCEPTED => Self::Accepted,
            StatusCode::OK | StatusCode::CREATED => Self::Executed,
            // Meld responds a replay with 200 even where the spec has 201 alone. Others, such as 206, prove nothing.
            status if status.is_success() && operation.success.contains(&status.as_u16()) => {
                Self::Executed
            }
            _ => Self::Inconclusive,
        }
    }

    /// Returns what an error proves about the last attempt.
    #[must_use]
    pub fn of_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidRequest { .. } | ErrorKind::Configuration { .. } => {
                Self::RefusesAttempt
            }
            ErrorKind::Transport(TransportFailure::Connect | TransportFailure::Tls) => {
                Self::RefusesAttempt
            }
            ErrorKind::Transport(_) | ErrorKind::Decode { .. } => Self::Inconclusive,
            ErrorKind::Api(response) => {
                Self::of_status(response.status(), response.response().code.as_ref())
            }
        }
    }

    /// Returns what an error response proves. A success status counts as one if its body is only an error.
    #[must_use]
    pub fn of_status(status: StatusCode, code: Option<&ErrorCode>) -> Self {
        let number = status.as_u16();
        if number == 425 {
            return Self::Accepted;
        }
        if number < 400 {
            return Self::Inconclusive;
        }
        match code.map(Code::of) {
            Some(Code::Accepted) => Self::Accepted,
            Some(Code::Inconclusive) => Self::Inconclusive,
            Some(Code::RefusesRequest) if matches!(number, 400 | 422) => Self::RefusesRequest,
            _ if is_refusal(number) => Self::RefusesAttempt,
            _ => Self::Inconclusive,
        }
    }
}

/// Returns `true` if a status says that the request was not executed.
///
/// 406 is missing because frameworks send it after the work is done, when they cannot write the response.
fn is_refusal(status: u16) -> bool {
    matches!(
        status,
        400..=405 | 407 | 409..=415 | 417 | 421 | 422 | 426 | 428 | 429 | 431 | 451 | 501
    )
}

/// The meaning that a code adds to its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    /// List A of the module docs.
    Accepted,
    /// List B.
    Inconclusive,
    /// List C.
    RefusesRequest,
    /// The status decides.
    AsStatus,
}

impl Code {
    fn of(code: &ErrorCode) -> Self {
        use ErrorCode as C;
        match code {
            C::TooEarly | C::HeadlessPaymentInProgress | C::OperationInFlight => Self::Accepted,
            C::ConcurrentStateChange
            | C::HeadlessPaymentOutcomeUnknown
            | C::IdempotencyKeyConflict
            | C::InvalidProviderResponse
            | C::JsonProcessingError
            | C::OrderStateChanged
            | C::ProviderUnavailable
            | C::QuoteTimeout
            | C::RequestConflict
            | C::ServiceProviderError
            | C::TransactionException
            | C::TransactionNoResponse
            | C::TransactionNoResult
            | C::TransactionNullData
            | C::TransactionUpdateNullError
            | C::TransferInProgress
            | C::UnknownError => Self::Inconclusive,
            C::CryptoInvalidDestinationWallet
            | C::CustomerIdRequired
            | C::IdempotencyKeyRequired
            | C::IncompatibleRequest
            | C::InvalidAmount
            | C::InvalidAmountOrCurrency
            | C::InvalidCryptoCurrency
            | C::InvalidFiatCurrency
            | C::InvalidRedirectUrl
            | C::PhoneNumberRequired
            | C::TransactionInvalidParameter
            | C::TransactionRequestValidationError
            | C::TransferJurisdictionUnsupported => Self::RefusesRequest,
            _ => Self::AsStatus,
        }
    }
}

impl Operation {
    /// Returns `true` if the service is known to execute requests with the same idempotency key only once.
    #[must_use]
    pub fn heeds_idempotency_key(&self) -> bool {
        self.idempotency() == Idempotency::WithKey
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StringEnum;
    use crate::test_support::GET_THING;

    const PAY: Operation = Operation {
        method: crate::Method::Post,
        path: "/payments/transactions",
        success: &[201],
        takes_idempotency_key: true,
        ..GET_THING
    };

    /// The attempt that a row of the table is about.
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
                Fails(status, code) => {
                    Evidence::of_error(&api(*status, format!(r#"{{"code":"{code}"}}"#)))
                }
                NotDecodable(status) => {
                    let (status, headers) =
                        (StatusCode::from_u16(*status).unwrap(), Default::default());
                    let body = b"{".to_vec();
                    let read =
                        crate::ResponseValue::<Vec<bool>>::from_body(status, headers, body, false);
                    Evidence::of_error(&read.unwrap_err())
                }
            }
        }
    }

    #[test]
    fn execution_by_result_and_earlier_attempts() {
        use Execution::{Executed, InProgress, NotExecuted, Unknown};
        for (row, (attempt, first, sent_before)) in [
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
            (Fails(400, ""), NotExecuted, Unknown),
            (Fails(401, ""), NotExecuted, Unknown),
            (Fails(403, "KYC_NOT_COMPLETED"), NotExecuted, Unknown),
            (Fails(404, "NOT_FOUND"), NotExecuted, Unknown),
            (Fails(407, ""), NotExecuted, Unknown),
            (Fails(409, "CONFLICT"), NotExecuted, Unknown),
            (Fails(409, ""), NotExecuted, Unknown),
            (Fails(421, ""), NotExecuted, Unknown),
            (Fails(422, ""), NotExecuted, Unknown),
            (Fails(422, "HEADLESS_PROVIDER_REJECTED"), NotExecuted, Unknown),
            (Fails(429, ""), NotExecuted, Unknown),
            (Fails(501, "NOT_SUPPORTED"), NotExecuted, Unknown),
            (Fails(406, ""), Unknown, Unknown),
            (Fails(408, "QUOTE_TIMEOUT"), Unknown, Unknown),
            (Fails(424, ""), Unknown, Unknown),
            (Fails(499, ""), Unknown, Unknown),
            (Fails(500, "INVALID_AMOUNT"), Unknown, Unknown),
            (Fails(502, ""), Unknown, Unknown),
            (Fails(503, ""), Unknown, Unknown),
            (Fails(599, ""), Unknown, Unknown),
        ]
        .into_iter()
        .enumerate()
        {
            let evidence = attempt.evidence();
            let of = |earlier| Execution::of(evidence, earlier, true);
            assert_eq!(of(Earlier::NotExecuted), first, "row {row}, first attempt");
            assert_eq!(of(Earlier::Unknown), sent_before, "row {row}, sent before");
            let accepted = if sent_before == NotExecuted { Unknown } else { sent_before };
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
                let proves_a_refusal =
                    !matches!(evidence, Evidence::Inconclusive | Evidence::Accepted);
                assert!(!proves_a_refusal || is_refusal(status.as_u16()), "{status} {code:?}");
            }
        }
    }
}
