//! The documentation of generated items: the sentences of the spec, and the source of each item.

use super::advice;
use crate::escape::{code, prose};
use crate::model::{FieldRule, FileModel, OperationModel, ParameterModel, TypeModel};

/// The number of required values that `# Errors` lists.
const MOST_LISTED: usize = 4;

/// The sentence about deprecated fields and types.
const DEPRECATED: &str = "Deprecated.";

/// The columns of a line: 120, less those of the indentation and the slashes.
const WIDTH: usize = 111;

/// A doc comment per line, with a blank line between paragraphs.
fn paragraphs(parts: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let parts = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let lines = parts.join(&String::new());
    // A space after the slashes, as people write it.
    lines.into_iter().map(|l| if l.is_empty() { l } else { format!(" {l}") }).collect()
}

/// A description of `name` in the spec, as Markdown that ends with a full stop; empty if there is none.
fn described(name: &str, text: Option<&str>) -> Vec<String> {
    let mut lines = prose(text.unwrap_or_default());
    if let Some(first) = lines.first_mut() {
        *first = opening(name, first);
    }
    let mut lines = wrapped(lines);
    if let Some(last) = lines.last_mut()
        && !last.ends_with(['.', '!', '?', ':'])
        && !last.starts_with("```")
    {
        last.push('.');
    }
    lines
}

/// The first line of a description, so that it does not open with a question word.
fn opening(name: &str, line: &str) -> String {
    if let Some(condition) = line.strip_prefix("Whether ") {
        return format!("`true` if {condition}");
    }
    let clause = ["What ", "Who ", "Those ", "That ", "Of "];
    match line.get(..1).filter(|_| clause.iter().any(|word| line.starts_with(word))) {
        Some(first) => format!("{}: {}{}", code(name), first.to_lowercase(), &line[1..]),
        None => line.to_owned(),
    }
}

/// Breaks long lines where the next word cannot be taken for the start of a block. Blocks of code stay as they are.
fn wrapped(lines: Vec<String>) -> Vec<String> {
    let mut wrapped = Vec::new();
    let mut is_code = false;
    for line in lines {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        if is_code || is_fence || line.chars().count() <= WIDTH {
            wrapped.push(line);
            continue;
        }
        let indent = " ".repeat(marker(&line));
        let mut current = String::new();
        for unit in units(&line) {
            let width = current.chars().count() + unit.trim_end().chars().count();
            if width > WIDTH && !current.trim().is_empty() {
                wrapped.push(current.trim_end().to_owned());
                current.clone_from(&indent);
            }
            current.push_str(&unit);
        }
        wrapped.push(current);
    }
    wrapped
}

/// The words of a line, each with the words behind it that no line may start with.
fn units(line: &str) -> Vec<String> {
    let mut units: Vec<String> = Vec::new();
    for word in line.split_inclusive(' ') {
        match units.last_mut().filter(|_| starts_block(word)) {
            Some(last) => last.push_str(word),
            None => units.push(word.to_owned()),
        }
    }
    units
}

/// The columns that the marker of a list item takes, for the lines that go on with the item.
fn marker(line: &str) -> usize {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match &line[digits..] {
        rest if digits == 0 && rest.starts_with(['-', '*', '+']) => 2,
        rest if digits > 0 && rest.starts_with(['.', ')']) => digits + 2,
        _ => 0,
    }
}

/// Returns `true` if a line that starts with this word might be a heading, list item or other block.
fn starts_block(word: &str) -> bool {
    let is_plain = |c: char| c.is_alphabetic() || matches!(c, '(' | '"' | '\'' | '`');
    !word.starts_with(is_plain) || word.starts_with("```")
}

/// Documentation of a type.
pub fn for_type(model: &TypeModel, is_enum: bool) -> Vec<String> {
    let usage = match (model.usage.sent, model.usage.read) {
        (true, true) => "Request and response",
        (true, false) => "Request",
        _ => "Response",
    };
    let (kind, source) = if is_enum { ("enum", "Values of") } else { ("type", "Schema") };
    let source = format!("{usage} {kind}. {source} {}.", code(&model.source));
    let deprecated = if model.is_deprecated { vec![DEPRECATED.to_owned()] } else { Vec::new() };
    paragraphs([described(&model.source, model.description.as_deref()), deprecated, vec![source]])
}

/// Adds that a field is deprecated. The field itself has no attribute: the code that decodes it would cause warnings.
pub fn deprecated(mut lines: Vec<String>) -> Vec<String> {
    lines.extend([String::new(), format!(" {DEPRECATED}")]);
    lines
}

/// Documentation of a field, setter or parameter.
pub fn for_field(wire: &str, description: Option<&str>) -> Vec<String> {
    let lines = described(wire, description);
    paragraphs([if lines.is_empty() { vec![format!("{}.", code(wire))] } else { lines }])
}

/// Documentation of the setter of a file.
pub fn for_file(file: &FileModel) -> Vec<String> {
    let mut rules = Vec::new();
    if file.is_required {
        rules.push("Required in a multipart body.".to_owned());
    }
    if file.is_list {
        rules.push("Takes any number of files.".to_owned());
    }
    let described = match file.description {
        Some(_) => for_field(&file.name, file.description.as_deref()),
        None => vec![format!(" The file in the part {}.", code(&file.name))],
    };
    with_rules(described, rules)
}

/// Documentation of a response field that holds JSON of any form.
pub fn for_free_field(wire: &str, description: Option<&str>) -> Vec<String> {
    with_rules(for_field(wire, description), vec!["Numbers have the precision of a 64-bit float.".to_owned()])
}

/// Documentation of a request field: its description and its rules.
pub fn for_sent_field(wire: &str, description: Option<&str>, rule: &FieldRule) -> Vec<String> {
    with_rules(for_field(wire, description), rules(rule))
}

/// Documentation of a parameter: its description and its rules.
pub fn for_parameter(parameter: &ParameterModel) -> Vec<String> {
    let mut rules = rules(&parameter.rule);
    if parameter.is_list() {
        rules.push("Takes any number of values.".to_owned());
    }
    if let Some(version) = parameter.minimum_version {
        rules.push(format!("If set, the request is sent with `Meld-Version: {version}` or newer."));
    }
    with_rules(for_field(&parameter.name, parameter.description.as_deref()), rules)
}

/// Adds rules to a description, except those that it says. A description of one paragraph goes on with them.
fn with_rules(mut lines: Vec<String>, mut rules: Vec<String>) -> Vec<String> {
    let description = lines.join("");
    rules.retain(|rule| !says(&description, rule));
    if rules.is_empty() {
        return lines;
    }
    let rules = rules.join(" ");
    let is_paragraph = lines.iter().all(|line| !line.is_empty() && !starts_block(line.trim_start()));
    if !is_paragraph {
        lines.push(String::new());
        lines.extend(paragraphs([wrapped(vec![rules])]));
        return lines;
    }
    let last = lines.pop().unwrap_or_default();
    lines.extend(paragraphs([wrapped(vec![format!("{} {rules}", last.trim_start())])]));
    lines
}

/// Returns `true` if a clause of the description ends with the rule. A single word, such as "required", proves nothing.
fn says(description: &str, rule: &str) -> bool {
    let description = format!(" {} ", description.to_lowercase());
    let rule = rule.trim_end_matches('.').to_lowercase();
    rule.contains(' ') && [". ", ", ", "; "].iter().any(|end| description.contains(&format!(" {rule}{end}")))
}

/// The rules that a value is validated by, as sentences.
fn rules(rule: &FieldRule) -> Vec<String> {
    let mut sentences = Vec::new();
    if rule.required {
        sentences.push("Required.".to_owned());
    }
    match (rule.min_length.unwrap_or(0), rule.max_length) {
        (0, None) => {}
        (1, None) => sentences.push("Not empty.".to_owned()),
        (least, None) => sentences.push(format!("At least {least} characters.")),
        (0, Some(most)) => sentences.push(format!("At most {most} characters.")),
        (least, Some(most)) => sentences.push(format!("{least} to {most} characters.")),
    }
    match (&rule.minimum, &rule.maximum) {
        (None, None) => {}
        (Some(least), None) if rule.exclusive_minimum => {
            sentences.push(format!("More than {least}."));
        }
        (Some(least), None) => sentences.push(format!("At least {least}.")),
        (None, Some(most)) if rule.exclusive_maximum => {
            sentences.push(format!("Less than {most}."));
        }
        (None, Some(most)) => sentences.push(format!("At most {most}.")),
        (Some(least), Some(most)) => sentences.push(format!("{least} to {most}.")),
    }
    match (rule.min_items.unwrap_or(0), rule.max_items) {
        (0, None) => {}
        (least, None) => sentences.push(format!("At least {least} items.")),
        (0, Some(most)) => sentences.push(format!("At most {most} items.")),
        (least, Some(most)) => sentences.push(format!("{least} to {most} items.")),
    }
    if rule.unique_items {
        sentences.push("Items must be unique.".to_owned());
    }
    sentences
}

/// Documentation of a method of the client.
pub fn for_operation(operation: &OperationModel) -> Vec<String> {
    let (call, id) = (call(operation), format!("operation {}", code(&operation.operation_id)));
    let source = format!("{call} · {id}");
    let is_long = source.chars().count() > WIDTH;
    let version = operation.minimum_version.map(|version| format!("Sends `Meld-Version: {version}` or newer."));
    // The spec that withdrawn operations come from no longer has them.
    let page = operation.source.as_deref().filter(|_| operation.deprecation.is_none());
    let page = page.map(|page| format!("Documented in {}.", code(page)));
    let builder = &operation.builder_name;
    let codes = format!("Meld's error codes: [`send`](builder::{builder}::send).");
    let codes = (!operation.error_codes.is_empty()).then_some(codes);
    paragraphs([
        described(&operation.operation_id, operation.summary.as_deref()),
        described(&operation.operation_id, operation.description.as_deref()),
        version.into_iter().collect(),
        page.into_iter().collect(),
        codes.into_iter().collect(),
        if is_long { vec![call, format!("· {id}")] } else { vec![source] },
    ])
}

/// The error codes of an operation, as the end of the section `# Errors` of `send`; empty if none are documented.
pub fn error_codes(operation: &OperationModel) -> Vec<String> {
    if operation.error_codes.is_empty() {
        return Vec::new();
    }
    let head = "Meld documents these error codes; others may come:".to_owned();
    paragraphs([vec![head], wrapped(advice::items(&operation.error_codes))])
}

/// Documentation of the builder of an operation.
pub fn for_builder(operation: &OperationModel) -> Vec<String> {
    let method = &operation.rust_name;
    let link = format!("Builder for [`Client::{method}`](super::Client::{method}): ");
    paragraphs([
        wrapped(vec![format!("{link}{}.", call(operation))]),
        described(&operation.operation_id, operation.summary.as_deref()),
    ])
}

/// The method and path of an operation, as code.
pub fn call(operation: &OperationModel) -> String {
    code(&format!("{} {}", operation.method.to_uppercase(), operation.path))
}

const INVALID: &str = "[`ErrorKind::InvalidRequest`](meld_client_core::ErrorKind::InvalidRequest)";

/// The section `# Errors` of a function that validates values, of which `required` must be set.
pub fn invalid_request(required: &[String]) -> Vec<String> {
    let missing = match missing(required) {
        Some(list) if list.contains(" or ") => format!("{list}, or "),
        Some(one) => format!("{one} or "),
        None => String::new(),
    };
    errors(&format!("Returns {INVALID} if {missing}a value is invalid. The error names all of them."))
}

/// The condition that one of the values is missing.
fn missing(required: &[String]) -> Option<String> {
    Some(match required {
        [] => return None,
        [only] => format!("{only} is missing"),
        [all @ .., last] if required.len() <= MOST_LISTED => {
            format!("{} or {last} is missing", all.join(", "))
        }
        _ => "a required value is missing".to_owned(),
    })
}

fn errors(condition: &str) -> Vec<String> {
    paragraphs([vec!["# Errors".to_owned()], wrapped(vec![condition.to_owned()])])
}

/// Doc attributes for the given lines.
pub fn attributes(lines: &[String]) -> proc_macro2::TokenStream {
    quote::quote!(#(#[doc = #lines])*)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_become_safe_sentences() {
        for (description, lines) in [
            (None, &[" `code`."][..]),
            (Some(" \r\n"), &[" `code`."]),
            (Some("The code"), &[" The code."]),
            (Some("What it says"), &[" `code`: what it says."]),
            (Some("Whether it is so."), &[" `true` if it is so."]),
            (Some("The <code>!\rOr:\n\n```\nf()\n```"), &[" The \\<code\\>!", " Or:", "", " ```text", " f()", " ```"]),
        ] {
            assert_eq!(for_field("code", description), lines);
        }
        assert_eq!(for_field("a`b", None), [" ``a`b``."]);
    }

    #[test]
    fn long_lines_break_before_plain_words() {
        let long = "word ".repeat(21);
        for (text, lines) in [
            (format!("{long}1. more"), vec![format!("{long}1."), "more".to_owned()]),
            (format!("- {long}a b c"), vec![format!("- {long}a b"), "  c".to_owned()]),
            (format!("12) {long}ab cd"), vec![format!("12) {long}ab"), "    cd".to_owned()]),
        ] {
            let found = wrapped(vec![text.clone()]);
            assert_eq!(found.iter().map(|it| it.trim_end()).collect::<Vec<_>>(), lines, "{text}");
        }
        let code = vec!["```text".to_owned(), "x y ".repeat(50), "```".to_owned()];
        assert_eq!(wrapped(code.clone()), code);
    }

    #[test]
    fn rules_follow_the_description() {
        let rule = FieldRule {
            required: true,
            min_length: Some(1),
            minimum: Some("0".to_owned()),
            exclusive_minimum: true,
            unique_items: true,
            ..FieldRule::default()
        };
        let lines = for_sent_field("code", Some("The code"), &rule);
        assert_eq!(lines, [" The code. Required. Not empty. More than 0. Items must be unique."]);
        let lines = for_sent_field("code", Some("Not the required code.\n\n- More than 0, not empty."), &rule);
        let description = [" Not the required code.", "", " - More than 0, not empty."];
        assert_eq!(lines, [&description[..], &["", " Required. Items must be unique."]].concat());
        assert_eq!(for_sent_field("code", None, &FieldRule::default()), [" `code`."]);
    }

    #[test]
    fn errors_list_required_values() {
        let required = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| code(name)).collect();
            invalid_request(&names).join("")
        };
        assert!(required(&["a"]).contains(" if `a` is missing or a value is invalid."));
        assert!(required(&["a", "b", "c"]).contains(" `a`, `b` or `c` is missing, or a value is"));
        assert!(required(&["a"; 5]).contains(" if a required value is missing or a value is"));
    }
}
