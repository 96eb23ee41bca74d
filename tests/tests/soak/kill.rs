//! A service that is killed at random points and started again, with an outbox and an inbox in files, while connections
//! are cut. No payment and no purchase of crypto is lost or doubled, and no event is lost or handled twice.

mod file_store;
mod lines;
mod proxy;
mod service;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use meld_client::Meld;
use meld_client::v2026_02_03::webhooks::types::WebhookProfileCreateRequest;
use meld_sandbox::{Fault, FaultRule, Outcome, Sandbox};
use tokio::time::sleep;

use self::lines::Lines;
use self::proxy::Proxy;
use self::service::Settings;
use crate::headless::Customers;
use crate::{ALONE, FAULTS, SLOW, say};

/// The shortest and the longest life of a process, in milliseconds. The shortest ends while the process starts.
const LIFE: std::ops::Range<u64> = 5..400;
/// The longest time that the last process takes to finish all work.
const DRAINED_WITHIN: Duration = Duration::from_secs(60);
/// The step of the mock server's clock, by which failed deliveries of events become due again.
const STEP: Duration = Duration::from_secs(30);

#[test]
#[ignore = "takes a minute: cargo xtask soak --kill"]
fn soak_with_kills() {
    let figures = run(Duration::from_secs(45));
    assert!(figures.get("kills") > 50 && figures.get("attempts again") > 0, "there was something to survive");
}

#[test]
fn soak_briefly_with_kills() {
    run(Duration::from_millis(2500));
}

/// The process that is killed. It does nothing in a test run of its own.
#[test]
#[ignore = "started by the other tests"]
fn victim() {
    if let Some(settings) = Settings::from_env() {
        service::run(&settings);
    }
}

#[derive(Default)]
struct Figures(BTreeMap<&'static str, usize>);

impl Figures {
    /// The counts that must be zero.
    const NONE: [&str; 6] = ["lost", "doubled", "wrongly rejected", "parked", "events lost", "events handled twice"];

    fn get(&self, what: &str) -> usize {
        self.0.get(what).copied().unwrap_or_default()
    }

    fn check(&self) {
        let shown = self.0.iter().map(|(what, count)| format!("{count} {what}")).collect::<Vec<_>>().join(", ");
        say(&format!("soak with kills: {shown}"));
        assert_eq!(Self::NONE.map(|what| self.get(what)), [0; 6], "{:?}", Self::NONE);
        for what in ["payments executed", "purchases executed", "crypto events", "events handled"] {
            assert!(self.get(what) > 0, "there was something to see: {what}");
        }
    }
}

fn run(lasts: Duration) -> Figures {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let figures = runtime.block_on(soak(lasts));
    figures.check();
    figures
}

async fn soak(lasts: Duration) -> Figures {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::builder().seed(1).slow(SLOW).start().await.unwrap();
    let proxy = Proxy::start(sandbox.base_url()).await;
    let settings = settings(&sandbox, &proxy, folder.path()).await;
    for &fault in Fault::ALL {
        sandbox.add_fault(FaultRule::new(fault).probability(FAULTS / Fault::ALL.len() as f64)).unwrap();
    }
    proxy.cut_connections(true);
    let (started, mut kills, mut paid) = (Instant::now(), 0, BTreeSet::new());
    while started.elapsed() < lasts {
        let mut child = start(&settings);
        sleep(Duration::from_millis(fastrand::u64(LIFE))).await;
        // SIGKILL, so that nothing is finished.
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
        pay(&sandbox, &mut paid);
        sandbox.clock().advance(STEP);
    }
    sandbox.clear_faults();
    proxy.cut_connections(false);
    drain(&settings, &sandbox, &mut paid).await;
    compare(&settings, &sandbox, kills)
}

/// Creates a webhook profile for the service, and returns the service's settings.
async fn settings(sandbox: &Sandbox, proxy: &Proxy, folder: &Path) -> Settings {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}/webhooks");
    let meld = Meld::builder().base_url(sandbox.base_url()).api_key(sandbox.api_key()).build().unwrap();
    let customers = Customers::add(sandbox, &meld.v2026_02_03()).await;
    let types = [
        "TRANSACTION_FIAT_CREATED",
        "TRANSACTION_FIAT_UPDATED",
        "TRANSACTION_CRYPTO_PENDING",
        "TRANSACTION_CRYPTO_TRANSFERRING",
        "TRANSACTION_CRYPTO_COMPLETE",
        "TRANSACTION_CRYPTO_FAILED",
    ];
    let request = WebhookProfileCreateRequest::builder().name("soak").url(url.as_str()).event_types(types);
    let profile = meld.v2026_02_03().webhooks().create_profile().body(request).send().await.unwrap();
    Settings {
        folder: folder.to_owned(),
        base_url: proxy.address.clone(),
        api_key: sandbox.api_key().to_owned(),
        customer_id: customers.approved,
        port,
        url,
        secret: profile.into_inner().secret.unwrap(),
    }
}

fn start(settings: &Settings) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "kill::victim", "--ignored", "--nocapture"]).stdout(Stdio::null());
    settings.add_to(&mut command);
    command.spawn().unwrap()
}

/// Pays the purchases that are new, as the customer does. Each payment has events of its own.
fn pay(sandbox: &Sandbox, paid: &mut BTreeSet<String>) {
    for order in sandbox.headless_orders() {
        if paid.insert(order.order_id.clone()) {
            sandbox.pay_order(&order.order_id, Outcome::Settled).unwrap();
        }
    }
}

/// Runs the service until nothing is left to do.
async fn drain(settings: &Settings, sandbox: &Sandbox, paid: &mut BTreeSet<String>) {
    Lines::open(&settings.file(service::STOP));
    let mut child = start(settings);
    let started = Instant::now();
    let mut quiet = 0;
    while quiet < 5 {
        assert!(started.elapsed() < DRAINED_WITHIN, "the service does not finish");
        assert!(child.try_wait().unwrap().is_none(), "the service has ended by itself");
        pay(sandbox, paid);
        sandbox.clock().advance(STEP);
        sleep(Duration::from_millis(50)).await;
        let handled: BTreeSet<String> = Lines::read(&settings.file(service::HANDLED)).into_iter().collect();
        let is_done = settings.file(service::IDLE).exists() && events(sandbox).is_subset(&handled);
        quiet = if is_done { quiet + 1 } else { 0 };
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Returns the ids of all transaction events that were sent.
fn events(sandbox: &Sandbox) -> BTreeSet<String> {
    let deliveries = sandbox.webhook_deliveries().into_iter();
    deliveries.filter(|it| it.event_type.starts_with("TRANSACTION")).map(|it| it.event_id).collect()
}

/// Returns the number of events about purchases that were sent.
fn crypto_events(sandbox: &Sandbox) -> usize {
    let deliveries = sandbox.webhook_deliveries().into_iter();
    let events = deliveries.filter(|it| it.event_type.starts_with("TRANSACTION_CRYPTO")).map(|it| it.event_id);
    events.collect::<BTreeSet<_>>().len()
}

/// Compares the records of the service with the ledger of the mock server.
fn compare(settings: &Settings, sandbox: &Sandbox, kills: usize) -> Figures {
    let mut figures = Figures::default();
    let mut count = |what, number| *figures.0.entry(what).or_default() += number;
    let (payments, purchases) = (sandbox.payments(), sandbox.headless_orders());
    let executed = payments.len() + purchases.len();
    let keys = payments.iter().map(|it| &it.idempotency_key).chain(purchases.iter().map(|it| &it.idempotency_key));
    let keys: BTreeSet<String> = keys.flatten().cloned().collect();
    let outbox = file_store::outbox(&settings.file(service::STORE));
    let ledger = service::results(&settings.file(service::RESULTS));
    let completed: BTreeSet<String> = ledger.iter().filter(|(_, done)| *done).map(|(key, _)| key.clone()).collect();
    let rejected: BTreeSet<String> = ledger.iter().filter(|(_, done)| !done).map(|(key, _)| key.clone()).collect();
    count("kills", kills);
    count("ordered", outbox.inserted.len());
    count("payments executed", payments.len());
    count("purchases executed", purchases.len());
    count("crypto events", crypto_events(sandbox));
    count("rejected", rejected.len());
    count("attempts again", outbox.attempts - outbox.inserted.len().min(outbox.attempts));
    count("lost", outbox.inserted.difference(&keys).filter(|key| !rejected.contains(*key)).count());
    count("lost", completed.difference(&keys).count() + keys.difference(&completed).count());
    count("doubled", executed - keys.len() + ledger.len() - completed.len() - rejected.len());
    count("doubled", keys.difference(&outbox.inserted).count());
    count("wrongly rejected", rejected.intersection(&keys).count());
    count("parked", outbox.parked);
    let handled = Lines::read(&settings.file(service::HANDLED));
    let once: BTreeSet<String> = handled.iter().cloned().collect();
    let events = events(sandbox);
    count("events sent", events.len());
    count("events handled", handled.len());
    count("events lost", events.difference(&once).count());
    count("events handled twice", handled.len() - once.len());
    figures
}
