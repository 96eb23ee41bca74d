//! A scripted server, and the search for secrets in everything that tests see.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError, mpsc};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use meld_client::v2026_02_03::{bank_linking, crypto, payments};
use meld_client::{Call, Decimal, Error, Meld, MeldBuilder, ResponseValue, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::time::Instant;
use tracing_subscriber::fmt::MakeWriter;

/// The API key of all tests.
pub const KEY: &str = "W8b1vQzTnYpXsKcDfGhJmR:4nV7bC2xZ9aS6dF3gH5jK8lP1qWe";

/// A part of every other secret in the tests.
pub const PRIVATE: &str = "very-private";

/// The reaction of the server to a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Sends these bytes.
    Bytes(Vec<u8>),
    /// Sends these bytes one by one, with a delay before each.
    Drip(Vec<u8>, Duration),
    /// Sends these bytes and closes the connection.
    Break(Vec<u8>),
    /// Sends nothing.
    Silence,
}

/// Returns a response.
pub fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    Reply::Bytes([head.as_bytes(), body].concat())
}

/// Returns a success with this JSON.
pub fn json(body: &str) -> Reply {
    response("200 OK", "content-type: application/json\r\n", body)
}

/// Compresses a body.
pub fn gzip(body: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// A request that the server received.
#[derive(Clone, Debug)]
pub struct Received {
    pub text: String,
    pub at: Instant,
}

impl Received {
    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next().unwrap();
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Returns method, path and query.
    pub fn line(&self) -> &str {
        self.text.lines().next().unwrap().trim_end_matches(" HTTP/1.1")
    }

    pub fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").unwrap().1
    }
}

/// A local server.
pub struct Server {
    pub address: String,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Starts a server that sends these replies in order, and the last one repeatedly.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let mut replies: VecDeque<Reply> = replies.into_iter().collect();
        Self::with(move |_| {
            let reply = replies.pop_front().expect("there is a reply");
            if replies.is_empty() {
                replies.push_back(reply.clone());
            }
            reply
        })
        .await
    }

    /// Starts a server in its own thread, for tests that run several runtimes or count allocations.
    pub fn in_thread(handler: impl FnMut(&Received) -> Reply + Send + 'static) -> Self {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                sender.send(Self::with(handler).await).unwrap();
                std::future::pending::<()>().await;
            });
        });
        receiver.recv().unwrap()
    }

    /// Starts a server that replies with the result of `handler`.
    async fn with(handler: impl FnMut(&Received) -> Reply + Send + 'static) -> Self {
        collect_logs();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let handler: Handler = Arc::new(Mutex::new(handler));
        let requests = received.clone();
        let connections = Arc::<AtomicUsize>::default();
        let accepted = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, requests.clone(), handler.clone()));
            }
        });
        Self { address, received, connections }
    }

    /// Returns the requests received so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Returns the number of connections so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Returns the only request received.
    pub fn request(&self) -> Received {
        let mut received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }

    /// Returns the builder of a client for this server that does not retry.
    pub fn builder(&self) -> MeldBuilder {
        Meld::builder().api_key(KEY).base_url(&self.address).retry_policy(RetryPolicy::never())
    }

    pub fn meld(&self) -> Meld {
        self.builder().build().unwrap()
    }
}

/// Fails the test if a secret was logged.
impl Drop for Server {
    fn drop(&mut self) {
        let leaks = leaks().lock().unwrap_or_else(PoisonError::into_inner);
        assert!(leaks.is_empty() || std::thread::panicking(), "logged: {leaks:?}");
    }
}

type Handler = Arc<Mutex<dyn FnMut(&Received) -> Reply + Send>>;

async fn serve(mut stream: TcpStream, requests: Arc<Mutex<Vec<Received>>>, handler: Handler) {
    while let Some(text) = read_request(&mut stream).await {
        let request = Received { text, at: Instant::now() };
        let reply = (handler.lock().unwrap())(&request);
        requests.lock().unwrap().push(request);
        // Ignores errors of writing, because the client may close the connection early.
        match reply {
            Reply::Bytes(bytes) => drop(stream.write_all(&bytes).await),
            Reply::Drip(bytes, delay) => {
                for byte in bytes {
                    tokio::time::sleep(delay).await;
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                }
            }
            Reply::Break(bytes) => {
                drop(stream.write_all(&bytes).await);
                return;
            }
            Reply::Silence => std::future::pending().await,
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut received = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&received);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text.into_owned());
            }
        }
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(length) if length > 0 => received.extend_from_slice(&part[..length]),
            _ => return None,
        }
    }
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

/// Returns everything that was logged.
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

/// Sends a call of any operation.
pub async fn send<C: Call>(call: C) -> Result<ResponseValue<C::Output>, Error> {
    let transport = call.transport().clone();
    C::send_request(&transport, call.into_request().unwrap()).await
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
