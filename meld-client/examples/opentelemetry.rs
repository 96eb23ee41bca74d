//! Sends the context of a trace with each call, and prints the metrics of the calls.
//!
//! `cargo run -p meld-client --example opentelemetry --features opentelemetry` uses a local mock server. A program has
//! an exporter such as `opentelemetry-otlp` instead of the one in memory.

use std::error::Error;

use meld_client::crypto::{CryptoCurrency, FiatCurrency, QuoteRequest};
use meld_client::v2026_02_03::prelude::*;
use meld_client::{Meld, Money};
use meld_sandbox::Sandbox;
use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, global};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, Metric, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Before the first call, which creates the instruments.
    let exporter = InMemoryMetricExporter::default();
    let meters = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
    global::set_meter_provider(meters.clone());
    global::set_text_map_propagator(TraceContextPropagator::new());
    let tracer = SdkTracerProvider::default().tracer("example");

    let sandbox = Sandbox::start().await?;
    let meld = Meld::builder().api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    let span = tracer.start("compare quotes");
    quotes(&meld).with_context(Context::current_with_span(span)).await?;

    meters.force_flush()?;
    let finished = exporter.get_finished_metrics()?;
    let scopes = finished.iter().flat_map(|metrics| metrics.scope_metrics());
    scopes.flat_map(|scope| scope.metrics()).for_each(print);
    Ok(())
}

async fn quotes(meld: &Meld) -> Result<(), Box<dyn Error>> {
    let (usd, btc) = (FiatCurrency::new("USD")?, CryptoCurrency::new("BTC")?);
    for amount in [100, 200] {
        let request = QuoteRequest::buy("US", Money::new(amount, usd.clone()), btc.clone());
        let quotes = meld.v2026_02_03().crypto().create_quote().body(request).send().await?;
        println!("{amount} USD: {} quotes", quotes.ranked().len());
    }
    Ok(())
}

/// Prints durations; the counters have the same form.
fn print(metric: &Metric) {
    println!("\n{} ({})", metric.name(), metric.unit());
    if let AggregatedMetrics::F64(MetricData::Histogram(durations)) = metric.data() {
        for point in durations.data_points() {
            println!("  {} requests in {:.3} s", point.count(), point.sum());
            point.attributes().for_each(|attribute| println!("    {} = {}", attribute.key, attribute.value));
        }
    }
}
