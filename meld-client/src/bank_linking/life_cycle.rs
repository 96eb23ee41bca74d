//! The life of a connection: what each status means, and what may be done then.

mod table;

use meld_client_core::string_enum;

use table::{LIFE_CYCLE, Row};

string_enum! {
    /// How a connection is (`status`; `newStatus` in webhooks). A status is the connection's alone: its financial
    /// accounts are just active or not.
    pub enum ConnectionStatus {
        /// The user has not finished the widget yet. A connection under repair does not come back here.
        InProgress = "IN_PROGRESS",
        /// The widget was not finished in time. This is the end.
        Expired = "EXPIRED",
        /// In use.
        Active = "ACTIVE",
        /// In use, but for a part.
        PartiallyActive = "PARTIALLY_ACTIVE",
        /// No new data for now. What was read before stays readable.
        Degraded = "DEGRADED",
        /// No new data before the user reconnects.
        ReconnectRequired = "RECONNECT_REQUIRED",
        /// Broken for good, as far as Meld can tell.
        Unrecoverable = "UNRECOVERABLE",
        /// Something went wrong, and Meld does not know what.
        Undetermined = "UNDETERMINED",
        /// Deleted, by you or by the user at the bank. This is the end.
        Deleted = "DELETED",
        /// A status that Meld's page of webhook events names and its list of statuses does not know. Nothing is said
        /// about what may be done; read the connection and go by the status it has then.
        CustomerActionRequired = "CUSTOMER_ACTION_REQUIRED",
    }
}

string_enum! {
    /// Why a connection has its status (`statusReason`; `newStatusReason` in webhooks).
    pub enum ConnectionStatusReason {
        /// The user's consent at the bank runs out soon.
        AccessExpiringSoon = "ACCESS_EXPIRING_SOON",
        /// The user has accounts that are not linked yet.
        NewAccountsAvailable = "NEW_ACCOUNTS_AVAILABLE",
        /// Some accounts or products could not be read.
        PartialAggregationSuccess = "PARTIAL_AGGREGATION_SUCCESS",
        /// Another connection over the same login is the one that is kept up to date.
        InactiveDuplicate = "INACTIVE_DUPLICATE",
        /// The bank does not response.
        InstitutionCurrentlyUnavailable = "INSTITUTION_CURRENTLY_UNAVAILABLE",
        /// The user has to do something at the bank.
        InstitutionActionRequired = "INSTITUTION_ACTION_REQUIRED",
        /// The provider does not response.
        ServiceProviderCurrentlyUnavailable = "SERVICE_PROVIDER_CURRENTLY_UNAVAILABLE",
        /// The bank wants the user to be there for every refresh.
        InteractiveRefresh = "INTERACTIVE_REFRESH",
        /// The bank wants the user to log in again.
        LoginRequired = "LOGIN_REQUIRED",
        /// The consent has run out.
        TokenExpired = "TOKEN_EXPIRED",
        /// Something else.
        Other = "OTHER",
        /// The provider is mending its way to the bank.
        RepairingInstitution = "REPAIRING_INSTITUTION",
        /// Three failures, and two weeks without a success.
        ContinuedAggregationFailures = "CONTINUED_AGGREGATION_FAILURES",
        /// The provider has dropped the bank.
        InstitutionDisabled = "INSTITUTION_DISABLED",
        /// The provider took too long.
        AggregationTimeout = "AGGREGATION_TIMEOUT",
        /// The provider wants to be told.
        SubmitServiceProviderTicket = "SUBMIT_SERVICE_PROVIDER_TICKET",
        /// The provider gave a code that Meld does not know.
        UnknownServiceProviderErrorCode = "UNKNOWN_SERVICE_PROVIDER_ERROR_CODE",
        /// Meld failed.
        InternalError = "INTERNAL_ERROR",
    }
}

/// What to do about a connection, by Meld's guides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NextStep {
    /// Nothing: all is well.
    Nothing,
    /// Wait until the user has finished the widget.
    AwaitWidget,
    /// Ask the user to reconnect: repair the connection and open the widget.
    AskToReconnect,
    /// Offer the user to link the accounts that were found: repair the connection and open the widget.
    OfferNewAccounts,
    /// Refresh; if that does not help, repair.
    RefreshThenRepair,
    /// Delete it, unless it is to become the active one of its duplicates: a refresh would make it so.
    DeleteIfUnused,
    /// Try later. The user can do nothing about it and need not be told.
    RetryLater,
    /// Try later; if it stays so, write to Meld's support.
    RetryLaterThenSupport,
    /// Pass the provider's message on to the user, who has to do something at the bank; then refresh.
    AskToActAtInstitution,
    /// Refresh only while the user is there to confirm it.
    RefreshWithUser,
    /// Let the user try to reconnect now and then: it works again when the provider is done.
    RetryReconnect,
    /// Try again; if it stays so, tell the provider or Meld.
    RetryThenReport,
    /// Treat it as broken and let the user make a new connection.
    CreateNew,
    /// Drop it: it was deleted.
    Discard,
    /// Look at it: the guides do not say what this status or reason means. Read the connection again, later or with
    /// a newer version of this crate.
    Inspect,
}

/// A status with its reason, and what follows from them: for a connection that was read, or for the new state that a
/// webhook tells.
///
/// ```
/// use meld_client::bank_linking::{ConnectionState, NextStep};
///
/// let state = ConnectionState::new("RECONNECT_REQUIRED", Some("LOGIN_REQUIRED"));
/// assert!(state.can_repair() && !state.can_refresh());
/// assert_eq!(state.next_step(), NextStep::AskToReconnect);
/// ```
///
/// Letter case does not matter. A reason that is missing, that the guides do not know, or that does not go with the
/// status counts as any of the status: what may be done is what all its reasons allow, and the next step is the one
/// that they have in common. Of a status that the guides do not know nothing may be done, and the step is
/// [`NextStep::Inspect`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConnectionState {
    status: ConnectionStatus,
    reason: Option<ConnectionStatusReason>,
}

impl ConnectionState {
    /// From the texts of the service. An empty reason is none.
    #[must_use]
    pub fn new(status: &str, reason: Option<&str>) -> Self {
        let reason = reason.filter(|reason| !reason.is_empty()).map(Into::into);
        Self { status: status.into(), reason }
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> &ConnectionStatus {
        &self.status
    }

    /// The reason, where there is one.
    #[must_use]
    pub fn reason(&self) -> Option<&ConnectionStatusReason> {
        self.reason.as_ref()
    }

    /// Whether the guides say that such a connection may be refreshed. Others are refused with 409.
    #[must_use]
    pub fn can_refresh(&self) -> bool {
        self.said(|row| row.can_refresh).unwrap_or(false)
    }

    /// Whether the guides say that such a connection may be repaired. Others are refused with 409.
    #[must_use]
    pub fn can_repair(&self) -> bool {
        self.said(|row| row.can_repair).unwrap_or(false)
    }

    /// Whether this is the end: the connection will never have another status.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        matches!(self.status, ConnectionStatus::Expired | ConnectionStatus::Deleted)
    }

    /// What to do about it.
    #[must_use]
    pub fn next_step(&self) -> NextStep {
        if let Some(row) = self.exact() {
            return row.next_step;
        }
        // What the status itself asks for, whatever has caused it.
        if self.status == ConnectionStatus::ReconnectRequired {
            return NextStep::AskToReconnect;
        }
        let mut steps = self.rows().map(|row| row.next_step);
        let first = steps.next().unwrap_or(NextStep::Inspect);
        if steps.all(|step| step == first) { first } else { NextStep::Inspect }
    }

    /// What is said about this state, or else about all states of this status, if anything is.
    fn said(&self, what: impl Fn(&Row) -> bool) -> Option<bool> {
        let common = || self.rows().map(&what).reduce(|one, other| one && other);
        self.exact().map(&what).or_else(common)
    }

    /// What is said about exactly this state.
    fn exact(&self) -> Option<&'static Row> {
        self.rows().find(|row| row.reason == self.reason)
    }

    /// What is said about this status, whatever the reason is.
    fn rows(&self) -> impl Iterator<Item = &'static Row> {
        LIFE_CYCLE.iter().filter(|row| row.status == self.status)
    }
}

#[cfg(feature = "client")]
impl ConnectionState {
    /// Whether the guides say that a refresh is refused, so that it need not be tried. What they do not speak of is for
    /// the service to decide.
    pub(super) fn refuses_refresh(&self) -> bool {
        self.refuses(|row| row.can_refresh)
    }

    /// The same of a repair.
    pub(super) fn refuses_repair(&self) -> bool {
        self.refuses(|row| row.can_repair)
    }

    fn refuses(&self, allows: impl Fn(&Row) -> bool) -> bool {
        match self.exact() {
            Some(row) => !allows(row),
            // A reason that is not known may be one with which it is allowed.
            None => self.rows().count() > 0 && !self.rows().any(allows),
        }
    }
}

/// What has the state of a connection: every version's `Connection`.
///
/// The truth about a status comes by the webhook `BANK_LINKING_CONNECTION_STATUS_CHANGE`; connections need not be read
/// on a schedule to see it.
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
    /// The status with its reason.
    fn state(&self) -> ConnectionState;

    /// See [`ConnectionState::can_refresh`].
    fn can_refresh(&self) -> bool {
        self.state().can_refresh()
    }

    /// See [`ConnectionState::can_repair`].
    fn can_repair(&self) -> bool {
        self.state().can_repair()
    }

    /// See [`ConnectionState::is_terminal`].
    fn is_terminal(&self) -> bool {
        self.state().is_terminal()
    }

    /// See [`ConnectionState::next_step`].
    fn next_step(&self) -> NextStep {
        self.state().next_step()
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
