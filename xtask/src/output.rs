//! What a job says, and its exit code.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use meld_gen::escape;

/// What a job has to say. It is printed when the job is done, so that a reader who stops reading early changes
/// neither what the job does nor its exit code.
#[derive(Debug, Default)]
pub struct Output {
    /// For standard output, line by line.
    out: Vec<String>,
    /// For standard error, line by line.
    problems: Vec<String>,
    failed: bool,
    /// The exit code when nothing failed, if it is not that of success.
    exit_code: Option<ExitCode>,
}

impl Output {
    /// What is left of a job that could not be done.
    pub fn failed(error: &dyn Display) -> Self {
        let mut output = Self::default();
        output.error(error);
        output
    }

    /// Adds a line, or several, of what was asked for.
    pub fn line(&mut self, line: impl Into<String>) {
        self.out.push(line.into());
    }

    /// Adds something to look at.
    pub fn warning(&mut self, warning: &dyn Display) {
        self.problems.push(format!("warning: {warning}"));
    }

    /// Adds an error; the job exits with 1.
    pub fn error(&mut self, error: &dyn Display) {
        self.problems.push(format!("error: {error}"));
        self.failed = true;
    }

    /// Adds to the errors what follows from them.
    pub fn remark(&mut self, remark: impl Into<String>) {
        self.problems.push(remark.into());
    }

    /// Exits with this code, unless something failed.
    pub fn exit_with(&mut self, code: ExitCode) {
        self.exit_code = Some(code);
    }

    /// Whether there was an error.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Prints everything, problems last, where they are seen.
    pub fn print(&self) -> ExitCode {
        let out = print_to(io::stdout(), &self.out);
        let problems = print_to(io::stderr(), &self.problems);
        if let Err(error) = &out {
            // Where this cannot be said either, the exit code alone says it.
            let said = format!("error: standard output cannot be written ({error})");
            let _ = print_to(io::stderr(), &[said]);
        }
        if self.failed || out.is_err() || problems.is_err() {
            return ExitCode::FAILURE;
        }
        self.exit_code.unwrap_or(ExitCode::SUCCESS)
    }

    /// What is printed to standard output, for tests.
    #[cfg(test)]
    pub fn out(&self) -> String {
        self.out.join("\n")
    }

    /// What is printed to standard error, for tests.
    #[cfg(test)]
    pub fn problems(&self) -> String {
        self.problems.join("\n")
    }
}

fn print_to(mut stream: impl Write, lines: &[String]) -> io::Result<()> {
    // What stands in a spec must not move the cursor, or be a command to whoever reads the log.
    let mut text = escape::lines(&lines.join("\n"));
    if !text.is_empty() {
        text.push('\n');
    }
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// `1 file`, `2 files`.
pub fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// Rows as a table: the columns aligned, two spaces between them. Columns named in `right` are flush right.
pub fn table<const N: usize>(rows: &[[String; N]], right: &[usize]) -> Vec<String> {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if right.contains(&column) {
                format!("{cell:>width$}")
            } else {
                format!("{cell:<width$}")
            }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let row = |a: &str, b: &str, c: &str| [a.to_owned(), b.to_owned(), c.to_owned()];
        let lines = table(&[row("stage", "time", "x"), row("a", "10 ms", "")], &[1]);
        assert_eq!(lines, ["stage   time  x", "a      10 ms"]);
    }

    #[test]
    fn control_characters_are_not_printed() {
        let mut printed = Vec::new();
        print_to(&mut printed, &["a\u{1b}[2J\u{202e}b".to_owned(), "c\td".to_owned()]).unwrap();
        assert_eq!(String::from_utf8(printed).unwrap(), "a\\u{1b}[2J\\u{202e}b\nc\td\n");
    }

    #[test]
    fn a_reader_who_stops_is_no_error() {
        struct Closed;
        impl Write for Closed {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert!(print_to(Closed, &["line".to_owned()]).is_ok());
    }
}
