//! The counters of the service.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use meld_client::{Attempt, AttemptResult, Observer};

/// The counters of the service, from its start.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    counts: [AtomicU64; Count::ALL.len()],
    /// Attempts of calls of Meld, with their seconds, by operation and status.
    calls: Mutex<BTreeMap<(&'static str, String), Attempts>>,
    /// Requests to this service, by route and status.
    requests: Mutex<BTreeMap<(String, u16), u64>>,
}

/// The number of attempts, and their seconds.
#[derive(Debug, Default)]
struct Attempts {
    count: u64,
    seconds: f64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Count {
    WebhooksReceived,
    WebhooksRepeated,
    WebhooksRejected,
    EventsHandled,
    EventsFailed,
    JobsFailed,
    Reconciled,
}

impl Count {
    const ALL: [(Self, &'static str); 7] = [
        (Self::WebhooksReceived, "wallet_webhooks_total{result=\"received\"}"),
        (Self::WebhooksRepeated, "wallet_webhooks_total{result=\"repeated\"}"),
        (Self::WebhooksRejected, "wallet_webhooks_total{result=\"rejected\"}"),
        (Self::EventsHandled, "wallet_events_total{result=\"handled\"}"),
        (Self::EventsFailed, "wallet_events_total{result=\"failed\"}"),
        (Self::JobsFailed, "wallet_job_failures_total"),
        (Self::Reconciled, "wallet_reconciled_total"),
    ];
}

impl Metrics {
    pub(crate) fn add(&self, count: Count) {
        if let Some(counter) = self.counts.get(count as usize) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes all counters in the text format of Prometheus.
    pub(crate) fn write(&self, text: &mut String) {
        for (count, name) in Count::ALL {
            let value = self.counts.get(count as usize).map_or(0, |counter| counter.load(Ordering::Relaxed));
            let _ = writeln!(text, "{name} {value}");
        }
        for ((operation, status), Attempts { count, seconds }) in
            &*self.calls.lock().unwrap_or_else(PoisonError::into_inner)
        {
            let labels = format!("{{operation=\"{operation}\",status=\"{status}\"}}");
            let _ = writeln!(text, "meld_attempts_total{labels} {count}\nmeld_attempt_seconds_total{labels} {seconds}");
        }
        for ((route, status), count) in &*self.requests.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = writeln!(text, "http_requests_total{{route=\"{route}\",status=\"{status}\"}} {count}");
        }
    }
}

impl Observer for Metrics {
    fn on_result(&self, attempt: &Attempt<'_>, result: &AttemptResult<'_>) {
        let status = result.status().map_or_else(|| "none".to_owned(), |status| status.as_u16().to_string());
        // Some ids of Meld begin with a slash.
        let operation_id = attempt.operation().operation_id.trim_start_matches('/');
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let attempts = calls.entry((operation_id, status)).or_default();
        attempts.count += 1;
        attempts.seconds += result.duration().as_secs_f64();
    }
}

/// Counts a request by its route. The path is not used, because it has ids.
pub(crate) async fn count_request(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", |route| route.as_str()).to_owned();
    let response = next.run(request).await;
    let mut requests = metrics.requests.lock().unwrap_or_else(PoisonError::into_inner);
    *requests.entry((route, response.status().as_u16())).or_default() += 1;
    drop(requests);
    response
}
