//! Every response of every version, valid and with every known deviation: all decode, unchanged values round-trip, and
//! dropped values are reported with their path.

#![allow(clippy::unwrap_used)] // Helpers of tests are tests, which the lint cannot see.

use std::io::Write;

use meld_tests::check::{Figures, all_responses};
use meld_tests::responses::MODULES;

/// Bypasses the test harness, which shows only the output of failed tests.
fn print(title: &str, figures: &Figures) {
    let Figures { operations, without_response, types, fields, cases, reported, failures } = figures;
    let failures = failures.len();
    let line = format!(
        "{title}: {operations} operations ({without_response} without a body), {types} types, {fields} fields, \
         {cases} cases ({reported} with a report), {failures} failures\n"
    );
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}

#[test]
fn tolerant_decoding_of_all_responses() {
    let figures = all_responses(false);
    print("tolerant", &figures);
    let first: Vec<String> = figures.failures.iter().take(20).cloned().collect();
    assert!(first.is_empty(), "{}", first.join("\n\n"));
    let known: usize = MODULES.iter().map(|module| module.operations.len()).sum();
    assert_eq!(figures.operations, known, "a response for each operation");
}

#[test]
fn tolerant_decoding_covers_every_spec() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let specs = files.filter(|path| path.extension().is_some_and(|end| end == "json")).count();
    assert_eq!(MODULES.len(), specs, "each spec has a module, and each module is tested");
}

#[test]
fn tolerant_decoding_knows_both_customer_ids() {
    let mut customers = 0;
    for module in MODULES {
        for response in module.responses.iter().filter(|response| response.success == "types::Customer") {
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
