//! The documentation of generated items: the document's own sentences, and where each item comes from.

use crate::shape::{OperationShape, TypeShape};

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
}
