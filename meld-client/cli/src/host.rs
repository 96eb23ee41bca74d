//! The surroundings of a run: streams, variables and files. Tests replace them.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use crate::failure::{Failure, Kind};

/// The streams and variables of a run.
pub struct Host<'a> {
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Standard output: results only.
    pub output: &'a mut dyn Write,
    /// Standard error: errors, warnings, progress and questions.
    pub errors: &'a mut dyn Write,
    /// Returns the value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// `true` if standard input is a terminal, so that questions can be asked.
    pub can_ask: bool,
    /// `true` if standard output is a terminal.
    pub shows_output: bool,
    /// `true` if standard error is a terminal.
    pub shows_errors: bool,
}

impl Host<'_> {
    /// Returns the value of an environment variable that is set and not blank.
    pub fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.trim().is_empty())
    }

    /// Writes a line to standard output.
    ///
    /// # Errors
    ///
    /// Returns an error if nobody reads it.
    pub fn print(&mut self, line: &str) -> Result<(), Failure> {
        writeln!(self.output, "{line}")?;
        Ok(self.output.flush()?)
    }

    /// Writes a line to standard error. A failure is ignored, because there is nowhere to report it.
    pub fn note(&mut self, line: &str) {
        let _ = writeln!(self.errors, "{line}");
    }

    /// Writes a warning to standard error.
    pub fn warn(&mut self, text: &str) {
        let label = if self.shows_errors { "\u{1b}[33mwarning:\u{1b}[0m" } else { "warning:" };
        self.note(&format!("{label} {text}"));
    }

    /// Shows progress on one line of a terminal, and nothing elsewhere.
    pub fn progress(&mut self, text: &str) {
        if self.shows_errors {
            let _ = write!(self.errors, "\r\u{1b}[2K{text}");
            let _ = self.errors.flush();
        }
    }

    /// Asks a question, and returns the line that is entered.
    pub fn ask(&mut self, question: &str) -> Result<String, Failure> {
        write!(self.errors, "{question} ")?;
        self.errors.flush()?;
        self.line()
    }

    /// Reads one line of standard input, and nothing after it.
    fn line(&mut self) -> Result<String, Failure> {
        let (mut line, mut byte) = (Vec::new(), [0]);
        while self.input.read(&mut byte)? == 1 && byte[0] != b'\n' {
            line.push(byte[0]);
        }
        Ok(String::from_utf8_lossy(&line).trim().to_owned())
    }

    /// Reads a file, or standard input if its name is `-`.
    ///
    /// # Errors
    ///
    /// Returns a failure that names the file.
    pub fn read(&mut self, name: &str) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        let result = match name {
            "-" => self.input.read_to_end(&mut bytes).map(|_| bytes),
            name => fs::read(Path::new(name)),
        };
        result.map_err(|error: io::Error| Failure::new(Kind::Other, format!("`{name}`: {error}")))
    }

    /// Reads a text file, or standard input if its name is `-`.
    ///
    /// # Errors
    ///
    /// Returns a failure that names the file, also if it is not UTF-8.
    pub fn read_text(&mut self, name: &str) -> Result<String, Failure> {
        let bytes = self.read(name)?;
        String::from_utf8(bytes).map_err(|_| Failure::new(Kind::Other, format!("`{name}` is not UTF-8")))
    }
}
