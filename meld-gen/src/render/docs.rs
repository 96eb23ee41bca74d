//! The documentation of generated items: the document's own sentences, and where each item comes from.

use crate::escape::{code, prose};
use crate::model::{FieldRule, OperationModel, TypeModel};

/// A doc comment per line, with a blank line between paragraphs.
fn paragraphs(parts: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let parts = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let lines = parts.join(&String::new());
    // A space after the slashes, as people write it.
    lines.into_iter().map(|l| if l.is_empty() { l } else { format!(" {l}") }).collect()
}

/// A description of the spec as Markdown that ends with a full stop; nothing if there is none or it is empty.
fn described(text: Option<&str>) -> Vec<String> {
    let mut lines = prose(text.unwrap_or_default());
    if let Some(last) = lines.last_mut()
        && !last.ends_with(['.', '!', '?', ':'])
        && !last.starts_with("```")
    {
        last.push('.');
    }
    lines
}

/// Documentation of a type.
pub fn of_type(shape: &TypeModel, is_enum: bool) -> Vec<String> {
    let what = if is_enum { "Values of" } else { "Schema" };
    let source = format!("{what} {} of the document", code(&shape.source));
    let usage = match (shape.usage.sent, shape.usage.read) {
        (true, true) => "sent and read",
        (true, false) => "sent",
        _ => "read",
    };
    paragraphs([described(shape.description.as_deref()), vec![format!("{source}; {usage}.")]])
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
