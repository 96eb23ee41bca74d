//! A local server that records requests.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as received.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names and values as received, in order.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    /// All values of a header.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let found = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).collect()
    }
}

/// The server. A request whose path starts with `/7` gets the response with index 7 and is recorded there.
pub struct Server {
    pub address: String,
    received: Arc<Mutex<Vec<Vec<Received>>>>,
}

impl Server {
    /// Starts a server with these responses: status and body.
    pub async fn start(responses: Vec<(u16, &'static str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(vec![Vec::new(); responses.len()]));
        let (responses, kept) = (Arc::new(responses), Arc::clone(&received));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, Arc::clone(&responses), Arc::clone(&kept)));
            }
        });
        Self { address, received }
    }

    /// The requests, by the index of the response.
    pub fn received(self) -> Vec<Vec<Received>> {
        self.received.lock().unwrap().clone()
    }
}

/// Sends one response and closes the connection.
async fn serve(
    mut stream: TcpStream,
    responses: Arc<Vec<(u16, &'static str)>>,
    kept: Arc<Mutex<Vec<Vec<Received>>>>,
) {
    let mut bytes = Vec::new();
    let mut request = loop {
        if let Some(request) = parse(&bytes) {
            break request;
        }
        let mut part = [0; 4096];
        let length = stream.read(&mut part).await.unwrap();
        assert!(length > 0, "the request is cut off");
        bytes.extend_from_slice(&part[..length]);
    };
    let end = request.target[1..].find('/').unwrap() + 1;
    let index: usize = request.target[1..end].parse().unwrap();
    request.target.drain(..end);
    kept.lock().unwrap()[index].push(request);
    let (status, body) = responses[index];
    let length = match status {
        204 => String::new(),
        _ => format!("content-length: {}\r\ncontent-type: application/json\r\n", body.len()),
    };
    let response = format!("HTTP/1.1 {status} X\r\n{length}connection: close\r\n\r\n{body}");
    stream.write_all(response.as_bytes()).await.unwrap();
    stream.shutdown().await.ok();
}

/// The request; `None` if it is incomplete.
fn parse(bytes: &[u8]) -> Option<Received> {
    let text = str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_owned(), value.to_owned())
    });
    let request = Received { method, target, headers: headers.collect(), body: body.to_owned() };
    let length: usize = match request.header("content-length").first() {
        Some(length) => length.parse().unwrap(),
        None => 0,
    };
    assert!(body.len() <= length, "more than the length says");
    (body.len() == length).then_some(request)
}
