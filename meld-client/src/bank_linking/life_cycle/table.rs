//! The life cycle of a connection as a table.

use super::{ConnectionStatus, ConnectionStatusReason, NextStep};

/// The documented properties of a status with a reason.
pub(super) struct Row {
    pub status: ConnectionStatus,
    pub reason: Option<ConnectionStatusReason>,
    pub can_refresh: bool,
    pub can_repair: bool,
    pub next_step: NextStep,
}

/// The allowed actions (refresh, repair), in the order of the guide's columns.
const NEITHER: (bool, bool) = (false, false);
const REFRESH: (bool, bool) = (true, false);
const REPAIR: (bool, bool) = (false, true);
const BOTH: (bool, bool) = (true, true);

const fn row(
    status: ConnectionStatus,
    reason: Option<ConnectionStatusReason>,
    (can_refresh, can_repair): (bool, bool),
    next_step: NextStep,
) -> Row {
    Row { status, reason, can_refresh, can_repair, next_step }
}

/// The life cycle by Meld's guides.
///
/// One page allows a refresh of `RECONNECT_REQUIRED`. The table follows the pages about statuses and refreshes, where
/// Meld rejects it (409).
pub(super) static LIFE_CYCLE: &[Row] = {
    use ConnectionStatus as Status;
    use ConnectionStatusReason as Reason;
    use NextStep as Step;
    &[
        row(Status::InProgress, None, NEITHER, Step::AwaitWidget),
        row(Status::Expired, None, NEITHER, Step::CreateNew),
        row(Status::Active, None, REFRESH, Step::Nothing),
        row(Status::Active, Some(Reason::AccessExpiringSoon), BOTH, Step::AskToReconnect),
        row(Status::Active, Some(Reason::NewAccountsAvailable), BOTH, Step::OfferNewAccounts),
        row(Status::PartiallyActive, Some(Reason::PartialAggregationSuccess), BOTH, Step::RefreshThenRepair),
        row(Status::PartiallyActive, Some(Reason::InactiveDuplicate), BOTH, Step::DeleteIfUnused),
        row(Status::Degraded, Some(Reason::InstitutionCurrentlyUnavailable), BOTH, Step::RetryLater),
        row(Status::Degraded, Some(Reason::InstitutionActionRequired), BOTH, Step::AskToActAtInstitution),
        row(Status::Degraded, Some(Reason::ServiceProviderCurrentlyUnavailable), BOTH, Step::RetryLaterThenSupport),
        row(Status::Degraded, Some(Reason::InteractiveRefresh), BOTH, Step::RefreshWithUser),
        row(Status::ReconnectRequired, Some(Reason::LoginRequired), REPAIR, Step::AskToReconnect),
        row(Status::ReconnectRequired, Some(Reason::TokenExpired), REPAIR, Step::AskToReconnect),
        row(Status::ReconnectRequired, Some(Reason::Other), REPAIR, Step::AskToReconnect),
        row(Status::ReconnectRequired, Some(Reason::RepairingInstitution), REPAIR, Step::RetryReconnect),
        row(Status::Unrecoverable, Some(Reason::ContinuedAggregationFailures), REPAIR, Step::CreateNew),
        row(Status::Unrecoverable, Some(Reason::InstitutionDisabled), REPAIR, Step::CreateNew),
        row(Status::Unrecoverable, Some(Reason::Other), REPAIR, Step::CreateNew),
        row(Status::Undetermined, Some(Reason::AggregationTimeout), BOTH, Step::RetryThenReport),
        row(Status::Undetermined, Some(Reason::SubmitServiceProviderTicket), BOTH, Step::RetryThenReport),
        row(Status::Undetermined, Some(Reason::UnknownServiceProviderErrorCode), BOTH, Step::RetryThenReport),
        row(Status::Undetermined, Some(Reason::InternalError), BOTH, Step::RetryThenReport),
        row(Status::Deleted, None, NEITHER, Step::Discard),
    ]
};
