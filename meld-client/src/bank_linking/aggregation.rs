//! Polling for aggregated data.

use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::{Call, Error};

use super::life_cycle::ConnectionExt as _;
use super::versions::{BankLinking, Connection as _};
use crate::call::send;
use crate::polling::{Poll, Polling};

/// The result of [`BankLinkingExt::wait_until_aggregated`](super::BankLinkingExt::wait_until_aggregated).
#[derive(Clone, Debug)]
#[must_use]
pub enum Aggregation<C> {
    /// The provider has aggregated data. Contains the connection as read last.
    Completed(C),
    /// The connection was deleted, or its widget was not finished in time. No data will come.
    Ended(C),
    /// The time limit was reached first. Data may still come.
    Pending,
}

pub(super) async fn wait<C: BankLinking>(
    client: &C,
    connection_id: &str,
    since: DateTime<Utc>,
    polling: Polling,
) -> Result<Aggregation<C::Connection>, Error> {
    let found = polling.until(|left| async move {
        let mut call = client.get(connection_id);
        left.limit(call.options_mut());
        let response = send(call).await?;
        let retry_after = response.retry_after();
        let connection = response.into_inner();
        Ok(if connection.fields().aggregated_at.is_some_and(|at| at > since) {
            Poll::Ready(Aggregation::Completed(connection))
        } else if connection.is_terminal() {
            Poll::Ready(Aggregation::Ended(connection))
        } else {
            Poll::Pending { retry_after }
        })
    });
    Ok(found.await?.unwrap_or(Aggregation::Pending))
}
