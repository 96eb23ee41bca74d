//! Searches for transactions that no webhook reported.

use futures_util::StreamExt;
use meld_client_core::Page;

use super::versions::{Transaction, TransactionSearch};
use crate::pagination::{ListStream, PaginationExt};

/// Finds transactions that no webhook reported, on `search_transactions` of the families `crypto` and `payments`.
///
/// Compare the list with your records at most every 6 hours. The setters `from` and `to` of a search take a date or a
/// time ([`DateOrTime`](crate::DateOrTime)); `statuses` takes statuses or strings.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use std::collections::HashSet;
///
/// use meld_client::chrono::{TimeDelta, Utc};
/// use meld_client::v2026_02_03::prelude::*;
///
/// // The ids from webhooks, from your database.
/// let known: HashSet<String> = HashSet::new();
///
/// // A day, so that consecutive searches overlap.
/// let since = Utc::now() - TimeDelta::days(1);
/// let search = meld.v2026_02_03().crypto().search_transactions().from(since);
/// let mut lost = search.missing_from(|id| known.contains(id));
/// while let Some(transaction) = lost.try_next().await? {
///     println!("{:?} {:?}", transaction.id, transaction.status);
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub trait TransactionSearchExt: TransactionSearch {
    /// Streams all transactions of the search for whose id `is_known` returns `false`, page by page.
    ///
    /// Includes transactions without an id, which Meld does not document. The stream ends after an error; see
    /// [`PaginationExt::stream`].
    fn missing_from<'a>(
        self,
        is_known: impl Fn(&str) -> bool + Send + 'a,
    ) -> ListStream<'a, <Self::Output as Page>::Item>
    where
        Self: 'static,
        <Self::Output as Page>::Item: Send,
    {
        ListStream::new(self.stream().filter(move |item| {
            let id = item.as_ref().ok().and_then(|item| item.fields().id);
            let is_wanted = !id.is_some_and(&is_known);
            async move { is_wanted }
        }))
    }
}

impl<S: TransactionSearch> TransactionSearchExt for S {}
