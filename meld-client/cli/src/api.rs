//! `meld api`: requests to any path.

use clap::ArgMatches;
use meld_client::{Meld, Method, RawRequest};
use percent_encoding::percent_decode_str;

use crate::failure::{Failure, Kind};
use crate::host::Host;
use crate::json::Json;
use crate::output::Output;
use crate::request::{Prepared, api_version, show};
use crate::{body, connection};

/// Runs the command.
///
/// # Errors
///
/// Returns a failure if the request is not valid, or the error of the client.
pub async fn run(host: &mut Host<'_>, matches: &ArgMatches) -> Result<(), Failure> {
    let output = Output::of(matches)?;
    let meld = connection::open(host, matches, !matches.get_flag("dry-run"))?;
    let method = method(matches)?;
    let body = body::from_sources(host, None, matches)?;
    let path = matches.get_one::<String>("path").cloned().unwrap_or_default();
    let request = build(&meld, matches, method, &path, body.as_ref())?.into_request()?;
    let prepared = Prepared { request, body, takes_key: true };
    if matches.get_flag("dry-run") {
        return host.print(&show(meld.transport(), &prepared)?);
    }
    if !prepared.request.operation().is_read_only() {
        // The path may have private data in its query.
        let path = path.split('?').next().unwrap_or_default();
        connection::confirm(host, &meld, matches, &format!("{method} {path}"))?;
    }
    let response = meld.transport().send_bytes(prepared.request).await?;
    let text = String::from_utf8_lossy(response.bytes());
    match Json::parse(&text) {
        Ok(json) => output.print(host, &json),
        Err(_) if text.trim().is_empty() => {
            host.note(&format!("{} {method}", response.status()));
            Ok(())
        }
        Err(_) => {
            host.output.write_all(response.bytes())?;
            Ok(host.output.flush()?)
        }
    }
}

fn build(
    meld: &Meld,
    matches: &ArgMatches,
    method: Method,
    path: &str,
    body: Option<&Json>,
) -> Result<RawRequest, Failure> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut request = meld.request(method, path);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        request = request.query(decoded(name), decoded(value));
    }
    for header in matches.get_many::<String>("header").into_iter().flatten() {
        let parts = header.split_once(':').ok_or_else(|| Failure::usage("`--header` must be NAME:VALUE"))?;
        request = request.header(parts.0.trim(), parts.1.trim());
    }
    if let Some(version) = matches.get_one::<String>("version") {
        request = request.meld_version(api_version(version)?);
    }
    if let Some(key) = matches.get_one::<uuid::Uuid>("idempotency-key") {
        request = request.idempotency_key(*key);
    }
    match body.map(|body| body.to_raw().ok_or_else(|| Failure::new(Kind::Other, "the body is not JSON"))) {
        Some(body) => Ok(request.json(&body?)),
        None => Ok(request),
    }
}

/// Returns a part of a query without percent-encoding.
fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

fn method(matches: &ArgMatches) -> Result<Method, Failure> {
    let name = matches.get_one::<String>("method").map(|name| name.to_ascii_uppercase()).unwrap_or_default();
    let methods =
        [Method::Get, Method::Put, Method::Post, Method::Delete, Method::Options, Method::Head, Method::Patch];
    let known = methods.into_iter().find(|method| method.as_str() == name);
    known.ok_or_else(|| Failure::usage(format!("`{name}` is not a method; use GET, POST, PUT, PATCH or DELETE")))
}
