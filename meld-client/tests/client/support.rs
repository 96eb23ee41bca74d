//! A scripted server, and the search for secrets in everything that tests see.

use std::io::Write;
use std::ops::Deref;
use std::sync::{Mutex, Once, OnceLock, PoisonError};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use meld_client::v2026_02_03::{bank_linking, crypto, payments};
use meld_client::{
    Call, Decimal, Error, ErrorKind, Meld, MeldBuilder, Polling, ResponseValue, RetryPolicy, TransportFailure,
};
use meld_sandbox::Sandbox;
pub use meld_test_server::{Received, Reply, json, response};
use tracing_subscriber::fmt::MakeWriter;

pub const KEY: &str = "W8b1vQzTnYpXsKcDfGhJmR:4nV7bC2xZ9aS6dF3gH5jK8lP1qWe";

/// A part of every other secret in the tests.
pub const PRIVATE: &str = "very-private";

pub fn gzip(body: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// A local server, which fails the test if a secret was logged.
pub struct Server(meld_test_server::Server);

impl Server {
    /// Starts a server that sends these replies in order, and the last one repeatedly.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        collect_logs();
        Self(meld_test_server::Server::start(replies).await)
    }

    /// Starts a server in its own thread, for tests that run several runtimes or count allocations.
    pub fn in_thread(handler: impl FnMut(&Received) -> Reply + Send + 'static) -> Self {
        collect_logs();
        Self(meld_test_server::Server::in_thread(handler))
    }

    /// Returns the builder of a client for this server that does not retry.
    pub fn builder(&self) -> MeldBuilder {
        Meld::builder().api_key(KEY).base_url(&self.address).retry_policy(RetryPolicy::never())
    }

    pub fn meld(&self) -> Meld {
        self.builder().build().unwrap()
    }

    /// Returns the method, path and query of each request.
    pub fn lines(&self) -> Vec<String> {
        self.received().iter().map(|request| request.line().to_owned()).collect()
    }

    /// Returns the value of a header in each request.
    pub fn sent(&self, header: &str) -> Vec<Option<String>> {
        let received = self.received();
        received.iter().map(|request| request.header(header).map(str::to_owned)).collect()
    }
}

impl Deref for Server {
    type Target = meld_test_server::Server;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let leaks = leaks().lock().unwrap_or_else(PoisonError::into_inner);
        assert!(leaks.is_empty() || std::thread::panicking(), "logged: {leaks:?}");
    }
}

/// Returns the error of a call whose only response is this reply.
pub async fn failed<C: Call>(reply: Reply, call: impl Fn(&Meld) -> C) -> Error {
    let server = Server::start([reply]).await;
    clean(send(call(&server.meld())).await.map(drop).unwrap_err())
}

pub fn failure(error: &Error) -> TransportFailure {
    match error.kind() {
        ErrorKind::Transport(failure) => *failure,
        other => panic!("{other:?}"),
    }
}

/// Polls every millisecond until this timeout in milliseconds.
pub fn polling(timeout: u64) -> Polling {
    Polling::default().initial_interval(Duration::from_millis(1)).timeout(Duration::from_millis(timeout))
}

/// Checks that an error shows no secrets, and returns it.
pub fn clean(error: Error) -> Error {
    let mut texts = format!("{error} {error:?} {error:#?}");
    let mut source = std::error::Error::source(&error);
    while let Some(cause) = source {
        texts.push_str(&format!(" {cause} {cause:?}"));
        source = cause.source();
    }
    assert!(!is_leak(&texts), "{texts}");
    assert!(!error.to_string().contains('\n'), "{error}");
    error
}

fn is_leak(text: &str) -> bool {
    text.contains(KEY) || text.contains(PRIVATE)
}

/// Returns the log lines with secrets.
fn leaks() -> &'static Mutex<Vec<String>> {
    static LEAKS: OnceLock<Mutex<Vec<String>>> = OnceLock::new();
    LEAKS.get_or_init(Mutex::default)
}

pub fn logged() -> &'static Mutex<String> {
    static LOGGED: OnceLock<Mutex<String>> = OnceLock::new();
    LOGGED.get_or_init(Mutex::default)
}

struct Search;

impl Write for Search {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        if is_leak(&text) {
            leaks().lock().unwrap().push(text.clone().into_owned());
        }
        logged().lock().unwrap().push_str(&text);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Search {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

/// Collects all logs of this process, at any level, and searches them for secrets.
fn collect_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        use tracing_subscriber::fmt::format::FmtSpan;
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
            .with_writer(Search)
            .init();
    });
}

pub async fn send<C: Call>(call: C) -> Result<ResponseValue<C::Output>, Error> {
    let transport = call.transport().clone();
    C::send_request(&transport, call.into_request().unwrap()).await
}

/// A mock server, and a client of it that does not retry.
pub async fn sandbox() -> (Sandbox, Meld) {
    let sandbox = Sandbox::start().await.unwrap();
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url());
    let meld = meld.retry_policy(RetryPolicy::never()).build().unwrap();
    (sandbox, meld)
}

/// A read.
pub fn get(meld: &Meld) -> payments::builder::GetTransaction {
    meld.v2026_02_03().payments().get_transaction().id("a")
}

/// A read by `POST`.
pub fn quote(meld: &Meld) -> crypto::builder::CreateQuote {
    let body = crypto::types::CryptoQuoteRequest::builder()
        .country_code("US")
        .source_currency_code("USD")
        .destination_currency_code("BTC")
        .source_amount(Decimal::new(10010, 2));
    meld.v2026_02_03().crypto().create_quote().body(body)
}

/// A write with an idempotency key.
pub fn pay(meld: &Meld) -> payments::builder::CreateTransaction {
    let body = payments::types::PaymentTransactionRequest::builder()
        .source_amount(Decimal::new(2500, 2))
        .source_currency_code("USD")
        .nonce(PRIVATE);
    meld.v2026_02_03().payments().create_transaction().body(body)
}

/// A write without an idempotency key.
pub fn repair(meld: &Meld) -> bank_linking::builder::RepairConnect {
    let body = bank_linking::types::ConnectRepairRequest::builder().connection_id(PRIVATE);
    meld.v2026_02_03().bank_linking().repair_connect().body(body)
}

/// A write that must never be retried.
pub fn refresh(meld: &Meld) -> bank_linking::builder::RefreshConnection {
    let body = bank_linking::types::ConnectionRefreshRequest::builder();
    meld.v2026_02_03().bank_linking().refresh_connection().connection_id("a").body(body)
}
