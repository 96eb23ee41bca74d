//! The methods of activity-log clients.

use std::collections::BTreeMap;

use meld_client_core::Error;
use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::serde_json::Value;

use super::details;
use super::import_failures::ImportFailure;
use super::versions::ActivityLog;

/// Explains failures from Meld's activity log, on the `beta` client of every API version.
///
/// The log has details that errors and webhooks omit, including the provider's responses. It also has widget errors,
/// which never change the status of a connection, and failed imports. Meld calls it beta.
///
/// Every search needs a period. The methods here search from `since` to now, plus one minute at both ends for clock
/// differences. A shorter period is faster.
///
/// Attributes and details contain messages of providers and users and may be secret, so they are redacted in `Debug`
/// output.
///
/// The associated types, such as `Self::Activity`, are those of [`ActivityClient`](super::ActivityClient).
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking", feature = "beta"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let began = std::time::SystemTime::now();
/// let failed = meld.v2026_02_03().bank_linking().get_connection().connection_id("none").send().await;
/// if let Some(request_id) = failed.unwrap_err().request_id() {
///     let activities = meld.v2026_02_03().beta().explain_request(request_id, began.into()).await?;
///     for activity in activities {
///         println!("{:?} {:?}", activity.occurred_at, activity.action);
///     }
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking", feature = "beta")))]
/// # fn main() {}
/// ```
pub trait ActivityExt: ActivityLog {
    /// Searches for activities since a time, newest first. Add filters to the returned builder.
    fn search_since(&self, since: DateTime<Utc>) -> Self::Search {
        details::search_since(self, since)
    }

    /// Returns the activities of one request with their details, oldest first.
    ///
    /// Takes the request id of an error, a response or a webhook event.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if there are more than 1000 activities.
    /// Also returns the errors of the requests.
    fn explain_request(
        &self,
        request_id: &str,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<Self::Activity>, Error>> + Send {
        let search = Self::by_request(self.search_since(since), request_id);
        details::search_with_details(self, search)
    }

    /// Returns the activities of one connection with their details, oldest first.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if there are more than 1000 activities;
    /// choose a shorter period. Also returns the errors of the requests.
    fn explain_connection(
        &self,
        connection_id: &str,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<Self::Activity>, Error>> + Send {
        let search = Self::by_connection(self.search_since(since), connection_id);
        details::search_with_details(self, search)
    }

    /// Returns the failed imports of connections with their details, oldest first.
    ///
    /// Failed imports appear nowhere else. Successful ones send the webhooks of any connection.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if more than 1000 imports failed;
    /// choose a shorter period. Also returns the errors of the requests.
    fn list_import_failures(
        &self,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<ImportFailure<Self::Activity>>, Error>> + Send {
        let search = Self::by_failed_import(self.search_since(since));
        async move {
            let failed = details::search_with_details(self, search).await?;
            Ok(failed.into_iter().map(ImportFailure::new).collect())
        }
    }

    /// Returns the details of activities by key (operation `activity-log-details-get`).
    ///
    /// Activities without details are left out.
    ///
    /// # Errors
    ///
    /// Returns the errors of the requests.
    fn get_details(&self, keys: &[&str]) -> impl Future<Output = Result<BTreeMap<String, Value>, Error>> + Send {
        details::get(self, keys)
    }
}

impl<C: ActivityLog> ActivityExt for C {}
