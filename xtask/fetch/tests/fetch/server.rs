//! A local site with configurable replies.

use std::collections::{HashMap, VecDeque};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// The reply to a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Sends these bytes, which may be incomplete, and closes the connection.
    Bytes(Vec<u8>),
    /// Sends a file, or 304 if the `ETag` matches.
    File { body: Vec<u8>, headers: String, etag: Option<String> },
    /// Sends a head, then a number of spaces, with a wait before each.
    Drip(Vec<u8>, usize, Duration),
    /// Sends nothing for a while.
    Silence,
}

/// Returns a reply without a body.
pub fn status(status: &str, headers: &str) -> Reply {
    Reply::Bytes(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n{headers}\r\n").into_bytes())
}

/// Returns a file with a content type.
pub fn file(kind: &str, body: impl Into<Vec<u8>>) -> Reply {
    Reply::File { body: body.into(), headers: format!("content-type: {kind}\r\n"), etag: None }
}

/// Returns a spec.
pub fn published(spec: &Value) -> Reply {
    file("application/json", spec.to_string())
}

/// Returns a spec with an `ETag`.
pub fn tagged(spec: &Value, etag: &str) -> Reply {
    let Reply::File { body, headers, .. } = published(spec) else { unreachable!() };
    Reply::File { body, headers, etag: Some(etag.to_owned()) }
}

#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub if_none_match: Option<String>,
    pub takes_gzip: bool,
    pub sent: usize,
}

type Replies = Arc<Mutex<HashMap<String, VecDeque<Reply>>>>;

/// A site. The last reply for a path is repeated; a path without replies is missing.
pub struct Site {
    pub address: String,
    replies: Replies,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Site {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let site = Self { address, replies: Arc::default(), received: Arc::default() };
        let (replies, received) = (site.replies.clone(), site.received.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (replies, received) = (replies.clone(), received.clone());
                std::thread::spawn(move || serve(stream, &replies, &received));
            }
        });
        site
    }

    pub fn reply(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().insert(path.to_owned(), replies.into_iter().collect());
    }

    /// Publishes specs and adds them to the index.
    pub fn publish<'a>(&self, specs: impl IntoIterator<Item = (&'a str, Reply)>) {
        let mut links = String::new();
        for (name, reply) in specs {
            links.push_str(&format!("- [{name}](/openapi/{name})\n"));
            self.reply(&format!("/openapi/{name}"), [reply]);
        }
        self.reply("/llms.txt", [file("text/plain", links)]);
    }

    /// Returns the requests for specs since the last call.
    pub fn requests(&self) -> Vec<Received> {
        let mut received = std::mem::take(&mut *self.received.lock().unwrap());
        received.retain(|request| request.path.starts_with("/openapi/"));
        received.sort_by(|one, other| one.path.cmp(&other.path));
        received
    }
}

fn serve(mut stream: TcpStream, replies: &Replies, received: &Mutex<Vec<Received>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let mut headers = head.lines().filter_map(|line| line.split_once(": "));
    let if_none_match = headers
        .find(|(name, _)| name.eq_ignore_ascii_case("if-none-match"))
        .map(|(_, value)| value.to_owned());
    let reply = {
        let mut replies = replies.lock().unwrap();
        match replies.get_mut(&path) {
            Some(replies) if replies.len() > 1 => replies.pop_front().unwrap(),
            Some(replies) => replies[0].clone(),
            None => status("404 Not Found", ""),
        }
    };
    let (bytes, sent) = match reply {
        Reply::Bytes(bytes) => (bytes, 0),
        Reply::Silence => {
            std::thread::sleep(Duration::from_secs(5));
            return;
        }
        Reply::Drip(head, spaces, wait) => {
            let mut is_read = stream.write_all(&head).is_ok();
            for _ in 0..spaces {
                std::thread::sleep(wait);
                is_read = is_read && stream.write_all(b" ").is_ok();
            }
            return;
        }
        Reply::File { etag, .. } if etag.is_some() && etag == if_none_match => {
            (b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_vec(), 0)
        }
        Reply::File { body, mut headers, etag } => {
            if let Some(etag) = etag {
                headers.push_str(&format!("etag: {etag}\r\n"));
            }
            let length = body.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
            );
            ([head.into_bytes(), body].concat(), length)
        }
    };
    let takes_gzip = head.to_lowercase().contains("accept-encoding: gzip");
    received.lock().unwrap().push(Received { path, if_none_match, takes_gzip, sent });
    // The client may have closed the connection on purpose.
    drop(stream.write_all(&bytes));
}
