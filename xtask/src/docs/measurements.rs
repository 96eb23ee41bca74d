//! The page of measurements: tables and bar charts from a data file.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::tool::{Result, at};

/// The page.
pub const PAGE: &str = "meld-client/src/guide/measurements.md";
/// The data.
const DATA: &str = "xtask/measurements.toml";

/// Pixels: the height of a bar with its gap.
const ROW: u32 = 24;
/// Pixels: the columns of names, bars and values.
const COLUMNS: [u32; 3] = [210, 340, 110];

/// Returns the page.
///
/// # Errors
/// Returns an error if the data cannot be read or has another form.
pub fn page(root: &Path) -> Result<String> {
    let file = root.join(DATA);
    let text = at(&file, fs::read_to_string(&file))?;
    let data: Table = toml::from_str(&text).map_err(|error| format!("{DATA}: {error}"))?;
    render(&data).ok_or_else(|| format!("{DATA} has a measurement without title, date, command, text or bars"))
}

fn render(data: &Table) -> Option<String> {
    let mut page =
        format!("<!-- Made by `cargo xtask docs` from {DATA}; do not edit. -->\n{}\n", string(data, "head")?);
    for measurement in data.get("measurement")?.as_array()? {
        let measurement = measurement.as_table()?;
        let (title, date) = (string(measurement, "title")?, string(measurement, "date")?);
        let (command, text) = (string(measurement, "command")?, string(measurement, "text")?);
        write!(page, "\n# {title}\n\n{}\n\n", text.trim()).ok()?;
        page.push_str(&chart(title, string(measurement, "unit")?, measurement.get("bars")?.as_array()?)?);
        if let Some(rows) = measurement.get("table").and_then(Value::as_array) {
            page.push_str(&table(rows)?);
        }
        write!(page, "\nMeasured on {date} with `{command}`.\n").ok()?;
    }
    Some(page)
}

fn string<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key)?.as_str()
}

/// A bar chart. Blocks of HTML in Markdown have no blank lines.
fn chart(title: &str, unit: &str, bars: &[Value]) -> Option<String> {
    let bars = bars.iter().map(|bar| {
        let bar = bar.as_array()?;
        Some((bar.first()?.as_str()?, number(bar.get(1)?)?))
    });
    let bars: Vec<(&str, f64)> = bars.collect::<Option<_>>()?;
    let most = bars.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
    let [names, width, values] = COLUMNS;
    let (total, height) = (names + width + values, ROW * u32::try_from(bars.len()).ok()?);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{}\" width=\"{total}\" height=\"{height}\" \
         viewBox=\"0 0 {total} {height}\" font-family=\"sans-serif\" font-size=\"13\" fill=\"currentColor\">\n",
        escaped(title)
    );
    for (index, (name, value)) in (0u32..).zip(&bars) {
        let (top, length) = (ROW * index, f64::from(width) * value / most);
        let baseline = top + 16;
        let (end, text) = (names - 10, f64::from(names) + length + 8.0);
        writeln!(svg, "<text x=\"{end}\" y=\"{baseline}\" text-anchor=\"end\">{}</text>", escaped(name)).ok()?;
        let bar = format!("x=\"{names}\" y=\"{}\" width=\"{length:.1}\" height=\"{}\"", top + 3, ROW - 6);
        writeln!(svg, "<rect {bar} rx=\"2\" fill=\"#3873ad\"/>").ok()?;
        writeln!(svg, "<text x=\"{text:.1}\" y=\"{baseline}\">{value} {}</text>", escaped(unit)).ok()?;
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

fn number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|number| number as f64))
}

/// A table whose first row is the head.
fn table(rows: &[Value]) -> Option<String> {
    let mut text = "\n".to_owned();
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<&str> = row.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
        writeln!(text, "| {} |", cells.join(" | ")).ok()?;
        if index == 0 {
            writeln!(text, "|{}", "---|".repeat(cells.len())).ok()?;
        }
    }
    Some(text)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_in_proportion() {
        let data = "head = 'Head.'\n[[measurement]]\ntitle = 'A < B'\ndate = '2026-11-29'\ncommand = 'x'\ntext = 'T.'\n\
                    unit = 's'\nbars = [['a', 10], ['b', 2.5]]\ntable = [['X', 'Y'], ['1', '2']]\n";
        let page = render(&toml::from_str(data).unwrap()).unwrap();
        assert!(page.contains("\nHead.\n\n# A < B\n\nT.\n\n<svg "), "{page}");
        assert!(page.contains("width=\"340.0\"") && page.contains("width=\"85.0\""), "{page}");
        assert!(page.contains(">2.5 s</text>\n</svg>\n\n| X | Y |\n|---|---|\n| 1 | 2 |\n"), "{page}");
        assert!(page.ends_with("\nMeasured on 2026-11-29 with `x`.\n"), "{page}");
        assert!(render(&toml::from_str("head = 'x'").unwrap()).is_none());
    }
}
