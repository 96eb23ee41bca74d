//! The service that is killed: it orders payments and purchases of crypto, sends them, and handles the events about
//! them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use meld_client::headless::HeadlessOnrampExt;
use meld_client::inbox::{Inbox, InboxEvent};
use meld_client::outbox::{Delivery, Outbox, Settled, Settlement};
use meld_client::payments::{IdempotentExt, PaymentMethodInputExt};
use meld_client::storage::{Queue, RecordState, Schedule, Store};
use meld_client::v2026_02_03::payments::types::{PaymentMethodInput, PaymentTransactionRequest};
use meld_client::webhooks::Verifier;
use meld_client::{Decimal, Meld, RetryPolicy};
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::file_store::{FileStore, outbox};
use super::lines::Lines;
use crate::TIMEOUT;
use crate::headless::purchase;

pub const STORE: &str = "store";
/// The results of orders: key and end.
pub const RESULTS: &str = "results";
/// The ids of the events that were handled.
pub const HANDLED: &str = "handled";
/// The file that asks the service to order nothing more.
pub const STOP: &str = "stop";
/// The file that exists if the service had nothing to do after that.
pub const IDLE: &str = "idle";

/// The number of orders that are open at a time.
const OPEN: usize = 20;
/// The delay of a task that has nothing to do.
const PAUSE: Duration = Duration::from_millis(5);
/// The lease, longer than the timeout of a request.
const LEASE: Duration = Duration::from_millis(2500);

/// The settings of the service, which it gets as environment variables.
pub struct Settings {
    pub folder: PathBuf,
    pub base_url: String,
    pub api_key: String,
    pub customer_id: String,
    /// The port of the webhooks.
    pub port: u16,
    pub url: String,
    pub secret: String,
}

impl Settings {
    pub fn from_env() -> Option<Self> {
        let get = |name: &str| std::env::var(format!("MELD_SOAK_{name}")).ok();
        Some(Self {
            folder: get("FOLDER")?.into(),
            base_url: get("BASE_URL")?,
            api_key: get("API_KEY")?,
            customer_id: get("CUSTOMER_ID")?,
            port: get("PORT")?.parse().ok()?,
            url: get("URL")?,
            secret: get("SECRET")?,
        })
    }

    pub fn add_to(&self, command: &mut Command) {
        let mut set = |name: &str, value: &str| {
            command.env(format!("MELD_SOAK_{name}"), value);
        };
        set("FOLDER", self.folder.to_str().unwrap());
        set("BASE_URL", &self.base_url);
        set("API_KEY", &self.api_key);
        set("CUSTOMER_ID", &self.customer_id);
        set("PORT", &self.port.to_string());
        set("URL", &self.url);
        set("SECRET", &self.secret);
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Reads the results: the key, and whether the order was executed.
pub fn results(path: &Path) -> Vec<(String, bool)> {
    let lines = Lines::read(path).into_iter();
    lines.filter_map(|line| line.split_once(' ').map(|(key, end)| (key.to_owned(), end == "done"))).collect()
}

/// Runs the service until it is killed.
pub fn run(settings: &Settings) {
    // One thread, so that the changes of the store are in order.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(serve(settings));
}

async fn serve(settings: &Settings) {
    let store = FileStore::open(&settings.file(STORE)).await;
    let meld = Meld::builder().base_url(&settings.base_url).api_key(settings.api_key.as_str());
    let meld = meld.timeout(TIMEOUT).retry_policy(RetryPolicy::never()).build().unwrap();
    let schedule = Schedule::default()
        .lease(LEASE)
        .initial_backoff(Duration::from_millis(20))
        .max_backoff(Duration::from_millis(200))
        .max_attempts(u32::MAX);
    let outbox = Outbox::new(&meld, store.clone()).schedule(schedule);
    let inbox = Inbox::new(store.clone()).schedule(schedule);
    tokio::join!(
        receive(settings, store.clone(), schedule),
        order(settings, &meld, &outbox),
        send(settings, &outbox),
        handle(settings, &inbox),
        report(settings, &store),
    );
}

/// Receives events.
async fn receive(settings: &Settings, store: FileStore, schedule: Schedule) {
    struct Webhooks {
        verifier: Verifier,
        inbox: Inbox<FileStore>,
    }
    async fn deliver(State(webhooks): State<&'static Webhooks>, headers: HeaderMap, body: Bytes) -> StatusCode {
        match webhooks.verifier.verify(&headers, &body) {
            Ok(delivery) => {
                webhooks.inbox.receive(&delivery.event).await.unwrap();
                StatusCode::OK
            }
            Err(rejection) => rejection.status(),
        }
    }
    // The mock server signs by its own clock.
    let verifier = Verifier::new(settings.secret.as_str(), settings.url.as_str()).unwrap().allow_any_age();
    let webhooks: &'static Webhooks =
        Box::leak(Box::new(Webhooks { verifier, inbox: Inbox::new(store).schedule(schedule) }));
    let router = Router::new().route("/webhooks", post(deliver)).with_state(webhooks);
    // The port of a killed process may need a moment.
    let listener = loop {
        match TcpListener::bind(("127.0.0.1", settings.port)).await {
            Ok(listener) => break listener,
            Err(_) => sleep(PAUSE).await,
        }
    };
    axum::serve(listener, router).await.unwrap();
}

/// Orders payments and, every third time, a purchase of crypto. An order is a record of the outbox, so that it is made
/// once.
async fn order(settings: &Settings, meld: &Meld, orders: &Outbox<FileStore>) {
    let mut number = outbox(&settings.file(STORE)).inserted.len();
    while !settings.file(STOP).exists() {
        let open = orders.store().list(Queue::Outbox, RecordState::Pending, OPEN).await.unwrap().len();
        if open < OPEN {
            number += 1;
            let turn = i64::try_from(number).unwrap();
            if turn % 3 == 0 {
                let request = purchase(&settings.customer_id, turn, Decimal::new(10_000 + turn % 900, 2));
                let call = meld.v2026_02_03().crypto().order_headless_onramp(request);
                orders.enqueue_with_secrets(&call.idempotent().unwrap()).await.unwrap();
                continue;
            }
            let request = PaymentTransactionRequest::builder()
                .source_amount(Decimal::new(100 + turn, 2))
                .source_currency_code("USD")
                .payment_method(PaymentMethodInput::card("4242424242424242", "123", "12/30").unwrap())
                .external_customer_id(format!("order-{number}"));
            let call = meld.v2026_02_03().payments().create_transaction().body(request);
            orders.enqueue_with_secrets(&call.idempotent().unwrap()).await.unwrap();
        }
        sleep(PAUSE).await;
    }
}

/// Sends orders, and records their results.
async fn send(settings: &Settings, outbox: &Outbox<FileStore>) {
    let path = settings.file(RESULTS);
    let mut lines = Lines::open(&path);
    let mut known: BTreeSet<String> = results(&path).into_iter().map(|(key, _)| key).collect();
    let mut record = |Settled { id, settlement, .. }: Settled| {
        // The last process may have been killed between this line and the removal.
        if known.insert(id.to_string()) {
            let end = if matches!(settlement, Settlement::Completed(_)) { "done" } else { "rejected" };
            lines.append(&format!("{id} {end}"));
        }
        id
    };
    for settled in outbox.settled(usize::MAX).await.unwrap() {
        outbox.remove(record(settled)).await.unwrap();
    }
    loop {
        let deliveries = outbox.run_once().await.unwrap();
        for settled in deliveries.into_iter().filter_map(Delivery::settled) {
            outbox.remove(record(settled)).await.unwrap();
        }
        sleep(PAUSE).await;
    }
}

async fn handle(settings: &Settings, inbox: &Inbox<FileStore>) {
    let path = settings.file(HANDLED);
    let lines = Mutex::new(Lines::open(&path));
    let (lines, path) = (&lines, &path);
    loop {
        let handled = inbox.run_once(|InboxEvent { id, attempt, .. }| async move {
            // The last process may have been killed between this line and the end of the record.
            if attempt == 1 || !Lines::read(path).contains(&id) {
                lines.lock().unwrap().append(&id);
            }
            sleep(Duration::from_millis(1)).await;
            Ok::<(), std::convert::Infallible>(())
        });
        handled.await.unwrap();
        sleep(PAUSE).await;
    }
}

/// Reports whether there is nothing left to do.
async fn report(settings: &Settings, store: &FileStore) {
    loop {
        let mut left = 0;
        for queue in [Queue::Outbox, Queue::Inbox] {
            left += store.list(queue, RecordState::Pending, 1).await.unwrap().len();
        }
        left += store.list(Queue::Outbox, RecordState::Done, 1).await.unwrap().len();
        let idle = settings.file(IDLE);
        if left == 0 && settings.file(STOP).exists() {
            fs::write(idle, "").unwrap();
        } else {
            let _ = fs::remove_file(idle);
        }
        sleep(PAUSE).await;
    }
}
