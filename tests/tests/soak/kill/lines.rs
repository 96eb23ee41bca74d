//! Files of lines that survive a kill at any point.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

/// A file to which lines are appended. A line counts once it is complete.
pub struct Lines(File);

impl Lines {
    /// Opens a file, without the incomplete line of a process that was killed.
    pub fn open(path: &Path) -> Self {
        let file = OpenOptions::new().append(true).create(true).open(path).unwrap();
        let text = fs::read(path).unwrap();
        let complete = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        file.set_len(complete as u64).unwrap();
        Self(file)
    }

    pub fn append(&mut self, line: &str) {
        assert!(!line.contains('\n'), "{line}");
        // One write, so that a kill leaves all of it or a part without its end.
        self.0.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    /// Reads the complete lines of a file, which need not exist.
    pub fn read(path: &Path) -> Vec<String> {
        let text = fs::read_to_string(path).unwrap_or_default();
        let complete = text.rfind('\n').map_or(0, |end| end + 1);
        text[..complete].lines().map(str::to_owned).collect()
    }
}
