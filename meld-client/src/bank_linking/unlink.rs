//! Unlinking a connection with its duplicates.

use std::fmt;

use super::calls::{Calls, send};
use super::{ConnectionExt as _, ConnectionStatus, ConnectionStatusReason};
use crate::Error;

/// What became of a connection that was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UnlinkOutcome {
    /// It is deleted.
    Deleted,
    /// It was deleted before, or there is no such connection.
    AlreadyGone,
    /// The service has taken it in (202), and will do it.
    NotYetConfirmed,
    /// It could not be deleted, or it is not known whether it was.
    Failed,
    /// It was not tried, because the one before it failed.
    NotTried,
}

/// What became of a connection and its duplicates, in the order in which they were deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlinked {
    connections: Vec<(String, UnlinkOutcome)>,
}

impl Unlinked {
    /// Each connection by its id, and what became of it.
    pub fn connections(&self) -> impl ExactSizeIterator<Item = (&str, UnlinkOutcome)> {
        self.connections.iter().map(|(id, outcome)| (id.as_str(), *outcome))
    }

    /// What became of a connection.
    #[must_use]
    pub fn outcome(&self, connection_id: &str) -> Option<UnlinkOutcome> {
        self.connections().find(|(id, _)| *id == connection_id).map(|(_, outcome)| outcome)
    }

    /// Whether the service has confirmed that all are gone.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.connections().all(|(_, outcome)| outcome != UnlinkOutcome::NotYetConfirmed)
    }
}

/// Why not all connections were deleted, and what became of each. Calling again goes on where it failed.
pub struct UnlinkFailure {
    error: Error,
    connections: Unlinked,
}

impl UnlinkFailure {
    /// The error of the connection that could not be read or deleted.
    #[must_use]
    pub fn error(&self) -> &Error {
        &self.error
    }

    /// What became of each connection: none, if the connection could not be read, and nothing was deleted.
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
        let done = self.connections.connections().filter(|(_, outcome)| {
            !matches!(outcome, UnlinkOutcome::Failed | UnlinkOutcome::NotTried)
        });
        let (done, all) = (done.count(), self.connections.connections.len());
        write!(formatter, "{done} of {all} connections unlinked: {}", self.error)
    }
}

impl std::error::Error for UnlinkFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// Keeps the error alone.
impl From<UnlinkFailure> for Error {
    fn from(failure: UnlinkFailure) -> Self {
        failure.error
    }
}

pub(super) async fn unlink_with_duplicates<C: Calls>(
    client: &C,
    connection_id: &str,
) -> Result<Unlinked, UnlinkFailure> {
    let order = match send(client.get(connection_id)).await {
        Ok(connection) => order::<C>(connection_id, &connection),
        // Also one that is not there: an id that is wrong must not pass for one that is unlinked.
        Err(error) => {
            let connections = Unlinked { connections: Vec::new() };
            return Err(UnlinkFailure { error, connections });
        }
    };
    let mut unlinked = Unlinked {
        connections: order.into_iter().map(|id| (id, UnlinkOutcome::NotTried)).collect(),
    };
    for (id, outcome) in &mut unlinked.connections {
        match delete(client, id).await {
            Ok(became) => *outcome = became,
            Err(error) => {
                *outcome = UnlinkOutcome::Failed;
                return Err(UnlinkFailure { error, connections: unlinked });
            }
        }
    }
    Ok(unlinked)
}

/// All ids in the order in which they are to be deleted: the inactive ones from the one that was aggregated least
/// recently on, and the active one last.
fn order<C: Calls>(connection_id: &str, connection: &C::Connection) -> Vec<String> {
    let facts = C::of_connection(connection);
    let state = connection.state();
    let is_inactive = state.reason() == Some(&ConnectionStatusReason::InactiveDuplicate)
        || *state.status() == ConnectionStatus::Deleted;
    // The service lists duplicates with the one that was aggregated most recently first. Where it does not say which
    // one is active, that one is.
    let others = facts.duplicates.iter().rev().map(String::as_str);
    let active = facts.active_duplicate.filter(|id| !id.is_empty());
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

async fn delete<C: Calls>(client: &C, id: &str) -> Result<UnlinkOutcome, Error> {
    match send(client.delete(id)).await {
        Ok(response) if response.status().as_u16() == 202 => Ok(UnlinkOutcome::NotYetConfirmed),
        Ok(_) => Ok(UnlinkOutcome::Deleted),
        Err(error) if is_gone(&error) => Ok(UnlinkOutcome::AlreadyGone),
        // It may have been done in spite of the error, which the connection itself tells.
        Err(error) if error.outcome_unknown() => match send(client.get(id)).await {
            Ok(connection) if *connection.state().status() == ConnectionStatus::Deleted => {
                Ok(UnlinkOutcome::Deleted)
            }
            Err(gone) if has_status(&gone, 404) => Ok(UnlinkOutcome::Deleted),
            _ => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// Whether a connection is not there (404), or was deleted before (409).
fn is_gone(error: &Error) -> bool {
    has_status(error, 404) || has_status(error, 409)
}

fn has_status(error: &Error, status: u16) -> bool {
    error.status().is_some_and(|found| found.as_u16() == status)
}
