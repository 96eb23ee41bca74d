//! Many concurrent clients against the mock server, while 5 percent of the requests fail. No payment is lost or doubled, no
//! task is left behind, and memory does not grow.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what the tests share fails by panicking, too")]

mod figures;
mod headless;
mod kill;
mod order;
mod payments;
mod transfers;

use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use meld_client::v2026_02_03::Api;
use meld_client::{Attempt, Meld, MeldBuilder, Observer};
use meld_sandbox::{Fault, FaultRule, Sandbox};
use peak_alloc::PeakAlloc;
use tokio::runtime::Handle;

use crate::figures::Figures;
use crate::headless::Customers;
use crate::order::Order;
use crate::transfers::Sent;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Memory and tasks are measured for the whole process, so that only one load runs at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// The share of requests that fail.
const FAULTS: f64 = 0.05;
/// The delay of slow responses, and the shorter timeout of the clients.
const SLOW: Duration = Duration::from_millis(1500);
const TIMEOUT: Duration = Duration::from_secs(1);
/// The time after which the provider of a transfer has decided, by the clock of the mock server.
const DECIDED: Duration = Duration::from_secs(180);
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

/// The ends and events that a long soak has to contain.
const ALL_SEEN: [&str; 10] = [
    "charges done",
    "refunds done",
    "purchases done",
    "purchases refused",
    "payouts done",
    "payouts refused",
    "transfers done",
    "transactions refused",
    "second factors",
    "outcomes unknown at first",
];

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
    for noun in ALL_SEEN {
        assert!(figures.get(noun) > 0, "there were no {noun}");
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
        say(&figures.shown(load.clients));
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
    let sandbox = Arc::new(Sandbox::builder().seed(number.into()).slow(SLOW).start().await.unwrap());
    let customers = add_customers(&sandbox, clients).await;
    let before = sandbox.requests_received();
    for &fault in Fault::ALL {
        sandbox.add_fault(FaultRule::new(fault).probability(FAULTS / Fault::ALL.len() as f64)).unwrap();
    }
    let counter = Arc::new(Counter::default());
    let meld = client(&sandbox, Arc::clone(&counter)).timeout(TIMEOUT).build().unwrap();
    let started = Instant::now();
    let working = customers.into_iter().enumerate().map(|(client, customers)| {
        tokio::spawn(work(Arc::clone(&sandbox), meld.v2026_02_03(), (client, customers), started + lasts))
    });
    let (mut orders, mut transfers) = (Vec::new(), Vec::new());
    for client in working.collect::<Vec<_>>() {
        let done = client.await.unwrap();
        orders.extend(done.orders);
        transfers.push(done.transfers);
    }
    orders.extend(finished(&sandbox, transfers).await);
    let faults = sandbox.injected_faults();
    let mut figures = Figures { seconds: started.elapsed().as_secs_f64(), faults, ..Figures::default() };
    figures.count("calls", counter.calls.load(Ordering::Relaxed));
    figures.count("retries", counter.retries.load(Ordering::Relaxed));
    figures.count("requests", sandbox.requests_received() - before);
    figures.compare(&orders, &sandbox);
    figures.peak = MEMORY.peak_usage();
    drop((meld, sandbox, orders));
    figures.count("tasks left", tasks_left(tasks).await as u64);
    figures
}

/// Adds the customers of each client, before the first fault.
async fn add_customers(sandbox: &Arc<Sandbox>, clients: usize) -> Vec<Customers> {
    let meld = client(sandbox, Arc::default()).build().unwrap();
    let mut adding = Vec::new();
    for _ in 0..clients {
        let (sandbox, api) = (Arc::clone(sandbox), meld.v2026_02_03());
        adding.push(tokio::spawn(async move { Customers::add(&sandbox, &api).await }));
    }
    let mut customers = Vec::new();
    for added in adding {
        customers.push(added.await.unwrap());
    }
    customers
}

/// Reads the outcomes of all transfers, once their provider has decided.
async fn finished(sandbox: &Arc<Sandbox>, transfers: Vec<Vec<Sent>>) -> Vec<Order> {
    sandbox.clock().advance(DECIDED);
    let mut reading = Vec::new();
    for of_client in transfers {
        let sandbox = Arc::clone(sandbox);
        reading.push(tokio::spawn(async move {
            let mut orders = Vec::new();
            for sent in of_client {
                orders.push(sent.finish(&sandbox).await);
            }
            orders
        }));
    }
    let mut orders = Vec::new();
    for of_client in reading {
        orders.extend(of_client.await.unwrap());
    }
    orders
}

fn client(sandbox: &Sandbox, counter: Arc<Counter>) -> MeldBuilder {
    struct Shared(Arc<Counter>);
    impl Observer for Shared {
        fn on_attempt(&self, attempt: &Attempt<'_>) {
            let Counter { calls, retries } = &*self.0;
            let counter = if attempt.retries() == 0 { calls } else { retries };
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
    Meld::builder().base_url(sandbox.base_url()).api_key(sandbox.api_key()).observer(Shared(counter))
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

/// The work of a client.
#[derive(Default)]
struct Done {
    orders: Vec<Order>,
    transfers: Vec<Sent>,
}

/// A client: pays, refunds, buys and sells crypto, and transfers it from linked accounts.
async fn work(sandbox: Arc<Sandbox>, api: Api, (client, customers): (usize, Customers), until: Instant) -> Done {
    let mut done = Done::default();
    let mut round = 0;
    while Instant::now() < until {
        round += 1;
        done.orders.extend(payments::pay(&api, client, round).await);
        // Clients have their turns at different cases of the mock server.
        let turn = client as i64 + round;
        done.orders.push(headless::buy(&sandbox, &api, &customers, turn).await);
        done.orders.push(headless::sell(&sandbox, &api, &customers, turn).await);
        match transfers::transfer(&sandbox, &api, turn).await {
            Ok(sent) => done.transfers.push(sent),
            Err(order) => done.orders.push(order),
        }
    }
    done
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
