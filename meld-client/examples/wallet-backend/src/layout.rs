//! The frame of all pages, and their headers.

use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{Html as HtmlResponse, Response};

use crate::html::Html;

/// Nothing is loaded from other sites, and no script stands within a page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn page(title: &'static str, body: Html) -> HtmlResponse<String> {
    let html = Html::new("<!doctype html><html lang=en><head><meta charset=utf-8><title>")
        .text(title)
        .raw(" · Wallet</title><meta name=viewport content=\"width=device-width, initial-scale=1\">")
        .raw("<link rel=stylesheet href=/style.css><script src=/live.js defer></script></head><body><header><nav>")
        .raw("<a class=brand href=/>Wallet</a><a href=/>Buy and sell</a><a href=/card>Card</a>")
        .raw("<a href=/banks>Banks</a><a href=/kyc>Identity</a><a href=/orders>History</a></nav></header><main><h1>")
        .text(title)
        .raw("</h1>")
        .html(body)
        .raw("</main></body></html>");
    HtmlResponse(html.into_string())
}

/// Adds the headers that protect pages.
pub(crate) async fn secure(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers: [(HeaderName, &'static str); 4] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        // Pages have personal data.
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
