//! Requests of operations, from the options of their commands.

mod dry_run;

use clap::ArgMatches;
use meld_client::multipart::{FilePart, Files};
use meld_client::{ApiVersion, ParameterLocation, Request, RequestOptions};
use meld_client_core::multipart::{Required, ResponseParts};
use meld_client_core::validate::Validate;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::body;
use crate::catalog::{Entry, Field};
use crate::command::{PARAMETER, unknown_value};
use crate::failure::Failure;
use crate::host::Host;
use crate::json::Json;

pub use dry_run::show;

/// The parts of multipart responses.
static PARTS: ResponseParts = ResponseParts { json: &["data"], text: &[] };

/// A request, and its body as it is shown.
pub struct Prepared {
    pub request: Request,
    /// The JSON of the body.
    pub body: Option<Json>,
    /// `true` if the request carries the API key, if there is one.
    pub takes_key: bool,
}

/// Creates the request of an operation.
pub fn prepare(host: &mut Host<'_>, entry: &Entry, matches: &ArgMatches) -> Result<Prepared, Failure> {
    let is_strict = matches.get_flag("strict");
    let mut request = Request::with_options(entry.operation, options(entry, matches)?);
    for field in entry.parameters() {
        parameter(host, &mut request, entry, &field, matches)?;
    }
    if let Some(spec) = &entry.spec {
        if !spec.takes_api_key() {
            request.without_api_key();
        } else if spec.open {
            request.api_key_is_optional();
        }
        if spec.has_multipart_response() {
            request.accept_multipart(&PARTS, false);
        }
    }
    let body = body::for_operation(host, entry, matches)?;
    if let Some(body) = &body {
        body::check(host, entry, body, is_strict)?;
        let raw = body.to_raw().ok_or_else(|| Failure::usage("the body is not JSON"))?;
        request.body(&raw)?;
    }
    let takes_key = entry.spec.as_ref().is_none_or(meld_sandbox::Operation::takes_api_key);
    Ok(Prepared { request, body, takes_key })
}

/// Replaces the JSON body of a multipart operation with its parts.
pub fn add_files(
    host: &mut Host<'_>,
    prepared: &mut Prepared,
    entry: &Entry,
    matches: &ArgMatches,
) -> Result<(), Failure> {
    if !entry.spec.as_ref().is_some_and(meld_sandbox::Operation::is_multipart) {
        return Ok(());
    }
    let mut files = Files::default();
    for file in matches.get_many::<String>("file").into_iter().flatten() {
        let (part, name) = file.split_once('=').ok_or_else(|| Failure::usage(format!("`{file}` is not PART=FILE")))?;
        let content = FilePart::bytes(host.read(name.trim_start_matches('@'))?).file_name(name);
        files.add(part, content.content_type(media_type(name)));
    }
    let data = prepared.body.as_ref().and_then(Json::to_raw);
    let fields = data.map(|data| Ok(Fields { data }));
    prepared.request.multipart(fields, files, Required { field: Some("data"), files: &[] })?;
    Ok(())
}

/// The fields of a multipart body.
#[derive(Serialize)]
struct Fields {
    data: Box<RawValue>,
}

impl Validate for Fields {}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("pdf") => "application/pdf",
        _ => "application/octet-stream",
    }
}

fn options(entry: &Entry, matches: &ArgMatches) -> Result<RequestOptions, Failure> {
    let mut options = RequestOptions::default();
    if entry.operation.takes_idempotency_key
        && let Some(key) = matches.get_one::<uuid::Uuid>("idempotency-key")
    {
        options.set_idempotency_key(*key);
    }
    if let Some(version) = matches.get_one::<String>("version") {
        options.set_meld_version(api_version(version)?);
    }
    Ok(options)
}

/// Parses the date of `--version`.
pub fn api_version(text: &str) -> Result<ApiVersion, Failure> {
    text.parse().map_err(|_| Failure::usage("`--version` must be a date such as 2026-02-03"))
}

fn parameter(
    host: &mut Host<'_>,
    request: &mut Request,
    entry: &Entry,
    field: &Field,
    matches: &ArgMatches,
) -> Result<(), Failure> {
    let Some(values) = matches.get_many::<String>(&format!("{PARAMETER}{}", field.name)) else { return Ok(()) };
    let values: Vec<String> = values.map(|value| body::text_of(host, value)).collect::<Result<_, _>>()?;
    for value in &values {
        check(host, field, value, matches.get_flag("strict"))?;
    }
    let (Some(parameter), Some(value)) =
        (entry.operation.parameters.iter().find(|known| known.name == field.name), values.last())
    else {
        return Ok(());
    };
    match parameter.location {
        ParameterLocation::Path => request.path(parameter.name, Some(value))?,
        ParameterLocation::Query if parameter.is_list => request.list(parameter.name, &values)?,
        ParameterLocation::Query => request.query(parameter.name, Some(value)),
        ParameterLocation::Header if parameter.name == "Authorization" => request.bearer_token(Some(value))?,
        ParameterLocation::Header => request.header(parameter.name, Some(&values.join(",")))?,
        ParameterLocation::Cookie => request.cookie(parameter.name, Some(value), parameter.required)?,
    }
    Ok(())
}

/// Checks the type of a parameter. A value that the spec does not list is a warning, or an error if `is_strict`.
fn check(host: &mut Host<'_>, field: &Field, value: &str, is_strict: bool) -> Result<(), Failure> {
    let expected = match field.kind.as_str() {
        "boolean" if !matches!(value, "true" | "false") => Some("true or false"),
        "integer" if value.parse::<i64>().is_err() => Some("a whole number"),
        "number" if value.parse::<f64>().is_err() => Some("a number"),
        _ => None,
    };
    if let Some(expected) = expected {
        return Err(Failure::usage(format!("`--{}`: expected {expected}", field.flag)));
    }
    match unknown_value(&format!("--{}", field.flag), value, &field.known_values) {
        Some(text) if is_strict => Err(Failure::usage(text)),
        Some(text) => {
            host.warn(&text);
            Ok(())
        }
        None => Ok(()),
    }
}
