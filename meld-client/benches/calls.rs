//! Compares calls per second and allocations per call with handwritten calls that use `reqwest` and `serde`.
//!
//! Both sides take turns on one local server that returns the same bytes, so other load on the machine does not affect
//! the ratio. `cargo bench -p meld-client` runs criterion and prints the ratios; `-- ratios` prints only the ratios.

#![allow(clippy::unwrap_used, missing_docs)] // A bench may panic.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::Criterion;
use meld_client::v2026_02_03::{bank_linking, crypto};
use meld_client::{Decimal, Meld};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const KEY: &str = "W8b1vQzTnYpXsKcDfGhJmR:4nV7bC2xZ9aS6dF3gH5jK8lP1qWe";

/// Starts a server in its own thread, so that its work counts for neither side.
fn serve(quotes: String, list: String) -> String {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(format!("http://{}", listener.local_addr().unwrap())).unwrap();
            while let Ok((mut stream, _)) = listener.accept().await {
                let (quotes, list) = (response(&quotes), response(&list));
                tokio::spawn(async move {
                    let mut buffer = vec![0; 64 * 1024];
                    // A small request over loopback arrives in one read.
                    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
                        let is_quote = buffer[..length].starts_with(b"POST");
                        stream.write_all(if is_quote { &quotes } else { &list }).await.unwrap();
                    }
                });
            }
        });
    });
    receiver.recv().unwrap()
}

fn response(body: &str) -> Vec<u8> {
    let length = body.len();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nmeld-version: 2026-02-03";
    format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
}

/// Handwritten types, without any tolerance for unexpected responses.
mod plain {
    use super::{Deserialize, Serialize};

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    pub struct QuoteRequest {
        pub country_code: String,
        pub source_currency_code: String,
        pub destination_currency_code: String,
        pub source_amount: f64,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct Quotes {
        pub quotes: Vec<Quote>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code, reason = "decoded for the measurement")]
    pub struct Quote {
        transaction_type: Option<String>,
        source_amount: Option<f64>,
        source_amount_without_fees: Option<f64>,
        fiat_amount_without_fees: Option<f64>,
        destination_amount: Option<f64>,
        destination_amount_without_fees: Option<f64>,
        source_currency_code: Option<String>,
        country_code: Option<String>,
        total_fee: Option<f64>,
        network_fee: Option<f64>,
        transaction_fee: Option<f64>,
        partner_fee: Option<f64>,
        destination_currency_code: Option<String>,
        exchange_rate: Option<f64>,
        payment_method_type: Option<String>,
        service_provider: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct Page {
        pub financial_account_transactions: Vec<Transaction>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[allow(dead_code, reason = "decoded for the measurement")]
    pub struct Transaction {
        key: Option<String>,
        id: Option<String>,
        financial_account_id: Option<String>,
        amount: Option<f64>,
        currency: Option<String>,
        description: Option<String>,
        status: Option<String>,
        transaction_date: Option<String>,
    }
}

fn quotes() -> String {
    let quote = |provider: &str| {
        format!(
            r#"{{"transactionType":"CRYPTO_PURCHASE","sourceAmount":100.00,"sourceAmountWithoutFees":95.12,"fiatAmountWithoutFees":95.12,"destinationAmount":0.00153412,"sourceCurrencyCode":"USD","countryCode":"US","totalFee":4.88,"networkFee":1.01,"transactionFee":3.87,"partnerFee":0.00,"destinationCurrencyCode":"BTC","exchangeRate":65183.92,"paymentMethodType":"CREDIT_DEBIT_CARD","serviceProvider":"{provider}"}}"#
        )
    };
    let providers = ["TRANSAK", "BANXA", "MERCURYO", "UNLIMIT", "KOYWE", "SIMPLEX"];
    format!(r#"{{"quotes":[{}]}}"#, providers.map(quote).join(","))
}

fn list() -> String {
    let row = |index: usize| {
        format!(
            r#"{{"key":"k{index}","id":"WQ5RyhRvRuzXqC5rCaTzb{index}","financialAccountId":"WXEvEDzSgNedXWnJ55pwUJ","amount":-{index}.50,"currency":"USD","description":"Coffee at the corner {index}","status":"POSTED","transactionDate":"2026-01-14T00:00:00Z"}}"#
        )
    };
    let rows: Vec<String> = (0..100).map(row).collect();
    let rows = rows.join(",");
    format!(r#"{{"financialAccountTransactions":[{rows}],"count":100,"remaining":0}}"#)
}

struct Sides {
    runtime: Runtime,
    meld: Meld,
    http: reqwest::Client,
    address: String,
}

impl Sides {
    fn new() -> Self {
        let address = serve(quotes(), list());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let meld = Meld::builder().api_key(KEY).base_url(&address).build().unwrap();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { runtime, meld, http, address }
    }

    #[inline(never)]
    fn quote(&self) -> usize {
        let body = crypto::types::CryptoQuoteRequest::builder()
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("BTC")
            .source_amount(Decimal::new(10_000, 2));
        let call = self.meld.v2026_02_03().crypto().create_quote().body(body);
        let response: crypto::types::CryptoQuoteResponse =
            self.runtime.block_on(call.send()).unwrap().into_inner();
        black_box(response).quotes.len()
    }

    #[inline(never)]
    fn quote_plainly(&self) -> usize {
        let body = plain::QuoteRequest {
            country_code: "US".to_owned(),
            source_currency_code: "USD".to_owned(),
            destination_currency_code: "BTC".to_owned(),
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
        let page: plain::Page = self.runtime.block_on(async {
            let url = format!("{}/bank-linking/transactions", self.address);
            let request =
                self.http.get(url).query(&[("financialAccountId", "a"), ("limit", "100")]);
            let request = request.header("authorization", format!("BASIC {KEY}"));
            let request = request.header("meld-version", "2026-02-03");
            request.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
        });
        black_box(page).financial_account_transactions.len()
    }
}

/// Returns the ratio of the median durations, measured in turns.
fn ratio(ours: &dyn Fn() -> usize, plain: &dyn Fn() -> usize) -> f64 {
    let time = |call: &dyn Fn() -> usize| {
        let started = Instant::now();
        for _ in 0..20 {
            call();
        }
        started.elapsed().as_secs_f64()
    };
    let (mut of_ours, mut of_plain): (Vec<f64>, Vec<f64>) =
        (0..100).map(|_| (time(ours), time(plain))).unzip();
    of_ours.sort_by(f64::total_cmp);
    of_plain.sort_by(f64::total_cmp);
    of_plain[50] / of_ours[50]
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
    let quote: (&dyn Fn() -> usize, &dyn Fn() -> usize) =
        (&|| sides.quote(), &|| sides.quote_plainly());
    let list: (&dyn Fn() -> usize, &dyn Fn() -> usize) =
        (&|| sides.list(), &|| sides.list_plainly());
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
    println!(
        "\ncalls per second relative to handwritten calls (1.00: equal), allocations per call"
    );
    for (name, (ours, plain)) in comparisons {
        let ratio = ratio(ours, plain);
        let ((count, bytes), (plain_count, plain_bytes)) = (allocations(ours), allocations(plain));
        println!(
            "{name:20} {ratio:5.2}   {count} ({bytes} bytes) against {plain_count} ({plain_bytes} bytes)"
        );
    }
}
