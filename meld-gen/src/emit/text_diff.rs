//! The first differing lines of two texts.

use similar::{ChangeTag, TextDiff};

use crate::escape;

/// The maximum number of lines in a diff.
const SHOWN: usize = 20;
/// The number of lines that are compared from the first difference on. Generated files have thousands of lines,
/// and only the first differences are shown.
const WINDOW: usize = 400;
/// The number of equal lines around a difference.
const CONTEXT: usize = 1;
/// The maximum number of characters of a line.
const WIDTH: usize = 160;

/// Returns a short unified diff: `-` marks lines of the tree, `+` generated ones.
pub(super) fn short(found: &[u8], wanted: &str) -> String {
    let Ok(found) = std::str::from_utf8(found) else {
        return "the file is not UTF-8".to_owned();
    };
    let (old, new) = (found.lines().collect::<Vec<_>>(), wanted.lines().collect::<Vec<_>>());
    let equal = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    if equal == old.len() && equal == new.len() {
        return "only the line ends differ".to_owned();
    }
    let start = equal.saturating_sub(CONTEXT);
    let shown = hunks(window(&old, start), window(&new, start), start);
    let mut text = shown[..shown.len().min(SHOWN)].join("\n");
    if shown.len() > SHOWN {
        text.push_str("\n… and more");
    }
    text
}

fn window<'l, 't>(lines: &'l [&'t str], start: usize) -> &'l [&'t str] {
    &lines[start.min(lines.len())..(start + WINDOW).min(lines.len())]
}

/// Returns the differing lines with their context, each group below a line with its position.
fn hunks(old: &[&str], new: &[&str], start: usize) -> Vec<String> {
    let diff = TextDiff::from_slices(old, new);
    let mut shown = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        let first = group.first().map_or(0, |operation| operation.old_range().start);
        shown.push(format!("@@ line {} @@", start + first + 1));
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            shown.push(format!("{sign}{}", printable(change.value())));
        }
    }
    shown
}

/// Returns a printable line: truncated if long, with hidden characters escaped.
fn printable(line: &str) -> String {
    let cut: String = line.chars().take(WIDTH).collect();
    let mark = if cut.len() < line.len() { "…" } else { "" };
    format!("{}{mark}", escape::lines(&cut))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_lines_have_context() {
        let diff = short(b"a\nb\nc\nd\n", "a\nb\nC\nd\n");
        assert_eq!(diff, "@@ line 2 @@\n b\n-c\n+C\n d");
    }

    #[test]
    fn added_and_removed_last_lines() {
        assert_eq!(short(b"a\nb\n", "a\n"), "@@ line 1 @@\n a\n-b");
        assert_eq!(short(b"", "a\n"), "@@ line 1 @@\n+a");
    }

    #[test]
    fn long_diffs_are_truncated() {
        let wanted = "line\n".repeat(100_000);
        let diff = short(b"other\n", &wanted);
        assert_eq!(diff.lines().count(), SHOWN + 1);
        assert!(diff.ends_with("… and more"));
        let diff = short(b"\x1b[31m", &"x".repeat(1000));
        assert!(diff.contains("-\\u{1b}[31m"));
        assert!(diff.lines().all(|line| line.chars().count() <= WIDTH + 2));
        assert!(short(b"\xe2\x80\xae", "a\n").contains("-\\u{202e}"));
    }

    #[test]
    fn invisible_differences_are_described() {
        assert_eq!(short(b"a\r\n", "a\n"), "only the line ends differ");
        assert_eq!(short(b"a", "a\n"), "only the line ends differ");
        assert_eq!(short(b"\xff", "a\n"), "the file is not UTF-8");
    }
}
