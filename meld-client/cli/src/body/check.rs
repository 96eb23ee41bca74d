//! Validation of bodies by their schema.

use crate::catalog::Entry;
use crate::command::unknown_value;
use crate::failure::Failure;
use crate::host::Host;
use crate::json::Json;

/// Validates a body. Values and fields that the spec does not list are warnings, or errors if `is_strict`.
///
/// # Errors
///
/// Returns a failure with the JSON pointer of each problem, and what the schema wants.
pub fn check(host: &mut Host<'_>, entry: &Entry, body: &Json, is_strict: bool) -> Result<(), Failure> {
    let Some(spec) = &entry.spec else { return Ok(()) };
    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    for problem in spec.validate_request_body(&body.to_value())? {
        let (place, message) = split(&problem);
        let names = place.split('.').filter(|name| !name.is_empty());
        let pointer: String = names.clone().map(|name| format!("/{name}")).collect();
        let pointer = if pointer.is_empty() { "(whole body)" } else { &pointer };
        // Meld adds values before its specs have them.
        let list = if message.contains(" is not one of ") { &mut warnings } else { &mut errors };
        let hint = entry.body_hint(names).map(|hint| format!(" ({hint})")).unwrap_or_default();
        list.push(format!("{pointer}: {message}{hint}"));
    }
    unknown_fields(entry, body, &mut Vec::new(), &mut warnings);
    let problems = if is_strict {
        [errors, warnings].concat()
    } else {
        warnings.iter().for_each(|warning| host.warn(&format!("body {warning}")));
        errors
    };
    if problems.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = problems.iter().map(|problem| format!("\n  {problem}")).collect();
    let command = format!("meld {} {} --template", crate::catalog::kebab(entry.operation.family), entry.command());
    Err(Failure::usage(format!("the body is not valid:{}\n`{command}` prints a valid body", lines.concat())))
}

/// Splits `[a.b] message`.
fn split(problem: &str) -> (&str, &str) {
    problem.strip_prefix('[').and_then(|rest| rest.split_once("] ")).unwrap_or(("", problem))
}

/// Reports the fields of objects that the spec does not have.
fn unknown_fields(entry: &Entry, json: &Json, path: &mut Vec<Option<String>>, warnings: &mut Vec<String>) {
    match json {
        Json::Object(fields) => {
            let known = entry.body_names(path.iter().map(Option::as_deref));
            for (name, value) in fields {
                if let Some(known) = &known
                    && !known.contains(name)
                {
                    let place: String = path.iter().flatten().map(|name| format!("/{name}")).collect();
                    let text = unknown_value("field", name, known).unwrap_or_default();
                    let suggestion = text.split_once("; ").map(|(_, rest)| format!("; {rest}")).unwrap_or_default();
                    warnings.push(format!("{place}/{name}: the spec has no such field{suggestion}"));
                    continue;
                }
                path.push(Some(name.clone()));
                unknown_fields(entry, value, path, warnings);
                path.pop();
            }
        }
        Json::Array(items) => {
            path.push(None);
            items.iter().for_each(|item| unknown_fields(entry, item, path, warnings));
            path.pop();
        }
        Json::Literal(_) | Json::String(_) => {}
    }
}
