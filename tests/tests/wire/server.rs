//! A local server that records requests.

use std::sync::{Arc, Mutex};

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use tokio::net::TcpListener;

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

    async fn read(request: Request) -> Self {
        let (head, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let headers = head.headers.iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        Self {
            method: head.method.to_string(),
            target: head.uri.to_string(),
            headers: headers.collect(),
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
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
        let router = axum::Router::new().fallback(move |request: Request| async move {
            let mut request = Received::read(request).await;
            let end = request.target[1..].find('/').unwrap() + 1;
            let index: usize = request.target[1..end].parse().unwrap();
            request.target.drain(..end);
            kept.lock().unwrap()[index].push(request);
            let (status, body) = responses[index];
            (StatusCode::from_u16(status).unwrap(), [(CONTENT_TYPE, "application/json")], body).into_response()
        });
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, received }
    }

    /// The requests, by the index of the response.
    pub fn received(self) -> Vec<Vec<Received>> {
        self.received.lock().unwrap().clone()
    }
}
