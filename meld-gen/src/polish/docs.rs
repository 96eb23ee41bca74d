//! The documentation of generated items: the document's own sentences, and where each item comes from.

use crate::shape::{FieldRule, OperationShape, TypeShape};

/// A doc comment per line, with a blank line between paragraphs.
fn paragraphs(parts: &[String]) -> Vec<String> {
    let mut lines = Vec::new();
    for part in parts.iter().filter(|part| !part.trim().is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        for line in part.trim().replace("\r\n", "\n").split(['\n', '\r']) {
            lines.push(line.trim_end().replace(|c| !is_printed(c), " "));
        }
    }
    // A space after the slashes, as people write it.
    lines.into_iter().map(|l| if l.is_empty() { l } else { format!(" {l}") }).collect()
}

/// rustc refuses comments with characters that change the direction of the text, and bare carriage returns.
fn is_printed(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A sentence of a document as Markdown that rustdoc takes: nothing in it is a link or a tag.
pub fn sentence(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut in_code = false;
    for c in text.chars() {
        match c {
            '`' => in_code = !in_code,
            '[' | ']' | '<' | '>' if !in_code => escaped.push('\\'),
            _ => {}
        }
        escaped.push(c);
    }
    // Bare links are written as links.
    let words = escaped.split(' ').map(|word| {
        if word.starts_with("http://") || word.starts_with("https://") {
            let end = word.trim_end_matches(['.', ',', ';', ')']).len();
            format!("<{}>{}", &word[..end], &word[end..])
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Documentation of a type.
pub fn of_type(shape: &TypeShape, is_enum: bool) -> Vec<String> {
    let what = if is_enum { "Values of" } else { "Schema" };
    let source = format!("{what} `{}` of the document", shape.source);
    let usage = match (shape.usage.sent, shape.usage.read) {
        (true, true) => "sent and read",
        (true, false) => "sent",
        _ => "read",
    };
    let described = shape.description.as_deref().map(|text| stopped(&sentence(text)));
    paragraphs(&[described.unwrap_or_default(), format!("{source}; {usage}.")])
}

/// Documentation of a field, setter or parameter.
pub fn of_field(wire: &str, description: Option<&str>) -> Vec<String> {
    let text = description.map_or_else(|| format!("`{wire}`."), |text| stopped(&sentence(text)));
    paragraphs(&[text])
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
        lines.extend(paragraphs(&[rules.join(" ")]));
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
pub fn of_operation(operation: &OperationShape) -> Vec<String> {
    let text = |text: &Option<String>| text.as_deref().map(|t| stopped(&sentence(t)));
    let call = format!(
        "`{} {}`, operationId `{}`.",
        operation.method.to_uppercase(),
        operation.path,
        operation.operation_id
    );
    paragraphs(&[
        text(&operation.summary).unwrap_or_default(),
        text(&operation.description).unwrap_or_default(),
        call,
    ])
}

fn stopped(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', ':']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// Doc attributes for the given lines.
pub fn attributes(lines: &[String]) -> proc_macro2::TokenStream {
    quote::quote!(#(#[doc = #lines])*)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_safe_markdown() {
        assert_eq!(sentence("one [of] <these>, not `a[0]`"), r"one \[of\] \<these\>, not `a[0]`");
        assert_eq!(sentence("See https://docs.meld.io."), "See <https://docs.meld.io>.");
        assert_eq!(of_field("code", None), [" `code`."]);
        assert_eq!(of_field("code", Some("The code")), [" The code."]);
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
