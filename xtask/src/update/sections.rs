//! Sections of the pull request beside the changes: the next versions that `regen` proposes, and the report of oasdiff.

use std::fs;
use std::path::Path;

use super::log;
use crate::tool::{Result, Tool, at, git};

/// Bytes of the section on oasdiff.
const LONGEST: usize = 12_000;

/// The next versions in the output of `regen`, as a section; empty if there are none.
pub fn next_versions(output: &str) -> String {
    let lines = output.lines().filter_map(|line| {
        let (name, rest) = line.strip_prefix("next version of ")?.split_once(": ")?;
        let (version, _) = rest.split_once(';')?;
        let is_plain = |text: &str| text.bytes().all(|one| one.is_ascii_alphanumeric() || b"-.".contains(&one));
        (is_plain(name) && is_plain(version)).then(|| format!("- `{name}`: {version}\n"))
    });
    let lines: String = lines.collect();
    if lines.is_empty() { lines } else { format!("\n\n## Next versions\n\n{lines}") }
}

/// The report of oasdiff about each changed spec, as a section; empty if it is not installed. It shares no code with
/// `cargo xtask diff`, and decides nothing.
pub fn oasdiff(root: &Path) -> Result<String> {
    if !Tool::new(root, "oasdiff").arg("--version").succeeds() {
        return Ok(String::new());
    }
    let changed = ["diff", "--cached", "--name-only", "--diff-filter=M", "HEAD", "--", "openapi/*.json"];
    let mut section = String::new();
    for name in git(root, changed).read()?.lines() {
        let old = tempfile::NamedTempFile::with_suffix(".json").map_err(|error| format!("a spec: {error}"))?;
        at(old.path(), fs::write(old.path(), git(root, ["show", &format!("HEAD:{name}")]).read_bytes()?))?;
        let report = tempfile::NamedTempFile::new().map_err(|error| format!("a report: {error}"))?;
        let tool = Tool::new(root, "oasdiff").arg("changelog").arg(old.path()).arg(root.join(name));
        log::logged(tool, report.path(), None)?;
        let part = log::fenced(name, report.path())?;
        if section.len() + part.len() > LONGEST {
            section.push_str("… and more specs.");
            break;
        }
        section.push_str(&part);
    }
    Ok(if section.is_empty() { section } else { format!("\n\n## Second opinion: oasdiff\n\n{}", section.trim_end()) })
}

#[cfg(test)]
mod tests {
    use super::next_versions;

    #[test]
    fn next_versions_are_listed() {
        let output =
            "written a\n\nnext version of meld-client-v2026-02-03: 0.2.0; see x\n  a change\nnext version of `x`: 1;\n";
        assert_eq!(next_versions(output), "\n\n## Next versions\n\n- `meld-client-v2026-02-03`: 0.2.0\n");
        assert_eq!(next_versions("nothing"), "");
    }
}
