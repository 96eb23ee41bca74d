//! Deleting a connection with its duplicates.

use std::fmt;

use meld_client_core::Error;

use super::life_cycle::{ConnectionExt as _, ConnectionStatus, ConnectionStatusReason};
use super::versions::{BankLinking, Connection};
use crate::call::send;

/// The result of deleting one connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnlinkOutcome {
    /// The connection is deleted.
    Deleted,
    /// The connection was deleted before, or does not exist.
    AlreadyGone,
    /// The service has accepted the deletion (202) and will complete it.
    NotYetConfirmed,
    /// The deletion failed, or its outcome is unknown.
    Failed,
    /// No deletion was attempted, because the one before it failed.
    NotTried,
}

/// The outcomes for a connection and its duplicates, in the order of deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlinked {
    connections: Vec<(String, UnlinkOutcome)>,
}

impl Unlinked {
    /// Returns the id and outcome of each connection.
    pub fn connections(&self) -> impl ExactSizeIterator<Item = (&str, UnlinkOutcome)> {
        self.connections.iter().map(|(id, outcome)| (id.as_str(), *outcome))
    }

    /// Returns the outcome for one connection. `None` if it is not among the duplicates.
    #[must_use]
    pub fn outcome(&self, connection_id: &str) -> Option<UnlinkOutcome> {
        self.connections().find(|(id, _)| *id == connection_id).map(|(_, outcome)| outcome)
    }

    /// Returns `true` if the service has confirmed all deletions.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.connections().all(|(_, outcome)| outcome != UnlinkOutcome::NotYetConfirmed)
    }
}

/// The error of [`unlink_with_duplicates`](super::BankLinkingExt::unlink_with_duplicates), with the outcome for each
/// connection. Calling the method again continues after the failure.
pub struct UnlinkFailure {
    error: Error,
    connections: Unlinked,
}

impl UnlinkFailure {
    /// Returns the error of the request that failed.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// Returns the outcomes. They are empty if the connection could not be read, and nothing was deleted.
    #[must_use]
    pub fn connections(&self) -> &Unlinked {
        &self.connections
    }
}

impl fmt::Debug for UnlinkFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("UnlinkFailure")
            .field("error", &self.error)
            .field("connections", &self.connections.connections)
            .finish()
    }
}

impl fmt::Display for UnlinkFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let done = self
            .connections
            .connections()
            .filter(|(_, outcome)| !matches!(outcome, UnlinkOutcome::Failed | UnlinkOutcome::NotTried));
        let (done, all) = (done.count(), self.connections.connections.len());
        write!(formatter, "{done} of {all} connections unlinked: {}", self.error)
    }
}

impl std::error::Error for UnlinkFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Keeps only the error.
impl From<UnlinkFailure> for Error {
    fn from(failure: UnlinkFailure) -> Self {
        failure.error
    }
}

pub(super) async fn unlink_with_duplicates<C: BankLinking>(
    client: &C,
    connection_id: &str,
) -> Result<Unlinked, UnlinkFailure> {
    let order = match send(client.get(connection_id)).await {
        Ok(connection) => order(connection_id, &*connection),
        // Includes 404: a wrong id must not count as unlinked.
        Err(error) => {
            let connections = Unlinked { connections: Vec::new() };
            return Err(UnlinkFailure { error, connections });
        }
    };
    let mut unlinked = Unlinked { connections: order.into_iter().map(|id| (id, UnlinkOutcome::NotTried)).collect() };
    for (id, outcome) in &mut unlinked.connections {
        match delete(client, id).await {
            Ok(deleted) => *outcome = deleted,
            Err(error) => {
                *outcome = UnlinkOutcome::Failed;
                return Err(UnlinkFailure { error, connections: unlinked });
            }
        }
    }
    Ok(unlinked)
}

/// Returns all ids in the order of deletion: inactive ones first, least recently aggregated first, the active one
/// last.
fn order(connection_id: &str, connection: &impl Connection) -> Vec<String> {
    let fields = connection.fields();
    let state = connection.state();
    let is_inactive = state.reason() == Some(&ConnectionStatusReason::InactiveDuplicate)
        || *state.status() == ConnectionStatus::Deleted;
    // The service lists the most recently aggregated duplicate first. It counts as active if the response names no
    // other.
    let others = fields.duplicates.iter().rev().map(String::as_str);
    let active = fields.active_duplicate.filter(|id| !id.is_empty());
    let own = Some(connection_id);
    let (first, last) = match active {
        Some(active) => (own.filter(|id| *id != active), Some(active)),
        None if is_inactive => (own, None),
        None => (None, own),
    };
    let mut order: Vec<String> = Vec::new();
    for id in first.into_iter().chain(others).filter(|id| !id.is_empty() && Some(*id) != last) {
        if !order.iter().any(|known| known == id) {
            order.push(id.to_owned());
        }
    }
    order.extend(last.map(str::to_owned));
    order
}

async fn delete<C: BankLinking>(client: &C, id: &str) -> Result<UnlinkOutcome, Error> {
    match send(client.delete(id)).await {
        Ok(response) if response.status().as_u16() == 202 => Ok(UnlinkOutcome::NotYetConfirmed),
        Ok(_) => Ok(UnlinkOutcome::Deleted),
        Err(error) if is_gone(&error) => Ok(UnlinkOutcome::AlreadyGone),
        // The connection may be deleted in spite of the error, which its status shows.
        Err(error) if error.outcome_unknown() => match send(client.get(id)).await {
            Ok(connection) if *connection.state().status() == ConnectionStatus::Deleted => Ok(UnlinkOutcome::Deleted),
            Err(gone) if has_status(&gone, 404) => Ok(UnlinkOutcome::Deleted),
            _ => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// Returns `true` if the connection does not exist (404), or was deleted before (409).
fn is_gone(error: &Error) -> bool {
    has_status(error, 404) || has_status(error, 409)
}

fn has_status(error: &Error, status: u16) -> bool {
    error.status().is_some_and(|found| found.as_u16() == status)
}
