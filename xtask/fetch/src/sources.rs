//! `openapi/sources.toml`: the URL of each spec and the hashes of the published and of our file.

use std::path::Path;

use meld_gen::catalog::CatalogEntry;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

use crate::error::{Error, ErrorKind, Result};

/// The file name.
pub const FILE: &str = "sources.toml";

/// The maximum length of an `ETag`.
const MAX_ETAG: usize = 256;

/// The value of `text` for a spec with published text.
const PUBLISHED: &str = "published";

/// The entry of one spec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The URL that it is published at.
    pub published: String,
    /// The SHA-256 of our file.
    pub sha256: String,
    /// The `ETag` of the last fetch.
    pub etag: Option<String>,
    /// The SHA-256 of the content of the last fetch.
    pub published_sha256: Option<String>,
    /// `true` if our file has the published text.
    pub has_published_text: bool,
}

/// The whole file. Edits keep its comments and order.
#[derive(Clone, Debug)]
pub struct Sources {
    document: DocumentMut,
}

impl Sources {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::Io`] if it cannot be read, or [`ErrorKind::Sources`] if it is not valid.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::unreadable(path, &error))?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        let refuse = |what: String| {
            let advice = "restore it with git checkout, or correct it";
            Error::new(ErrorKind::Sources, FILE, what, advice)
        };
        let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
            let message = error.message().lines().collect::<Vec<_>>().join(" ");
            refuse(format!("it is not TOML ({message})"))
        })?;
        let empty = || Item::ArrayOfTables(ArrayOfTables::new());
        if !document.entry("document").or_insert_with(empty).is_array_of_tables() {
            return Err(refuse("`document` is not a list of tables".to_owned()));
        }
        Ok(Self { document })
    }

    /// Returns the content of the file.
    pub fn text(&self) -> String {
        self.document.to_string()
    }

    fn tables(&self) -> impl Iterator<Item = &Table> {
        let tables = self.document.get("document").and_then(Item::as_array_of_tables);
        tables.into_iter().flatten()
    }

    /// Returns the file names of all entries.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.tables().filter_map(|table| table.get("file")?.as_str())
    }

    /// Returns the entry of a file.
    pub fn get(&self, file: &str) -> Option<Source> {
        let table = self.tables().find(|table| is_for_file(table, file))?;
        let text = |key: &str| table.get(key).and_then(Item::as_str).map(str::to_owned);
        Some(Source {
            published: text("published").unwrap_or_default(),
            sha256: text("sha256").unwrap_or_default(),
            etag: text("etag").filter(|etag| is_etag(etag)),
            published_sha256: text("published_sha256"),
            has_published_text: text("text").as_deref() == Some(PUBLISHED),
        })
    }

    /// Sets the entry of a spec, which is added if there is none.
    pub fn set(&mut self, entry: &CatalogEntry, source: &Source) {
        // Without entries, the comment about the file is its trailing text.
        let comment = self.document.trailing().as_str().unwrap_or_default().to_owned();
        let is_first = self.tables().next().is_none() && !comment.is_empty();
        let Some(tables) = self.document.get_mut("document").and_then(Item::as_array_of_tables_mut) else {
            return;
        };
        let found = tables.iter().position(|table| is_for_file(table, &entry.file));
        let index = found.unwrap_or_else(|| add(tables, &entry.file));
        let Some(table) = tables.get_mut(index) else { return };
        let etag = source.etag.as_deref().filter(|etag| is_etag(etag));
        for (key, value) in [
            ("family", Some(entry.family.file_name.as_str())),
            ("date", Some(entry.version.to_string().as_str())),
            ("file", Some(entry.file.as_str())),
            ("published", Some(source.published.as_str())),
            ("sha256", Some(source.sha256.as_str())),
            ("etag", etag),
            ("published_sha256", source.published_sha256.as_deref()),
            ("text", source.has_published_text.then_some(PUBLISHED)),
        ] {
            put(table, key, value);
        }
        if is_first {
            table.decor_mut().set_prefix(format!("{comment}\n"));
            self.document.set_trailing("");
        }
    }
}

fn is_for_file(table: &Table, file: &str) -> bool {
    table.get("file").and_then(Item::as_str) == Some(file)
}

/// Inserts a table in the order of file names and returns its index.
fn add(tables: &mut ArrayOfTables, file: &str) -> usize {
    let name = |table: &Table| table.get("file").and_then(Item::as_str).map(str::to_owned);
    let index =
        tables.iter().position(|table| name(table).is_some_and(|name| name.as_str() > file)).unwrap_or(tables.len());
    let mut table = Table::new();
    if let Some(first) = tables.get_mut(0).filter(|_| index == 0) {
        // The comment above the first entry is about the file, and stays at the top.
        *table.decor_mut() = first.decor().clone();
        first.decor_mut().set_prefix("\n");
    }
    tables.insert(index, table);
    // Tables are printed by their original position.
    for (position, table) in (0..).zip(tables.iter_mut()) {
        table.set_position(Some(position));
    }
    index
}

/// Sets or removes a string and keeps the comments beside it.
fn put(table: &mut Table, key: &str, text: Option<&str>) {
    let Some(text) = text else {
        table.remove(key);
        return;
    };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(value) if value.as_str() == Some(text) => {}
        Some(value) => {
            let decor = value.decor().clone();
            *value = Value::from(text);
            *value.decor_mut() = decor;
        }
        None => drop(table.insert(key, Item::Value(Value::from(text)))),
    }
}

/// Returns `true` if a string is a valid entity tag of at most 256 bytes.
pub fn is_etag(text: &str) -> bool {
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    let inner = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_visible = |inner: &str| inner.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    text.len() <= MAX_ETAG && inner.is_some_and(is_visible)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# About the file.\n\n[[document]] # the first\nfamily = \"b\"\n\
        date = \"2026-02-03\"\nfile = \"b-20260203.json\"\npublished = \"https://x/b\"\n\
        sha256 = \"00\" # ours\n\n# The next.\n[[document]]\nfile = \"d-20260203.json\"\n";

    fn entry(name: &str) -> CatalogEntry {
        CatalogEntry::from_path(Path::new(name)).unwrap()
    }

    fn source() -> Source {
        Source {
            published: "https://x/b".to_owned(),
            sha256: "00".to_owned(),
            etag: Some("W/\"1\"".to_owned()),
            ..Source::default()
        }
    }

    #[test]
    fn changed_entry_keeps_its_place() {
        let mut sources = Sources::parse(TEXT).unwrap();
        assert_eq!(sources.text(), TEXT);
        let changed = Source { sha256: "11".to_owned(), ..source() };
        sources.set(&entry("b-20260203.json"), &changed);
        let wanted = TEXT.replace("\"00\" # ours\n", "\"11\" # ours\netag = 'W/\"1\"'\n");
        assert_eq!(sources.text(), wanted);
        assert_eq!(sources.get("b-20260203.json"), Some(changed));
        sources.set(&entry("b-20260203.json"), &Source { etag: None, ..source() });
        assert_eq!(sources.text(), TEXT);
    }

    #[test]
    fn new_entries_are_sorted_below_file_comment() {
        let mut sources = Sources::parse(TEXT).unwrap();
        for name in ["e-20260203.json", "a-20260203.json", "c-20260203.json"] {
            sources.set(&entry(name), &source());
        }
        let files: Vec<_> = sources.files().map(|file| file[..1].to_owned()).collect();
        assert_eq!(files, ["a", "b", "c", "d", "e"]);
        let text = sources.text();
        assert!(text.starts_with("# About the file.\n\n[[document]]"), "{text}");
        assert!(text.contains("\n\n# The next.\n[[document]]\nfile = \"d-"), "{text}");
        assert_eq!(Sources::parse(&text).unwrap().text(), text);
    }

    #[test]
    fn invalid_file_is_refused() {
        for (text, what) in [("document = 1", "not a list"), ("a = ", "not TOML")] {
            let error = Sources::parse(text).unwrap_err();
            assert_eq!(error.kind, ErrorKind::Sources);
            assert!(error.to_string().contains(what), "{error}");
        }
        assert_eq!(Sources::parse("").unwrap().files().count(), 0);
    }

    #[test]
    fn entity_tags_are_validated() {
        assert!(is_etag("\"abc\"") && is_etag("W/\"abc\"") && is_etag("\"\""));
        for text in ["abc", "\"a", "\"a\"b\"", "\"a b\"", "\"a\r\nb: c\"", "W/abc", "\""] {
            assert!(!is_etag(text), "{text:?}");
        }
        assert!(!is_etag(&format!("\"{}\"", "a".repeat(MAX_ETAG))));
    }
}
