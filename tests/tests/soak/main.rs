//! Many concurrent clients against the mock server, while 5 percent of the requests fail. No payment is lost or doubled, no
//! task is left behind, and memory does not grow.
#![allow(clippy::unwrap_used, reason = "what the tests share fails by panicking, too")]

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use meld_client::payments::{IdempotentExt, Outcome, PaymentMethodInputExt};
use meld_client::v2026_02_03::crypto::types::CryptoQuoteRequest;
use meld_client::v2026_02_03::payments::types::{
    PaymentMethodInput, PaymentRefundRequest, PaymentTransactionRequest, PaymentTransactionResponse,
};
use meld_client::{Attempt, Call, Decimal, Meld, Observer};
use meld_sandbox::{Fault, FaultRule, Payment, Sandbox};
use peak_alloc::PeakAlloc;
use tokio::runtime::Handle;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory and tasks are measured for the whole process, so that only one load runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// The share of requests that fail.
const FAULTS: f64 = 0.05;
/// The delay of slow responses, and the shorter time-out of the clients.
const SLOW: Duration = Duration::from_millis(1500);
const TIMEOUT: Duration = Duration::from_secs(1);
/// The most attempts to resolve an unknown outcome, beyond the client's own retries.
const RESENT_AT_MOST: usize = 50;
/// The delay before each of these attempts.
const BEFORE_RESENDING: Duration = Duration::from_millis(100);
/// The growth of memory between the first phase and the last that is allowed, in bytes. A runtime keeps some buffers.
const MAY_GROW: usize = 256 * 1024;

/// Faults that look like a rejection or a success if only the status is considered. A long soak has each of them.
const AFTER_WORK: &[Fault] = &[
    Fault::Conflict,
    Fault::KeyConflictAfterWork,
    Fault::RequestConflictAfterWork,
    Fault::Accepted,
    Fault::ErrorUnderOk,
    Fault::ErrorUnderCreated,
    Fault::ErrorUnderAccepted,
    Fault::CodeUnderOk,
    Fault::SeeOther,
];

/// The amount of work.
struct Load {
    clients: usize,
    /// The number of equal phases. Each has a mock server of its own, whose ledger ends with it.
    phases: u32,
    phase: Duration,
}

#[test]
#[ignore = "takes a minute: cargo xtask soak"]
fn soak_for_a_minute() {
    let figures = run(&Load { clients: 200, phases: 6, phase: Duration::from_secs(10) });
    for fault in AFTER_WORK {
        assert!(figures.faults.contains_key(fault), "{fault} has not happened");
    }
}

#[test]
fn soak_briefly() {
    run(&Load { clients: 50, phases: 2, phase: Duration::from_secs(1) });
}

fn run(load: &Load) -> Figures {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        // Everything that a process allocates once is allocated before the measurement.
        phase(load.clients, Duration::from_millis(500), 0).await;
        let (mut figures, mut at_rest) = (Figures::default(), Vec::new());
        for number in 1..=load.phases {
            figures.add(phase(load.clients, load.phase, number).await);
            at_rest.push(MEMORY.current_usage());
        }
        say(&figures.shown(load));
        say(&shown_memory(&figures, &at_rest));
        figures.check();
        let growth = at_rest[at_rest.len() - 1].saturating_sub(at_rest[0]);
        assert!(growth < MAY_GROW, "{growth} bytes more in use after the last phase: {at_rest:?}");
        figures
    })
}

/// Runs clients that pay for a while. At the end, everything that it made is dropped.
async fn phase(clients: usize, lasts: Duration, number: u32) -> Figures {
    let tasks = Handle::current().metrics().num_alive_tasks();
    MEMORY.reset_peak_usage();
    let rules = Fault::ALL.iter().map(|&fault| FaultRule::new(fault).probability(FAULTS / Fault::ALL.len() as f64));
    let builder = Sandbox::builder().seed(number.into()).slow(SLOW).faults(rules);
    let sandbox = builder.start().await.unwrap();
    let counter = Arc::new(Counter::default());
    let meld = client(&sandbox, Arc::clone(&counter));
    let started = Instant::now();
    let working: Vec<_> =
        (0..clients).map(|client| tokio::spawn(work(meld.clone(), client, started + lasts))).collect();
    let mut orders = Vec::new();
    for client in working {
        orders.extend(client.await.unwrap());
    }
    let faults = sandbox.injected_faults();
    let mut figures = Figures { seconds: started.elapsed().as_secs_f64(), faults, ..Figures::default() };
    figures.count("calls", counter.calls.load(Ordering::Relaxed));
    figures.count("retries", counter.retries.load(Ordering::Relaxed));
    figures.count("requests", sandbox.requests_received());
    figures.compare(&orders, &sandbox.payments());
    figures.peak = MEMORY.peak_usage();
    drop((meld, sandbox, orders));
    figures.count("tasks left", tasks_left(tasks).await as u64);
    figures
}

fn client(sandbox: &Sandbox, counter: Arc<Counter>) -> Meld {
    struct Shared(Arc<Counter>);
    impl Observer for Shared {
        fn on_attempt(&self, attempt: &Attempt<'_>) {
            let Counter { calls, retries } = &*self.0;
            let counter = if attempt.retries() == 0 { calls } else { retries };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
    Meld::builder()
        .base_url(sandbox.base_url())
        .api_key(sandbox.api_key())
        .timeout(TIMEOUT)
        .observer(Shared(counter))
        .build()
        .unwrap()
}

/// The requests of the clients.
#[derive(Default)]
struct Counter {
    calls: AtomicU64,
    retries: AtomicU64,
}

/// The number of additional tasks, after a delay for tasks that are ending.
async fn tasks_left(before: usize) -> usize {
    let started = Instant::now();
    loop {
        let more = Handle::current().metrics().num_alive_tasks().saturating_sub(before);
        if more == 0 || started.elapsed() > Duration::from_secs(10) {
            return more;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// An idempotent request and its known outcome.
struct Order {
    key: String,
    amount: Decimal,
    resent: usize,
    end: End,
}

/// The end of an order.
#[derive(Debug, PartialEq)]
enum End {
    /// Executed, as this transaction.
    Done(String),
    /// Rejected, and not to be retried.
    Refused,
    /// Unknown after all attempts.
    Unknown,
}

/// A client: pays, reads the payment, refunds some payments, and requests quotes in between.
async fn work(meld: Meld, client: usize, until: Instant) -> Vec<Order> {
    let payments = meld.v2026_02_03().payments();
    let mut orders = Vec::new();
    let mut round = 0;
    while Instant::now() < until {
        round += 1;
        let amount = Decimal::new(100 + i64::from(round % 900), 2);
        let request = PaymentTransactionRequest::builder()
            .source_amount(amount)
            .source_currency_code("USD")
            .payment_method(PaymentMethodInput::card("4242424242424242", "123", "12/30").unwrap())
            .external_customer_id(format!("customer-{client}"));
        let paid = ordered(payments.create_transaction().body(request), amount).await;
        if let End::Done(id) = &paid.end {
            // Results are ignored: under load, some reads fail.
            let _ = payments.get_transaction().id(id).send().await;
            if round % 3 == 0 {
                let request = PaymentRefundRequest::builder().source_amount(amount);
                let refund = payments.refund_transaction().id(id).body(request);
                orders.push(ordered(refund, amount).await);
            }
        }
        orders.push(paid);
        let request = CryptoQuoteRequest::builder()
            .country_code("US")
            .source_currency_code("USD")
            .destination_currency_code("BTC")
            .source_amount(amount);
        let _ = meld.v2026_02_03().crypto().create_quote().body(request).send().await;
    }
    orders
}

/// Sends a request, and again with the same key while its outcome is unknown, as users of the client have to. Trusts the
/// client's outcome.
async fn ordered<C: Call<Output = PaymentTransactionResponse>>(call: C, amount: Decimal) -> Order {
    let order = call.idempotent().unwrap();
    let key = order.key().idempotency_key().to_string();
    for resent in 0..RESENT_AT_MOST {
        let end = match order.send().await {
            Ok(Outcome::Completed(response)) => response.into_inner().transaction.and_then(|it| it.id).map(End::Done),
            Ok(_) => None,
            Err(_) => Some(End::Refused),
        };
        if let Some(end) = end {
            return Order { key, amount, resent, end };
        }
        // The client does not retry refunds by itself; a refund in progress needs time.
        tokio::time::sleep(BEFORE_RESENDING).await;
    }
    Order { key, amount, resent: RESENT_AT_MOST, end: End::Unknown }
}

/// The counts.
#[derive(Default)]
struct Figures {
    seconds: f64,
    counts: BTreeMap<&'static str, u64>,
    faults: BTreeMap<Fault, u64>,
    peak: usize,
}

impl Figures {
    /// The counts that must be zero. A payment is wrongly refused if the ledger has it, and wrong if it has no order or
    /// another amount.
    const NONE: [&str; 6] = ["unknown", "lost", "doubled", "wrongly refused", "wrong", "tasks left"];

    fn count(&mut self, what: &'static str, count: u64) {
        *self.counts.entry(what).or_default() += count;
    }

    fn add(&mut self, other: Self) {
        self.seconds += other.seconds;
        other.counts.into_iter().for_each(|(what, count)| self.count(what, count));
        for (fault, count) in other.faults {
            *self.faults.entry(fault).or_default() += count;
        }
        self.peak = self.peak.max(other.peak);
    }

    /// Compares the outcomes of the clients with the ledger.
    fn compare(&mut self, orders: &[Order], ledger: &[Payment]) {
        let mut entries: HashMap<Option<&str>, Vec<&Payment>> = HashMap::new();
        for entry in ledger {
            entries.entry(entry.idempotency_key.as_deref()).or_default().push(entry);
        }
        self.count("entries", ledger.len() as u64);
        let doubled = entries.values().filter(|of_key| of_key.len() > 1).count();
        self.count("doubled", doubled as u64);
        for order in orders {
            self.count("resent with the same key", order.resent as u64);
            let entry = entries.remove(&Some(order.key.as_str())).unwrap_or_default();
            let entry = entry.first();
            match &order.end {
                End::Done(id) => {
                    let is_other = |entry: &&Payment| entry.transaction_id != *id || entry.amount != order.amount;
                    self.count("done", 1);
                    self.count("lost", entry.is_none().into());
                    self.count("wrong", entry.is_some_and(is_other).into());
                }
                End::Refused => {
                    self.count("refused", 1);
                    self.count("wrongly refused", entry.is_some().into());
                }
                End::Unknown => self.count("unknown", 1),
            }
        }
        self.count("wrong", entries.len() as u64);
    }

    fn shown(&self, load: &Load) -> String {
        let listed = |counts: &mut dyn Iterator<Item = String>| counts.collect::<Vec<_>>().join(", ");
        format!(
            "soak: {} clients, {:.1} s: {}\nsoak: faults: {}",
            load.clients,
            self.seconds,
            listed(&mut self.counts.iter().map(|(what, count)| format!("{count} {what}"))),
            listed(&mut self.faults.iter().map(|(fault, count)| format!("{fault} {count}"))),
        )
    }

    fn check(&self) {
        let count = |what: &str| self.counts.get(what).copied().unwrap_or_default();
        assert_eq!(Self::NONE.map(count), [0; 6], "{:?}", Self::NONE);
        assert_eq!(count("entries"), count("done"));
        assert!(count("done") > 0 && count("retries") > 0, "there was something to see");
    }
}

/// Bytes in use after each phase, once its mock server is dropped; the peak during a phase; and the figures of the
/// operating system, where it has them.
fn shown_memory(figures: &Figures, at_rest: &[usize]) -> String {
    let kilobytes: Vec<String> = at_rest.iter().map(|bytes| (bytes / 1024).to_string()).collect();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of_system = status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
    let of_system: Vec<String> = of_system.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    format!(
        "soak: memory in use after each phase, without the sandbox: {} kB; at most while one ran: {} kB; the process: {}",
        kilobytes.join(", "),
        figures.peak / 1024,
        if of_system.is_empty() { "not known".to_owned() } else { of_system.join(", ") },
    )
}

/// Bypasses the test harness, which shows only the output of failed tests.
fn say(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}
