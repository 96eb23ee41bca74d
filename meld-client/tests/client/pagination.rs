//! Properties of pagination: any list, any page size, changes to the list and failing requests.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{Stream, StreamExt, TryStreamExt};
use meld_client::v2026_02_03::bank_linking::builder::SearchTransactions;
use meld_client::v2026_02_03::bank_linking::types::FinancialAccountTransaction;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Error, RetryPolicy};
use proptest::prelude::*;
use tracing::subscriber::NoSubscriber;

use crate::support::{Reply, Server, json, response};

/// The value of `remaining` in a page.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Remaining {
    Right,
    Missing,
    /// Always 1.
    Wrong,
}

/// A change to the list after a page was returned.
#[derive(Clone, Debug)]
enum Change {
    Add(u32),
    Remove(prop::sample::Index),
}

/// A list on the server.
#[derive(Debug)]
struct List {
    keys: BTreeSet<u32>,
    /// The changes after the first page, after the second, and so on.
    changes: Vec<Vec<Change>>,
    remaining: Remaining,
    /// `true` if the page after a removed item is empty.
    forgets: bool,
    /// The numbers of requests that fail, from 0, with their status.
    failures: Vec<(usize, u16)>,
    requests: usize,
}

impl List {
    fn new(keys: impl IntoIterator<Item = u32>) -> Self {
        Self {
            keys: keys.into_iter().collect(),
            changes: Vec::new(),
            remaining: Remaining::Right,
            forgets: false,
            failures: Vec::new(),
            requests: 0,
        }
    }

    /// Returns the response to a request with this query.
    fn response(&mut self, query: &str) -> Reply {
        let number = self.requests;
        self.requests += 1;
        if let Some((_, status)) = self.failures.iter().find(|(request, _)| *request == number) {
            return response(&format!("{status} x"), "", "");
        }
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
        };
        let after: Option<u32> = value("after").map(|key| key[1..].parse().unwrap());
        let limit: usize = value("limit").unwrap().parse().unwrap();
        let is_known = after.is_none_or(|after| !self.forgets || self.keys.contains(&after));
        let rest: Vec<u32> = match after {
            _ if !is_known => Vec::new(),
            None => self.keys.iter().copied().collect(),
            Some(after) => self.keys.range(after + 1..).copied().collect(),
        };
        let page = &rest[..limit.min(rest.len())];
        let body = self.page(page, rest.len() - page.len());
        if number < self.changes.len() {
            for change in std::mem::take(&mut self.changes[number]) {
                self.change(change);
            }
        }
        json(&body)
    }

    fn page(&self, keys: &[u32], remaining: usize) -> String {
        let mut items = String::new();
        for key in keys {
            let separator = if items.is_empty() { "" } else { "," };
            write!(items, r#"{separator}{{"id":"k{key:06}","key":"k{key:06}"}}"#).unwrap();
        }
        let remaining = match self.remaining {
            Remaining::Right => remaining.to_string(),
            Remaining::Missing => "null".to_owned(),
            Remaining::Wrong => "1".to_owned(),
        };
        format!(r#"{{"financialAccountTransactions":[{items}],"remaining":{remaining}}}"#)
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Add(key) => drop(self.keys.insert(key)),
            Change::Remove(index) => {
                let keys: Vec<u32> = self.keys.iter().copied().collect();
                if !keys.is_empty() {
                    self.keys.remove(index.get(&keys));
                }
            }
        }
    }
}

struct Service {
    server: Server,
    list: Arc<Mutex<List>>,
}

impl Service {
    fn start(list: List) -> Self {
        let list = Arc::new(Mutex::new(list));
        let shared = list.clone();
        let server = Server::in_thread(move |request| {
            let query = request.line().split_once('?').unwrap().1;
            shared.lock().unwrap().response(query)
        });
        Self { server, list }
    }

    fn requests(&self) -> usize {
        self.list.lock().unwrap().requests
    }

    fn search(&self) -> SearchTransactions {
        let backoff = Duration::from_millis(1);
        let policy = RetryPolicy::default().max_retries(2);
        let policy = policy.initial_backoff(backoff).max_backoff(backoff);
        // Reused connections would belong to a runtime that has ended.
        let meld = self.server.builder().retry_policy(policy).idle_timeout(Duration::ZERO);
        meld.build().unwrap().v2026_02_03().bank_linking().search_transactions()
    }
}

/// Runs a future on this thread only, without the logs that other tests search.
fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(NoSubscriber::default(), || runtime.block_on(future))
}

/// Returns the keys of a stream, and the error that ended it.
async fn read(stream: impl Stream<Item = Result<FinancialAccountTransaction, Error>>) -> (Vec<u32>, Option<Error>) {
    let mut stream = std::pin::pin!(stream);
    let mut keys = Vec::new();
    while let Some(item) = stream.next().await {
        match item {
            Ok(item) => keys.push(item.key.unwrap()[1..].parse().unwrap()),
            Err(error) => {
                assert!(stream.next().await.is_none(), "an error is the last item");
                return (keys, Some(error));
            }
        }
    }
    (keys, None)
}

fn pages(items: usize, size: usize) -> usize {
    items.div_ceil(size).max(1)
}

fn remaining() -> impl Strategy<Value = Remaining> {
    prop_oneof![Just(Remaining::Right), Just(Remaining::Missing), Just(Remaining::Wrong)]
}

/// Changes after each of the first pages.
fn changes() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let change = prop_oneof![
        // Odd keys only: an item of the original list, once removed, does not return.
        (0..500_u32).prop_map(|key| Change::Add(2 * key + 1)),
        any::<prop::sample::Index>().prop_map(Change::Remove),
    ];
    prop::collection::vec(prop::collection::vec(change, 0..4), 0..8)
}

fn list() -> impl Strategy<Value = BTreeSet<u32>> {
    prop::collection::btree_set((0..500_u32).prop_map(|key| 2 * key), 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn stable_list_takes_one_request_per_page(
        keys in list(), size in 1..50_usize, remaining in remaining(),
    ) {
        let service = Service::start(List { remaining, ..List::new(keys.clone()) });
        let (read, error) = run(read(service.search().limit(size as i32).stream()));
        prop_assert!(error.is_none(), "{error:?}");
        prop_assert!(read.iter().eq(&keys));
        let more = match remaining {
            // Only an empty page shows the end.
            Remaining::Missing if !keys.is_empty() => 1,
            // The last page is requested again to check that nothing is missing.
            Remaining::Wrong if !keys.is_empty() => 2,
            _ => 0,
        };
        prop_assert_eq!(service.requests(), pages(keys.len(), size) + more);
    }

    #[test]
    fn changing_list_is_read_without_gaps(
        keys in list(), size in 1..10_usize, changes in changes(), remaining in remaining(),
    ) {
        let service = Service::start(List { changes, remaining, ..List::new(keys.clone()) });
        let (read, error) = run(read(service.search().limit(size as i32).stream()));
        prop_assert!(read.is_sorted_by(|one, other| one < other), "in order, without duplicates");
        let left = service.list.lock().unwrap().keys.clone();
        let missed: Vec<&u32> = keys.intersection(&left).filter(|key| !read.contains(key)).collect();
        // A stream cannot notice if the rest of the list is removed together with the item to continue from.
        prop_assert!(missed.is_empty() || error.is_some(), "{missed:?}");
        prop_assert!(error.is_none() || remaining == Remaining::Wrong || !read.is_empty());
    }

    #[test]
    fn lost_position_is_an_error_if_items_are_missed(
        keys in list(), size in 1..10_usize, changes in changes(),
    ) {
        let has_removals = changes.iter().flatten().any(|change| matches!(change, Change::Remove(_)));
        let list = List { changes, forgets: true, ..List::new(keys.clone()) };
        let service = Service::start(list);
        let (read, error) = run(read(service.search().limit(size as i32).stream()));
        let left = service.list.lock().unwrap().keys.clone();
        let missed: Vec<&u32> = keys.intersection(&left).filter(|key| !read.contains(key)).collect();
        prop_assert!(missed.is_empty() || error.is_some(), "{missed:?} of {keys:?}: {read:?}");
        // With removals, an error is possible even if no item was missed: all remaining items were removed, and
        // additions moved the last item.
        prop_assert!(error.is_none() || has_removals);
    }

    #[test]
    fn transient_failures_are_retried(
        keys in list(), size in 1..10_usize, failing in prop::collection::btree_set(0..12_usize, 0..4),
    ) {
        // Never three failures in a row, which would exceed the retries.
        let failing: Vec<usize> = failing.into_iter().map(|request| 3 * request).collect();
        let failures = failing.iter().map(|request| (*request, 503)).collect();
        let service = Service::start(List { failures, ..List::new(keys.clone()) });
        let (read, error) = run(read(service.search().limit(size as i32).stream()));
        prop_assert!(error.is_none(), "{error:?}");
        prop_assert!(read.iter().eq(&keys));
        let calls = service.requests();
        let failed = failing.iter().filter(|request| **request < calls).count();
        prop_assert_eq!(calls, pages(keys.len(), size) + failed);
    }

    #[test]
    fn permanent_failure_ends_stream_after_items(
        keys in list(), size in 1..10_usize, request in 0..12_usize,
    ) {
        let service = Service::start(List { failures: vec![(request, 400)], ..List::new(keys.clone()) });
        let (read, error) = run(read(service.search().limit(size as i32).stream()));
        let fails = request < pages(keys.len(), size);
        prop_assert_eq!(error.is_some(), fails);
        let expected = if fails { request * size } else { keys.len() };
        prop_assert!(read.iter().eq(keys.iter().take(expected)));
        let calls = if fails { request + 1 } else { pages(keys.len(), size) };
        prop_assert_eq!(service.requests(), calls);
    }

    #[test]
    fn dropped_stream_sends_no_more_requests(
        keys in list(), size in 1..10_usize, wanted in 0..50_usize,
    ) {
        let service = Service::start(List::new(keys.clone()));
        let search = service.search().limit(size as i32);
        let found = run(async move {
            let first: Vec<_> = search.stream().take(wanted).try_collect().await.unwrap();
            // Time for a request that should not have been sent.
            tokio::time::sleep(Duration::from_millis(2)).await;
            first.len()
        });
        prop_assert_eq!(found, wanted.min(keys.len()));
        let calls = match wanted {
            0 => 0,
            wanted if wanted > keys.len() => pages(keys.len(), size),
            wanted => pages(wanted, size),
        };
        prop_assert_eq!(service.requests(), calls);
    }

    #[test]
    fn stream_resumes_after_the_stored_key(
        keys in list(), size in 1..10_usize, crash in 0..50_usize, next_size in 1..10_usize,
    ) {
        let service = Service::start(List::new(keys.clone()));
        let search = || service.search();
        // The program crashes in the middle of a page.
        let mut stored: Vec<_> = run(async {
            search().limit(size as i32).stream().take(crash).try_collect().await.unwrap()
        });
        let key = stored.last().and_then(|item: &FinancialAccountTransaction| item.key.clone());
        let rest: Vec<_> = run(async {
            search().limit(next_size as i32).stream_from(key.as_deref()).try_collect().await.unwrap()
        });
        stored.extend(rest);
        let read = stored.iter().map(|item| item.key.as_ref().unwrap()[1..].parse::<u32>().unwrap());
        prop_assert!(read.eq(keys));
    }
}

/// Streams a list in pages of 100 items and returns the peak of allocated bytes.
fn peak(items: u32) -> u64 {
    let service = Service::start(List::new(0..items));
    let search = service.search().limit(100);
    let measured = allocation_counter::measure(|| {
        let read = run(async {
            let mut stream = search.stream();
            let mut read = 0;
            while let Some(item) = stream.next().await {
                drop(item.unwrap());
                read += 1;
            }
            read
        });
        assert_eq!(read, items);
    });
    let calls = usize::try_from(items / 100).unwrap();
    assert_eq!(service.requests(), calls);
    measured.bytes_max
}

#[test]
fn memory_is_that_of_a_page() {
    let (one_page, ten_pages, all) = (peak(100), peak(1000), peak(100_000));
    println!("peak bytes: 1 page {one_page}, 10 pages {ten_pages}, 1,000 pages {all}");
    // The next page is decoded after the previous one was dropped.
    assert!(all < 2 * one_page && all < ten_pages + one_page / 4, "{one_page} {ten_pages} {all}");
}
