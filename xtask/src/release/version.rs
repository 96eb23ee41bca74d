//! The one version of all published crates.

use std::fs;
use std::path::Path;

use crate::tool::{Result, Tool, at, replace};
use crate::workspace::{self, Crate};

/// The version that all published crates have and require of each other.
///
/// # Errors
/// Returns an error that lists all versions if they differ.
pub fn current(root: &Path) -> Result<String> {
    let crates = workspace::published(root)?;
    let Some(Crate { version, .. }) = crates.first() else {
        return Err("no crate is published".to_owned());
    };
    let is_same = |one: &Crate| one.version == *version && one.needs.iter().all(|(_, needed)| needed == version);
    if crates.iter().all(is_same) {
        return Ok(version.clone());
    }
    let mut message = "the versions differ; `cargo xtask release version <version>` sets one everywhere".to_owned();
    for Crate { name, version, needs } in &crates {
        message.push_str(&format!("\n  {name} {version}"));
        for (needed, version) in needs {
            message.push_str(&format!(", needs {needed} {version}"));
        }
    }
    Err(message)
}

/// Sets the version in manifests, READMEs, Cargo.lock and generated crates.
pub fn set(root: &Path, version: &str) -> Result<()> {
    if !is_version(version) {
        return Err(format!("`{version}` is not a version; expected one such as 0.2.0"));
    }
    // All before cargo reads any: it would load no workspace whose versions do not fit each other.
    for file in ["Cargo.toml", "meld-client/Cargo.toml"] {
        rewrite(&root.join(file), |text| manifest(text, version))?;
    }
    for file in ["README.md", "meld-client/sandbox/README.md"] {
        rewrite(&root.join(file), |text| readme(text, version))?;
    }
    Tool::cargo(root).args(["update", "--workspace", "--quiet"]).run()?;
    Tool::cargo(root).args(["xtask", "regen"]).run()?;
    if current(root)? != version {
        return Err("the version could not be set everywhere; see `git diff`".to_owned());
    }
    Ok(())
}

fn rewrite(file: &Path, change: impl Fn(&str) -> String) -> Result<()> {
    let text = at(file, fs::read_to_string(file))?;
    replace(file, &change(&text))
}

/// `0.2.0` or `0.2.0-rc.1`.
fn is_version(text: &str) -> bool {
    let (numbers, pre) = text.split_once('-').unwrap_or((text, "0"));
    let numbers: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
    let is_pre = |one: u8| one.is_ascii_alphanumeric() || b".-".contains(&one);
    numbers.len() == 3 && numbers.iter().all(is_number) && !pre.is_empty() && pre.bytes().all(is_pre)
}

/// A manifest with the version of the workspace and of its crates replaced.
fn manifest(text: &str, version: &str) -> String {
    let mut section = "";
    let lines = text.split_inclusive('\n').map(|line| {
        if line.starts_with('[') {
            section = line.trim_end();
        }
        let is_own = section == "[workspace.package]" && line.starts_with("version = ");
        let is_crate = line.starts_with("meld-") && line.contains(" = { path = ");
        if is_own || is_crate { with_version(line, version) } else { line.to_owned() }
    });
    lines.collect()
}

/// A line with the string after `version = ` replaced.
fn with_version(line: &str, version: &str) -> String {
    let replaced = line.split_once("version = \"").and_then(|(before, rest)| {
        let (_, after) = rest.split_once('"')?;
        Some(format!("{before}version = \"{version}\"{after}"))
    });
    replaced.unwrap_or_else(|| line.to_owned())
}

/// A README in which the lines for users' manifests have the version, without its patch number.
fn readme(text: &str, version: &str) -> String {
    let short = version.match_indices('.').nth(1).map_or(version, |(end, _)| &version[..end]);
    let lines = text.split_inclusive('\n').map(|line| {
        let is_dependency = line.starts_with("meld-client = ") || line.starts_with("meld-sandbox = ");
        if is_dependency { with_requirement(line, short) } else { line.to_owned() }
    });
    lines.collect()
}

/// A line with its first string that is two numbers, such as `"0.1"`, replaced.
fn with_requirement(line: &str, short: &str) -> String {
    let is_requirement = |part: &str| {
        let numbers: Vec<&str> = part.split('.').collect();
        let is_number = |one: &&str| !one.is_empty() && one.bytes().all(|b| b.is_ascii_digit());
        numbers.len() == 2 && numbers.iter().all(is_number)
    };
    let mut parts: Vec<&str> = line.split('"').collect();
    if let Some(part) = parts.iter_mut().find(|part| is_requirement(part)) {
        *part = short;
    }
    parts.join("\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_is_set_in_manifests() {
        let before = "[workspace.package]\nversion = \"0.1.0\"\n\n[workspace.dependencies]\n\
                      meld-gen = { path = \"meld-gen\", version = \"0.1.0\" }\nversion = \"1\"\nserde = \"1\"\n";
        let after = before.replace("0.1.0", "0.2.0-rc.1");
        assert_eq!(manifest(before, "0.2.0-rc.1"), after);
    }

    #[test]
    fn version_is_set_in_readmes() {
        let before = "meld-client = \"0.1\"\nmeld-sandbox = { version = \"0.1\" }\nother = \"0.1\"\n";
        let after = "meld-client = \"0.2\"\nmeld-sandbox = { version = \"0.2\" }\nother = \"0.1\"\n";
        assert_eq!(readme(before, "0.2.0"), after);
        assert_eq!(readme(before, "0.2.0-rc.1"), after);
    }

    #[test]
    fn versions_have_three_numbers() {
        assert!(["0.2.0", "10.0.12", "0.2.0-rc.1"].iter().all(|text| is_version(text)));
        assert!(!["0.2", "0.2.0.1", "v0.2.0", "0.2.x", "0.2.0-", "0.2.0 "].iter().any(|text| is_version(text)));
    }
}
