//! CSV by RFC 4180.

use super::rows::Rows;

/// Returns a line of names, and one for each row.
pub fn write(rows: &Rows) -> String {
    let lines = [&rows.columns].into_iter().chain(&rows.cells);
    lines.map(|row| row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",")).collect::<Vec<_>>().join("\n")
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_needed() {
        let columns = vec!["a".to_owned(), "b,c".to_owned()];
        let rows = Rows { columns, cells: vec![vec!["say \"x\"".to_owned(), "1".to_owned()]], is_single: false };
        assert_eq!(write(&rows), "a,\"b,c\"\n\"say \"\"x\"\"\",1");
    }
}
