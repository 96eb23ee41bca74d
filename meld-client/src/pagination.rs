//! Pagination: whole lists as streams.

use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use meld_client_core::{Call, Error, Page, ResponseValue};

mod cursor;
mod list_stream;

use cursor::{Cursor, pages};
pub use list_stream::ListStream;

/// Streams for paginated operations. Implemented by the builders of all searches.
///
/// Pages are requested on demand, each with the usual retries. They have the maximum size, unless the builder sets
/// `limit`. The stream sets the cursor (`after`) itself.
///
/// To resume later, store the `key` of the last item you processed and pass it to [`stream_from`](Self::stream_from). A
/// resumed stream continues down the list, and so does not return items that were added at the top in the meantime.
/// Transactions are listed newest first. To read new and changed ones, see
/// [`BankLinkingExt::changed_transactions`](crate::bank_linking::BankLinkingExt::changed_transactions).
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::v2026_02_03::prelude::*;
///
/// let search = meld.v2026_02_03().bank_linking().search_institutions().limit(100);
/// let mut institutions = search.stream();
/// while let Some(institution) = institutions.try_next().await? {
///     println!("{:?}", institution.name);
/// }
///
/// // Collects a short list.
/// let connections = meld.v2026_02_03().bank_linking().search_connections().all(1000).await?;
/// # assert!(connections.is_empty());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking")))]
/// # fn main() {}
/// ```
pub trait PaginationExt: Call<Output: Page> {
    /// Returns a stream of all items. A page is requested when its first item is polled.
    ///
    /// # Errors
    ///
    /// The stream ends after an error. Its kind is:
    ///
    /// - [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the request is invalid or sets `before`
    /// - [`ErrorKind::Decode`](crate::ErrorKind::Decode) if an item repeats, so that the list would never end
    /// - [`ErrorKind::Decode`](crate::ErrorKind::Decode) if a page has no key to continue from, or if the item to
    ///   continue from was removed
    /// - any other kind if requesting a page fails
    fn stream(self) -> ListStream<'static, <Self::Output as Page>::Item>
    where
        Self: 'static,
        <Self::Output as Page>::Item: Send,
    {
        ListStream::new(items(self, None))
    }

    /// Returns a stream of the items after the one with this key, or of all items if `after` is `None` or empty.
    ///
    /// Meld does not document what happens if that item is no longer in the list. After an interruption of days, start
    /// from the beginning.
    ///
    /// # Errors
    ///
    /// The stream fails as described for [`stream`](Self::stream), and with
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the builder sets another `after`.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(all(feature = "v2026-02-03", feature = "bank_linking"))]
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = meld_sandbox::Sandbox::start().await?;
    /// # let meld = meld_client::Meld::builder();
    /// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// use meld_client::v2026_02_03::prelude::*;
    ///
    /// let bank_linking = meld.v2026_02_03().bank_linking();
    /// // The key that the previous run stored; `None` in the first run.
    /// let mut stored: Option<String> = None;
    /// let mut banks = bank_linking.search_institutions().stream_from(stored.as_deref());
    /// while let Some(bank) = banks.try_next().await? {
    ///     // Process the item, and store its key together with the result.
    ///     stored = bank.key;
    /// }
    /// # assert!(stored.is_some());
    /// # Ok(())
    /// # }
    /// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking")))]
    /// # fn main() {}
    /// ```
    fn stream_from(self, after: Option<&str>) -> ListStream<'static, <Self::Output as Page>::Item>
    where
        Self: 'static,
        <Self::Output as Page>::Item: Send,
    {
        ListStream::new(items(self, after.filter(|key| !key.is_empty()).map(str::to_owned)))
    }

    /// Returns a stream of pages, each with its status and headers.
    ///
    /// Items at the end of a page whose keys could not be decoded are moved to the next page.
    ///
    /// # Errors
    ///
    /// The stream fails as described for [`stream`](Self::stream).
    fn pages(self) -> ListStream<'static, ResponseValue<Self::Output>>
    where
        Self: 'static,
    {
        ListStream::new(read(self, |_| Ok(())))
    }

    /// Collects all items of a list of at most `at_most` items.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the list has more than `at_most`
    /// items, and the errors described for [`stream`](Self::stream).
    fn all(self, at_most: usize) -> impl Future<Output = Result<Vec<<Self::Output as Page>::Item>, Error>> + Send
    where
        Self::Output: Send,
        <Self::Output as Page>::Item: Send,
    {
        async move {
            let mut all = Vec::new();
            // One item more than allowed shows that the list is too long.
            let mut pages = std::pin::pin!(read(self, move |cursor| {
                cursor.limit_page_size(at_most.saturating_add(1));
                Ok(())
            }));
            while let Some(page) = pages.next().await {
                all.extend(page?.into_inner().into_items());
                if all.len() > at_most {
                    let why =
                        format!("of `all` is {at_most}, but the list has more items; raise the limit or use `stream`");
                    return Err(Error::invalid("at_most", why));
                }
            }
            Ok(all)
        }
    }
}

impl<C: Call<Output: Page>> PaginationExt for C {}

/// Returns the first items of a list, newest first, and `true` if there are more than `at_most`.
#[cfg(any(feature = "idempotent", feature = "webhooks"))]
pub(crate) async fn first<C: Call<Output: Page<Item: Send> + Send>>(
    call: C,
    at_most: usize,
) -> Result<(Vec<<C::Output as Page>::Item>, bool), Error> {
    let mut first = Vec::new();
    let mut pages = std::pin::pin!(read(call, |_| Ok(())));
    while let Some(page) = pages.next().await {
        first.extend(page?.into_inner().into_items());
        if first.len() > at_most {
            first.truncate(at_most);
            return Ok((first, true));
        }
    }
    Ok((first, false))
}

/// Returns the items after a key.
fn items<C: Call<Output: Page<Item: Send>>>(
    call: C,
    after: Option<String>,
) -> impl Stream<Item = Result<<C::Output as Page>::Item, Error>> + Send {
    read(call, move |cursor| after.map_or(Ok(()), |key| cursor.start_after(&key)))
        .map_ok(|page| stream::iter(page.into_inner().into_items().into_iter().map(Ok)))
        .try_flatten()
}

/// Returns the pages from the position of a call on. `prepare` adjusts the cursor first.
fn read<C: Call<Output: Page>>(
    call: C,
    prepare: impl FnOnce(&mut Cursor) -> Result<(), Error> + Send,
) -> impl Stream<Item = Result<ResponseValue<C::Output>, Error>> + Send {
    let transport = call.transport().clone();
    let start = call.into_request().and_then(|request| {
        let mut cursor = Cursor::new(request)?;
        prepare(&mut cursor)?;
        Ok(cursor)
    });
    stream::once(async move { start.map(|cursor| pages::<C>(transport, cursor)) }).try_flatten()
}
