//! Requests as text, with secrets redacted.

use meld_client::{Request, Transport};

use super::Prepared;
use crate::failure::Failure;
use crate::json::Json;

/// The text in place of a secret.
const REDACTED: &str = "[redacted]";

/// Returns a request as it would be sent: its first line, headers and body, with secrets redacted.
pub fn show(transport: &Transport, prepared: &Prepared) -> Result<String, Failure> {
    let mut request = prepared.request.clone();
    transport.add_default_headers(&mut request);
    let redacted = request.redacted_fields();
    let url = format!("{}{}", transport.base_url().trim_end_matches('/'), target(&request, &redacted)?);
    let mut text = format!("{} {url}\n", request.operation().method);
    if prepared.takes_key {
        text.push_str(&format!("authorization: BASIC {REDACTED}\n"));
    }
    text.push_str(&format!("meld-version: {}\n", request.meld_version()));
    let extra = request.options().headers();
    let extra =
        extra.iter().map(|(name, value)| (name.as_str(), value.to_str().ok().filter(|_| !value.is_sensitive())));
    for (name, value) in request.redacted_headers().into_iter().chain(extra) {
        text.push_str(&format!("{name}: {}\n", value.unwrap_or(REDACTED)));
    }
    if let Some(body) = &prepared.body {
        let mut body = body.clone();
        for pointer in request.redacted_pointers() {
            if let Some(value) = body.pointer_mut(&pointer) {
                *value = Json::from(REDACTED);
            }
        }
        text.push_str(&format!("content-type: application/json\n\n{}\n", body.to_pretty()));
    }
    Ok(text.trim_end().to_owned())
}

/// Returns path and query.
fn target(request: &Request, redacted: &[String]) -> Result<String, Failure> {
    let target = request.path_and_query()?;
    let Some((path, query)) = target.split_once('?') else { return Ok(target) };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if redacted.iter().any(|field| field == name) => format!("{name}={REDACTED}"),
        _ => pair.to_owned(),
    });
    Ok(format!("{path}?{}", pairs.collect::<Vec<_>>().join("&")))
}
