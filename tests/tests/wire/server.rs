//! A local server that records requests.

use meld_test_server::{Server, response};

#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names and values as received.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> Vec<&str> {
        let found = self.headers.iter().filter(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).collect()
    }

    /// Returns the request without the index in its path.
    fn of(received: &meld_test_server::Received) -> Self {
        let (method, _) = received.line().split_once(' ').unwrap();
        let (_, target) = index_and_target(received);
        let headers = received.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { method: method.to_owned(), target: target.to_owned(), headers, body: received.body.clone() }
    }
}

/// Starts a server. A request whose path starts with `/7` gets the response with index 7: status and body.
pub async fn start(responses: Vec<(u16, &'static str)>) -> Server {
    let respond = move |request: &meld_test_server::Received| {
        let (status, body) = responses[index_and_target(request).0];
        response(&format!("{status} X"), "content-type: application/json\r\n", body)
    };
    Server::with(respond).await
}

fn index_and_target(request: &meld_test_server::Received) -> (usize, &str) {
    let target = request.target();
    let end = target[1..].find('/').unwrap() + 1;
    (target[1..end].parse().unwrap(), &target[end..])
}

/// Returns the requests, by the index of the response.
pub fn received(server: &Server, count: usize) -> Vec<Vec<Received>> {
    let mut received = vec![Vec::new(); count];
    for request in &server.received() {
        received[index_and_target(request).0].push(Received::of(request));
    }
    received
}
