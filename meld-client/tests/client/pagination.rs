//! Walks through lists of any length, in pages of any size, while the list changes and the service fails.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{Stream, StreamExt, TryStreamExt};
use meld_client::v2026_02_03::bank_linking::builder::SearchTransactions;
use meld_client::v2026_02_03::bank_linking::types::FinancialAccountTransaction;
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Error, Meld, RetryPolicy};
use proptest::prelude::*;
use tracing::subscriber::NoSubscriber;

use crate::support::KEY;

/// What a page says of how much is beyond it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Remaining {
    Right,
    Missing,
    /// Always that there is one more.
    Wrong,
}

/// What happens to the list after a page of it was given.
#[derive(Clone, Debug)]
enum Change {
    Add(u32),
    Remove(prop::sample::Index),
}

/// A list as the service has it.
#[derive(Debug)]
struct List {
    /// The keys: their order is that of the list.
    keys: BTreeSet<u32>,
    /// What happens after the first page, after the second, and so on.
    changes: Vec<Vec<Change>>,
    remaining: Remaining,
    /// Whether the place of an item that is gone is forgotten, so that nothing is after it.
    forgets: bool,
    /// What is answered to which request, counted from 0, in place of a page.
    failures: Vec<(usize, u16)>,
    requests: Vec<String>,
}

impl List {
    fn new(keys: impl IntoIterator<Item = u32>) -> Self {
        Self {
            keys: keys.into_iter().collect(),
            changes: Vec::new(),
            remaining: Remaining::Right,
            forgets: false,
            failures: Vec::new(),
            requests: Vec::new(),
        }
    }

    /// Status and body of the response to a request for this target.
    fn response(&mut self, target: &str) -> (u16, String) {
        let number = self.requests.len();
        self.requests.push(target.to_owned());
        if let Some((_, status)) = self.failures.iter().find(|(request, _)| *request == number) {
            return (*status, String::new());
        }
        let value = |name: &str| {
            let query = target.split_once('?').unwrap().1;
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
        (200, body)
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

/// A service with one list, in threads of its own.
struct Service {
    address: String,
    list: Arc<Mutex<List>>,
}

impl Service {
    fn start(list: List) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let list = Arc::new(Mutex::new(list));
        let shared = list.clone();
        std::thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let list = shared.clone();
                std::thread::spawn(move || serve(stream, &list));
            }
        });
        Self { address, list }
    }

    fn requests(&self) -> Vec<String> {
        self.list.lock().unwrap().requests.clone()
    }

    fn search(&self) -> SearchTransactions {
        let wait = Duration::from_millis(1);
        let retries = RetryPolicy::default().max_retries(2).initial_backoff(wait).max_backoff(wait);
        let meld = Meld::builder().api_key(KEY).base_url(&self.address).retry_policy(retries);
        // Connections that are kept would belong to a runtime that is gone.
        meld.idle_timeout(Duration::ZERO)
            .build()
            .unwrap()
            .v2026_02_03()
            .bank_linking()
            .search_transactions()
    }
}

fn serve(mut stream: TcpStream, list: &Mutex<List>) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    loop {
        let mut target = None;
        loop {
            let Some(Ok(line)) = lines.next() else { return };
            if line.is_empty() {
                break;
            }
            target.get_or_insert_with(|| line.split(' ').nth(1).unwrap_or_default().to_owned());
        }
        let (status, body) = list.lock().unwrap().response(&target.unwrap_or_default());
        let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n", body.len());
        let head = format!("{head}content-type: application/json\r\n\r\n");
        if stream.write_all(format!("{head}{body}").as_bytes()).is_err() {
            return;
        }
    }
}

/// Runs on this thread alone, and without the logs that other tests search.
fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(NoSubscriber::default(), || runtime.block_on(future))
}

/// What a walk gave before it ended, and the error that ended it.
async fn read(
    stream: impl Stream<Item = Result<FinancialAccountTransaction, Error>>,
) -> (Vec<u32>, Option<Error>) {
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
        // Never what was there from the first: that may be taken out, but does not come back.
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
    fn a_list_that_stays_is_read_with_as_few_calls_as_it_has_pages(
        keys in list(), size in 1..50_usize, remaining in remaining(),
    ) {
        let service = Service::start(List { remaining, ..List::new(keys.clone()) });
        let (read, error) = run(read(service.search().limit(size as i32).stream()));
        prop_assert!(error.is_none(), "{error:?}");
        prop_assert!(read.iter().eq(&keys));
        let more = match remaining {
            // The end shows by an empty page, and only then.
            Remaining::Missing if !keys.is_empty() => 1,
            // One more, to see that nothing is missing.
            Remaining::Wrong if !keys.is_empty() => 2,
            _ => 0,
        };
        prop_assert_eq!(service.requests().len(), pages(keys.len(), size) + more);
    }

    #[test]
    fn a_list_that_changes_is_read_without_a_gap(
        keys in list(), size in 1..10_usize, changes in changes(), remaining in remaining(),
    ) {
        let service = Service::start(List { changes, remaining, ..List::new(keys.clone()) });
        let (read, error) = run(read(service.search().limit(size as i32).stream()));
        prop_assert!(read.is_sorted_by(|one, other| one < other), "in order, and none twice");
        let left = service.list.lock().unwrap().keys.clone();
        let stayed: BTreeSet<u32> = keys.intersection(&left).copied().collect();
        let missed: Vec<&u32> = stayed.iter().filter(|key| !read.contains(key)).collect();
        // Where the rest of the list vanishes together with the place that was read up to, the walk cannot know it.
        prop_assert!(missed.is_empty() || error.is_some(), "{missed:?}");
        prop_assert!(error.is_none() || remaining == Remaining::Wrong || !read.is_empty());
    }

    #[test]
    fn a_place_that_is_forgotten_does_not_end_the_list_without_a_word(
        keys in list(), size in 1..10_usize, changes in changes(),
    ) {
        let takes_out = changes.iter().flatten().any(|change| matches!(change, Change::Remove(_)));
        let list = List { changes, forgets: true, ..List::new(keys.clone()) };
        let service = Service::start(list);
        let (read, error) = run(read(service.search().limit(size as i32).stream()));
        let left = service.list.lock().unwrap().keys.clone();
        let stayed = keys.intersection(&left);
        let missed: Vec<&u32> = stayed.filter(|key| !read.contains(key)).collect();
        prop_assert!(missed.is_empty() || error.is_some(), "{missed:?} of {keys:?}: {read:?}");
        // Without anything taken out there is nothing to complain of. With it there may be where nothing is missing: when
        // all that was promised is gone, and the last item has left its page for others that were added before it.
        prop_assert!(error.is_none() || takes_out);
    }

    #[test]
    fn what_fails_for_a_while_is_asked_for_again(
        keys in list(), size in 1..10_usize, failing in prop::collection::btree_set(0..12_usize, 0..4),
    ) {
        // Never three times in a row, which is more than the retries.
        let failing: Vec<usize> = failing.into_iter().map(|request| 3 * request).collect();
        let failures = failing.iter().map(|request| (*request, 503)).collect();
        let service = Service::start(List { failures, ..List::new(keys.clone()) });
        let (read, error) = run(read(service.search().limit(size as i32).stream()));
        prop_assert!(error.is_none(), "{error:?}");
        prop_assert!(read.iter().eq(&keys));
        let calls = service.requests().len();
        let failed = failing.iter().filter(|request| **request < calls).count();
        prop_assert_eq!(calls, pages(keys.len(), size) + failed);
    }

    #[test]
    fn what_fails_for_good_ends_the_walk_after_all_that_was_read(
        keys in list(), size in 1..10_usize, request in 0..12_usize,
    ) {
        let service = Service::start(List { failures: vec![(request, 400)], ..List::new(keys.clone()) });
        let (read, error) = run(read(service.search().limit(size as i32).stream()));
        let fails = request < pages(keys.len(), size);
        prop_assert_eq!(error.is_some(), fails);
        let expected = if fails { request * size } else { keys.len() };
        prop_assert!(read.iter().eq(keys.iter().take(expected)));
        let calls = if fails { request + 1 } else { pages(keys.len(), size) };
        prop_assert_eq!(service.requests().len(), calls);
    }

    #[test]
    fn a_walk_that_is_dropped_asks_for_nothing_more(
        keys in list(), size in 1..10_usize, wanted in 0..50_usize,
    ) {
        let service = Service::start(List::new(keys.clone()));
        let search = service.search().limit(size as i32);
        let found = run(async move {
            let first: Vec<_> = search.stream().take(wanted).try_collect().await.unwrap();
            // Whatever was under way would have come by then.
            tokio::time::sleep(Duration::from_millis(2)).await;
            first.len()
        });
        prop_assert_eq!(found, wanted.min(keys.len()));
        let calls = match wanted {
            0 => 0,
            wanted if wanted > keys.len() => pages(keys.len(), size),
            wanted => pages(wanted, size),
        };
        prop_assert_eq!(service.requests().len(), calls);
    }

    #[test]
    fn a_walk_that_crashed_goes_on_after_the_last_item_that_was_stored(
        keys in list(), size in 1..10_usize, crash in 0..50_usize, next_size in 1..10_usize,
    ) {
        let service = Service::start(List::new(keys.clone()));
        let search = || service.search();
        // The program dies somewhere on a page. All it has is what it stored.
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

/// Reads a list of so many items in pages of 100, and gives the most bytes that were in use at once.
fn peak(items: u32) -> u64 {
    let service = Service::start(List::new(0..items));
    let search = service.search().limit(100);
    let measured = allocation_counter::measure(|| {
        let read = run(async {
            let mut stream = std::pin::pin!(search.stream());
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
    assert_eq!(service.requests().len(), calls);
    measured.bytes_max
}

#[test]
fn a_hundred_thousand_items_take_a_thousand_calls_and_the_memory_of_a_page() {
    let (one_page, ten_pages, all) = (peak(100), peak(1000), peak(100_000));
    println!("bytes at once: one page {one_page}, ten pages {ten_pages}, a thousand pages {all}");
    // The next page is read while the last one is gone, but for what both have in common.
    assert!(all < 2 * one_page && all < ten_pages + one_page / 4, "{one_page} {ten_pages} {all}");
}
