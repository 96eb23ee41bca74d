//! Going through a list page by page.

use std::collections::HashSet;

use futures_util::{Stream, stream};
use meld_client_core::{Call, Page};

use crate::{Error, Operation, Request, ResponseValue, Transport};

/// The lists with larger pages than the others, by operationId: up to 1000 items. The documents say so in words, which
/// become checks of `limit` and nothing that can be read here.
const LARGE: &[&str] = &[
    "bank-linking-institutions-search",
    "bank-linking-investment-holdings-search",
    "bank-linking-investment-transactions-search",
    "bank-linking-transactions-search",
];

/// How many items a page of a list has at most.
pub(super) fn largest_page(operation: &Operation) -> usize {
    if LARGE.contains(&operation.operation_id) { 1000 } else { 100 }
}

/// A walk through a list: the next request, and where it was.
pub(super) struct Walk {
    request: Request,
    met: Met,
    /// The request of the last page, if that said that there is more.
    more_after: Option<Request>,
}

impl Walk {
    /// A walk from where the request begins, with the largest pages if it says nothing of their size.
    pub(super) fn new(request: Request) -> Result<Self, Error> {
        if request.query_value("before").is_some() {
            let error = Error::invalid("before", "goes up the list: set `after`, or read one page");
            return Err(error.with_operation(request.operation()));
        }
        let mut met = Met::default();
        if let Some(after) = request.query_value("after") {
            met.add(after);
        }
        let asks_for_size = request.query_value("limit").is_some();
        let mut walk = Self { request, met, more_after: None };
        if !asks_for_size {
            walk.set_pages_of(usize::MAX);
        }
        Ok(walk)
    }

    /// Begins after the item with this key.
    pub(super) fn begin_after(&mut self, key: &str) -> Result<(), Error> {
        if self.request.query_value("after").is_some_and(|after| after != key) {
            let error = Error::invalid("after", "is set to another key than the one to go on from");
            return Err(error.with_operation(self.request.operation()));
        }
        self.request.replace_query("after", key);
        self.met.add(key);
        Ok(())
    }

    /// Makes the pages no larger than that.
    pub(super) fn pages_of(&mut self, items: usize) {
        let asked = self.request.query_value("limit").and_then(|limit| limit.parse().ok());
        self.set_pages_of(items.min(asked.unwrap_or(usize::MAX)));
    }

    fn set_pages_of(&mut self, items: usize) {
        let operation = self.request.operation();
        if operation.parameters.iter().any(|parameter| parameter.name == "limit") {
            let items = items.clamp(1, largest_page(operation));
            self.request.replace_query("limit", items.to_string());
        }
    }

    /// The continuation after this page.
    ///
    /// Items at its end whose keys could not be decoded are taken off and come again with the next page, which begins
    /// after the last item with a key.
    fn after<P: Page>(mut self, page: &mut ResponseValue<P>) -> Result<Next, Error> {
        let failed = |page: &ResponseValue<P>, index: usize, reason: &str| {
            let error = Error::unusable(page, format!("[{index}].key"), reason);
            error.with_operation(self.request.operation())
        };
        let keys: Vec<Option<String>> = page.items().iter().map(key::<P>).collect();
        let is_met = |key: &Option<String>| key.as_ref().is_some_and(|key| self.met.contains(key));
        if let Some(index) = keys.iter().position(is_met) {
            let reason = "the item was read before, so that the list would never end";
            return Err(failed(page, index, reason));
        }
        if page.remaining() == Some(0) || (keys.is_empty() && page.decode_warnings().count() == 0) {
            return Ok(Next::End);
        }
        let keys_count = keys.len();
        let Some((index, key)) = last_key(keys) else {
            let reason = "there are more items, but no key to ask for them";
            return Ok(Next::Stuck(failed(page, keys_count.saturating_sub(1), reason)));
        };
        page.truncate(index + 1);
        self.met.add(&key);
        let there_is_more = page.remaining().is_some_and(|remaining| remaining > 0);
        self.more_after = there_is_more.then(|| self.request.clone());
        self.request.replace_query("after", key);
        Ok(Next::Page(Box::new(self)))
    }

    /// Whether an empty page is the end of the list, although the page before said that there is more.
    ///
    /// If the item that the page before ended with is no longer there, then the service may not know the place to go on
    /// from, and the rest of the list would be missing without a word.
    async fn is_at_the_end<C: Call<Output: Page>>(
        &self,
        transport: &Transport,
    ) -> Result<bool, Error> {
        let Some(again) = &self.more_after else { return Ok(true) };
        let place = self.request.query_value("after");
        let page = C::send_request(transport, again.clone()).await?;
        Ok(page.items().iter().any(|item| <C::Output as Page>::key(item) == place))
    }
}

/// The continuation after a page.
enum Next {
    Page(Box<Walk>),
    End,
    /// There may be more, which cannot be asked for.
    Stuck(Error),
}

/// The key of an item, if it has one.
fn key<P: Page>(item: &P::Item) -> Option<String> {
    P::key(item).filter(|key| !key.is_empty()).map(str::to_owned)
}

/// The last of the keys, and its index.
fn last_key(keys: Vec<Option<String>>) -> Option<(usize, String)> {
    keys.into_iter().enumerate().rev().find_map(|(index, key)| Some((index, key?)))
}

/// The keys that pages began after, as many as are needed to find out that a list goes in circles.
///
/// Circles of no more pages than are kept are found at once, longer ones before the third round: the one key that is
/// kept longer is changed at the pages 1, 2, 4, 8 and so on.
#[derive(Default)]
struct Met {
    recent: HashSet<String>,
    long_ago: Option<String>,
    pages: u64,
}

impl Met {
    /// How many keys are kept.
    const KEPT: usize = 256;

    fn contains(&self, key: &str) -> bool {
        self.recent.contains(key) || self.long_ago.as_deref() == Some(key)
    }

    fn add(&mut self, key: &str) {
        self.pages = self.pages.saturating_add(1);
        if self.pages.is_power_of_two() {
            self.long_ago = Some(key.to_owned());
        }
        if self.recent.len() == Self::KEPT {
            self.recent.clear();
        }
        self.recent.insert(key.to_owned());
    }
}

/// The pages of a walk.
pub(super) fn pages<C: Call<Output: Page>>(
    transport: Transport,
    walk: Walk,
) -> impl Stream<Item = Result<ResponseValue<C::Output>, Error>> + Send {
    stream::try_unfold(Next::Page(Box::new(walk)), move |next| {
        let transport = transport.clone();
        async move {
            let walk = match next {
                Next::Page(walk) => *walk,
                Next::End => return Ok(None),
                Next::Stuck(error) => return Err(error),
            };
            let mut page = C::send_request(&transport, walk.request.clone()).await?;
            if page.items().is_empty() && !walk.is_at_the_end::<C>(&transport).await? {
                let reason = "there is to be more, but the item to go on from is gone: begin anew, \
                              or from the key of an earlier item";
                let error = Error::unusable(&page, String::new(), reason);
                return Err(error.with_operation(walk.request.operation()));
            }
            let next = walk.after(&mut page)?;
            Ok(Some((page, next)))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_and_few_keys_are_kept() {
        for circle in [1, 2, 255, 256, 257, 300, 1000, 5000] {
            let mut met = Met::default();
            let found = (0..4 * circle).find(|page| {
                let key = (page % circle).to_string();
                let found = met.contains(&key);
                met.add(&key);
                found
            });
            let most = if circle < Met::KEPT { circle } else { 3 * circle };
            assert!(found.is_some_and(|page| page >= circle && page <= most), "{circle} {found:?}");
            assert!(met.recent.len() <= Met::KEPT);
        }
    }
}
