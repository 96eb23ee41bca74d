//! HTTP connections: accepted, served, and reset by faults.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use chrono::{DateTime, Utc};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::example::Filling;
use crate::faults::{Fault, Faults, SavedFaults};
use crate::flows;
use crate::hosts::Hosts;
use crate::random::seeded;
#[cfg(feature = "record")]
use crate::recording::recorder::Recorder;
use crate::recording::replay::Replay;
use crate::request_log::RequestLog;
use crate::specs::{ApiVersion, Operation};
use crate::state::State;
use crate::stubs::registry::{SavedStubs, Stubs};
use crate::wire::Reset;

/// The settings and the state of a mock server.
pub(crate) struct Server {
    pub base_url: String,
    pub hosts: Hosts,
    pub api_key: String,
    /// The token of the control API.
    pub control_token: Option<String>,
    pub seed: u64,
    pub version: Option<ApiVersion>,
    pub filling: Filling,
    pub examples_only: bool,
    pub slow: Duration,
    pub external_webhooks: bool,
    pub replay_with_ok: bool,
    pub clock: Clock,
    pub faults: Mutex<Faults>,
    pub stubs: Mutex<Stubs>,
    pub log: Mutex<RequestLog>,
    /// The recording that responds in place of the state.
    pub replay: Option<Replay>,
    /// The recording in progress, for which requests are forwarded.
    #[cfg(feature = "record")]
    pub recorder: Option<Recorder>,
    pub state: Mutex<State>,
    /// Notified of changes of the state, after which webhooks may be due earlier.
    pub changed: Notify,
    pub requests: AtomicU64,
    /// `true` once the server has written its state for the last time.
    pub is_stopped: AtomicBool,
    /// The number of accesses to the state, the stubs and the fault rules, each of which may have changed them.
    pub accesses: AtomicU64,
}

impl Server {
    /// Changes the state, after all scheduled events that are due. `change` gets the time.
    pub fn change<T>(&self, change: impl FnOnce(&mut State, DateTime<Utc>) -> T) -> T {
        let result = self.read(change);
        self.changed.notify_one();
        result
    }

    /// Accesses the state like [`change`](Self::change), without notifying the delivery of webhooks.
    pub fn read<T>(&self, read: impl FnOnce(&mut State, DateTime<Utc>) -> T) -> T {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.accesses.fetch_add(1, Ordering::Relaxed);
        let now = self.clock.now();
        flows::advance(&mut state, now);
        read(&mut state, now)
    }

    /// Looks at the state as it is, without the scheduled events that are due.
    pub fn inspect<T>(&self, inspect: impl FnOnce(&State) -> T) -> T {
        inspect(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts a request and returns its id: 32 hexadecimal digits, by the seed and its number.
    pub fn request_id(&self) -> String {
        use rand::RngExt as _;
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let id: u128 = seeded(self.seed, &format!("request {number}")).random();
        format!("{id:032x}")
    }

    /// Accesses the stubs.
    pub fn stubs<T>(&self, access: impl FnOnce(&mut Stubs) -> T) -> T {
        self.accesses.fetch_add(1, Ordering::Relaxed);
        access(&mut self.stubs.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the stubs for a file.
    pub fn saved_stubs(&self) -> SavedStubs {
        self.stubs.lock().unwrap_or_else(PoisonError::into_inner).save()
    }

    /// Returns the fault rules for a file.
    pub fn saved_faults(&self) -> SavedFaults {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).save()
    }

    /// Accesses the log of requests.
    pub fn log<T>(&self, access: impl FnOnce(&mut RequestLog) -> T) -> T {
        access(&mut self.log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Accesses the fault rules.
    pub fn faults<T>(&self, access: impl FnOnce(&mut Faults) -> T) -> T {
        self.accesses.fetch_add(1, Ordering::Relaxed);
        access(&mut self.faults.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Chooses the fault of a call, and an error code for it.
    pub fn choose_fault(&self, operation: &Operation, requested: Option<Fault>) -> Option<(Fault, Option<String>)> {
        self.faults(|faults| faults.choose(operation, requested))
    }
}

/// Serves connections until the future is dropped, which closes them.
pub(crate) async fn serve(listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(connection(stream, router.clone()));
            }
            // The process is out of file descriptors, so open connections must end first.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, router: Router) {
    // Without it, small responses are delayed. A failure only makes them slower.
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
        // Without lingering, the peer gets a reset instead of an orderly close.
        let _ = stream.set_zero_linger();
    }
}

/// Returns the response, or an error that makes hyper close the connection.
fn unless_reset(response: Result<Response<Body>, Infallible>) -> io::Result<Response<Body>> {
    let Ok(response) = response;
    match response.extensions().get::<Reset>() {
        Some(Reset) => Err(io::ErrorKind::ConnectionReset.into()),
        None => Ok(response),
    }
}
