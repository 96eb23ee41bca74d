//! A loopback HTTP server for tests: scripted replies, down to single bytes, and the requests that it received.
//!
//! It speaks only as much HTTP/1.1 as the tests need. Crates use it as a dev-dependency by path, which packaging drops.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod received;
mod reply;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

pub use received::Received;
pub use reply::{Reply, json, response};

/// The number of requests that are kept, so that a bench does not fill the memory.
const MAX_RECEIVED: usize = 10_000;

/// A server on this machine. It runs until its runtime ends.
pub struct Server {
    /// The base URL: scheme, host and port.
    pub address: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    connections: AtomicUsize,
}

/// Decides on the reply to a request.
type Handler = Arc<Mutex<dyn FnMut(&Received) -> Decision + Send>>;

enum Decision {
    Now(Reply),
    Later(oneshot::Receiver<Reply>),
}

impl Server {
    /// Starts a server that sends these replies in order, and the last one repeatedly.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let mut replies = Script::from_iter(replies);
        Self::with(move |_| replies.next_reply()).await
    }

    /// Starts a server that replies with the result of `handler`.
    pub async fn with(mut handler: impl FnMut(&Received) -> Reply + Send + 'static) -> Self {
        Self::listen(move |request| Decision::Now(handler(request))).await
    }

    /// Starts a server like [`Server::with`] in its own thread, for tests that block, run several runtimes or measure.
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

    async fn listen(handler: impl FnMut(&Received) -> Decision + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::<Shared>::default();
        let server = Self { address, shared: shared.clone() };
        let handler: Handler = Arc::new(Mutex::new(handler));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(serve(stream, shared.clone(), handler.clone()));
            }
        });
        server
    }

    /// Returns the requests received so far.
    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// Returns the only request received.
    pub fn request(&self) -> Received {
        let mut received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }

    /// Waits for this many requests and returns all.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        let all = async {
            while self.received().len() < count {
                sleep(Duration::from_millis(5)).await;
            }
            self.received()
        };
        let result = timeout(Duration::from_secs(10), all).await;
        result.unwrap_or_else(|_| panic!("{} of {count} requests", self.received().len()))
    }

    /// Returns the number of connections so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::Relaxed)
    }
}

/// Replies in order, of which the last one is repeated.
#[derive(Clone, Debug)]
pub struct Script(VecDeque<Reply>);

impl Script {
    /// Returns the next reply.
    pub fn next_reply(&mut self) -> Reply {
        match self.0.len() {
            1 => self.0[0].clone(),
            _ => self.0.pop_front().expect("there is a reply"),
        }
    }
}

impl FromIterator<Reply> for Script {
    fn from_iter<I: IntoIterator<Item = Reply>>(replies: I) -> Self {
        Self(replies.into_iter().collect())
    }
}

/// A server whose test decides when it replies.
pub struct HeldServer {
    /// The base URL: scheme, host and port.
    pub address: String,
    held: UnboundedReceiver<HeldRequest>,
}

/// A request without a reply. Dropping it closes the connection.
pub struct HeldRequest(oneshot::Sender<Reply>);

impl HeldServer {
    /// Starts a server that holds each request until the test replies.
    pub async fn start() -> Self {
        let (sender, held) = unbounded_channel();
        let server = Server::listen(move |_| {
            let (reply, later) = oneshot::channel();
            drop(sender.send(HeldRequest(reply)));
            Decision::Later(later)
        });
        Self { address: server.await.address, held }
    }

    /// Waits for the next request.
    pub async fn next(&mut self) -> HeldRequest {
        self.held.recv().await.unwrap()
    }
}

impl HeldRequest {
    /// Sends the reply.
    pub fn reply(self, reply: Reply) {
        drop(self.0.send(reply));
    }
}

/// Returns an address on which nothing listens.
pub fn closed_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>, handler: Handler) {
    while let Some((head, body)) = received::read(&mut stream).await {
        let request = Received { head, body, at: Instant::now() };
        let decision = (handler.lock().unwrap())(&request);
        {
            let mut received = shared.received.lock().unwrap();
            if received.len() < MAX_RECEIVED {
                received.push(request);
            }
        }
        let reply = match decision {
            Decision::Now(reply) => reply,
            Decision::Later(later) => later.await.unwrap_or(Reply::Break(Vec::new())),
        };
        if !reply.send(&mut stream).await {
            return;
        }
    }
}
