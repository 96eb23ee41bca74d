//! The notes of a release: its section of CHANGELOG.md.

use std::fs;
use std::path::Path;

use crate::tool::{Result, at};

/// Returns the section of the version of a tag, such as `v0.2.0`.
///
/// # Errors
/// Returns an error if the changelog has no such section, or an empty one.
pub fn notes(root: &Path, tag: &str) -> Result<String> {
    let file = root.join("CHANGELOG.md");
    let changelog = at(&file, fs::read_to_string(&file))?;
    let version = tag.strip_prefix('v').unwrap_or(tag);
    section(&changelog, version).ok_or_else(|| format!("CHANGELOG.md says nothing of [{version}]"))
}

fn section(changelog: &str, version: &str) -> Option<String> {
    let (_, rest) = changelog.split_once(&format!("## [{version}]"))?;
    let (_, rest) = rest.split_once('\n')?;
    let section = rest.split("\n## ").next().unwrap_or(rest).trim();
    (!section.is_empty()).then(|| section.to_owned())
}

#[cfg(test)]
mod tests {
    use super::section;

    #[test]
    fn notes_are_one_section() {
        let changelog =
            "# Changelog\n\n## [0.2.0] - 2026-12-01\n\n- New.\n\n### More\n\n## [0.1.0]\n\n- Old.\n\n## [0.0.1]\n";
        assert_eq!(section(changelog, "0.2.0").as_deref(), Some("- New.\n\n### More"));
        assert_eq!(section(changelog, "0.1.0").as_deref(), Some("- Old."));
        assert_eq!(section(changelog, "0.0.1"), None);
        assert_eq!(section(changelog, "0.3.0"), None);
    }
}
