//! Outcomes of requests, by the results of their attempts.
//!
//! Money depends on this, because a caller may repeat a payment that was not executed. A request counts as executed or
//! not executed only if a response proves it. In every other case its outcome is unknown. [`Execution::of`] decides it
//! from what the attempt proves ([`Evidence`]) and from what the attempts before it left open ([`Earlier`]):
//!
//! | Result of the attempt | Code | Body | First attempt | Sent before |
//! |---|---|---|---|---|
//! | not sent: invalid request, no connection | | | not executed | unknown |
//! | no response, or not all of it | | | unknown | unknown |
//! | 200, 201, or another documented 2xx | | a result, or empty as documented | executed | executed |
//! | 202 | | a result, or empty | in progress | in progress |
//! | any 2xx | | only an error, without its id or any value, or not decodable | unknown | unknown |
//! | any 2xx of an older API version than the request needs | | any | unknown | unknown |
//! | a 2xx that the operation does not document | | any | unknown | unknown |
//! | 3xx | | any | unknown | unknown |
//! | 425 | any | any | in progress | in progress |
//! | 400 to 599 | of list A | error | in progress | in progress |
//! | 400 to 599 | of list B | error | unknown | unknown |
//! | 400 to 599, other than 425 | missing | truncated or compressed | unknown | unknown |
//! | 400, 422 | of list C | error | not executed | not executed, unless accepted before |
//! | 401, 407, 411, 413–415, 417, 421, 426, 428, 429, 431 | any other, or missing | any | not executed | unknown |
//! | 400, 402–405, 409, 410, 412, 422, 451, 501 | any other | error | not executed | unknown |
//! | 400, 402–405, 409, 410, 412, 422, 451, 501 | missing | HTML, empty, or JSON of another form | unknown | unknown |
//! | 406, 408, every other 4xx and 5xx | any other, or missing | any | unknown | unknown |
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
//! Four rules are behind the table:
//!
//! - All of Meld's errors have a code, except for 425. An error without one may come from a proxy or firewall, which may
//!   have passed the request on. It proves a refusal only with a status that says by its definition that the request was
//!   not processed: without credentials (401, 407), by the form of the message (411, 413 to 415, 417, 426, 428, 431), at
//!   the wrong server (421), or by a limit on requests (429). A 400, 403, 404 or 409 says nothing of that kind: firewalls
//!   send 403 in place of a response too, and proxies replace pages of errors.
//! - A refusal proves that *this* attempt was not executed. Only a refusal of the request's content proves the same of
//!   earlier attempts, because all attempts have the same content. It counts only for operations that honor the
//!   idempotency key. Otherwise an earlier attempt that was executed can be the reason for the refusal (a second
//!   refund exceeds the amount that is left).
//! - 401, 403, 407, 421, 429 and the like come before the service looks at the key. 409 and 404 describe a state that an
//!   earlier attempt may have caused.
//! - No later error status reverts that the service accepted a request.

use http::StatusCode;

use super::code::ErrorCode;
use crate::operation::Operation;

/// The proof of one attempt by itself, regardless of earlier attempts.
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
    /// Adds the evidence of one more attempt.
    #[must_use]
    pub fn after(self, evidence: Evidence) -> Self {
        self.max(match evidence {
            Evidence::Executed | Evidence::Accepted => Self::Accepted,
            Evidence::Inconclusive => Self::Unknown,
            Evidence::RefusesRequest | Evidence::RefusesAttempt => Self::NotExecuted,
        })
    }
}

/// The attempts of one call, as far as its result needs them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempts {
    pub(crate) idempotency_key: Option<String>,
    pub(crate) retries: u32,
    pub(crate) earlier: Earlier,
}

/// The knowledge about the execution of a request after an attempt, this and all earlier ones taken together.
///
/// Match it exhaustively: no values will be added.
///
/// # Examples
///
/// ```
/// use meld_client_core::ErrorCode;
/// use meld_client_core::http::StatusCode;
/// use meld_client_core::outcome::{Earlier, Evidence, Execution};
///
/// let refused = Evidence::of_status(StatusCode::CONFLICT, Some(&ErrorCode::Conflict));
/// let execution = Execution::of(refused, Earlier::Unknown, true);
/// assert_eq!(execution, Execution::Unknown);
/// ```
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
    /// Returns what is known after an attempt, by the table in the [module docs](self).
    ///
    /// `honors_key` is `true` if the operation executes requests with the same idempotency key only once
    /// ([`Operation::honors_idempotency_key`]).
    #[must_use]
    pub fn of(evidence: Evidence, earlier: Earlier, honors_key: bool) -> Self {
        match (evidence, earlier) {
            (Evidence::Executed, _) => Self::Executed,
            (Evidence::Accepted, _) => Self::InProgress,
            (Evidence::Inconclusive, _) => Self::Unknown,
            (Evidence::RefusesAttempt | Evidence::RefusesRequest, Earlier::NotExecuted) => Self::NotExecuted,
            (Evidence::RefusesRequest, Earlier::Unknown) if honors_key => Self::NotExecuted,
            (Evidence::RefusesAttempt | Evidence::RefusesRequest, _) => Self::Unknown,
        }
    }
}

impl Evidence {
    /// Returns the evidence of a response whose body decodes as a result of the operation.
    #[must_use]
    pub fn of_result(operation: &Operation, status: StatusCode) -> Self {
        match status {
            StatusCode::ACCEPTED => Self::Accepted,
            StatusCode::OK | StatusCode::CREATED => Self::Executed,
            // A replay has status 200, even if the spec has only 201. Undocumented statuses such as 206 prove nothing.
            status if status.is_success() && operation.success.contains(&status.as_u16()) => Self::Executed,
            _ => Self::Inconclusive,
        }
    }

    /// Returns the evidence of an error response. A success status counts as one if its body is only an error. `code` is
    /// `None` if the body has none, or is not Meld's.
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
            Some(_) if is_refusal_of_meld(number) => Self::RefusesAttempt,
            _ if is_refusal(number) => Self::RefusesAttempt,
            _ => Self::Inconclusive,
        }
    }
}

/// Returns `true` if a status says by its definition that the request was not processed, whoever sends it.
fn is_refusal(status: u16) -> bool {
    matches!(status, 401 | 407 | 411 | 413..=415 | 417 | 421 | 426 | 428 | 429 | 431)
}

/// Returns `true` if an error of Meld with this status says that the request was not executed.
///
/// It does not include 406, which frameworks send after the execution if they cannot encode the response.
fn is_refusal_of_meld(status: u16) -> bool {
    is_refusal(status) || matches!(status, 400..=405 | 409 | 410 | 412 | 422 | 451 | 501)
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

#[cfg(test)]
mod tests;
