//! Tables of JSON for tests: a line is a row, and `=>` separates its cells.

#![allow(dead_code, clippy::panic, reason = "each test file uses its part, and a test fails by panicking")]

use serde_json::{Value, json};

/// Returns the rows of a table. A line that is indented more than the first one continues the row before it, and `//`
/// starts a line of comment.
pub fn rows(table: &str) -> Vec<Vec<&str>> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let first = table.lines().find(|line| !line.trim().is_empty()).map_or(0, indent);
    let mut starts = Vec::new();
    let mut start = 0;
    for line in table.split_inclusive('\n') {
        if !line.trim().is_empty() && indent(line) <= first {
            starts.push(start);
        }
        start += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([table.len()]);
    let rows = starts.iter().zip(ends).map(|(start, end)| table[*start..end].trim());
    let rows = rows.filter(|row| !row.starts_with("//"));
    rows.map(|row| row.split("=>").map(str::trim).collect()).collect()
}

/// Returns a reference to a component schema.
pub fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Decodes JSON in which `@Name` is a reference to the component schema `Name`.
pub fn value(json: &str) -> Value {
    let mut parts = json.split('@');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|one: char| !one.is_alphanumeric()).unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        text.push_str(&format!("{}{rest}", reference(name)));
    }
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
