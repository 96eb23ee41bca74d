//! OpenTelemetry: the context of the trace in requests, and metrics of calls.
//!
//! The names are those of the semantic conventions for HTTP clients. Everything goes to the global providers of the
//! program; without an SDK, these do nothing.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::metrics::{Counter, Histogram};
use opentelemetry::propagation::Injector;
use opentelemetry::{Context, InstrumentationScope, KeyValue, global};
use url::Url;

use crate::client::header_names::reserved;
use crate::client::request::Request;
use crate::error::Error;
use crate::http_response::HttpResponse;
use crate::operation::Operation;

/// The bounds of the buckets of durations, in seconds, that the conventions advise.
const BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// The instruments of a transport. They are created at the first call, when the program has set its provider.
#[derive(Clone, Default)]
pub(crate) struct Metrics {
    instruments: Arc<OnceLock<Instruments>>,
}

struct Instruments {
    durations: Histogram<f64>,
    retries: Counter<u64>,
    decode_warnings: Counter<u64>,
}

impl Metrics {
    pub(crate) fn record_attempt(
        &self,
        request: &Request,
        base_url: &Url,
        result: &Result<HttpResponse, Error>,
        duration: Duration,
    ) {
        let mut attributes = common(request.operation());
        attributes.push(KeyValue::new("http.request.method", request.operation().method.as_str()));
        attributes.push(KeyValue::new("meld.api_version", request.meld_version().into_owned()));
        attributes.push(KeyValue::new("server.address", base_url.host_str().unwrap_or_default().to_owned()));
        if let Some(port) = base_url.port_or_known_default() {
            attributes.push(KeyValue::new("server.port", i64::from(port)));
        }
        let status = match result {
            Ok(response) => Some(response.status),
            Err(error) => {
                attributes.push(KeyValue::new("error.type", error.type_name().into_owned()));
                error.status()
            }
        };
        if let Some(status) = status {
            attributes.push(KeyValue::new("http.response.status_code", i64::from(status.as_u16())));
        }
        self.instruments().durations.record(duration.as_secs_f64(), &attributes);
    }

    /// Counts a retry, with the type of the error that causes it.
    pub(crate) fn count_retry(&self, request: &Request, error: &Error) {
        let mut attributes = common(request.operation());
        attributes.push(KeyValue::new("error.type", error.type_name().into_owned()));
        self.instruments().retries.add(1, &attributes);
    }

    /// Counts the values of a response that could not be decoded.
    pub(crate) fn count_decode_warnings(&self, request: &Request, count: usize) {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.instruments().decode_warnings.add(count, &common(request.operation()));
    }

    fn instruments(&self) -> &Instruments {
        self.instruments.get_or_init(Instruments::new)
    }
}

impl Instruments {
    fn new() -> Self {
        let scope = InstrumentationScope::builder("meld-client").with_version(env!("CARGO_PKG_VERSION")).build();
        let meter = global::meter_with_scope(scope);
        Self {
            durations: meter
                .f64_histogram("http.client.request.duration")
                .with_unit("s")
                .with_description("Duration of HTTP client requests: one for each attempt of a call.")
                .with_boundaries(BOUNDS.to_vec())
                .build(),
            retries: meter
                .u64_counter("meld.client.retries")
                .with_unit("{retry}")
                .with_description("Attempts of calls that follow a failed attempt.")
                .build(),
            decode_warnings: meter
                .u64_counter("meld.client.decode_warnings")
                .with_unit("{warning}")
                .with_description("Values of responses that could not be decoded and were dropped.")
                .build(),
        }
    }
}

/// Returns the attributes of all metrics.
fn common(operation: &Operation) -> Vec<KeyValue> {
    let mut attributes = Vec::with_capacity(10);
    attributes.push(KeyValue::new("meld.operation", operation.rust_name));
    attributes.push(KeyValue::new("url.template", operation.path));
    attributes
}

/// Adds the context of the current trace to the headers of a request. The global propagator writes it: that of W3C as
/// `traceparent` and `tracestate`.
///
/// Headers that are set stay. Baggage stays within the program, because it may hold personal data.
pub(crate) fn add_trace_context(headers: &mut HeaderMap) {
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&Context::current(), &mut HeaderInjector(headers));
    });
}

struct HeaderInjector<'a>(&'a mut HeaderMap);

impl Injector for HeaderInjector<'_> {
    fn set(&mut self, key: &str, value: String) {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) else { return };
        let is_kept = name != "baggage" && !value.is_empty() && reserved(name.as_str()).is_none();
        if is_kept && !self.0.contains_key(&name) {
            self.0.insert(name, value);
        }
    }
}
