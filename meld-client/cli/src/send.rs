//! Sending requests of operations: one, or those of all pages.

use std::collections::HashSet;

use meld_client::{Request, ResponseValue, Transport};
use serde_json::Value;

use crate::catalog::Entry;
use crate::failure::{Failure, Kind};
use crate::host::Host;
use crate::json::Json;
use crate::printable::printable;

/// The size of a page if none is given.
const PAGE: &str = "100";

/// Sends a request, and returns the JSON of the response; `None` if it has none.
pub async fn once(
    host: &mut Host<'_>,
    transport: &Transport,
    entry: &Entry,
    request: Request,
) -> Result<Option<Json>, Failure> {
    let spec = entry.spec.as_ref();
    if spec.is_some_and(meld_sandbox::Operation::has_multipart_response) {
        let response = transport.send_multipart::<Value>(request).await?;
        for file in response.files() {
            host.note(&format!("file `{}`: {} bytes", printable(file.name()), file.content().len()));
        }
        return Ok(Some(Json::from(response.fields())));
    }
    if spec.is_some_and(|spec| !spec.has_response()) {
        let response = transport.send_ignoring_body(request).await?;
        host.note(&format!("{} {}", response.status(), entry.operation));
        return Ok(None);
    }
    let response = transport.send::<Value>(request).await?;
    Ok(Some(json_of(host, &response)))
}

/// Returns the JSON of a response with all digits. Values that were dropped are warnings.
fn json_of(host: &mut Host<'_>, response: &ResponseValue<Value>) -> Json {
    let warnings = response.decode_warnings();
    for warning in warnings.first() {
        host.warn(&format!("response `{}`: expected {}, found {}", warning.path, warning.expected, warning.found));
    }
    let text = std::str::from_utf8(response.bytes()).ok().filter(|_| warnings.count() == 0);
    text.and_then(|text| Json::parse(text).ok()).unwrap_or_else(|| Json::from(&**response))
}

/// Sends the requests of all pages, and returns all items.
///
/// # Errors
///
/// Returns the error of the client, or a failure if a page has no keys to go on from.
pub async fn all(
    host: &mut Host<'_>,
    transport: &Transport,
    entry: &Entry,
    mut request: Request,
) -> Result<Json, Failure> {
    if request.query_value("before").is_some() {
        return Err(Failure::usage("`--all` goes forward; use `--after` in place of `--before`"));
    }
    if request.query_value("limit").is_none() && entry.operation.parameters.iter().any(|known| known.name == "limit") {
        request.replace_query("limit", PAGE);
    }
    let (mut items, mut keys) = (Vec::new(), HashSet::new());
    loop {
        let page = once(host, transport, entry, request.clone()).await?.unwrap_or_else(Json::null);
        let remaining = page.field("remaining").and_then(Json::as_number).unwrap_or_default();
        let found = items_of(page);
        let key = found.last().and_then(|item| item.field("key")).and_then(Json::as_str).map(str::to_owned);
        let is_empty = found.is_empty();
        items.extend(found);
        host.progress(&format!("{} items, {remaining} remaining", items.len()));
        if remaining <= 0.0 || is_empty {
            host.progress("");
            return Ok(Json::Array(items));
        }
        let key = key.filter(|key| keys.insert(key.clone()));
        let key = key.ok_or_else(|| Failure::new(Kind::Response, "a page has no key to continue from"))?;
        request.replace_query("after", key);
    }
}

/// Returns the items of a page: its list of objects.
fn items_of(page: Json) -> Vec<Json> {
    let Json::Object(fields) = page else { return Vec::new() };
    let lists = fields.into_values().filter_map(|value| match value {
        Json::Array(items) => Some(items),
        _ => None,
    });
    lists.max_by_key(Vec::len).unwrap_or_default()
}
