//! The meaning of the errors of actions.

use meld_client_core::outcome::Evidence;
use meld_client_core::{Error, ErrorCode, ErrorKind, TransportFailure};

/// The reaction to an error of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Advice {
    /// Read the order for a new action token, and send the action again with the same key.
    RefreshToken,
    /// Wait, and send the action again with the same key.
    Wait,
    /// The body is a state, and the crypto may have moved. Read the submission.
    ReadState,
    /// Read the order, and follow its next step.
    ReadOrder,
    /// The action may have been executed. Read the submission, and never repeat it.
    Unknown,
    /// The action was not sent, or the request is wrong.
    Fail,
}

impl Advice {
    /// Returns the advice for an error, by the table of the guide.
    pub(super) fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Api(response) => match &response.error_response().code {
                Some(code) => Self::of_code(response.status().as_u16(), code),
                None => Self::without_code(response.status().as_u16(), Evidence::of_error(error)),
            },
            ErrorKind::Transport(TransportFailure::Connect | TransportFailure::Tls)
            | ErrorKind::InvalidRequest { .. }
            | ErrorKind::Configuration { .. } => Self::Fail,
            _ => Self::Unknown,
        }
    }

    fn of_code(status: u16, code: &ErrorCode) -> Self {
        match (status, code) {
            (401, ErrorCode::AuthorizationRequired) => Self::RefreshToken,
            (425 | 429, _) | (502, ErrorCode::ProviderUnavailable) => Self::Wait,
            (400, ErrorCode::InvalidRequest) => Self::Fail,
            // Any code that this crate does not know is among them.
            (400..=499 | 502, _) => Self::ReadOrder,
            _ => Self::Unknown,
        }
    }

    /// Returns the advice for a response that may come from a proxy, which may have passed the action on.
    fn without_code(status: u16, evidence: Evidence) -> Self {
        match status {
            503 => Self::ReadState,
            425 | 429 => Self::Wait,
            _ if evidence == Evidence::RefusesAttempt => Self::Fail,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use meld_client_core::http::{HeaderMap, StatusCode};

    #[test]
    fn every_documented_error_has_its_advice() {
        for (status, body, advice) in [
            (400, r#"{"version":1,"code":"INVALID_REQUEST"}"#, Advice::Fail),
            (401, r#"{"version":1,"code":"AUTHORIZATION_REQUIRED"}"#, Advice::RefreshToken),
            (404, r#"{"version":1,"code":"STATE_NOT_FOUND"}"#, Advice::ReadOrder),
            (409, r#"{"version":1,"code":"REQUEST_CONFLICT"}"#, Advice::ReadOrder),
            (409, r#"{"version":1,"code":"ORDER_STATE_CHANGED"}"#, Advice::ReadOrder),
            (409, r#"{"version":1,"code":"CONCURRENT_STATE_CHANGE"}"#, Advice::ReadOrder),
            (422, r#"{"version":1,"code":"PROVIDER_REJECTED"}"#, Advice::ReadOrder),
            (425, r#"{"version":1,"code":"OPERATION_IN_FLIGHT"}"#, Advice::Wait),
            (425, "", Advice::Wait),
            (429, r#"{"version":1,"code":"PROVIDER_RATE_LIMITED"}"#, Advice::Wait),
            (502, r#"{"version":1,"code":"PROVIDER_UNAVAILABLE"}"#, Advice::Wait),
            (502, r#"{"version":1,"code":"INVALID_PROVIDER_RESPONSE"}"#, Advice::ReadOrder),
            (503, r#"{"version":1,"status":"UNKNOWN","nextStep":"WAIT_FOR_PROVIDER"}"#, Advice::ReadState),
            (403, r#"{"version":1,"code":"BRAND_NEW"}"#, Advice::ReadOrder),
            (500, r#"{"version":1,"code":"BRAND_NEW"}"#, Advice::Unknown),
            (401, "", Advice::Fail),
            (403, "<html>", Advice::Unknown),
            (404, "", Advice::Unknown),
            (409, r#"{"message":"no"}"#, Advice::Unknown),
            (413, "<html>", Advice::Fail),
            (502, "<html>", Advice::Unknown),
            (504, "<html>", Advice::Unknown),
        ] {
            let status_code = StatusCode::from_u16(status).unwrap();
            let error = Error::from_response(status_code, HeaderMap::new(), body.as_bytes().to_vec());
            assert_eq!(Advice::of(&error), advice, "{status} {body}");
        }
        assert_eq!(Advice::of(&Error::transport(TransportFailure::Connect)), Advice::Fail);
        assert_eq!(Advice::of(&Error::transport(TransportFailure::Timeout)), Advice::Unknown);
        assert_eq!(Advice::of(&Error::missing("version")), Advice::Fail);
    }
}
