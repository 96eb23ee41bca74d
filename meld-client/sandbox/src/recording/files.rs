//! The folder of a recording: one exchange per file, in the order of the file names.

use std::fs;
use std::io;
#[cfg(feature = "record")]
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::exchange::{self, Exchange};
use crate::error::Error;
use crate::specs::Operation;

/// Returns the error of a file or folder.
fn failure(path: &Path, pointer: &str, message: impl ToString) -> Error {
    Error::Recording { path: path.to_owned(), pointer: pointer.to_owned(), message: message.to_string() }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |error: io::Error| failure(folder, "", error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Reads a recording: the name of each file and its exchange.
///
/// # Errors
///
/// Returns [`Error::Recording`] if the folder or a file cannot be used.
pub(crate) fn read(folder: &Path, operations: &[Operation]) -> Result<Vec<(String, Exchange)>, Error> {
    let mut exchanges = Vec::new();
    for path in list(folder)? {
        let text = fs::read(&path).map_err(|error| failure(&path, "", error))?;
        let value = serde_json::from_slice(&text).map_err(|error| failure(&path, "", error))?;
        let exchange = exchange::parse(&value).map_err(|(pointer, message)| failure(&path, pointer, message))?;
        let is_known =
            |operation: &Operation| operation.method.as_str() == exchange.method && operation.path == exchange.path;
        if !operations.iter().any(is_known) {
            let message = format!("no operation is {} {}", exchange.method, exchange.path);
            return Err(failure(&path, "/path", message));
        }
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        exchanges.push((name.unwrap_or_default(), exchange));
    }
    if exchanges.is_empty() {
        return Err(failure(folder, "", "the folder has no recordings"));
    }
    Ok(exchanges)
}

/// Creates the folder of a new recording.
///
/// # Errors
///
/// Returns [`Error::Recording`] if it has recordings: equal values would get other replacements than there.
#[cfg(feature = "record")]
pub(super) fn create(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(|error| failure(folder, "", error))?;
    match list(folder)?.first() {
        None => Ok(()),
        Some(_) => Err(failure(folder, "", "the folder has JSON files; record into an empty one")),
    }
}

/// Writes an exchange under a temporary name that is then renamed.
#[cfg(feature = "record")]
pub(super) fn write(folder: &Path, number: usize, exchange: &Exchange) -> io::Result<()> {
    let words = exchange.path.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join("-");
    let path = folder.join(format!("{number:05}-{}-{words}.json", exchange.method.to_ascii_lowercase()));
    let temporary = path.with_extension("tmp");
    let mut file = fs::File::create(&temporary)?;
    file.write_all(format!("{:#}\n", exchange.to_json()).as_bytes())?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}
