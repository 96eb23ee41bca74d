//! Tables for people.

use super::rows::Rows;
use crate::printable::printable;

const MAX_CELL: usize = 40;

/// Returns a table of the columns that fit into a width, and the number of those that do not. A single object is
/// written as names and values.
pub fn write(rows: &Rows, limit: Option<usize>) -> (String, usize) {
    let Rows { columns, cells, is_single } = rows;
    if let [row] = cells.as_slice()
        && *is_single
        && columns.len() > 1
    {
        let width = columns.iter().map(|name| length(name)).max().unwrap_or_default();
        let lines = columns
            .iter()
            .zip(row)
            .map(|(name, cell)| format!("{}  {}", padded(&printable(name), width), printable(cell)));
        return (lines.collect::<Vec<_>>().join("\n"), 0);
    }
    if cells.is_empty() {
        return (String::new(), 0);
    }
    let cells: Vec<Vec<String>> =
        cells.iter().map(|row| row.iter().map(|cell| plain(cell, MAX_CELL)).collect()).collect();
    let width = |index: usize| {
        let all = cells.iter().map(|row| length(&row[index])).chain([length(&columns[index])]);
        all.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let shown = match limit {
        Some(limit) => fitting(&widths, limit),
        None => widths.len(),
    };
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).take(shown).map(|(cell, width)| padded(cell, *width));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let titles: Vec<String> = columns.iter().map(|name| plain(name, MAX_CELL)).collect();
    let lines = [line(&titles)].into_iter().chain(cells.iter().map(|row| line(row)));
    (lines.collect::<Vec<_>>().join("\n"), widths.len() - shown)
}

/// Returns the number of columns that fit into a width, and at least one.
fn fitting(widths: &[usize], limit: usize) -> usize {
    let mut used = 0;
    let fits = |width: &&usize| {
        used += **width + 2;
        used <= limit + 2
    };
    widths.iter().take_while(fits).count().max(1)
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(length(text))))
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// Returns a text without the characters that terminals act on, and not longer than a cell.
fn plain(text: &str, max: usize) -> String {
    let text = printable(text);
    if length(&text) <= max {
        return text;
    }
    text.chars().take(max - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(cells: &[&[&str]]) -> Rows {
        let cells = cells.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        let is_single = false;
        Rows { columns: vec!["id".to_owned(), "amount".to_owned()], cells, is_single }
    }

    #[test]
    fn columns_are_aligned_and_limited() {
        let rows = rows(&[&["abc", "1"], &["d\u{1b}", "20"]]);
        assert_eq!(write(&rows, None), ("id   amount\nabc  1\nd    20".to_owned(), 0));
        assert_eq!(write(&rows, Some(5)), ("id\nabc\nd".to_owned(), 1));
    }

    #[test]
    fn single_object_is_names_and_values() {
        let mut rows = Rows { is_single: true, ..rows(&[&["abc", "1\u{2028}"]]) };
        assert_eq!(write(&rows, Some(5)).0, "id      abc\namount  1 ");
        rows.columns[1] = "a\u{1b}\u{202e}\n".to_owned();
        assert_eq!(write(&rows, Some(5)).0, "id    abc\na     1 ");
    }
}
