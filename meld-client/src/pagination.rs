//! Whole lists, read page by page.

use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use meld_client_core::{Call, Page};

use crate::{Error, ResponseValue};

mod walk;

use walk::{Walk, pages};

/// Reads lists that come in pages to their end: every builder of a search has it.
///
/// Pages are asked for as they are needed, each with the retries that any call has. They are as large as the list
/// allows, unless the builder's `limit` is set. The keys that the service turns pages by are not seen.
///
/// A walk that was cut off goes on where it was: keep the `key` of the last item that was dealt with, and give it to
/// [`stream_from`](Self::stream_from). The order is that of the list and not that of time: what has come to its top
/// since is not met on the way on. Transactions come newest first; to catch up with those, see
/// [`BankLinkingExt::changed_transactions`](crate::bank_linking::BankLinkingExt::changed_transactions).
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use std::pin::pin;
///
/// use futures_util::TryStreamExt;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let search = meld.v2026_02_03().bank_linking().search_institutions().limit(100);
/// let mut institutions = pin!(search.stream());
/// while let Some(institution) = institutions.try_next().await? {
///     println!("{:?}", institution.name);
/// }
///
/// // Short lists at once.
/// let connections = meld.v2026_02_03().bank_linking().search_connections().all(1000).await?;
/// # assert!(connections.is_empty());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking")))]
/// # fn main() {}
/// ```
pub trait PaginationExt: Call<Output: Page> {
    /// The items, one after the other. A page is asked for when its first item is wanted.
    ///
    /// An error is the last item of the stream: the request cannot be made, a page cannot be had, the service gives the
    /// same page again, which would never end, or the list was changed just where the walk stood.
    fn stream(self) -> impl Stream<Item = Result<<Self::Output as Page>::Item, Error>> + Send
    where
        Self::Output: Send,
        <Self::Output as Page>::Item: Send,
    {
        items(self, None)
    }

    /// The same, from the item after the one with this key; from the first item on, if there is no key.
    ///
    /// ```
    /// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))]
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = meld_sandbox::Sandbox::start().await?;
    /// # let meld = meld_client::Meld::builder();
    /// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use std::pin::pin;
    ///
    /// use futures_util::TryStreamExt;
    /// use meld_client::v2026_02_03::prelude::*;
    ///
    /// let bank_linking = meld.v2026_02_03().bank_linking();
    /// // What was stored by the run before; nothing at the first.
    /// let mut stored: Option<String> = None;
    /// let mut banks = pin!(bank_linking.search_institutions().stream_from(stored.as_deref()));
    /// while let Some(bank) = banks.try_next().await? {
    ///     // Deal with the item, and store its key together with what comes of it.
    ///     stored = bank.key;
    /// }
    /// # assert!(stored.is_some());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking")))]
    /// # fn main() {}
    /// ```
    ///
    /// What the service responses to the key of an item that is gone from the list is not documented. Where a walk stood
    /// still for days, begin anew.
    fn stream_from(
        self,
        after: Option<&str>,
    ) -> impl Stream<Item = Result<<Self::Output as Page>::Item, Error>> + Send + use<Self>
    where
        Self::Output: Send,
        <Self::Output as Page>::Item: Send,
    {
        items(self, after.filter(|key| !key.is_empty()).map(str::to_owned))
    }

    /// The list page by page, with the status and headers of each. Items at the end of a page whose keys could not be
    /// decoded are not on it, but come again with the next page.
    fn pages(self) -> impl Stream<Item = Result<ResponseValue<Self::Output>, Error>> + Send
    where
        Self::Output: Send,
    {
        read(self, |_| Ok(()))
    }

    /// All items of a list that has no more than `at_most`.
    ///
    /// # Errors
    /// Those of the stream, and one of kind
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when there are more items.
    fn all(
        self,
        at_most: usize,
    ) -> impl Future<Output = Result<Vec<<Self::Output as Page>::Item>, Error>> + Send
    where
        Self::Output: Send,
        <Self::Output as Page>::Item: Send,
    {
        async move {
            let mut all = Vec::new();
            // One more than wanted tells whether there are more.
            let mut pages = std::pin::pin!(read(self, move |walk| {
                walk.pages_of(at_most.saturating_add(1));
                Ok(())
            }));
            while let Some(page) = pages.next().await {
                all.extend(page?.into_inner().into_items());
                if all.len() > at_most {
                    let items = if at_most == 1 { "item" } else { "items" };
                    let why = format!(
                        "is the limit passed to `all`, and the list has more than {at_most} {items}; raise the limit or \
                         use `stream`"
                    );
                    return Err(Error::invalid("at_most", why));
                }
            }
            Ok(all)
        }
    }
}

impl<C: Call<Output: Page>> PaginationExt for C {}

/// The items after a key.
fn items<C: Call<Output: Page<Item: Send>>>(
    call: C,
    after: Option<String>,
) -> impl Stream<Item = Result<<C::Output as Page>::Item, Error>> + Send {
    read(call, move |walk| after.map_or(Ok(()), |key| walk.begin_after(&key)))
        .map_ok(|page| stream::iter(page.into_inner().into_items().into_iter().map(Ok)))
        .try_flatten()
}

/// The pages of a walk that is prepared first.
fn read<C: Call<Output: Page>>(
    call: C,
    prepare: impl FnOnce(&mut Walk) -> Result<(), Error> + Send,
) -> impl Stream<Item = Result<ResponseValue<C::Output>, Error>> + Send {
    let transport = call.transport().clone();
    let start = call.into_request().and_then(|request| {
        let mut walk = Walk::new(request)?;
        prepare(&mut walk)?;
        Ok(walk)
    });
    stream::once(async move { start.map(|walk| pages::<C>(transport, walk)) }).try_flatten()
}
