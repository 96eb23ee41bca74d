//! Every response of every version, as documented and in every way in which the service is known to differ: all is
//! read, what was not touched comes out unchanged, and what is left out is reported where it stood.

#![allow(clippy::unwrap_used)] // Helpers of tests are tests, which the lint cannot see.

use std::io::Write;

use meld_tests::check::{Figures, all_responses};
use meld_tests::responses::MODULES;

/// Prints past the test harness, which shows the output of failed tests only.
fn print(title: &str, figures: &Figures) {
    let Figures { operations, without_response, types, fields, cases, reported, failures } =
        figures;
    let failures = failures.len();
    let line = format!(
        "{title}: {operations} operations ({without_response} response nothing), {types} types, {fields} fields, \
         {cases} cases ({reported} with something that cannot be read), {failures} failures\n"
    );
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

#[test]
fn tolerant_reading_of_all_responses() {
    let figures = all_responses(false);
    print("tolerant", &figures);
    let first: Vec<String> = figures.failures.iter().take(20).cloned().collect();
    assert!(first.is_empty(), "{}", first.join("\n\n"));
    let known: usize = MODULES.iter().map(|module| module.operations.len()).sum();
    assert_eq!(figures.operations, known, "a response for each operation");
}

#[test]
fn tolerant_reading_leaves_out_no_document() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let documents = files.filter(|path| path.extension().is_some_and(|end| end == "json")).count();
    assert_eq!(MODULES.len(), documents, "each document has a module, and each module is tested");
}

#[test]
fn tolerant_reading_takes_both_names_of_a_customers_own_id() {
    let mut customers = 0;
    for module in MODULES {
        for response in
            module.responses.iter().filter(|response| response.success == "types::Customer")
        {
            customers += 1;
            let read = response.read.unwrap();
            for name in ["externalId", "externalCustomerId"] {
                let body = format!("{{\"{name}\":\"mine\"}}");
                let written = read(body.as_bytes(), true).unwrap().written;
                assert_eq!(written, "{\"externalId\":\"mine\"}", "{}", module.version);
            }
        }
    }
    assert!(customers >= 3, "each version has customers");
}
