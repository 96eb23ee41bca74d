//! The pages that rustdoc has written for `meld-client`: each must name the features that its item needs.

use std::fs;
use std::path::Path;

use crate::tool::{Result, at};

/// Items that need no feature, by module and page.
const ALWAYS: &[&str] = &[
    "all",
    "bank_linking/enum.ConnectionStatus",
    "bank_linking/enum.ConnectionStatusReason",
    "bank_linking/enum.NextStep",
    "bank_linking/struct.ConnectionState",
    "enum.JsonKind",
    "enum.Nullable",
    "struct.DateOrTime",
    "struct.DecodeWarning",
    "struct.DecodeWarnings",
    "struct.UnknownValue",
    "struct.UnknownVariant",
    "transactions/enum.Progress",
    "transactions/enum.TransactionType",
];

/// Pages at most. The number multiplies if the pages of a dependency are copied.
const MOST_PAGES: usize = 2_600;

/// Fails if a page does not say which features its item needs, or if there are too many pages.
///
/// # Errors
/// Returns an error that names the pages.
pub fn check(folder: &Path) -> Result<()> {
    let mut pages = Vec::new();
    collect(folder, "", &mut pages)?;
    if pages.is_empty() || pages.len() > MOST_PAGES {
        return Err(format!(
            "{} has {} pages, expected 1 to {MOST_PAGES}; a re-exported crate needs `#[doc(no_inline)]`",
            folder.display(),
            pages.len()
        ));
    }
    let unmarked = pages.iter().filter(|(name, is_marked)| !is_marked && !ALWAYS.contains(&name.as_str()));
    let unmarked: Vec<&str> = unmarked.map(|(name, _)| name.as_str()).collect();
    if unmarked.is_empty() {
        println!("{} pages", pages.len());
        return Ok(());
    }
    Err(format!(
        "these pages do not name the feature of their item; give it a `#[cfg(feature = …)]` where it is declared or \
         re-exported, or list it in `ALWAYS` of xtask/src/docs/pages.rs:\n  {}",
        unmarked.join("\n  ")
    ))
}

/// Collects the pages of items below a folder: their names, and whether they name a feature. Indexes of modules list
/// the features of their items, and redirections show nothing.
fn collect(folder: &Path, prefix: &str, pages: &mut Vec<(String, bool)>) -> Result<()> {
    for entry in at(folder, fs::read_dir(folder))? {
        let path = at(folder, entry)?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, &format!("{prefix}{file}/"), pages)?;
        } else if let Some(name) = file.strip_suffix(".html")
            && name != "index"
        {
            let text = at(&path, fs::read_to_string(&path))?;
            if !text.contains("http-equiv=\"refresh\"") {
                pages.push((format!("{prefix}{name}"), text.contains("stab portability")));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_without_features_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        write("index.html", "");
        write("struct.Moved.html", "<meta http-equiv=\"refresh\">");
        write("a/struct.Marked.html", "<span class=\"stab portability\">");
        check(folder.path()).unwrap();
        write("a/struct.Plain.html", "");
        assert!(check(folder.path()).unwrap_err().contains("\n  a/struct.Plain"));
    }
}
