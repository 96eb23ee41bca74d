//! `openapi/sources.toml` says of every document where it comes from and what it is.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

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
}

impl Source {
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

/// What the entries should be, by file.
fn documents() -> BTreeMap<String, Source> {
    let catalog = Catalog::read(&folder()).unwrap();
    assert_eq!(catalog.errors, []);
    let source = |entry: &meld_gen::catalog::CatalogEntry| {
        let digest = Sha256::digest(std::fs::read(&entry.path).unwrap());
        let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let family = entry.family.file_name.clone();
        let date = entry.version.to_string();
        let published =
            format!("https://docs.meld.io/openapi/{family}-{}.json", date.replace('-', ""));
        (entry.file.clone(), Source { family, date, file: entry.file.clone(), published, sha256 })
    };
    catalog.entries().map(source).collect()
}

#[test]
fn every_document_has_an_entry_that_is_right() {
    let text = std::fs::read_to_string(folder().join("sources.toml")).unwrap();
    let sources: Sources = toml::from_str(&text).unwrap();
    let documents = documents();
    let mut problems = Vec::new();
    for (file, wanted) in &documents {
        let found: Vec<_> = sources.document.iter().filter(|source| source.file == *file).collect();
        match found[..] {
            [found] if found == wanted => {}
            [] => problems.push(format!("add the missing entry:\n\n{}", wanted.entry())),
            [_] => problems.push(format!("the entry should be:\n\n{}", wanted.entry())),
            _ => problems.push(format!("{file} has several entries; keep one")),
        }
    }
    for source in &sources.document {
        if !documents.contains_key(&source.file) {
            problems.push(format!("{} is not there; remove its entry", source.file));
        }
    }
    assert!(problems.is_empty(), "openapi/sources.toml:\n{}", problems.join("\n"));
}
