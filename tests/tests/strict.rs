//! Strict reading: the bodies of the tolerant tests again. What would be left out is an error that says exactly where,
//! and all else is read.

use std::io::Write;

use meld_tests::check::all_responses;

#[test]
fn strict_reading_reports_exact_paths() {
    let figures = all_responses(true);
    let line = format!(
        "strict: {} types, {} fields, {} cases, {} of them errors with a path, {} failures\n",
        figures.types,
        figures.fields,
        figures.cases,
        figures.reported,
        figures.failures.len()
    );
    // Past the test harness, which shows the output of failed tests only.
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    let first: Vec<String> = figures.failures.iter().take(20).cloned().collect();
    assert!(first.is_empty(), "{}", first.join("\n\n"));
}
