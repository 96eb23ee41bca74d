//! Requests that the server received.

use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// A request that the server received.
#[derive(Clone, Debug)]
pub struct Received {
    /// The first line and the headers.
    pub head: String,
    /// The body. Bytes that are not UTF-8 are replaced.
    pub body: String,
    /// The time of arrival.
    pub at: Instant,
}

impl Received {
    /// Returns the method, path and query.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap().trim_end_matches(" HTTP/1.1")
    }

    /// Returns the path and query.
    pub fn target(&self) -> &str {
        self.line().split_once(' ').unwrap().1
    }

    /// Returns the names and values of all headers, in order.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.head.lines().skip(1).map(|line| line.split_once(": ").unwrap_or((line, "")))
    }

    /// Returns the first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Returns all headers.
    pub fn header_map(&self) -> HeaderMap {
        let typed =
            |(name, value): (&str, &str)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        self.headers().map(typed).collect()
    }
}

/// Reads the head and the body of a request. Returns `None` at the end of the connection, and refuses what is not HTTP.
pub(crate) async fn read(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(request) = parse(&bytes) {
            return Some(request);
        }
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(length) if length > 0 => bytes.extend_from_slice(&part[..length]),
            _ => return None,
        }
        // TLS, for example.
        if !bytes[0].is_ascii_uppercase() {
            drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await);
            return None;
        }
    }
}

/// Returns `None` if the request is incomplete.
fn parse(bytes: &[u8]) -> Option<(String, String)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let body = &bytes[end + 4..];
    let length =
        |line: &str| -> Option<usize> { line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok() };
    let length = head.lines().find_map(length).unwrap_or_default();
    (body.len() >= length).then(|| (head, String::from_utf8_lossy(body).into_owned()))
}
