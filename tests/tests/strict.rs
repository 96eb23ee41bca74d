//! Strict decoding of the bodies of the lenient tests: a value that would be dropped is an error with its exact path, and
//! all else decodes.

use std::io::Write;

use meld_tests::check::all_responses;

#[test]
fn strict_decoding_reports_exact_paths() {
    let figures = all_responses(true);
    let line = format!(
        "strict: {} types, {} fields, {} cases, {} of them errors with a path, {} failures\n",
        figures.types,
        figures.fields,
        figures.cases,
        figures.reported,
        figures.failures.len()
    );
    // Bypasses the test harness, which shows only the output of failed tests.
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    let first: Vec<String> = figures.failures.iter().take(20).cloned().collect();
    assert!(first.is_empty(), "{}", first.join("\n\n"));
}
