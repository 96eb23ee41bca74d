//! The page of measurements: tables and bar charts from two data files, one of which has the figures of benchmarks.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::figures::Figures;
use crate::tool::{Result, at};

pub const PAGE: &str = "meld-client/src/guide/measurements.md";
const DATA: &str = "xtask/measurements.toml";

/// Pixels: the height of a bar with its gap.
const ROW: u32 = 24;
/// Pixels: the columns of names, bars and values.
const COLUMNS: [u32; 3] = [240, 290, 170];

/// Returns the page.
pub fn page(root: &Path) -> Result<String> {
    let file = root.join(DATA);
    let text = at(&file, fs::read_to_string(&file))?;
    let data: Data = toml::from_str(&text).map_err(|error| format!("{DATA}: {error}"))?;
    render(&data, &Figures::read(root)?).ok_or_else(|| format!("{DATA} has an unknown figure"))
}

/// The page as data.
#[derive(Deserialize)]
struct Data {
    head: String,
    measurement: Vec<Measurement>,
}

#[derive(Deserialize)]
struct Measurement {
    title: String,
    text: String,
    command: String,
    /// The date of a measurement by hand.
    date: Option<String>,
    #[serde(default)]
    unit: String,
    /// The subject whose value is 1.
    reference: Option<String>,
    bars: Vec<(String, Value)>,
    /// A table whose first row is the head.
    #[serde(default)]
    table: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Number(f64),
    /// The name of a figure.
    Figure(String),
}

fn render(data: &Data, figures: &Figures) -> Option<String> {
    let mut page = format!("<!-- Made by `cargo xtask docs` from {DATA}; do not edit. -->\n{}\n", data.head);
    for measurement in &data.measurement {
        let Measurement { title, text, command, date, table: rows, .. } = measurement;
        write!(page, "\n# {title}\n\n{}\n\n", with_figures(text.trim(), figures)?).ok()?;
        page.push_str(&chart(measurement, figures)?);
        page.push_str(&table(rows));
        let measured = match date {
            Some(date) => format!("on {date}"),
            None => format!("on {}, on {},", figures.date, figures.machine),
        };
        write!(page, "\nMeasured {measured} with `{command}`.\n").ok()?;
    }
    Some(page)
}

/// Replaces the names of figures in braces with their values.
fn with_figures(text: &str, figures: &Figures) -> Option<String> {
    let mut parts = text.split('{');
    let mut result = parts.next()?.to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}')?;
        let [_, median, _] = figures.range(name)?;
        write!(result, "{median}{rest}").ok()?;
    }
    Some(result)
}

struct Bar<'a> {
    name: &'a str,
    value: f64,
    label: String,
}

impl<'a> Bar<'a> {
    fn new(name: &'a str, value: &Value, unit: &str, figures: &Figures) -> Option<Self> {
        let figure = match value {
            Value::Number(value) => return Some(Self { name, value: *value, label: format!("{value} {unit}") }),
            Value::Figure(figure) => figure,
        };
        let [lowest, value, highest] = figures.range(figure)?;
        let range = if lowest < highest { format!(" ({lowest:.2} to {highest:.2})") } else { String::new() };
        Some(Self { name, value, label: format!("{value:.2}{range} {unit}") })
    }
}

/// A bar chart. Blocks of HTML in Markdown have no blank lines. The text has the color of the page, which is dark or light.
fn chart(measurement: &Measurement, figures: &Figures) -> Option<String> {
    let Measurement { unit, reference, bars, .. } = measurement;
    let bars = bars.iter().map(|(name, value)| Bar::new(name, value, unit, figures));
    let bars: Vec<Bar<'_>> = bars.collect::<Option<_>>()?;
    let least = if reference.is_some() { 1.0 } else { f64::MIN_POSITIVE };
    let most = bars.iter().map(|bar| bar.value).fold(least, f64::max);
    let [names, width, labels] = COLUMNS;
    let (total, bottom) = (names + width + labels, ROW * u32::try_from(bars.len()).ok()?);
    let height = if reference.is_some() { bottom + ROW } else { bottom };
    // Screen readers say the values, and llms-full.txt has them in place of the chart.
    let values: Vec<String> = bars.iter().map(|bar| format!("{}: {}", bar.name, bar.label.trim_end())).collect();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"{}\" width=\"{total}\" height=\"{height}\" \
         viewBox=\"0 0 {total} {height}\" style=\"max-width:100%\" font-family=\"sans-serif\" font-size=\"13\" fill=\"currentColor\">\n",
        escaped(&values.join("; "))
    );
    let (end, start) = (names - 10, names + width + 10);
    for (index, bar) in (0u32..).zip(&bars) {
        let (top, length) = (ROW * index, f64::from(width) * bar.value / most);
        let (baseline, label) = (top + 16, escaped(bar.label.trim_end()));
        writeln!(svg, "<text x=\"{end}\" y=\"{baseline}\" text-anchor=\"end\">{}</text>", escaped(bar.name)).ok()?;
        let area = format!("x=\"{names}\" y=\"{}\" width=\"{length:.1}\" height=\"{}\"", top + 3, ROW - 6);
        writeln!(svg, "<rect {area} rx=\"2\" fill=\"#4a90d9\"/>").ok()?;
        writeln!(svg, "<text x=\"{start}\" y=\"{baseline}\">{label}</text>").ok()?;
    }
    if let Some(reference) = reference {
        let x = f64::from(names) + f64::from(width) / most;
        let line = format!("x1=\"{x:.1}\" y1=\"0\" x2=\"{x:.1}\" y2=\"{bottom}\"");
        writeln!(svg, "<line {line} stroke=\"currentColor\" stroke-dasharray=\"4 3\"/>").ok()?;
        let (y, label) = (bottom + 16, escaped(reference));
        writeln!(svg, "<text x=\"{x:.1}\" y=\"{y}\" text-anchor=\"middle\">1.00: {label}</text>").ok()?;
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

fn table(rows: &[Vec<String>]) -> String {
    let Some(head) = rows.first() else { return String::new() };
    let mut lines: Vec<String> = rows.iter().map(|row| format!("| {} |", row.join(" | "))).collect();
    lines.insert(1, format!("|{}", "---|".repeat(head.len())));
    format!("\n{}\n", lines.join("\n"))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURES: &str = "date = '2026-11-30'\nmachine = 'a machine'\n[figures]\ncall = [0.8, 0.5, 0.6]\n";

    fn rendered(data: &str) -> Option<String> {
        render(&toml::from_str(data).unwrap(), &toml::from_str(FIGURES).unwrap())
    }

    #[test]
    fn bars_are_in_proportion() {
        let data = "head = 'Head.'\n[[measurement]]\ntitle = 'A'\ndate = '2026-11-29'\ncommand = 'x'\ntext = 'T.'\n\
                    unit = 's'\nbars = [['a < b', 10], ['b', 2.5]]\ntable = [['X', 'Y'], ['1', '2']]\n";
        let page = rendered(data).unwrap();
        assert!(page.contains("\nHead.\n\n# A\n\nT.\n\n<svg "), "{page}");
        assert!(page.contains(" aria-label=\"a &lt; b: 10 s; b: 2.5 s\" "), "{page}");
        assert!(page.contains("width=\"290.0\"") && page.contains("width=\"72.5\""), "{page}");
        assert!(page.contains(">2.5 s</text>\n</svg>\n\n| X | Y |\n|---|---|\n| 1 | 2 |\n"), "{page}");
        assert!(page.ends_with("\nMeasured on 2026-11-29 with `x`.\n"), "{page}");
    }

    #[test]
    fn figures_have_ranges_and_a_reference() {
        let data = "head = ''\n[[measurement]]\ntitle = 'A'\ncommand = 'x'\ntext = 'Took {call} s.'\n\
                    reference = 'by hand'\nbars = [['a', 'call']]\n";
        let page = rendered(data).unwrap();
        assert!(page.contains("\nTook 0.6 s.\n"), "{page}");
        assert!(page.contains("width=\"174.0\"") && page.contains(">0.60 (0.50 to 0.80)</text>"), "{page}");
        assert!(page.contains("<line x1=\"530.0\"") && page.contains(">1.00: by hand</text>"), "{page}");
        assert!(page.ends_with("\nMeasured on 2026-11-30, on a machine, with `x`.\n"), "{page}");
        assert!(rendered(&data.replace("'call'", "'other'")).is_none());
    }
}
