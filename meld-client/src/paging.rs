//! Whole lists, read page by page.

use std::collections::HashSet;

use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use meld_client_core::{Call, Page};

use crate::{Error, Request, ResponseValue, Transport};

/// Reads lists that come in pages to their end: every builder of a search has it.
///
/// Pages are asked for as they are needed, each with the retries that any call has. The keys that
/// the service turns pages by are not seen; a walk that was cut off goes on from a stored key if the
/// builder's `after` is set to it. What belongs to the order of a list and not to time: `after` is
/// further down the list.
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
/// let search = meld.v2026_02_03().bank_linking().institutions_search().limit(100);
/// let mut institutions = pin!(search.stream());
/// while let Some(institution) = institutions.try_next().await? {
///     println!("{:?}", institution.name);
/// }
///
/// // Short lists at once.
/// let connections = meld.v2026_02_03().bank_linking().connections_search().all(1000).await?;
/// # assert!(connections.is_empty());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "bank_linking")))]
/// # fn main() {}
/// ```
pub trait Paged: Call<Answer: Page> {
    /// The items, one after the other. A page is asked for when its first item is wanted.
    ///
    /// An error is the last item of the stream: the request cannot be made, a page cannot be had, or
    /// the service gives the same page again, which would never end.
    fn stream(self) -> impl Stream<Item = Result<<Self::Answer as Page>::Item, Error>> + Send
    where
        Self::Answer: Send,
        <Self::Answer as Page>::Item: Send,
    {
        let pages = self.pages();
        pages
            .map_ok(|page| stream::iter(page.into_inner().into_items().into_iter().map(Ok)))
            .try_flatten()
    }

    /// The same page by page, with the status and headers of each.
    fn pages(self) -> impl Stream<Item = Result<ResponseValue<Self::Answer>, Error>> + Send
    where
        Self::Answer: Send,
    {
        let transport = self.transport().clone();
        let start = self.into_request().and_then(Walk::new);
        stream::once(async move { start.map(|walk| pages::<Self>(transport, walk)) }).try_flatten()
    }

    /// All items of a list that has no more than `at_most`.
    ///
    /// # Errors
    /// Those of the stream, and one of kind
    /// [`InvalidRequest`](crate::ErrorKind::InvalidRequest) when there are more items.
    fn all(
        self,
        at_most: usize,
    ) -> impl Future<Output = Result<Vec<<Self::Answer as Page>::Item>, Error>> + Send
    where
        Self::Answer: Send,
        <Self::Answer as Page>::Item: Send,
    {
        async move {
            let mut all = Vec::new();
            let mut items = std::pin::pin!(self.stream());
            while let Some(item) = items.next().await {
                if all.len() == at_most {
                    let more = format!("at_most: there are more than {at_most} items");
                    return Err(Error::invalid("list", more));
                }
                all.push(item?);
            }
            Ok(all)
        }
    }
}

impl<C: Call<Answer: Page>> Paged for C {}

/// A walk through a list: the next request, and the keys that were met.
struct Walk {
    request: Request,
    /// What the next page must not hold: the keys of the last one, and all that pages began after.
    met: HashSet<String>,
}

impl Walk {
    fn new(request: Request) -> Result<Self, Error> {
        if request.query_value("before").is_some() {
            let error = Error::invalid("before", "goes up the list: set `after`, or read one page");
            return Err(error.with_operation(request.operation()));
        }
        let met = request.query_value("after").map(str::to_owned).into_iter().collect();
        Ok(Self { request, met })
    }

    /// The walk after this page; nothing at the end of the list.
    fn after<P: Page>(mut self, page: &ResponseValue<P>) -> Result<Option<Self>, Error> {
        let failed = |index: usize, reason: &str| {
            let error = Error::unusable(page, format!("[{index}].key"), reason);
            Err(error.with_operation(self.request.operation()))
        };
        let items = page.items();
        for (index, item) in items.iter().enumerate() {
            if P::key(item).is_some_and(|key| self.met.contains(key)) {
                return failed(index, "the item was read before, so that the list would never end");
            }
        }
        let Some(last) = items.last().filter(|_| page.remaining() != Some(0)) else {
            return Ok(None);
        };
        let Some(key) = P::key(last).filter(|key| !key.is_empty()) else {
            return failed(items.len() - 1, "there are more items, but no key to ask for them");
        };
        let begins_after = self.request.query_value("after").map(str::to_owned);
        self.request.replace_query("after", key);
        self.met.extend(begins_after);
        self.met.insert(key.to_owned());
        Ok(Some(self))
    }
}

/// The pages of a walk.
fn pages<C: Call<Answer: Page>>(
    transport: Transport,
    walk: Walk,
) -> impl Stream<Item = Result<ResponseValue<C::Answer>, Error>> + Send {
    stream::try_unfold(Some(walk), move |walk| {
        let transport = transport.clone();
        async move {
            let Some(walk) = walk else { return Ok(None) };
            let page = C::send_request(&transport, walk.request.clone()).await?;
            let next = walk.after(&page)?;
            Ok(Some((page, next)))
        }
    })
}
