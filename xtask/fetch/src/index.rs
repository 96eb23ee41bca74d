//! Which documents are published: the names that the site's lists of pages mention.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use meld_gen::catalog::CatalogEntry;
use url::Url;

/// The pages that mention all others, for machines to read.
pub const PAGES: [&str; 2] = ["llms.txt", "llms-full.txt"];

/// The folder of the documents, at the site and in the workspace.
pub const FOLDER: &str = "openapi";

/// What ends an address in markdown, in quotes, or in code.
const ENDS: &[char] =
    &['(', ')', '[', ']', '<', '>', '{', '}', '"', '\'', '`', '\\', ',', ';', '|', '*', '='];

/// The documents that are mentioned.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Those that are dated documents, by file name.
    pub documents: BTreeMap<String, CatalogEntry>,
    /// Files beside them whose names are others.
    pub others: BTreeSet<String>,
}

impl Names {
    /// Adds a file name.
    pub fn add(&mut self, name: &str) {
        match CatalogEntry::from_path(Path::new(name)) {
            Ok(entry) => drop(self.documents.insert(name.to_owned(), entry)),
            Err(_) => drop(self.others.insert(name.to_owned())),
        }
    }

    /// Adds what `text` mentions: absolute links to one of the `bases`, and links relative to the first.
    pub fn read(&mut self, text: &str, bases: &[Url]) {
        let Some(first) = bases.first() else { return };
        let words = text.split(|c: char| c.is_whitespace() || ENDS.contains(&c));
        for word in words.filter(|word| word.contains(FOLDER) && word.contains(".json")) {
            let word = word.trim_end_matches(['.', ':', '!', '?', '_']);
            let Ok(address) = first.join(word) else { continue };
            let name = bases.iter().find_map(|base| document(&address, base));
            if let Some(name) = name {
                self.add(name);
            }
        }
    }
}

/// The file that `address` names directly in the folder of documents below `base`.
fn document<'a>(address: &'a Url, base: &Url) -> Option<&'a str> {
    let same = address.host() == base.host()
        && address.port_or_known_default() == base.port_or_known_default();
    // A link from the root of the site is meant from the root of what stands for the site.
    let path = address.path();
    let path = path.strip_prefix(base.path()).or_else(|| path.strip_prefix('/'))?;
    let name = path.strip_prefix(FOLDER)?.strip_prefix('/')?;
    (same && !name.contains('/') && name.ends_with(".json")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let bases = ["http://127.0.0.1:9/", "https://docs.meld.io/"];
        let bases: Vec<_> = bases.iter().map(|base| Url::parse(base).unwrap()).collect();
        let mut names = Names::default();
        names.read(text, &bases);
        names.documents.into_keys().chain(names.others).collect()
    }

    #[test]
    fn documents_are_found_in_any_markdown() {
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
    fn what_is_elsewhere_is_not_ours() {
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
    fn other_names_are_told_apart() {
        let text = "/openapi/crypto-2026.json /openapi/webhooks-20270101.json /openapi/all.json";
        assert_eq!(names(text), ["webhooks-20270101.json", "all.json", "crypto-2026.json"]);
    }
}
