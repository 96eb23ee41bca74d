//! The `tracing` span of a call.

use http::{HeaderMap, StatusCode};
use tracing::field::{Empty, display};
use tracing::{Level, Span};

use crate::client::header_names::MELD_VERSION;
use crate::client::request::Request;
use crate::error::Error;
use crate::http_response::request_id;
use crate::one_line::OneLine;

/// Creates the span of a call, with the names that OpenTelemetry gives to HTTP clients.
pub(crate) fn call_span(request: &Request, host: &str) -> Span {
    let operation = request.operation();
    tracing::span!(
        target: "meld_client", Level::INFO, "meld_client.call",
        otel.name = %operation,
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = operation.method.as_str(),
        url.template = operation.path,
        server.address = host,
        meld.operation_id = operation.operation_id,
        meld.version = &*request.meld_version(),
        meld.version.served = Empty,
        http.request.resend_count = Empty,
        http.response.status_code = Empty,
        meld.request_id = Empty,
        error.type = Empty,
    )
}

pub(crate) fn record_response(span: &Span, status: StatusCode, headers: &HeaderMap) {
    span.record("http.response.status_code", status.as_u16());
    if let Some(id) = request_id(headers) {
        span.record("meld.request_id", one_line(id));
    }
    if let Some(version) = headers.get(&MELD_VERSION).and_then(|value| value.to_str().ok()) {
        span.record("meld.version.served", one_line(version));
    }
}

fn one_line(text: &str) -> String {
    OneLine::new(text).to_string()
}

pub(crate) fn record_error(span: &Span, error: &Error) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", display(error.type_name()));
    if let Some(status) = error.status() {
        span.record("http.response.status_code", status.as_u16());
    }
    if let Some(id) = error.request_id() {
        span.record("meld.request_id", one_line(id));
    }
}
