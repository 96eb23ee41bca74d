//! The URL of the repository: in the manifest of the workspace, which all crates inherit, and in documents.

use std::fs;
use std::path::Path;

use crate::tool::{Result, at, git, replace};

/// The owner in the URL until the project has a public home.
const PLACEHOLDER: &str = "/OWNER/";

/// The URL of the repository.
///
/// # Errors
/// Returns an error if the manifest of the workspace has none.
pub fn current(root: &Path) -> Result<String> {
    let file = root.join("Cargo.toml");
    let manifest = at(&file, fs::read_to_string(&file))?;
    let line = manifest.lines().find_map(|line| line.strip_prefix("repository = \""));
    let url = line.and_then(|line| line.strip_suffix('"'));
    url.map(str::to_owned).ok_or_else(|| format!("{} has no `repository`", file.display()))
}

/// Fails if the URL is the placeholder.
pub fn check(root: &Path) -> Result<()> {
    let url = current(root)?;
    if url.contains(PLACEHOLDER) {
        return Err(format!("`repository` is the placeholder {url}; run `cargo xtask release repository <URL>`"));
    }
    Ok(())
}

/// Sets the URL, and the name of owner and repository, wherever they stand.
pub fn set(root: &Path, url: &str) -> Result<()> {
    let slug = slug(url).ok_or_else(|| format!("`{url}` is not a URL such as https://github.com/owner/name"))?;
    let old = current(root)?;
    let old_slug = self::slug(&old).unwrap_or(&old).to_owned();
    for name in git(root, ["ls-files", "*.md", "*.toml", "*.txt", "*.yml"]).read()?.lines() {
        let file = root.join(name);
        let text = at(&file, fs::read_to_string(&file))?;
        let changed = replaced(&text, (&old, &old_slug), (url, slug));
        if changed != text {
            replace(&file, &changed)?;
            println!("written {name}");
        }
    }
    Ok(())
}

/// A text in which the URL, and else the slug, are replaced.
fn replaced(text: &str, (old, old_slug): (&str, &str), (url, slug): (&str, &str)) -> String {
    text.split(old).map(|part| part.replace(old_slug, slug)).collect::<Vec<_>>().join(url)
}

/// `owner/name` of `https://host/owner/name`.
fn slug(url: &str) -> Option<&str> {
    let (_, slug) = url.strip_prefix("https://")?.split_once('/')?;
    let (owner, name) = slug.split_once('/')?;
    let is_name =
        |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_alphanumeric() || b"-_.".contains(&one));
    (is_name(owner) && is_name(name) && !name.ends_with(".git")).then_some(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_and_slugs_are_replaced() {
        let old = ("https://github.com/OWNER/meld-rs", "OWNER/meld-rs");
        let new = ("https://example.com/a/b", "a/b");
        let text = "https://github.com/OWNER/meld-rs/actions --repo OWNER/meld-rs";
        assert_eq!(replaced(text, old, new), "https://example.com/a/b/actions --repo a/b");
    }

    #[test]
    fn urls_have_owner_and_name() {
        assert_eq!(slug("https://github.com/a/b-c.d"), Some("a/b-c.d"));
        for url in ["http://github.com/a/b", "https://github.com/a", "https://github.com/a/b/c", "https://h/a/b.git"] {
            assert_eq!(slug(url), None, "{url}");
        }
    }
}
