//! The position in a list, and the stream of pages.

use std::collections::HashSet;

use futures_util::{Stream, stream};
use meld_client_core::{Call, Error, Operation, Page, Request, ResponseValue, Transport};

/// The operationIds of lists with pages of up to 1000 items; other lists allow 100.
///
/// The specs state these limits only in descriptions, so that [`Operation`] does not have them.
const LARGE: &[&str] = &[
    "bank-linking-institutions-search",
    "bank-linking-investment-holdings-search",
    "bank-linking-investment-transactions-search",
    "bank-linking-transactions-search",
];

fn max_page_size(operation: &Operation) -> usize {
    if LARGE.contains(&operation.operation_id) { 1000 } else { 100 }
}

/// The position in a list: the next request, and the keys seen so far.
pub(super) struct Cursor {
    request: Request,
    seen: SeenKeys,
    /// The request of the previous page, if that page reported more items.
    previous: Option<Request>,
}

impl Cursor {
    /// Creates a cursor at the position of the request. Pages have the maximum size unless the request sets a limit.
    pub(super) fn new(request: Request) -> Result<Self, Error> {
        if request.query_value("before").is_some() {
            let error = Error::invalid(
                "before",
                "pages backwards, which streams do not; set `after`, or send a single request",
            );
            return Err(error.with_operation(request.operation()));
        }
        let mut seen = SeenKeys::default();
        if let Some(after) = request.query_value("after") {
            seen.add(after);
        }
        let has_limit = request.query_value("limit").is_some();
        let mut cursor = Self { request, seen, previous: None };
        if !has_limit {
            cursor.set_page_size(usize::MAX);
        }
        Ok(cursor)
    }

    /// Moves the cursor to the item after the one with this key.
    pub(super) fn start_after(&mut self, key: &str) -> Result<(), Error> {
        if self.request.query_value("after").is_some_and(|after| after != key) {
            let error = Error::invalid("after", "differs from the key passed to `stream_from`; set only one of them");
            return Err(error.with_operation(self.request.operation()));
        }
        self.request.replace_query("after", key);
        self.seen.add(key);
        Ok(())
    }

    /// Lowers the page size to at most this many items.
    pub(super) fn limit_page_size(&mut self, items: usize) {
        let limit = self.request.query_value("limit").and_then(|limit| limit.parse().ok());
        self.set_page_size(items.min(limit.unwrap_or(usize::MAX)));
    }

    fn set_page_size(&mut self, items: usize) {
        let operation = self.request.operation();
        if operation.parameters.iter().any(|parameter| parameter.name == "limit") {
            let items = items.clamp(1, max_page_size(operation));
            self.request.replace_query("limit", items.to_string());
        }
    }

    /// Moves the cursor past a page.
    ///
    /// Items at the end of the page whose keys could not be decoded are removed from it. They are on the next page
    /// again, which starts after the last item with a key.
    fn advance<P: Page>(mut self, page: &mut ResponseValue<P>) -> Result<Next, Error> {
        let failed = |page: &ResponseValue<P>, index: usize, reason: &str| {
            let error = Error::unusable(page, format!("[{index}].key"), reason);
            error.with_operation(self.request.operation())
        };
        let keys: Vec<Option<String>> = page.items().iter().map(key::<P>).collect();
        let is_seen = |key: &Option<String>| key.as_ref().is_some_and(|key| self.seen.contains(key));
        if let Some(index) = keys.iter().position(is_seen) {
            let reason = "the item was on an earlier page, so the list would never end";
            return Err(failed(page, index, reason));
        }
        if page.remaining() == Some(0) || (keys.is_empty() && page.decode_warnings().count() == 0) {
            return Ok(Next::End);
        }
        let last_index = keys.len().saturating_sub(1);
        let Some((index, key)) = last_key(keys) else {
            let reason = "the list has more items, but the page has no key to continue from";
            return Ok(Next::Stuck(failed(page, last_index, reason)));
        };
        page.truncate(index + 1);
        self.seen.add(&key);
        let has_more = page.remaining().is_some_and(|remaining| remaining > 0);
        self.previous = has_more.then(|| self.request.clone());
        self.request.replace_query("after", key);
        Ok(Next::Page(Box::new(self)))
    }

    /// Returns `true` if an empty page is the end of the list, even if the previous page reported more items.
    ///
    /// If the last item of the previous page has been removed, Meld may not find the position to continue from. The
    /// rest of the list would then be missing silently, so that the previous page is requested again.
    async fn is_at_end<C: Call<Output: Page>>(&self, transport: &Transport) -> Result<bool, Error> {
        let Some(previous) = &self.previous else { return Ok(true) };
        let position = self.request.query_value("after");
        let page = C::send_request(transport, previous.clone()).await?;
        Ok(page.items().iter().any(|item| <C::Output as Page>::key(item) == position))
    }
}

/// The continuation after a page.
enum Next {
    Page(Box<Cursor>),
    End,
    /// The list has more items that cannot be requested.
    Stuck(Error),
}

/// Returns the key of an item, or `None` if it is missing or empty.
fn key<P: Page>(item: &P::Item) -> Option<String> {
    P::key(item).filter(|key| !key.is_empty()).map(str::to_owned)
}

fn last_key(keys: Vec<Option<String>>) -> Option<(usize, String)> {
    keys.into_iter().enumerate().rev().find_map(|(index, key)| Some((index, key?)))
}

/// The keys that pages started after, for detecting lists that never end.
///
/// Memory is bounded. Cycles of at most [`CAPACITY`](Self::CAPACITY) pages are detected in the second round. Longer
/// ones are detected before the third, because one older key is kept as well. It is replaced at the pages 1, 2, 4, 8
/// and so on.
#[derive(Default)]
struct SeenKeys {
    recent: HashSet<String>,
    checkpoint: Option<String>,
    pages: u64,
}

impl SeenKeys {
    const CAPACITY: usize = 256;

    fn contains(&self, key: &str) -> bool {
        self.recent.contains(key) || self.checkpoint.as_deref() == Some(key)
    }

    fn add(&mut self, key: &str) {
        self.pages = self.pages.saturating_add(1);
        if self.pages.is_power_of_two() {
            self.checkpoint = Some(key.to_owned());
        }
        if self.recent.len() == Self::CAPACITY {
            self.recent.clear();
        }
        self.recent.insert(key.to_owned());
    }
}

/// Returns the pages from a cursor on.
pub(super) fn pages<C: Call<Output: Page>>(
    transport: Transport,
    cursor: Cursor,
) -> impl Stream<Item = Result<ResponseValue<C::Output>, Error>> + Send {
    stream::try_unfold(Next::Page(Box::new(cursor)), move |next| {
        let transport = transport.clone();
        async move {
            let cursor = match next {
                Next::Page(cursor) => *cursor,
                Next::End => return Ok(None),
                Next::Stuck(error) => return Err(error),
            };
            let mut page = C::send_request(&transport, cursor.request.clone()).await?;
            if page.items().is_empty() && !cursor.is_at_end::<C>(&transport).await? {
                let reason = "the list has more items, but the item to continue from was removed; start again, \
                              or continue from the key of an earlier item";
                let error = Error::unusable(&page, String::new(), reason);
                return Err(error.with_operation(cursor.request.operation()));
            }
            let next = cursor.advance(&mut page)?;
            Ok(Some((page, next)))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_detected_in_bounded_memory() {
        for cycle in [1, 2, 255, 256, 257, 300, 1000, 5000] {
            let mut seen = SeenKeys::default();
            let found = (0..4 * cycle).find(|page| {
                let key = (page % cycle).to_string();
                let found = seen.contains(&key);
                seen.add(&key);
                found
            });
            let most = if cycle < SeenKeys::CAPACITY { cycle } else { 3 * cycle };
            assert!(found.is_some_and(|page| page >= cycle && page <= most), "{cycle} {found:?}");
            assert!(seen.recent.len() <= SeenKeys::CAPACITY);
        }
    }
}
