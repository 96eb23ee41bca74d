//! `openapi/sources.toml` has the origin and the digest of every spec.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use meld_gen::catalog::Catalog;
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sources {
    document: Vec<Source>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    family: String,
    date: String,
    file: String,
    published: String,
    sha256: String,
    /// The server's tag of the version that was downloaded last.
    etag: Option<String>,
    /// The digest of that version.
    published_sha256: Option<String>,
    /// The origin of the descriptions; `None` if they are ours.
    text: Option<String>,
}

impl Source {
    /// The fault in the fields that `cargo xtask fetch` writes. They cannot be compared with the published file, which is
    /// not in the tree.
    fn problem(&self) -> Option<&'static str> {
        let is_digest =
            |digest: &String| digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let is_etag = |etag: &String| {
            let quoted = etag.strip_prefix("W/").unwrap_or(etag);
            quoted.len() >= 2 && quoted.starts_with('"') && quoted.ends_with('"')
        };
        if self.text.is_some() {
            Some("the file has the descriptions that Meld published; restore ours with `git checkout`")
        } else if self.published_sha256.as_ref().is_some_and(|digest| !is_digest(digest)) {
            Some("published_sha256 is not a SHA-256 in lower-case hexadecimal digits; remove it")
        } else if self.etag.as_ref().is_some_and(|etag| !is_etag(etag)) {
            Some("etag is not an entity tag, which includes quotes; remove it")
        } else if self.etag.is_some() && self.published_sha256.is_none() {
            Some("etag needs published_sha256; remove it")
        } else {
            None
        }
    }

    /// The entry without the fields that cannot be compared with the tree.
    fn of_our_file(&self) -> Self {
        Self { etag: None, published_sha256: None, text: None, ..self.clone() }
    }

    fn entry(&self) -> String {
        format!(
            "[[document]]\nfamily = \"{}\"\ndate = \"{}\"\nfile = \"{}\"\npublished = \"{}\"\nsha256 = \"{}\"\n",
            self.family, self.date, self.file, self.published, self.sha256
        )
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi")
}

/// The expected entries by file.
fn specs() -> BTreeMap<String, Source> {
    let catalog = Catalog::read(&folder()).unwrap();
    assert_eq!(catalog.errors, []);
    let source = |entry: &meld_gen::catalog::CatalogEntry| {
        let digest = Sha256::digest(std::fs::read(&entry.path).unwrap());
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let family = entry.family.file_name.clone();
        let date = entry.version.to_string();
        let published = format!("https://docs.meld.io/openapi/{family}-{}.json", date.replace('-', ""));
        let file = entry.file.clone();
        let (etag, published_sha256, text) = (None, None, None);
        let source = Source { family, date, file, published, sha256, etag, published_sha256, text };
        (entry.file.clone(), source)
    };
    catalog.entries().map(source).collect()
}

#[test]
fn every_spec_has_a_correct_entry() {
    let text = std::fs::read_to_string(folder().join("sources.toml")).unwrap();
    let sources: Sources = toml::from_str(&text).unwrap();
    let specs = specs();
    let mut problems = Vec::new();
    for (file, wanted) in &specs {
        let found: Vec<_> = sources.document.iter().filter(|source| source.file == *file).collect();
        match found[..] {
            [found] if found.of_our_file() == *wanted => {}
            [] => problems.push(format!("add the missing entry:\n\n{}", wanted.entry())),
            [_] => problems.push(format!("the entry should be:\n\n{}", wanted.entry())),
            _ => problems.push(format!("{file} has several entries; keep one")),
        }
    }
    for source in &sources.document {
        if !specs.contains_key(&source.file) {
            problems.push(format!("{} is not there; remove its entry", source.file));
        }
        if let Some(problem) = source.problem() {
            problems.push(format!("{}: {problem}", source.file));
        }
    }
    assert!(problems.is_empty(), "openapi/sources.toml:\n{}", problems.join("\n"));
}

#[test]
fn fields_of_fetch_are_validated() {
    let digest = "0123456789abcdef".repeat(4);
    for (fields, problem) in [
        (String::new(), None),
        (format!("published_sha256 = '{digest}'"), None),
        (format!("published_sha256 = '{digest}'\netag = 'W/\"a\"'"), None),
        (format!("published_sha256 = '{}'", digest.to_uppercase()), Some("not a SHA-256")),
        (format!("published_sha256 = '{digest}'\netag = 'a'"), Some("not an entity tag")),
        (format!("published_sha256 = '{digest}'\netag = '\"'"), Some("not an entity tag")),
        ("etag = '\"a\"'".to_owned(), Some("needs published_sha256")),
        ("text = 'published'".to_owned(), Some("the descriptions that Meld published")),
    ] {
        let entry = specs().remove("crypto-20260203.json").unwrap().entry();
        let sources: Sources = toml::from_str(&format!("{entry}{fields}\n")).unwrap();
        let found = sources.document[0].problem();
        assert_eq!(found.is_some(), problem.is_some(), "{fields}: {found:?}");
        assert!(found.unwrap_or_default().contains(problem.unwrap_or_default()), "{found:?}");
    }
}
