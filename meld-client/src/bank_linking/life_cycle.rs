//! The life cycle of a connection: the meaning of each status, and the actions that it allows.

mod table;

use meld_client_core::string_enum;

use table::{LIFE_CYCLE, Row};

string_enum! {
    /// The status of a connection (`status`; `newStatus` in webhooks).
    ///
    /// Only connections have such a status. Financial accounts are just active or inactive.
    pub enum ConnectionStatus {
        /// The user has not finished the widget yet. A connection under repair does not return to this status.
        InProgress = "IN_PROGRESS",
        /// The widget was not finished in time. Terminal.
        Expired = "EXPIRED",
        /// In use.
        Active = "ACTIVE",
        /// Partly in use.
        PartiallyActive = "PARTIALLY_ACTIVE",
        /// Temporarily without new data. Existing data stays readable.
        Degraded = "DEGRADED",
        /// No new data until the user reconnects.
        ReconnectRequired = "RECONNECT_REQUIRED",
        /// Permanently broken, as far as Meld can tell.
        Unrecoverable = "UNRECOVERABLE",
        /// Something failed, and Meld does not know the cause.
        Undetermined = "UNDETERMINED",
        /// Deleted by you, or by the user at the institution. Terminal.
        Deleted = "DELETED",
        /// Named on Meld's page of webhook events, but not in its list of statuses.
        ///
        /// Meld does not say which actions it allows. Fetch the connection and use the status that it has then.
        CustomerActionRequired = "CUSTOMER_ACTION_REQUIRED",
    }
}

string_enum! {
    /// The reason for a connection's status (`statusReason`; `newStatusReason` in webhooks).
    pub enum ConnectionStatusReason {
        /// The user's consent at the institution expires soon.
        AccessExpiringSoon = "ACCESS_EXPIRING_SOON",
        /// The user has accounts that are not linked yet.
        NewAccountsAvailable = "NEW_ACCOUNTS_AVAILABLE",
        /// Some accounts or products could not be aggregated.
        PartialAggregationSuccess = "PARTIAL_AGGREGATION_SUCCESS",
        /// Another connection with the same login is kept up to date instead.
        InactiveDuplicate = "INACTIVE_DUPLICATE",
        /// The institution does not respond.
        InstitutionCurrentlyUnavailable = "INSTITUTION_CURRENTLY_UNAVAILABLE",
        /// The user has to act at the institution.
        InstitutionActionRequired = "INSTITUTION_ACTION_REQUIRED",
        /// The provider does not respond.
        ServiceProviderCurrentlyUnavailable = "SERVICE_PROVIDER_CURRENTLY_UNAVAILABLE",
        /// The institution requires the user's presence for every refresh.
        InteractiveRefresh = "INTERACTIVE_REFRESH",
        /// The institution requires a new login.
        LoginRequired = "LOGIN_REQUIRED",
        /// The consent has expired.
        TokenExpired = "TOKEN_EXPIRED",
        /// Another reason.
        Other = "OTHER",
        /// The provider is repairing its access to the institution.
        RepairingInstitution = "REPAIRING_INSTITUTION",
        /// Three failures, and no success for two weeks.
        ContinuedAggregationFailures = "CONTINUED_AGGREGATION_FAILURES",
        /// The provider no longer supports the institution.
        InstitutionDisabled = "INSTITUTION_DISABLED",
        /// The provider took too long.
        AggregationTimeout = "AGGREGATION_TIMEOUT",
        /// The failure has to be reported to the provider.
        SubmitServiceProviderTicket = "SUBMIT_SERVICE_PROVIDER_TICKET",
        /// The provider returned a code that Meld does not know.
        UnknownServiceProviderErrorCode = "UNKNOWN_SERVICE_PROVIDER_ERROR_CODE",
        /// Meld failed.
        InternalError = "INTERNAL_ERROR",
    }
}

/// The action that Meld's guides recommend for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NextStep {
    /// Do nothing.
    Nothing,
    /// Wait until the user has finished the widget.
    AwaitWidget,
    /// Ask the user to reconnect: repair the connection and open the widget.
    AskToReconnect,
    /// Offer to link the new accounts: repair the connection and open the widget.
    OfferNewAccounts,
    /// Refresh the connection. If that does not help, repair it.
    RefreshThenRepair,
    /// Delete the connection, unless it is to become the active duplicate, which a refresh makes it.
    DeleteIfUnused,
    /// Retry later. The user can do nothing about it and need not be notified.
    RetryLater,
    /// Retry later. If it fails again, contact Meld's support.
    RetryLaterThenSupport,
    /// Show the provider's message to the user, who has to act at the institution. Then refresh the connection.
    AskToActAtInstitution,
    /// Refresh the connection only while the user is present to confirm it.
    RefreshWithUser,
    /// Let the user try to reconnect from time to time. It works again after the provider's repair.
    RetryReconnect,
    /// Retry. If it fails again, report it to the provider or to Meld.
    RetryThenReport,
    /// Treat the connection as broken and let the user create a new one.
    CreateNew,
    /// Discard the connection, which was deleted.
    Discard,
    /// Inspect the connection: the guides do not describe this status or reason.
    ///
    /// Fetch the connection again later, or upgrade this crate.
    Inspect,
}

/// A status with its reason, from a connection or from a webhook event.
///
/// Case is ignored. A reason that is missing, undocumented or documented for another status stands for any reason of
/// the status. An action is then allowed if all documented reasons allow it, and the next step is the one that they
/// have in common. An undocumented status allows no action, and its next step is [`NextStep::Inspect`].
///
/// # Examples
///
/// ```
/// use meld_client::bank_linking::{ConnectionState, NextStep};
///
/// let state = ConnectionState::new("RECONNECT_REQUIRED", Some("LOGIN_REQUIRED"));
/// assert!(state.can_repair() && !state.can_refresh());
/// assert_eq!(state.next_step(), NextStep::AskToReconnect);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionState {
    status: ConnectionStatus,
    reason: Option<ConnectionStatusReason>,
}

impl ConnectionState {
    /// Creates a state from Meld's strings. An empty reason counts as none.
    #[must_use]
    pub fn new(status: &str, reason: Option<&str>) -> Self {
        let reason = reason.filter(|reason| !reason.is_empty()).map(Into::into);
        Self { status: status.into(), reason }
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> &ConnectionStatus {
        &self.status
    }

    /// Returns the reason. `None` if it is missing or empty.
    #[must_use]
    pub fn reason(&self) -> Option<&ConnectionStatusReason> {
        self.reason.as_ref()
    }

    /// Returns `true` if Meld's guides allow a refresh. Meld rejects others with 409.
    #[must_use]
    pub fn can_refresh(&self) -> bool {
        self.documented(|row| row.can_refresh).unwrap_or(false)
    }

    /// Returns `true` if Meld's guides allow a repair. Meld rejects others with 409.
    #[must_use]
    pub fn can_repair(&self) -> bool {
        self.documented(|row| row.can_repair).unwrap_or(false)
    }

    /// Returns `true` if the connection will never have another status (`EXPIRED` and `DELETED`).
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self.status, ConnectionStatus::Expired | ConnectionStatus::Deleted)
    }

    /// Returns the recommended action.
    #[must_use]
    pub fn next_step(&self) -> NextStep {
        if let Some(row) = self.exact() {
            return row.next_step;
        }
        // Required by the status itself, whatever its reason is.
        if self.status == ConnectionStatus::ReconnectRequired {
            return NextStep::AskToReconnect;
        }
        let mut steps = self.rows().map(|row| row.next_step);
        let first = steps.next().unwrap_or(NextStep::Inspect);
        if steps.all(|step| step == first) { first } else { NextStep::Inspect }
    }

    /// Returns the property of this state, or else the property that all states of this status have in common.
    fn documented(&self, property: impl Fn(&Row) -> bool) -> Option<bool> {
        let common = || self.rows().map(&property).reduce(|one, other| one && other);
        self.exact().map(&property).or_else(common)
    }

    /// Returns the row of exactly this state.
    fn exact(&self) -> Option<&'static Row> {
        self.rows().find(|row| row.reason == self.reason)
    }

    /// Returns the rows of this status, with any reason.
    fn rows(&self) -> impl Iterator<Item = &'static Row> {
        LIFE_CYCLE.iter().filter(|row| row.status == self.status)
    }
}

#[cfg(feature = "client")]
impl ConnectionState {
    /// Returns `true` if the guides exclude a refresh. The service decides about states that they do not describe.
    pub(super) fn refuses_refresh(&self) -> bool {
        self.refuses(|row| row.can_refresh)
    }

    /// Returns `true` if the guides exclude a repair.
    pub(super) fn refuses_repair(&self) -> bool {
        self.refuses(|row| row.can_repair)
    }

    fn refuses(&self, allows: impl Fn(&Row) -> bool) -> bool {
        match self.exact() {
            Some(row) => !allows(row),
            // An undocumented reason may allow it.
            None => self.rows().count() > 0 && !self.rows().any(allows),
        }
    }
}

/// Interprets the status of a connection, or of a webhook event about one.
///
/// The webhook event `BANK_LINKING_CONNECTION_STATUS_CHANGE` reports every change, so there is no need to poll
/// connections.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))] {
/// use meld_client::bank_linking::NextStep;
/// use meld_client::v2026_02_03::bank_linking::types::Connection;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let mut connection = Connection::default();
/// connection.status = Some("DEGRADED".to_owned());
/// connection.status_reason = Some("INTERACTIVE_REFRESH".to_owned());
/// assert!(connection.can_refresh());
/// assert_eq!(connection.next_step(), NextStep::RefreshWithUser);
/// # }
/// ```
pub trait ConnectionExt {
    /// Returns the status with its reason.
    fn state(&self) -> ConnectionState;

    /// Returns `true` if Meld allows a refresh; see [`ConnectionState::can_refresh`].
    fn can_refresh(&self) -> bool {
        self.state().can_refresh()
    }

    /// Returns `true` if Meld allows a repair; see [`ConnectionState::can_repair`].
    fn can_repair(&self) -> bool {
        self.state().can_repair()
    }

    /// Returns `true` if the status is final; see [`ConnectionState::is_terminal`].
    fn is_terminal(&self) -> bool {
        self.state().is_terminal()
    }

    /// Returns the recommended action; see [`ConnectionState::next_step`].
    fn next_step(&self) -> NextStep {
        self.state().next_step()
    }
}

#[cfg(feature = "client")]
impl<C: super::versions::Connection> ConnectionExt for C {
    fn state(&self) -> ConnectionState {
        let fields = self.fields();
        ConnectionState::new(fields.status.unwrap_or_default(), fields.status_reason)
    }
}

impl ConnectionExt for ConnectionState {
    fn state(&self) -> ConnectionState {
        self.clone()
    }
}

/// `ACTIVE`, or `DEGRADED (INTERACTIVE_REFRESH)`.
impl std::fmt::Display for ConnectionState {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.reason {
            Some(reason) => write!(formatter, "{} ({reason})", self.status),
            None => write!(formatter, "{}", self.status),
        }
    }
}

#[cfg(test)]
mod tests;
