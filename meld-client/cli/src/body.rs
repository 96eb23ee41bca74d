//! The body of a request: from files, standard input, fields and options.

mod check;

use clap::ArgMatches;

use crate::catalog::{Entry, Field};
use crate::command::FIELD;
use crate::failure::Failure;
use crate::host::Host;
use crate::json::{Json, Path};

pub use check::check;

/// Returns the body that the options of an operation give; `None` if there is none.
///
/// # Errors
///
/// Returns a failure that names the file or field if a value is not valid.
pub fn for_operation(host: &mut Host<'_>, entry: &Entry, matches: &ArgMatches) -> Result<Option<Json>, Failure> {
    if !entry.operation.has_body {
        return Ok(None);
    }
    let mut body = from_sources(host, Some(entry), matches)?;
    for field in entry.body_fields() {
        let Some(values) = matches.get_many::<String>(&format!("{FIELD}{}", field.name)) else { continue };
        let values: Vec<String> = values.map(|value| text_of(host, value)).collect::<Result<_, _>>()?;
        let value = value_of(&field, &values)?;
        let body = body.get_or_insert_with(Json::empty);
        let Json::Object(fields) = body else { return Err(Failure::usage("the body is not an object")) };
        fields.insert(field.name, value);
    }
    // Operations whose fields are all optional are sent `{}`, as Meld requires.
    Ok(Some(body.unwrap_or_else(Json::empty)))
}

fn value_of(field: &Field, values: &[String]) -> Result<Json, Failure> {
    let place = format!("/{}", field.name);
    let mut values = values.iter().map(|value| typed(value, Some(&field.kind), &place));
    match field.is_list {
        true => Ok(Json::Array(values.collect::<Result<_, _>>()?)),
        false => values.next_back().unwrap_or_else(|| Ok(Json::null())),
    }
}

/// Returns the body of `--body`; `None` if it is not given.
///
/// # Errors
///
/// Returns a failure that names the source.
pub fn from_sources(host: &mut Host<'_>, entry: Option<&Entry>, matches: &ArgMatches) -> Result<Option<Json>, Failure> {
    let mut body: Option<Json> = None;
    for source in matches.get_many::<String>("body").into_iter().flatten() {
        if source == "-" || source.starts_with('@') {
            let name = source.strip_prefix('@').unwrap_or(source);
            let text = host.read_text(name)?;
            let whole = Json::parse(&text).map_err(|reason| Failure::usage(format!("body `{name}`: {reason}")))?;
            replace(&mut body, whole, source)?;
        } else if source.starts_with(['{', '[']) {
            let whole = Json::parse(source).map_err(|reason| Failure::usage(format!("body: {reason}")))?;
            replace(&mut body, whole, source)?;
        } else {
            let (path, value) =
                assignment(host, source, |path| entry.and_then(|entry| entry.body_kind(path.fields())))?;
            let body = body.get_or_insert_with(Json::empty);
            path.set(body, value).map_err(|reason| Failure::usage(format!("body {path}: {reason}")))?;
        }
    }
    Ok(body)
}

fn replace(body: &mut Option<Json>, whole: Json, source: &str) -> Result<(), Failure> {
    match body.replace(whole) {
        None => Ok(()),
        Some(_) if source == "-" => Err(Failure::usage("the body of standard input must come first")),
        Some(_) => Err(Failure::usage("a whole body must come first, and only once")),
    }
}

/// Parses `path=value` or `path:=JSON`. `kind_of` returns the type of the value at a path.
///
/// # Errors
///
/// Returns a failure that names the path.
pub fn assignment(
    host: &mut Host<'_>,
    source: &str,
    kind_of: impl FnOnce(&Path) -> Option<String>,
) -> Result<(Path, Json), Failure> {
    let (name, value) = source.split_once('=').ok_or_else(|| {
        Failure::usage(format!("`{source}` is neither @FILE, - nor JSON, and has no `=` as in name=value"))
    })?;
    let (name, is_json) = name.strip_suffix(':').map_or((name, false), |name| (name, true));
    let path = Path::parse(name).map_err(Failure::usage)?;
    let text = text_of(host, value)?;
    let value = match is_json {
        true => Json::parse(&text).map_err(|reason| Failure::usage(format!("body {path}: {reason}")))?,
        false => typed(&text, kind_of(&path).as_deref(), &path.to_string())?,
    };
    Ok((path, value))
}

/// Returns a value that is given directly, or by `@FILE`; `@@` stands for a leading `@`.
pub fn text_of(host: &mut Host<'_>, value: &str) -> Result<String, Failure> {
    match value.strip_prefix('@') {
        None => Ok(value.to_owned()),
        Some(rest) if rest.starts_with('@') => Ok(rest.to_owned()),
        Some(file) => Ok(host.read_text(file)?.trim_end_matches(['\r', '\n']).to_owned()),
    }
}

/// Returns a value of a type of JSON Schema.
fn typed(text: &str, kind: Option<&str>, place: &str) -> Result<Json, Failure> {
    let expected =
        |what: &str| Err(Failure::usage(format!("body {place}: expected {what}; `name:=JSON` sends any value")));
    let literal = match Json::parse(text) {
        Ok(Json::Literal(literal)) => Some(literal),
        _ => None,
    };
    let is_number = literal
        .as_ref()
        .is_some_and(|literal| literal.starts_with(['-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']));
    match (kind, literal) {
        (Some("number"), Some(number)) if is_number => Ok(Json::Literal(number)),
        (Some("integer"), Some(number)) if is_number && !number.contains(['.', 'e', 'E']) => Ok(Json::Literal(number)),
        (Some("boolean"), Some(word)) if word == "true" || word == "false" => Ok(Json::Literal(word)),
        (Some("number"), _) => expected("a number"),
        (Some("integer"), _) => expected("a whole number"),
        (Some("boolean"), _) => expected("true or false"),
        (Some("object"), _) => expected("an object"),
        (Some("array"), _) => expected("an array"),
        _ => Ok(Json::from(text)),
    }
}
