//! Decoding and encoding of generated types, compared with plain serde structs with the same fields.
//!
//! The plain structs are as simple as a hand-written client has them: `String` for enums, `f64` for numbers. Both sides
//! take turns, so that the load of the machine does not change the ratio.
//!
//! `cargo bench -p meld-client --bench reading` measures each side with criterion and prints the ratios of throughput;
//! with `-- ratios` it prints only the ratios.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)] // A bench may panic.

#[path = "reading/pages.rs"]
mod pages;
#[path = "reading/plain.rs"]
mod plain;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use meld_client_core::json::{self, Found, FromJson};
use meld_client_v2026_02_03::bank_linking::types::FinancialAccountTransactionPage;
use meld_client_v2026_02_03::crypto::types::CryptoQuoteResponse;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// One task of both sides with one page.
struct Comparison<'a> {
    name: &'static str,
    /// The size of the page as JSON.
    bytes: usize,
    ours: Box<dyn Fn() + 'a>,
    plain: Box<dyn Fn() + 'a>,
}

/// Decodes as the transport does, with warnings.
fn read<T: FromJson>(text: &[u8]) -> T {
    let (found, warnings) = json::decode::<T>(text).unwrap();
    assert_eq!(warnings.count(), 0, "{:?}", warnings.first());
    let Found::Value(value) = found else { panic!("nothing read") };
    value
}

/// Decodes as `reqwest` does.
fn read_plainly<T: DeserializeOwned>(text: &[u8]) -> T {
    serde_json::from_slice(text).unwrap()
}

fn reading<'a, Ours: FromJson, Plain: DeserializeOwned>(name: &'static str, text: &'a str) -> Comparison<'a> {
    let text = text.as_bytes();
    Comparison {
        name,
        bytes: text.len(),
        ours: Box::new(move || drop(black_box(read::<Ours>(black_box(text))))),
        plain: Box::new(move || drop(black_box(read_plainly::<Plain>(black_box(text))))),
    }
}

fn writing<'a, Ours: FromJson + Serialize + 'a, Plain: DeserializeOwned + Serialize + 'a>(
    name: &'static str,
    text: &str,
) -> Comparison<'a> {
    let (ours, plain): (Ours, Plain) = (read(text.as_bytes()), read_plainly(text.as_bytes()));
    Comparison {
        name,
        bytes: serde_json::to_vec(&ours).unwrap().len(),
        ours: Box::new(move || drop(black_box(serde_json::to_vec(black_box(&ours)).unwrap()))),
        plain: Box::new(move || drop(black_box(serde_json::to_vec(black_box(&plain)).unwrap()))),
    }
}

fn comparisons<'a>(transactions: &'a str, quotes: &'a str) -> Vec<Comparison<'a>> {
    vec![
        reading::<FinancialAccountTransactionPage, plain::Transactions>("read 1,000 bank transactions", transactions),
        reading::<CryptoQuoteResponse, plain::Quotes>("read 100 crypto quotes", quotes),
        writing::<FinancialAccountTransactionPage, plain::Transactions>("write 1,000 bank transactions", transactions),
        writing::<CryptoQuoteResponse, plain::Quotes>("write 100 crypto quotes", quotes),
    ]
}

/// Compares a page of 1,000 rows with the same page with one damaged byte. Decoding should take nearly the same time.
fn damage<'a>(name: &'static str, clean: &'a str, damaged: &'a [u8]) -> Comparison<'a> {
    let decode = |text: &[u8]| {
        let decoded = json::decode::<FinancialAccountTransactionPage>(text).unwrap();
        black_box(decoded).1.count()
    };
    assert_eq!((decode(clean.as_bytes()), decode(damaged)), (0, 1));
    Comparison {
        name,
        bytes: damaged.len(),
        ours: Box::new(move || assert!(decode(black_box(damaged)) == 1)),
        plain: Box::new(move || assert!(decode(black_box(clean.as_bytes())) == 0)),
    }
}

/// Replaces the letter `b` of the first "Uber" after the middle of the page.
fn damaged(page: &str, bytes: &[u8]) -> Vec<u8> {
    let middle = page.len() / 2;
    let place = middle + page.as_bytes()[middle..].windows(4).position(|four| four == b"Uber").unwrap();
    [&page.as_bytes()[..=place], bytes, &page.as_bytes()[place + 2..]].concat()
}

/// The number of ratios, the number of turns of both sides for each, and the duration of a turn.
const SERIES: usize = 7;
const ROUNDS: usize = 60;
const TURN: Duration = Duration::from_millis(2);

fn time(side: &dyn Fn(), times: u32) -> Duration {
    let start = Instant::now();
    (0..times).for_each(|_| side());
    start.elapsed()
}

/// Returns the throughput of our side relative to the plain one, by the fastest turn of each. Load of the machine makes turns
/// slower, never faster.
fn ratio(comparison: &Comparison<'_>) -> f64 {
    let once = time(&comparison.plain, 3) / 3;
    let times = (TURN.as_nanos() / once.as_nanos().max(1)).clamp(1, 100_000) as u32;
    let (mut ours, mut plain) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        ours = ours.min(time(&comparison.ours, times));
        plain = plain.min(time(&comparison.plain, times));
    }
    plain.as_secs_f64() / ours.as_secs_f64()
}

fn print_ratios(title: &str, comparisons: &[Comparison<'_>]) {
    println!("\nthroughput, {title}: median (lowest to highest)");
    for comparison in comparisons {
        let mut ratios: Vec<f64> = (0..SERIES).map(|_| ratio(comparison)).collect();
        ratios.sort_by(f64::total_cmp);
        let [lowest, median, highest] = [0, SERIES / 2, SERIES - 1].map(|place| ratios[place]);
        println!("  {:<30} {median:.2} ({lowest:.2} to {highest:.2})", comparison.name);
    }
}

fn bench(criterion: &mut Criterion, comparison: &Comparison<'_>) {
    let mut group = criterion.benchmark_group(comparison.name);
    group.throughput(Throughput::Bytes(comparison.bytes as u64));
    group.measurement_time(Duration::from_secs(3));
    group.bench_function("ours", |bencher| bencher.iter(&comparison.ours));
    group.bench_function("plain", |bencher| bencher.iter(&comparison.plain));
    group.finish();
}

fn main() {
    let (transactions, quotes) = (pages::transactions(1000), pages::quotes(100));
    let comparisons = comparisons(&transactions, &quotes);
    let latin1 = damaged(&transactions, b"\xfc");
    let surrogate = damaged(&transactions, b"\\ud83d");
    let control = damaged(&transactions, b"\x07");
    let damage = [
        damage("a Latin-1 byte", &transactions, &latin1),
        damage("a lone surrogate", &transactions, &surrogate),
        damage("a control character", &transactions, &control),
    ];
    let has = |wanted: &str| std::env::args().any(|argument| argument == wanted);
    // `cargo test` runs benches too; then criterion runs everything once.
    if !has("ratios") {
        let mut criterion = Criterion::default().configure_from_args();
        comparisons.iter().for_each(|comparison| bench(&mut criterion, comparison));
        criterion.final_summary();
    }
    if has("--bench") && !has("--profile-time") {
        print_ratios("ours as a ratio to plain serde structs", &comparisons);
        print_ratios("1,000 rows with one damaged as a ratio to the same without damage", &damage);
    }
}
