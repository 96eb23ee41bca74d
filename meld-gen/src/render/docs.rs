//! The documentation of generated items: the document's own sentences, and where each item comes from.

use crate::escape::{code, prose};
use crate::model::{FieldRule, OperationModel, TypeModel};

/// The columns of a line: 100, less those of the indentation and the slashes.
const WIDTH: usize = 91;

/// A doc comment per line, with a blank line between paragraphs.
fn paragraphs(parts: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let parts = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let lines = parts.join(&String::new());
    // A space after the slashes, as people write it.
    lines.into_iter().map(|l| if l.is_empty() { l } else { format!(" {l}") }).collect()
}

/// A description of the spec as Markdown that ends with a full stop; nothing if there is none or it is empty.
fn described(text: Option<&str>) -> Vec<String> {
    let mut lines = wrapped(prose(text.unwrap_or_default()));
    if let Some(last) = lines.last_mut()
        && !last.ends_with(['.', '!', '?', ':'])
        && !last.starts_with("```")
    {
        last.push('.');
    }
    lines
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
        for word in line.split_inclusive(' ') {
            let width = current.chars().count() + word.trim_end().chars().count();
            if width > WIDTH && !current.trim().is_empty() && !starts_block(word) {
                wrapped.push(current.trim_end().to_owned());
                current.clone_from(&indent);
            }
            current.push_str(word);
        }
        wrapped.push(current);
    }
    wrapped
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
    !word.starts_with(|c: char| c.is_alphabetic() || matches!(c, '(' | '"' | '\''))
}

/// Documentation of a type.
pub fn of_type(model: &TypeModel, is_enum: bool) -> Vec<String> {
    let what = if is_enum { "Values of" } else { "Schema" };
    let source = format!("{what} {} of the document", code(&model.source));
    let usage = match (model.usage.sent, model.usage.read) {
        (true, true) => "sent and read",
        (true, false) => "sent",
        _ => "read",
    };
    paragraphs([described(model.description.as_deref()), vec![format!("{source}; {usage}.")]])
}

/// Documentation of a field, setter or parameter.
pub fn of_field(wire: &str, description: Option<&str>) -> Vec<String> {
    let lines = described(description);
    paragraphs([if lines.is_empty() { vec![format!("{}.", code(wire))] } else { lines }])
}

/// Documentation of a field that is read and holds JSON of any form.
pub fn of_free_field(wire: &str, description: Option<&str>) -> Vec<String> {
    let mut lines = of_field(wire, description);
    lines
        .extend([String::new(), " Numbers in it have the precision of a 64-bit float.".to_owned()]);
    lines
}

/// Documentation of a field or parameter that is sent: what it is and what it must keep to.
pub fn of_sent_field(wire: &str, description: Option<&str>, rule: &FieldRule) -> Vec<String> {
    let mut lines = of_field(wire, description);
    let rules = rules(rule);
    if !rules.is_empty() {
        lines.push(String::new());
        lines.extend(paragraphs([vec![rules.join(" ")]]));
    }
    lines
}

/// What is checked before sending, as sentences.
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
        (least, None) => sentences.push(format!("{least} items at least.")),
        (least, Some(most)) => sentences.push(format!("{least} to {most} items.")),
    }
    if rule.unique_items {
        sentences.push("No item twice.".to_owned());
    }
    sentences
}

/// Documentation of a method of the client.
pub fn of_operation(operation: &OperationModel) -> Vec<String> {
    let call = format!("{}, operationId {}.", call(operation), code(&operation.operation_id));
    paragraphs([
        described(operation.summary.as_deref()),
        described(operation.description.as_deref()),
        vec![call],
    ])
}

/// The method and path of an operation, as code.
pub fn call(operation: &OperationModel) -> String {
    code(&format!("{} {}", operation.method.to_uppercase(), operation.path))
}

/// Doc attributes for the given lines.
pub fn attributes(lines: &[String]) -> proc_macro2::TokenStream {
    quote::quote!(#(#[doc = #lines])*)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_sentences_of_safe_markdown() {
        for (description, lines) in [
            (None, &[" `code`."][..]),
            (Some(" \r\n"), &[" `code`."]),
            (Some("The code"), &[" The code."]),
            (
                Some("The <code>!\rOr:\n\n```\nf()\n```"),
                &[" The \\<code\\>!", " Or:", "", " ```text", " f()", " ```"],
            ),
        ] {
            assert_eq!(of_field("code", description), lines);
        }
        assert_eq!(of_field("a`b", None), [" ``a`b``."]);
    }

    #[test]
    fn long_lines_break_before_plain_words() {
        let long = "word ".repeat(17);
        for (text, lines) in [
            (format!("{long}1. more"), vec![format!("{long}1."), "more".to_owned()]),
            (format!("- {long}a b c"), vec![format!("- {long}a b"), "  c".to_owned()]),
            (
                format!("12) {long}ab cd"),
                vec![format!("12) {long}ab"), "    cd".to_owned()],
            ),
        ] {
            let found = wrapped(vec![text.clone()]);
            assert_eq!(found.iter().map(|it| it.trim_end()).collect::<Vec<_>>(), lines, "{text}");
        }
        let code = vec!["```text".to_owned(), "x y ".repeat(50), "```".to_owned()];
        assert_eq!(wrapped(code.clone()), code);
    }

    #[test]
    fn what_is_checked_is_said() {
        let rule = FieldRule {
            required: true,
            min_length: Some(1),
            minimum: Some("0".to_owned()),
            exclusive_minimum: true,
            unique_items: true,
            ..FieldRule::default()
        };
        let lines = of_sent_field("code", Some("The code"), &rule);
        assert_eq!(lines, [" The code.", "", " Required. Not empty. More than 0. No item twice."]);
        assert_eq!(of_sent_field("code", None, &FieldRule::default()), [" `code`."]);
    }
}
