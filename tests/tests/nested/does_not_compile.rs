//! Code that the types forbid does not compile, and the correct code does.
//!
//! Each file of `fixtures/does_not_compile` has wrong lines, marked with the code of the compiler's error, and the correct
//! line before each as a comment. Error messages are not compared: they change with the compiler.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::cargo::{cargo, errors};
use crate::workspace::{root, user};

/// The marks of a wrong line and of the correct one before it.
const WRONG: &str = "//~ ";
const RIGHT: &str = "// right: ";

#[test]
fn forbidden_code_does_not_compile() {
    let folder = user(&dependencies(), LIBRARY);
    let package = folder.path();
    let cases = cases();
    assert!(cases.len() > 5);

    write_examples(package, &cases, righted);
    cargo(package, &["check", "--examples"]);

    write_examples(package, &cases, str::to_owned);
    let found = errors(package, &["check", "--examples", "--keep-going"]);
    let found: BTreeSet<_> = found.into_iter().map(|error| (file_name(&error.file), error.line, error.code)).collect();
    let expected: BTreeSet<_> = cases.iter().flat_map(|(name, text)| marked(name, text)).collect();
    assert_eq!(found, expected);
}

/// The files by name.
fn cases() -> Vec<(String, String)> {
    let folder = root().join("tests/tests/fixtures/does_not_compile");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (file_name(&path.to_string_lossy()), fs::read_to_string(&path).unwrap()))
        .collect();
    cases.sort();
    cases
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().unwrap().to_string_lossy().into_owned()
}

/// The wrong lines of a case: the file, the line, and the code of the error.
fn marked(name: &str, text: &str) -> Vec<(String, usize, String)> {
    let lines = text.lines().enumerate();
    let marked = lines.filter_map(|(index, line)| {
        let (_, code) = line.split_once(WRONG)?;
        Some((name.to_owned(), index + 1, code.to_owned()))
    });
    let marked: Vec<_> = marked.collect();
    assert_eq!(marked.len(), text.matches(RIGHT).count(), "{name}: a right line for each wrong one");
    assert!(!marked.is_empty(), "{name} has no wrong line");
    marked
}

/// The case with correct lines instead of the wrong ones.
fn righted(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.contains(WRONG));
    lines.map(|line| line.replacen(RIGHT, "", 1) + "\n").collect()
}

/// A version crate can be used without the client.
const LIBRARY: &str = "//! Names what a user would.
pub use meld_client_v2026_02_03::crypto::{Client, types::CryptoQuoteResponse};
";

/// Without TLS, which takes long to compile, and with no more families than the cases need.
fn dependencies() -> String {
    let client = root().join("meld-client");
    // Literal strings, in which paths need no escapes on any system.
    format!(
        "meld-client-v2026-02-03 = {{ path = '{}', default-features = false, features = ['crypto'] }}\n\
         meld-client = {{ path = '{}', default-features = false, features = [\
         'all-versions', 'bank_linking', 'crypto', 'network_partner', 'webhooks'] }}\n",
        client.join("v2026-02-03").display(),
        client.display()
    )
}

fn write_examples(package: &Path, cases: &[(String, String)], change: fn(&str) -> String) {
    let folder = package.join("examples");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in cases {
        // Cases do not run, and their items are unused. Line numbers stay the same.
        let text = format!("{}\nfn main() {{}}\n", change(text));
        fs::write(folder.join(name), text).unwrap();
    }
}
