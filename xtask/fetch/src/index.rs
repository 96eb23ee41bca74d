//! The names of the published specs, from the index pages of the site.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use meld_gen::catalog::CatalogEntry;
use url::Url;

/// The index pages of the site, which are written for programs.
pub const PAGES: [&str; 2] = ["llms.txt", "llms-full.txt"];

/// The folder of the specs, at the site and in the workspace.
pub const FOLDER: &str = "openapi";

/// The characters that end a URL in Markdown, in quotes or in code.
const DELIMITERS: &[char] = &['(', ')', '[', ']', '<', '>', '{', '}', '"', '\'', '`', '\\', ',', ';', '|', '*', '='];

/// The files that an index mentions.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// The specs, by file name.
    pub specs: BTreeMap<String, CatalogEntry>,
    /// The other JSON files.
    pub others: BTreeSet<String>,
}

impl Names {
    /// Adds a file name.
    pub fn add(&mut self, name: &str) {
        match CatalogEntry::from_path(Path::new(name)) {
            Ok(entry) => drop(self.specs.insert(name.to_owned(), entry)),
            Err(_) => drop(self.others.insert(name.to_owned())),
        }
    }

    /// Adds the files that a text links to: below one of the `bases`, or relative to the first.
    pub fn add_links(&mut self, text: &str, bases: &[Url]) {
        let Some(first) = bases.first() else { return };
        let words = text.split(|c: char| c.is_whitespace() || DELIMITERS.contains(&c));
        for word in words.filter(|word| word.contains(FOLDER) && word.contains(".json")) {
            let word = word.trim_end_matches(['.', ':', '!', '?', '_']);
            let Ok(url) = first.join(word) else { continue };
            let name = bases.iter().find_map(|base| file_name(&url, base));
            if let Some(name) = name {
                self.add(name);
            }
        }
    }
}

/// Returns the file name of a URL if it is directly in the folder of specs below `base`.
fn file_name<'a>(url: &'a Url, base: &Url) -> Option<&'a str> {
    let is_same_host = url.host() == base.host() && url.port_or_known_default() == base.port_or_known_default();
    // A mirror may be below a path, but links from the root of the site are relative to the mirror.
    let path = url.path();
    let path = path.strip_prefix(base.path()).or_else(|| path.strip_prefix('/'))?;
    let name = path.strip_prefix(FOLDER)?.strip_prefix('/')?;
    (is_same_host && !name.contains('/') && name.ends_with(".json")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let bases = ["http://127.0.0.1:9/", "https://docs.meld.io/"];
        let bases: Vec<_> = bases.iter().map(|base| Url::parse(base).unwrap()).collect();
        let mut names = Names::default();
        names.add_links(text, &bases);
        names.specs.into_keys().chain(names.others).collect()
    }

    #[test]
    fn specs_are_found_in_markdown() {
        for text in [
            "- [Crypto](https://docs.meld.io/openapi/crypto-20260203.json): the operations",
            "see <http://127.0.0.1:9/openapi/crypto-20260203.json>.",
            "[Crypto](/openapi/crypto-20260203.json \"Crypto\")",
            "[crypto]: ./openapi/crypto-20260203.json",
            "| `openapi/crypto-20260203.json` |",
            "````yaml openapi/crypto-20260203.json post /payments/crypto/quote",
            "openapi: 'openapi/crypto-20260203.json POST /payments/crypto/quote'",
            "{\"url\": \"\\/openapi/crypto-20260203.json\", \"a\": 1}",
            "**https://docs.meld.io/openapi/crypto-20260203.json?v=2#top**, then",
            "<a href=/openapi/crypto-20260203.json>",
            "It is /openapi/crypto-20260203.json.",
        ] {
            assert_eq!(names(text), ["crypto-20260203.json"], "{text}");
        }
    }

    #[test]
    fn links_elsewhere_are_ignored() {
        for text in [
            "https://example.com/openapi/crypto-20260203.json",
            "https://docs.meld.io.example.com/openapi/crypto-20260203.json",
            "/other/openapi/crypto-20260203.json",
            "/openapi/old/crypto-20260203.json",
            "/openapi/../crypto-20260203.json",
            "/openapi/crypto-20260203.json.md",
            "openapi crypto-20260203.json",
            "https://openapi:x/openapi/crypto-20260203.json",
        ] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn other_names_are_separate() {
        let text = "/openapi/crypto-2026.json /openapi/webhooks-20270101.json /openapi/all.json";
        assert_eq!(names(text), ["webhooks-20270101.json", "all.json", "crypto-2026.json"]);
    }
}
