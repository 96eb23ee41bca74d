//! Validation of bodies against their schemas.

use crate::catalog::Entry;
use crate::command::unknown_value;
use crate::failure::Failure;
use crate::host::Host;
use crate::json::Json;

/// The beginning of messages about a union, which do not say what is wrong within it.
const NO_MEMBER: &str = "the value is not valid under any of the schemas";

/// Validates a body. Values and fields that the spec does not list are warnings, or errors if `is_strict`.
///
/// # Errors
///
/// Returns a failure with the JSON pointer of each problem, and what the schema wants.
pub fn check(host: &mut Host<'_>, entry: &Entry, body: &Json, is_strict: bool) -> Result<(), Failure> {
    let Some(spec) = &entry.spec else { return Ok(()) };
    let mut found = Problems::default();
    found.walk(entry, body, &mut Vec::new());
    for problem in spec.validate_request_body(&body.to_value())? {
        let (place, message) = split(&problem);
        let names = place.split('.').filter(|name| !name.is_empty());
        let pointer: String = names.clone().map(|name| format!("/{name}")).collect();
        let hint = entry.body_hint(names).map(|hint| format!(" ({hint})")).unwrap_or_default();
        let pointer = if pointer.is_empty() { "(whole body)" } else { &pointer };
        let line = format!("{pointer}: {message}{hint}");
        // Meld adds values before its specs have them.
        if message.contains(" is not one of ") {
            found.warnings.push(line);
        } else if found.errors.iter().all(|known| !known.starts_with(&format!("{pointer}: "))) {
            found.errors.push(line);
        }
    }
    let Problems { mut errors, warnings } = found;
    if errors.iter().any(|error| !error.contains(NO_MEMBER)) {
        errors.retain(|error| !error.contains(NO_MEMBER));
    }
    if is_strict {
        errors.extend(warnings);
    } else {
        warnings.iter().for_each(|warning| host.warn(&format!("body {warning}")));
    }
    if errors.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = errors.iter().map(|error| format!("\n  {error}")).collect();
    let command = format!("meld {} {} --template", crate::catalog::kebab(entry.operation.family), entry.command());
    Err(Failure::usage(format!("the body is not valid:{}\n`{command}` prints a valid body", lines.concat())))
}

/// Splits `[a.b] message`.
fn split(problem: &str) -> (&str, &str) {
    problem.strip_prefix('[').and_then(|rest| rest.split_once("] ")).unwrap_or(("", problem))
}

/// The problems of a body: lines with a JSON pointer.
#[derive(Default)]
struct Problems {
    errors: Vec<String>,
    warnings: Vec<String>,
}

impl Problems {
    /// Adds the values of another type than that of the schema, and the fields that it does not have. Members of a union
    /// are taken together, so that the place within it is found.
    fn walk(&mut self, entry: &Entry, json: &Json, path: &mut Vec<Step>) {
        let names = || path.iter().map(Step::name);
        let found = kind_of(json);
        if let Some(expected) = entry.body_kind(names()).filter(|expected| !is_kind(found, expected)) {
            self.errors.push(format!("{}: expected {expected}, found {found}", pointer(path)));
            return;
        }
        match json {
            Json::Object(fields) => {
                let known = entry.body_names(names());
                for (name, value) in fields {
                    path.push(Step::Field(name.clone()));
                    match known.as_ref().filter(|known| !known.contains(name)) {
                        Some(known) => self.warnings.push(unknown_field(&pointer(path), name, known)),
                        None => self.walk(entry, value, path),
                    }
                    path.pop();
                }
            }
            Json::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    path.push(Step::Item(index));
                    self.walk(entry, item, path);
                    path.pop();
                }
            }
            Json::Literal(_) | Json::String(_) => {}
        }
    }
}

/// A step on the way to a value.
enum Step {
    Field(String),
    Item(usize),
}

impl Step {
    /// Returns the name of a field; `None` for an item.
    fn name(&self) -> Option<&str> {
        match self {
            Self::Field(name) => Some(name),
            Self::Item(_) => None,
        }
    }
}

fn pointer(path: &[Step]) -> String {
    let steps = path.iter().map(|step| match step {
        Step::Field(name) => format!("/{name}"),
        Step::Item(index) => format!("/{index}"),
    });
    if path.is_empty() { "(whole body)".to_owned() } else { steps.collect() }
}

fn unknown_field(pointer: &str, name: &str, known: &[String]) -> String {
    let text = unknown_value("field", name, known).unwrap_or_default();
    let suggestion = text.split_once("; ").map(|(_, rest)| format!("; {rest}")).unwrap_or_default();
    format!("{pointer}: the spec has no such field{suggestion}")
}

/// Returns the type of a value, as JSON Schema names it.
fn kind_of(json: &Json) -> &'static str {
    match json {
        Json::Object(_) => "object",
        Json::Array(_) => "array",
        Json::String(_) => "string",
        Json::Literal(text) if text == "null" => "null",
        Json::Literal(text) if text == "true" || text == "false" => "boolean",
        Json::Literal(_) => "number",
    }
}

/// Returns `true` if a value may be of a type. Whole numbers and nulls are left to the schema.
fn is_kind(found: &str, expected: &str) -> bool {
    found == expected || found == "null" || (found == "number" && expected == "integer")
}
