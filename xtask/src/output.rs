//! The output of a job and its exit code.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use meld_gen::escape;

/// The output of a job. It is printed at the end, so that a reader who stops early, such as `head`, changes neither the
/// job nor its exit code.
#[derive(Debug, Default)]
pub struct Output {
    out: Vec<String>,
    problems: Vec<String>,
    failed: bool,
    /// The exit code if nothing failed; `None` for success.
    exit_code: Option<ExitCode>,
}

impl Output {
    /// The output of a job that failed with this error.
    pub fn failed(error: &dyn Display) -> Self {
        let mut output = Self::default();
        output.error(error);
        output
    }

    /// Adds one or more lines of the result.
    pub fn line(&mut self, line: impl Into<String>) {
        self.out.push(line.into());
    }

    pub fn warning(&mut self, warning: &dyn Display) {
        self.problems.push(format!("warning: {warning}"));
    }

    /// Adds an error; the job exits with 1.
    pub fn error(&mut self, error: &dyn Display) {
        self.problems.push(format!("error: {error}"));
        self.failed = true;
    }

    /// Adds a line after errors, without a prefix.
    pub fn remark(&mut self, remark: impl Into<String>) {
        self.problems.push(remark.into());
    }

    pub fn exit_with(&mut self, code: ExitCode) {
        self.exit_code = Some(code);
    }

    /// Returns `true` if there was an error.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Prints everything, problems last, where they are noticed.
    pub fn print(&self) -> ExitCode {
        let out = print_to(io::stdout(), &self.out);
        let problems = print_to(io::stderr(), &self.problems);
        if let Err(error) = &out {
            // If this cannot be printed either, the exit code remains.
            let line = format!("error: standard output cannot be written ({error})");
            let _ = print_to(io::stderr(), &[line]);
        }
        if self.failed || out.is_err() || problems.is_err() {
            return ExitCode::FAILURE;
        }
        self.exit_code.unwrap_or(ExitCode::SUCCESS)
    }

    /// The lines of standard output, for tests.
    #[cfg(test)]
    pub fn out(&self) -> String {
        self.out.join("\n")
    }

    /// The lines of standard error, for tests.
    #[cfg(test)]
    pub fn problems(&self) -> String {
        self.problems.join("\n")
    }
}

fn print_to(mut stream: impl Write, lines: &[String]) -> io::Result<()> {
    // Strings of a spec must not move the cursor, or be a command to the program that reads the log.
    let mut text = escape::lines(&lines.join("\n"));
    if !text.is_empty() {
        text.push('\n');
    }
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        // The reader needs no more.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// `1 file`, `2 files`.
pub fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// Rows as a table with aligned columns, two spaces apart. The columns in `right` are right-aligned. A row is one line,
/// whatever its cells have.
pub fn table<const N: usize>(rows: &[[String; N]], right: &[usize]) -> Vec<String> {
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| escape::line(cell))).collect();
    let mut widths = [0; N];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            if right.contains(&column) { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
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
        assert_eq!(table(&[["a\nb".to_owned(), "c".to_owned()]], &[]), ["a\\u{a}b  c"]);
    }

    #[test]
    fn control_characters_are_not_printed() {
        let mut printed = Vec::new();
        print_to(&mut printed, &["a\u{1b}[2J\u{202e}b".to_owned(), "c\td".to_owned()]).unwrap();
        assert_eq!(String::from_utf8(printed).unwrap(), "a\\u{1b}[2J\\u{202e}b\nc\td\n");
    }

    #[test]
    fn closed_pipe_is_not_an_error() {
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
