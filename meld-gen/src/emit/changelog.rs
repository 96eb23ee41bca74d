//! The changelog of a generated crate. Each regeneration adds its changes to the next version.

use std::collections::HashSet;

use crate::diff::{Change, changelog_lines, next_version};

/// The first line of a changelog.
const HEAD: &str = "# Changelog\n";

/// The mark behind a version that is not published yet.
const UNRELEASED: &str = "(unreleased)";

/// Returns the changelog with these changes: unchanged if there are none, a new one if there is no changelog yet.
///
/// A version that was published gets a section above it, for the version that semantic versioning asks for; a section
/// that is not published yet gets the lines, and a higher version if the changes ask for one.
pub fn updated(existing: Option<&str>, changes: &[Change]) -> String {
    let Some(existing) = existing else {
        return format!("{HEAD}\n## 0.1.0 {UNRELEASED}\n\n- The first version.\n");
    };
    let lines: Vec<String> = changelog_lines(changes).into_iter().map(|line| format!("- {line}")).collect();
    if lines.is_empty() {
        return existing.to_owned();
    }
    let (head, sections) = parts(existing);
    let published = sections.iter().find_map(|section| published(section));
    let next = published.and_then(|version| next_version(version, changes));
    let (top, rest) = match sections.split_first() {
        Some((top, rest)) if is_unreleased(top) => (Some(*top), rest),
        _ => (None, sections.as_slice()),
    };
    let top = match top {
        Some(section) => extended(section, next, &lines),
        None => {
            let version = next.unwrap_or_else(|| "0.1.0".to_owned());
            format!("## {version} {UNRELEASED}\n\n{}\n", lines.join("\n"))
        }
    };
    let rest: String = rest.concat();
    let gap = if rest.is_empty() { "" } else { "\n" };
    format!("{}\n\n{}\n{gap}{rest}", head.trim_end(), top.trim_end())
}

/// Returns the version of the first section, if it is not published yet.
pub fn next(changelog: &str) -> Option<&str> {
    let (_, sections) = parts(changelog);
    let top = sections.into_iter().next().filter(|section| is_unreleased(section))?;
    heading(top).split_whitespace().nth(1)
}

/// Returns the head above the first section, and the sections.
fn parts(text: &str) -> (&str, Vec<&str>) {
    let starts: Vec<usize> = text
        .match_indices("## ")
        .map(|(index, _)| index)
        .filter(|index| *index == 0 || text.as_bytes()[index - 1] == b'\n')
        .collect();
    let first = starts.first().copied().unwrap_or(text.len());
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let sections = starts.iter().zip(ends).map(|(start, end)| &text[*start..end]).collect();
    (&text[..first], sections)
}

fn heading(section: &str) -> &str {
    section.lines().next().unwrap_or_default()
}

fn is_unreleased(section: &str) -> bool {
    heading(section).ends_with(UNRELEASED)
}

/// Returns the version of a section, if it is published.
fn published(section: &str) -> Option<&str> {
    heading(section).split_whitespace().nth(1).filter(|_| !is_unreleased(section))
}

/// Returns an unpublished section with more lines, for the version `next` if that is higher.
fn extended(section: &str, next: Option<String>, lines: &[String]) -> String {
    let planned = heading(section).split_whitespace().nth(1).unwrap_or_default();
    let higher = next.filter(|next| numbers(next) > numbers(planned));
    let version = higher.as_deref().unwrap_or(planned);
    let old = section.lines().skip(1).collect::<Vec<_>>().join("\n");
    let known: HashSet<&str> = old.lines().collect();
    let new: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !known.contains(line)).collect();
    format!("## {version} {UNRELEASED}\n{}\n{}", old.trim_end(), new.join("\n"))
}

fn numbers(version: &str) -> Vec<u64> {
    version.split('.').filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::{Kind, test_change};

    const BREAKING: &str = "- **Breaks code, and requests or responses.** `gifts`: family removed.";
    const ADDED: &str = "- `gifts`: family added.";

    fn change(kind: Kind) -> Vec<Change> {
        vec![test_change(kind)]
    }

    #[test]
    fn unpublished_first_version_keeps_its_number() {
        let first = updated(None, &[]);
        assert_eq!(first, "# Changelog\n\n## 0.1.0 (unreleased)\n\n- The first version.\n");
        assert_eq!(updated(Some(&first), &[]), first);
        let second = updated(Some(&first), &change(Kind::FamilyRemoved));
        assert_eq!(second, format!("# Changelog\n\n## 0.1.0 (unreleased)\n\n- The first version.\n{BREAKING}\n"));
        // Lines are not repeated.
        assert_eq!(updated(Some(&second), &change(Kind::FamilyRemoved)), second);
    }

    #[test]
    fn published_version_gets_a_section_above_it() {
        let published = "# Changelog\n\n## 0.1.0\n\n- The first version.\n";
        assert_eq!(next(published), None);
        let first = updated(Some(published), &change(Kind::FamilyAdded));
        assert_eq!(next(&first), Some("0.1.1"));
        let rest = "## 0.1.0\n\n- The first version.\n";
        assert_eq!(first, format!("# Changelog\n\n## 0.1.1 (unreleased)\n\n{ADDED}\n\n{rest}"));
        let second = updated(Some(&first), &change(Kind::FamilyRemoved));
        assert_eq!(second, format!("# Changelog\n\n## 0.2.0 (unreleased)\n\n{ADDED}\n{BREAKING}\n\n{rest}"));
        assert_eq!(updated(Some(&second), &change(Kind::FamilyAdded)), second);
    }

    #[test]
    fn unusual_changelogs_are_kept() {
        for odd in ["", "# Changes\nNothing of note ## here\n", "## someday\n"] {
            let updated = updated(Some(odd), &change(Kind::FamilyAdded));
            assert!(updated.contains(ADDED) && updated.contains(odd.trim()), "{updated}");
        }
    }
}
