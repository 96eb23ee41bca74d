//! Compares calls per second and allocations per call with handwritten calls that use `reqwest` and `serde`.
//!
//! Both sides take turns on one local server that returns the same bytes, so other load on the machine does not affect
//! the ratio. `cargo bench -p meld-client` runs criterion and prints the ratios and the time that a layer adds; `-- ratios`
//! does not run criterion.

#![allow(clippy::unwrap_used, missing_docs)] // A bench may panic.

#[path = "reading/pages.rs"]
mod pages;
#[path = "reading/plain.rs"]
mod plain;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use meld_client::middleware::{AttemptService, layer_fn};
use meld_client::v2026_02_03::{bank_linking, crypto};
use meld_client::{Decimal, Meld};
use meld_test_server::{Reply, Server};
use serde::Serialize;
use tokio::runtime::Runtime;

const KEY: &str = "W8b1vQzTnYpXsKcDfGhJmR:4nV7bC2xZ9aS6dF3gH5jK8lP1qWe";

/// Starts a server in its own thread, so that its work counts for neither side.
fn serve(quotes: &str, list: &str) -> Server {
    let (quotes, list) = (response(quotes), response(list));
    Server::in_thread(move |request| {
        let is_quote = request.line().starts_with("POST");
        if is_quote { quotes.clone() } else { list.clone() }
    })
}

fn response(body: &str) -> Reply {
    let headers = "content-type: application/json\r\nmeld-version: 2026-02-03\r\n";
    meld_test_server::response("200 OK", headers, body)
}

/// A handwritten request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct QuoteRequest {
    country_code: String,
    source_currency_code: String,
    destination_currency_code: String,
    source_amount: f64,
}

/// The number of layers of the layered client.
const LAYERS: u32 = 4;

struct Sides {
    runtime: Runtime,
    meld: Meld,
    /// The same client with [`LAYERS`] layers that do nothing.
    layered: Meld,
    http: reqwest::Client,
    address: String,
}

impl Sides {
    fn new() -> Self {
        let address = serve(&pages::quotes(6), &pages::transactions(100)).address.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let builder = Meld::builder().api_key(KEY).base_url(&address);
        let meld = builder.clone().build().unwrap();
        let identity = || layer_fn(|inner: AttemptService| inner);
        let layered = (0..LAYERS).fold(builder, |builder, _| builder.layer(identity())).build().unwrap();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { runtime, meld, layered, http, address }
    }

    #[inline(never)]
    fn quote(&self) -> usize {
        self.quote_by(&self.meld)
    }

    #[inline(never)]
    fn layered_quote(&self) -> usize {
        self.quote_by(&self.layered)
    }

    fn quote_by(&self, meld: &Meld) -> usize {
        let body = crypto::types::CryptoQuoteRequest::builder()
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("ETH")
            .source_amount(Decimal::new(10_000, 2));
        let call = meld.v2026_02_03().crypto().create_quote().body(body);
        let response: crypto::types::CryptoQuoteResponse = self.runtime.block_on(call.send()).unwrap().into_inner();
        black_box(response).quotes.len()
    }

    #[inline(never)]
    fn quote_plainly(&self) -> usize {
        let body = QuoteRequest {
            country_code: "US".to_owned(),
            source_currency_code: "USD".to_owned(),
            destination_currency_code: "ETH".to_owned(),
            source_amount: 100.0,
        };
        let response: plain::Quotes = self.runtime.block_on(async {
            let url = format!("{}/payments/crypto/quote", self.address);
            let request = self.http.post(url).json(&body);
            let request = request.header("authorization", format!("BASIC {KEY}"));
            let request = request.header("meld-version", "2026-02-03");
            request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
        });
        black_box(response).quotes.len()
    }

    #[inline(never)]
    fn list(&self) -> usize {
        let client = self.meld.v2026_02_03().bank_linking();
        let call = client.search_transactions().financial_account_id("a").limit(100);
        let page: bank_linking::types::FinancialAccountTransactionPage =
            self.runtime.block_on(call.send()).unwrap().into_inner();
        black_box(page).financial_account_transactions.len()
    }

    #[inline(never)]
    fn list_plainly(&self) -> usize {
        let page: plain::Transactions = self.runtime.block_on(async {
            let url = format!("{}/bank-linking/transactions", self.address);
            let request = self.http.get(url).query(&[("financialAccountId", "a"), ("limit", "100")]);
            let request = request.header("authorization", format!("BASIC {KEY}"));
            let request = request.header("meld-version", "2026-02-03");
            request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
        });
        black_box(page).financial_account_transactions.len()
    }
}

/// Returns the ratio of the median durations, measured in turns.
fn ratio(ours: &dyn Fn() -> usize, plain: &dyn Fn() -> usize) -> f64 {
    let (ours, plain) = medians(ours, plain);
    plain / ours
}

/// Returns the median durations of 20 calls in seconds, measured in turns.
fn medians(ours: &dyn Fn() -> usize, plain: &dyn Fn() -> usize) -> (f64, f64) {
    let time = |call: &dyn Fn() -> usize| {
        let started = Instant::now();
        for _ in 0..20 {
            call();
        }
        started.elapsed().as_secs_f64()
    };
    let (mut of_ours, mut of_plain): (Vec<f64>, Vec<f64>) = (0..100).map(|_| (time(ours), time(plain))).unzip();
    of_ours.sort_by(f64::total_cmp);
    of_plain.sort_by(f64::total_cmp);
    (of_ours[50], of_plain[50])
}

/// Returns the number and bytes of the allocations of one call.
fn allocations(call: &dyn Fn() -> usize) -> (u64, u64) {
    const CALLS: u64 = 200;
    let measured = allocation_counter::measure(|| {
        for _ in 0..CALLS {
            call();
        }
    });
    (measured.count_total / CALLS, measured.bytes_total / CALLS)
}

fn main() {
    let sides = Sides::new();
    let quote: (&dyn Fn() -> usize, &dyn Fn() -> usize) = (&|| sides.quote(), &|| sides.quote_plainly());
    let list: (&dyn Fn() -> usize, &dyn Fn() -> usize) = (&|| sides.list(), &|| sides.list_plainly());
    let comparisons = [("quote, 6 providers", quote), ("list, 100 items", list)];
    if !std::env::args().any(|argument| argument == "ratios") {
        let mut criterion = Criterion::default().configure_from_args();
        for (name, (ours, plain)) in comparisons {
            let mut group = criterion.benchmark_group(name);
            group.bench_function("meld-client", |bencher| bencher.iter(ours));
            group.bench_function("reqwest and serde", |bencher| bencher.iter(plain));
            group.finish();
        }
        criterion.final_summary();
    }
    println!("\ncalls per second relative to handwritten calls (1.00: equal), allocations per call");
    for (name, (ours, plain)) in comparisons {
        let ratio = ratio(ours, plain);
        let ((count, bytes), (plain_count, plain_bytes)) = (allocations(ours), allocations(plain));
        println!("{name:20} {ratio:5.2}   {count} ({bytes} bytes) against {plain_count} ({plain_bytes} bytes)");
    }
    let (layered, plain) = medians(&|| sides.layered_quote(), &|| sides.quote());
    println!("each of {LAYERS} layers adds {:.2} µs", (layered - plain) / 20.0 / f64::from(LAYERS) * 1e6);
}
