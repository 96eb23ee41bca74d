//! Links from documents to files of the repository and to headings. rustdoc checks links to items.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::tool::{Result, at, git};

/// Returns each dead link, with its document.
pub fn dead(root: &Path) -> Result<Vec<String>> {
    let mut documents = BTreeMap::new();
    for name in git(root, ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"]).read()?.lines() {
        let file = root.join(name);
        // A document that was deleted is listed until that is committed.
        if file.is_file() {
            documents.insert(PathBuf::from(name), at(&file, fs::read_to_string(&file))?);
        }
    }
    let mut faults = Vec::new();
    for (name, text) in &documents {
        for link in links(text) {
            if !is_alive(root, &documents, name, &link) {
                faults.push(format!("{}: the link to `{link}` is dead", name.display()));
            }
        }
    }
    Ok(faults)
}

/// Returns `true` for a link to an existing file or heading, and for those that are not checked here: other sites, and
/// items of Rust.
fn is_alive(root: &Path, documents: &BTreeMap<PathBuf, String>, name: &Path, link: &str) -> bool {
    if link.contains("://") || link.contains("::") || link.starts_with("mailto:") {
        return true;
    }
    let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
    let is_item = !path.is_empty() && !path.contains(['/', '.']) && name.starts_with("meld-client/src");
    if is_item {
        return true;
    }
    let target = match path {
        "" => name.to_owned(),
        path => normal(&name.parent().unwrap_or(Path::new("")).join(path)),
    };
    if !root.join(&target).exists() {
        return false;
    }
    anchor.is_empty() || documents.get(&target).is_none_or(|text| anchors(text).any(|one| one == anchor))
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part.as_os_str().to_str() {
            Some(".") => {}
            Some("..") => {
                normal.pop();
            }
            _ => normal.push(part),
        }
    }
    normal
}

/// The lines of a document that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The targets of inline links, and of definitions such as `[name]: target`.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        let line = without_code(line);
        for (_, rest) in line.match_indices("](").map(|(at, _)| line.split_at(at + 2)) {
            links.extend(rest.split_once(')').map(|(target, _)| target.trim().to_owned()));
        }
        if let Some((_, target)) = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
            links.push(target.trim().to_owned());
        }
    }
    links
}

/// A line without the spans of code in it, except those that are labels of links.
fn without_code(line: &str) -> String {
    line.split('`').enumerate().filter(|(index, _)| index % 2 == 0).map(|(_, part)| part).collect()
}

/// The anchors of the headings, as GitHub and rustdoc name them.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    prose(text).filter(|line| line.starts_with('#')).map(|line| {
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|one| one.is_alphanumeric() || " -_".contains(*one));
        kept.map(|one| if one == ' ' { '-' } else { one }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_files_and_headings_are_checked() {
        let root = tempfile::tempdir().unwrap();
        let text = "# The first `one`\n[a](#the-first-one) [b](#none) [c](../a.md) [d](b.md#x) [e](https://x)\n\
                    [`f`](crate::g) `[h](i)`\n```\n[j](k.md)\n```\n[l](Meld) [m](m.rs)\n";
        let name = PathBuf::from("meld-client/src/guide/a.md");
        fs::create_dir_all(root.path().join("meld-client/src/guide")).unwrap();
        fs::write(root.path().join("meld-client/src/a.md"), "").unwrap();
        fs::write(root.path().join(&name), text).unwrap();
        let documents = BTreeMap::from([(name.clone(), text.to_owned())]);
        let dead = links(text).into_iter().filter(|link| !is_alive(root.path(), &documents, &name, link));
        assert_eq!(dead.collect::<Vec<_>>(), ["#none", "b.md#x", "m.rs"]);
    }
}
