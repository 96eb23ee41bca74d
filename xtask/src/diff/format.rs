//! The formats of comparisons.

use meld_gen::diff::{Change, Comparison, Group, Impact, Kind, grouped};
use meld_gen::escape::{self, table_code};
use serde_json::json;

use super::Format;
use crate::output::counted;

/// Formats comparisons.
pub fn format(comparisons: &[Comparison], format: Format) -> String {
    match format {
        Format::Json => as_json(comparisons),
        _ if comparisons.is_empty() => "nothing changed".to_owned(),
        Format::Text => comparisons.iter().map(as_text).collect::<Vec<_>>().join("\n\n"),
        Format::Markdown => comparisons.iter().map(as_markdown).collect::<Vec<_>>().join("\n\n"),
    }
}

fn as_json(comparisons: &[Comparison]) -> String {
    let summed: Vec<_> = comparisons
        .iter()
        .map(|comparison| {
            let Comparison { title, changes } = comparison;
            let breaking = changes.iter().filter(|change| change.is_breaking()).count();
            json!({ "title": title, "changes": changes, "breaking": breaking })
        })
        .collect();
    // Strings and numbers can always be encoded.
    escape::json(&serde_json::to_string_pretty(&summed).unwrap_or_default())
}

/// `10 changes, 7 of them breaking`.
pub fn summary(changes: &[Change]) -> String {
    let breaking = changes.iter().filter(|change| change.is_breaking()).count();
    match (changes.len(), breaking) {
        (0, _) => "nothing changed".to_owned(),
        (all, 0) => format!("{}, none of them breaking", counted(all, "change")),
        (1, _) => "1 change, and it is breaking".to_owned(),
        (all, breaking) => format!("{}, {breaking} of them breaking", counted(all, "change")),
    }
}

/// The groups by heading.
fn headed(changes: &[Change]) -> Vec<(Impact, Vec<Group<'_>>)> {
    let mut headed: Vec<(Impact, Vec<Group<'_>>)> = Vec::new();
    for group in grouped(changes) {
        let impact = group.change.heading();
        match headed.iter_mut().find(|(heading, _)| *heading == impact) {
            Some((_, groups)) => groups.push(group),
            None => headed.push((impact, vec![group])),
        }
    }
    headed
}

fn as_text(comparison: &Comparison) -> String {
    let Comparison { title, changes } = comparison;
    let mut lines = vec![format!("{title}: {}", summary(changes))];
    for (impact, groups) in headed(changes) {
        lines.extend([String::new(), impact.to_string()]);
        for group in groups {
            let detail = group.detail(&escape::line);
            let detail = if detail.is_empty() { detail } else { format!(" ({detail})") };
            let place = escape::line(&group.change.place);
            lines.push(format!("  {place}: {}{detail}", group.what()));
            let paths = group.rust_paths.iter().filter(|path| **path != group.change.place);
            lines.extend(paths.map(|path| format!("      {}", escape::line(path))));
        }
    }
    lines.join("\n")
}

/// The comparison as a page, headings from the first level.
fn as_markdown(comparison: &Comparison) -> String {
    let Comparison { title, changes } = comparison;
    let mut lines = vec![format!("# {title}"), String::new(), format!("{}.", summary(changes))];
    for (impact, groups) in headed(changes) {
        lines.extend([String::new(), format!("## {impact}"), String::new()]);
        lines.push("| Where | What | | Rust |".to_owned());
        lines.push("|---|---|---|---|".to_owned());
        lines.extend(groups.iter().map(row));
    }
    lines.join("\n")
}

fn row(group: &Group<'_>) -> String {
    let paths: Vec<String> = group.rust_paths.iter().map(|path| table_code(path)).collect();
    let detail = group.detail(&table_code);
    let place = table_code(&group.change.place);
    format!("| {place} | {} | {detail} | {} |", group.what(), paths.join("<br>"))
}

/// The rules as a table: the effect of each kind of change on code and on JSON, in requests and in responses.
pub fn rules() -> String {
    let head = [
        "| Change | Requests: code | JSON | Responses: code | JSON | Why |".to_owned(),
        "|---|---|---|---|---|---|".to_owned(),
    ];
    let rows = Kind::ALL.iter().map(|kind| {
        let rule = kind.rule();
        let (sent, read) = (rule.sent, rule.read);
        let classes = format!("{} | {} | {} | {}", sent.rust, sent.wire, read.rust, read.wire);
        format!("| {} | {classes} | {} |", rule.name, cell(rule.why))
    });
    head.into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

/// A string as a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use meld_gen::diff::Class;

    use super::*;

    fn change(kind: Kind, place: &str, before: &str, after: &str) -> Change {
        let (rust, wire) = kind.classes(true, true);
        Change {
            kind,
            rust,
            wire,
            family: "gifts".to_owned(),
            place: place.to_owned(),
            rust_path: format!("gifts::types::{}", place.replace('.', "::")),
            before: before.to_owned(),
            after: after.to_owned(),
            values_removed: Vec::new(),
            values_added: Vec::new(),
        }
    }

    fn comparison() -> Comparison {
        let changes = vec![
            change(Kind::FieldRemoved, "Gift.note", "Option<String>", ""),
            change(Kind::TypeRenamed, "Present", "Gift|s", "Present"),
            change(Kind::FieldAdded, "Gift.colour", "", "Option<String>"),
        ];
        Comparison { title: "2025-03-04 → 2026-02-03".to_owned(), changes }
    }

    #[test]
    fn text_has_headings_places_and_paths() {
        assert_eq!(
            format(&[comparison()], Format::Text),
            "2025-03-04 → 2026-02-03: 3 changes, 2 of them breaking\n\n\
             Breaks code, and requests or responses\n\
             \x20 Gift.note: field removed (was Option<String>)\n\
             \x20     gifts::types::Gift::note\n\n\
             Breaks code\n\
             \x20 Present: type renamed (Gift|s → Present)\n\
             \x20     gifts::types::Present\n\n\
             Compatible\n\
             \x20 Gift.colour: field added (Option<String>)\n\
             \x20     gifts::types::Gift::colour"
        );
        assert_eq!(format(&[], Format::Text), "nothing changed");
    }

    #[test]
    fn markdown_tables_escape_their_cells() {
        let page = format(&[comparison()], Format::Markdown);
        assert!(page.starts_with("# 2025-03-04 → 2026-02-03\n\n3 changes, 2 of them breaking.\n\n## "));
        let row = "| `Present` | type renamed | `Gift\\|s` → `Present` | `gifts::types::Present` |";
        assert!(page.lines().any(|line| line == row), "{page}");
    }

    #[test]
    fn rules_have_one_row_each() {
        let table = rules();
        assert_eq!(table.lines().count(), Kind::ALL.len() + 2);
        let row = "| value-removed | breaking | breaking | breaking | compatible | the variant is removed; in requests, the value is rejected |";
        assert!(table.lines().any(|line| line == row), "{table}");
    }

    #[test]
    fn json_has_every_change_with_its_classes() {
        let text = format(&[comparison()], Format::Json);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read[0]["breaking"], 2);
        assert_eq!(read[0]["changes"][0]["kind"], "field-removed");
        assert_eq!(read[0]["changes"][2]["wire"], Class::Compatible.to_string());
        assert_eq!(format(&[], Format::Json), "[]");
    }
}
