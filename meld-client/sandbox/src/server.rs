//! Connections: taken, served, and broken where a fault asks for it.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::documents::{ApiVersion, Operation};
use crate::example::Filling;
use crate::faults::{Fault, Faults};
use crate::hosts::Hosts;
use crate::random::seeded;
use crate::state::State;
use crate::wire::Reset;

/// Everything that the responses of one sandbox depend on.
pub(crate) struct Server {
    pub base_url: String,
    pub hosts: Hosts,
    pub api_key: String,
    pub seed: u64,
    pub version: Option<ApiVersion>,
    pub filling: Filling,
    pub examples_only: bool,
    pub slow: Duration,
    pub webhooks_leave: bool,
    pub replays_are_ok: bool,
    pub clock: Clock,
    pub faults: Mutex<Faults>,
    pub state: Mutex<State>,
    /// Rung when the state has changed: events may have to go out, or come due earlier.
    pub changed: Notify,
    pub requests: AtomicU64,
}

impl Server {
    /// Reads or changes the state, after what has come due by now.
    pub fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = self.look(change);
        self.changed.notify_one();
        result
    }

    /// The same without ringing, for what goes round by itself.
    pub fn look<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.changed_transactions(self.clock.now());
        look(&mut state)
    }

    /// The id of a request that has come, which is counted: 32 hexadecimal digits, by seed and number.
    pub fn request_id(&self) -> String {
        use rand::RngExt as _;
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let id: u128 = seeded(self.seed, &format!("request {number}")).random();
        format!("{id:032x}")
    }

    pub fn choose_fault(&self, operation: &Operation, asked: Option<Fault>) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.choose(operation, asked)
    }
}

/// Serves until it is dropped; with it go all connections.
pub(crate) async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, router.clone()));
            }
            // Out of files, as under load: those that are open have to end first.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, router: Router) {
    // Small responses should not wait for one another; without it they are only slower.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: Request<Incoming>| {
        let response = router.call(request);
        Box::pin(async move { unless_reset(response.await) })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner();
    if ended.is_err() {
        // Closed without lingering, the peer gets a reset and not an orderly end.
        let _ = stream.set_zero_linger();
    }
}

/// The response, or an error that makes hyper end the connection.
fn unless_reset(response: Result<Response<Body>, Infallible>) -> io::Result<Response<Body>> {
    let Ok(response) = response;
    match response.extensions().get::<Reset>() {
        Some(Reset) => Err(io::ErrorKind::ConnectionReset.into()),
        None => Ok(response),
    }
}
