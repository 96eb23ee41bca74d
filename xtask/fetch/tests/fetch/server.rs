//! A local site with configurable replies.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

pub use meld_test_server::{Received, Reply};
use meld_test_server::{Script, Server, response};
use serde_json::Value;

/// Returns a reply without a body.
pub fn status(status: &str, headers: &str) -> Reply {
    response(status, headers, "")
}

/// Returns a file with a content type.
pub fn file(kind: &str, body: impl AsRef<[u8]>) -> Reply {
    response("200 OK", &format!("content-type: {kind}\r\n"), body)
}

pub fn published(spec: &Value) -> Reply {
    file("application/json", spec.to_string())
}

pub fn tagged(spec: &Value, etag: &str) -> Reply {
    let headers = format!("content-type: application/json\r\netag: {etag}\r\n");
    response("200 OK", &headers, spec.to_string())
}

/// A site. The last reply for a path is repeated; a path without replies is missing.
pub struct Site {
    pub address: String,
    replies: Arc<Mutex<HashMap<String, Script>>>,
    server: Server,
    read: Mutex<usize>,
}

impl Site {
    pub fn start() -> Self {
        let replies = Arc::<Mutex<HashMap<String, Script>>>::default();
        let shared = replies.clone();
        let server = Server::in_thread(move |request| {
            match shared.lock().unwrap().get_mut(request.target()).map(Script::next_reply) {
                Some(reply) if is_known(request, &reply) => status("304 Not Modified", ""),
                Some(reply) => reply,
                None => status("404 Not Found", ""),
            }
        });
        Self { address: server.address.clone(), replies, server, read: Mutex::default() }
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
        let mut read = self.read.lock().unwrap();
        let mut received = self.server.received().split_off(*read);
        *read += received.len();
        received.retain(|request| request.target().starts_with("/openapi/"));
        received
    }
}

/// Returns `true` if the request names the `ETag` of the reply.
fn is_known(request: &Received, reply: &Reply) -> bool {
    let (Some(etag), Reply::Bytes(bytes)) = (request.header("if-none-match"), reply) else {
        return false;
    };
    String::from_utf8_lossy(bytes).contains(&format!("\r\netag: {etag}\r\n"))
}
