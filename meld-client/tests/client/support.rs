//! A server that responses what it is told, and the search for secrets in all that tests see.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once, OnceLock, PoisonError};
use std::time::Duration;

use meld_client::v2026_02_03::{bank_linking, crypto, payments};
use meld_client::{Decimal, Error, Meld, MeldBuilder, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;
use tracing_subscriber::fmt::MakeWriter;

/// The key of all tests.
pub const KEY: &str = "W8b1vQzTnYpXsKcDfGhJmR:4nV7bC2xZ9aS6dF3gH5jK8lP1qWe";

/// In every other secret of the tests.
pub const PRIVATE: &str = "very-private";

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Sends these bytes.
    Bytes(Vec<u8>),
    /// Sends these bytes one by one, with a wait before each.
    Drip(Vec<u8>, Duration),
    /// Sends these bytes and breaks the connection.
    Break(Vec<u8>),
    /// Says nothing.
    Silence,
}

/// A response.
pub fn response(status: &str, headers: &str, body: &str) -> Reply {
    let length = body.len();
    let text = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
    Reply::Bytes(text.into_bytes())
}

/// A success with this JSON.
pub fn json(body: &str) -> Reply {
    response("200 OK", "content-type: application/json\r\n", body)
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub text: String,
    pub at: Instant,
}

impl Received {
    /// The values of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let head = self.text.split("\r\n\r\n").next().unwrap();
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Method and path.
    pub fn line(&self) -> &str {
        self.text.lines().next().unwrap().trim_end_matches(" HTTP/1.1")
    }

    pub fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").unwrap().1
    }
}

/// A server on this machine; the last reply is given again and again.
pub struct Server {
    pub address: String,
    received: Arc<Mutex<Vec<Received>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        collect_logs();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let replies: Arc<Mutex<VecDeque<Reply>>> =
            Arc::new(Mutex::new(replies.into_iter().collect()));
        let requests = received.clone();
        let connections = Arc::<AtomicUsize>::default();
        let accepted = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, requests.clone(), replies.clone()));
            }
        });
        Self { address, received, connections }
    }

    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// The only request that came.
    pub fn request(&self) -> Received {
        let mut received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }

    /// A client of this server, with the key.
    pub fn builder(&self) -> MeldBuilder {
        Meld::builder().api_key(KEY).base_url(&self.address).retry_policy(RetryPolicy::never())
    }

    pub fn meld(&self) -> Meld {
        self.builder().build().unwrap()
    }
}

/// No test leaves a secret in the logs.
impl Drop for Server {
    fn drop(&mut self) {
        let leaks = leaks().lock().unwrap_or_else(PoisonError::into_inner);
        assert!(leaks.is_empty() || std::thread::panicking(), "logged: {leaks:?}");
    }
}

async fn serve(
    mut stream: TcpStream,
    requests: Arc<Mutex<Vec<Received>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
) {
    while let Some(text) = read_request(&mut stream).await {
        requests.lock().unwrap().push(Received { text, at: Instant::now() });
        let reply = {
            let mut replies = replies.lock().unwrap();
            let next = replies.pop_front().expect("there is a reply");
            if replies.is_empty() {
                replies.push_back(next.clone());
            }
            next
        };
        // The client may have stopped reading: that is for it to judge.
        match reply {
            Reply::Bytes(bytes) => drop(stream.write_all(&bytes).await),
            Reply::Drip(bytes, wait) => {
                for byte in bytes {
                    tokio::time::sleep(wait).await;
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

/// An error without secrets in anything that it shows.
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

/// What was logged although it is secret.
fn leaks() -> &'static Mutex<Vec<String>> {
    static LEAKS: OnceLock<Mutex<Vec<String>>> = OnceLock::new();
    LEAKS.get_or_init(Mutex::default)
}

/// Everything that was logged.
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

/// Searches every line that anything in this process logs, at any level.
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

/// A question.
pub fn get(meld: &Meld) -> payments::builder::GetTransaction {
    meld.v2026_02_03().payments().get_transaction().id("a")
}

/// A question that is a `POST`.
pub fn quote(meld: &Meld) -> crypto::builder::CreateQuote {
    let body = crypto::types::CryptoQuoteRequest::builder()
        .country_code("US")
        .source_currency_code("USD")
        .destination_currency_code("BTC")
        .source_amount(Decimal::new(10010, 2));
    meld.v2026_02_03().crypto().create_quote().body(body)
}

/// A change that takes an idempotency key.
pub fn pay(meld: &Meld) -> payments::builder::CreateTransaction {
    let body = payments::types::PaymentTransactionRequest::builder()
        .source_amount(Decimal::new(2500, 2))
        .source_currency_code("USD")
        .nonce(PRIVATE);
    meld.v2026_02_03().payments().create_transaction().body(body)
}

/// A change that takes none.
pub fn repair(meld: &Meld) -> bank_linking::builder::RepairConnect {
    let body = bank_linking::types::ConnectRepairRequest::builder().connection_id(PRIVATE);
    meld.v2026_02_03().bank_linking().repair_connect().body(body)
}

/// What must never be sent twice.
pub fn refresh(meld: &Meld) -> bank_linking::builder::RefreshConnection {
    let body = bank_linking::types::ConnectionRefreshRequest::builder();
    meld.v2026_02_03().bank_linking().refresh_connection().connection_id("a").body(body)
}
