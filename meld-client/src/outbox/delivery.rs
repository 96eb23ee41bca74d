//! The results of sending requests.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::http::StatusCode;
use meld_client_core::uuid::Uuid;
use meld_client_core::{Error, ErrorCode};

use crate::idempotent::JsonResponse;

/// The state of a request after an attempt.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Delivery {
    /// The outcome is known.
    Settled(Settled),
    /// The outcome is not known yet. The request is retried when it is due.
    Pending {
        /// The idempotency key.
        id: Uuid,
        /// The time of the next attempt.
        due_at: DateTime<Utc>,
        /// The reason, in one line without values.
        reason: String,
    },
    /// The request waits for your decision.
    Parked(Parked),
}

impl Delivery {
    /// Returns the idempotency key of the request.
    #[must_use]
    pub fn id(&self) -> Uuid {
        match self {
            Self::Settled(Settled { id, .. }) | Self::Pending { id, .. } | Self::Parked(Parked { id, .. }) => *id,
        }
    }

    /// Returns the settled request; `None` if the outcome is not known.
    #[must_use]
    pub fn settled(self) -> Option<Settled> {
        match self {
            Self::Settled(settled) => Some(settled),
            Self::Pending { .. } | Self::Parked(_) => None,
        }
    }
}

/// A request whose outcome is known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settled {
    /// The idempotency key.
    pub id: Uuid,
    /// The operationId.
    pub operation_id: String,
    /// The outcome.
    pub settlement: Settlement,
}

/// The outcome of a request. Match it exhaustively: there will be no other values.
#[derive(Clone, Debug, PartialEq)]
pub enum Settlement {
    /// Executed. Check the response, in which a provider may have declined it.
    Completed(JsonResponse),
    /// Not executed by any attempt.
    Rejected(Rejection),
}

/// The reason for which a request was not executed.
#[derive(Clone, PartialEq)]
pub struct Rejection {
    status: Option<u16>,
    code: Option<String>,
    message: String,
}

meld_client_core::object! { sent Rejection { status: "status", code: "code", message: "message" } }

impl Rejection {
    pub(super) fn of(error: &Error) -> Self {
        Self {
            status: error.status().map(|status| status.as_u16()),
            code: error.code().map(|code| code.as_str().to_owned()),
            message: error.to_string(),
        }
    }

    /// Returns the status of Meld's response; `None` if the request never left this machine.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        StatusCode::from_u16(self.status?).ok()
    }

    /// Returns the code of Meld's error response.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        self.code.as_deref().map(ErrorCode::from)
    }

    /// Returns the error in one line, without values of the request.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// A request that waits for your decision.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parked {
    /// The idempotency key.
    pub id: Uuid,
    /// The operationId; `None` if the stored request cannot be read.
    pub operation_id: Option<String>,
    /// The reason, in one line without values.
    pub reason: String,
}
