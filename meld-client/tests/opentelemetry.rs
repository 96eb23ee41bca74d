//! The context of traces, and metrics, with an SDK that keeps everything in memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use meld_client::v2026_02_03::prelude::*;
use meld_client::{Meld, RetryPolicy};
use meld_test_server::{Received, Server, json, response};
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::{FutureExt, SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};

/// The global provider of metrics, which is set before the first call of any test, and where it exports to.
static METRICS: LazyLock<(SdkMeterProvider, InMemoryMetricExporter)> = LazyLock::new(|| {
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
    global::set_meter_provider(provider.clone());
    (provider, exporter)
});

fn meld(server: &Server) -> Meld {
    LazyLock::force(&METRICS);
    let retries = RetryPolicy::default().initial_backoff(std::time::Duration::ZERO);
    Meld::builder().api_key("the-key").base_url(&server.address).retry_policy(retries).build().unwrap()
}

async fn get(meld: &Meld) -> Result<(), meld_client::Error> {
    meld.v2026_02_03().payments().get_transaction().id("a").send().await.map(drop)
}

/// Calls another operation, because the metrics of all tests are the same.
async fn search(meld: &Meld) -> Result<(), meld_client::Error> {
    meld.v2026_02_03().payments().search_transactions().send().await.map(drop)
}

/// Returns the context of a trace of another service, with baggage.
fn remote() -> Context {
    let state = TraceState::from_key_value([("vendor", "1")]).unwrap();
    let (trace, span) = (TraceId::from(7), SpanId::from(8));
    let span = SpanContext::new(trace, span, TraceFlags::SAMPLED, true, state);
    Context::new().with_remote_span_context(span).with_baggage([KeyValue::new("customer", "very-private")])
}

#[tokio::test]
async fn context_of_the_trace_is_sent() {
    global::set_text_map_propagator(TextMapCompositePropagator::new(vec![
        Box::new(TraceContextPropagator::new()),
        Box::new(BaggagePropagator::new()),
    ]));
    let server = Server::start([response("503 x", "", ""), json("{}")]).await;
    let client = meld(&server);
    search(&client).with_context(remote()).await.unwrap();
    search(&client).await.unwrap();
    let call = client.v2026_02_03().payments().search_transactions().with_header("traceparent", "own");
    call.send().with_context(remote()).await.unwrap();
    let received = server.received();
    let sent = |name: &str| -> Vec<_> {
        received.iter().map(|request: &Received| request.header(name).map(str::to_owned)).collect()
    };
    let parent = Some("00-00000000000000000000000000000007-0000000000000008-01".to_owned());
    assert_eq!(sent("traceparent"), [parent.clone(), parent, None, Some("own".to_owned())]);
    let state = Some("vendor=1".to_owned());
    assert_eq!(sent("tracestate"), [state.clone(), state.clone(), None, state]);
    assert_eq!(sent("baggage"), [None, None, None, None], "baggage may hold personal data");
}

/// Returns the count, or the sum of a counter, of each set of attributes of a metric of `get_transaction`.
fn points(exporter: &InMemoryMetricExporter, name: &str) -> BTreeMap<String, u64> {
    let text = |attributes: Vec<&KeyValue>| {
        let mut texts: Vec<_> = attributes.iter().map(|it| format!("{}={}", it.key, it.value)).collect();
        texts.sort();
        texts.join(" ")
    };
    let finished = exporter.get_finished_metrics().unwrap();
    let scopes = finished.last().unwrap().scope_metrics().filter(|scope| scope.scope().name() == "meld-client");
    let metric = scopes.flat_map(|scope| scope.metrics()).find(|metric| metric.name() == name);
    let mut points: BTreeMap<_, _> = match metric.unwrap_or_else(|| panic!("no {name}")).data() {
        AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
            histogram.data_points().map(|point| (text(point.attributes().collect()), point.count())).collect()
        }
        AggregatedMetrics::U64(MetricData::Sum(sum)) => {
            sum.data_points().map(|point| (text(point.attributes().collect()), point.value())).collect()
        }
        other => panic!("{name}: {other:?}"),
    };
    points.retain(|attributes, _| attributes.contains("meld.operation=get_transaction"));
    points
}

#[tokio::test]
async fn metrics_have_conventional_names() {
    let undecodable = json(r#"{"transaction":{"id":"a","sourceAmount":{}, "status":7,"createdAt":[true]}}"#);
    let server = Server::start([response("503 x", "", ""), undecodable, response("404 x", "", "")]).await;
    let client = meld(&server);
    get(&client).await.unwrap();
    get(&client).await.unwrap_err();
    let (provider, exporter) = &*METRICS;
    provider.force_flush().unwrap();

    let port = server.address.rsplit(':').next().unwrap();
    let operation = "meld.operation=get_transaction";
    let rest =
        format!("{operation} server.address=127.0.0.1 server.port={port} url.template=/payments/transactions/{{id}}");
    let attributes = |status: &str, error: &str| {
        format!("{error}http.request.method=GET http.response.status_code={status} meld.api_version=2026-02-03 {rest}")
    };
    let durations = points(exporter, "http.client.request.duration");
    let expected = [attributes("200", ""), attributes("404", "error.type=404 "), attributes("503", "error.type=503 ")];
    assert_eq!(durations, BTreeMap::from(expected.map(|attributes| (attributes, 1))));
    let template = "url.template=/payments/transactions/{id}";
    let retries = points(exporter, "meld.client.retries");
    assert_eq!(retries, BTreeMap::from([(format!("error.type=503 {operation} {template}"), 1)]));
    let warnings = points(exporter, "meld.client.decode_warnings");
    assert!(warnings[&format!("{operation} {template}")] >= 1, "{warnings:?}");
}
