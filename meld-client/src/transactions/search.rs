//! Searches of transactions: those that no webhook told of.

use futures_util::{Stream, StreamExt};
use meld_client_core::chrono::{DateTime, Utc};
use meld_client_core::{Call, Page};

#[allow(unused_imports, reason = "no version need be chosen")]
use crate::for_versions::for_versions;
use crate::{Error, PaginationExt};

/// A transaction as searches list it.
pub trait ListedTransaction {
    /// Meld's id of it (`id`; in webhook events `paymentTransactionId`).
    fn listed_id(&self) -> Option<&str>;
}

/// Searches of transactions, in the families `crypto` and `payments`.
///
/// To find what webhooks did not bring, compare the list with what is known, no more often than every 6 hours:
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use std::collections::HashSet;
/// use std::pin::pin;
///
/// use futures_util::TryStreamExt;
/// use meld_client::chrono::{TimeDelta, Utc};
/// use meld_client::v2026_02_03::prelude::*;
///
/// // The ids that webhooks brought, from your own tables.
/// let known: HashSet<String> = HashSet::new();
///
/// // A day, so that what came between two searches is in both.
/// let since = Utc::now() - TimeDelta::days(1);
/// let search = meld.v2026_02_03().crypto().search_transactions().since(since);
/// let mut lost = pin!(search.missing_from(|id| known.contains(id)));
/// while let Some(transaction) = lost.try_next().await? {
///     println!("{:?} {:?}", transaction.id, transaction.status);
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "crypto")))]
/// # fn main() {}
/// ```
pub trait TransactionSearchExt: Call<Output: Page<Item: ListedTransaction>> {
    /// Only what was made at this time or after it (`from`), by UTC and to the second.
    #[must_use]
    fn since(self, time: DateTime<Utc>) -> Self;

    /// All transactions of the search that are not known, page by page: `is_known` is asked about the id of each. What
    /// has no id, which Meld does not document, is given too.
    ///
    /// An error is the last item, see [`PaginationExt::stream`].
    fn missing_from(
        self,
        is_known: impl Fn(&str) -> bool + Send,
    ) -> impl Stream<Item = Result<<Self::Output as Page>::Item, Error>> + Send
    where
        <Self::Output as Page>::Item: Send,
    {
        self.stream().filter(move |item| {
            let id = item.as_ref().ok().and_then(ListedTransaction::listed_id);
            let is_wanted = !id.is_some_and(&is_known);
            async move { is_wanted }
        })
    }
}

/// A time as the parameter `from` takes it: without a zone.
#[allow(dead_code, reason = "no version need be chosen")]
fn without_zone(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%S").to_string()
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! transaction_search {
    ($version:ident, $family:ident, $search:ident) => {
        impl ListedTransaction
            for crate::$version::$family::types::SearchedPaymentTransactionOutput
        {
            fn listed_id(&self) -> Option<&str> {
                self.id.as_deref()
            }
        }

        impl TransactionSearchExt for crate::$version::$family::builder::$search {
            fn since(self, time: DateTime<Utc>) -> Self {
                self.from(without_zone(time))
            }
        }
    };
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! in_crypto {
    ($version:ident) => {
        transaction_search!($version, crypto, SearchTransactions);
    };
}

#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! in_payments {
    ($version:ident) => {
        transaction_search!($version, payments, SearchTransactions);
    };
}

for_versions!("crypto", in_crypto);
for_versions!("payments", in_payments);
