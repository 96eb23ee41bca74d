//! Other programs that a job runs in the workspace: git, cargo, gh and the like.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// A result whose error is a message for the user.
pub type Result<T> = std::result::Result<T, String>;

/// A program with its arguments.
pub struct Tool(Command);

impl Tool {
    /// A program that is run in the workspace.
    pub fn new(root: &Path, program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(root);
        Self(command)
    }

    /// The cargo that runs this program.
    pub fn cargo(root: &Path) -> Self {
        Self::new(root, std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.0.arg(argument);
        self
    }

    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.0.args(arguments);
        self
    }

    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    pub fn default_env(self, name: &str, value: &str) -> Self {
        if std::env::var_os(name).is_some() { self } else { self.env(name, value) }
    }

    pub fn env_remove(mut self, name: &str) -> Self {
        self.0.env_remove(name);
        self
    }

    /// Runs it; its output goes to the terminal.
    pub fn run(mut self) -> Result<()> {
        match self.0.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(_) => Err(format!("`{}` failed", self.line())),
            Err(error) => Err(self.not_run(&error)),
        }
    }

    pub fn read_bytes(mut self) -> Result<Vec<u8>> {
        match self.0.output() {
            Ok(output) if output.status.success() => Ok(output.stdout),
            Ok(output) => {
                let why = String::from_utf8_lossy(&output.stderr);
                Err(format!("`{}` failed\n{}", self.line(), why.trim_end()))
            }
            Err(error) => Err(self.not_run(&error)),
        }
    }

    /// Runs it and returns its standard output as text, without the line break at the end.
    pub fn read(self) -> Result<String> {
        let text = self.read_bytes()?;
        Ok(String::from_utf8_lossy(&text).trim_end_matches('\n').to_owned())
    }

    /// Runs it silently and returns `true` if it succeeds.
    pub fn succeeds(mut self) -> bool {
        let quiet = self.0.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    }

    /// The command line, for messages.
    pub fn line(&self) -> String {
        let program = Path::new(self.0.get_program()).file_name().unwrap_or_default();
        let words = [program].into_iter().chain(self.0.get_args());
        words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
    }

    /// The command, for jobs that read its output while it runs.
    pub fn into_command(self) -> Command {
        self.0
    }

    fn not_run(&self, error: &std::io::Error) -> String {
        format!("`{}` cannot be run ({error})", self.line())
    }
}

/// git with these arguments.
pub fn git<'a>(root: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Tool {
    Tool::new(root, "git").args(arguments)
}

/// Adds to an error of the file system the file that it is about.
pub fn at<T>(file: &Path, result: std::io::Result<T>) -> Result<T> {
    result.map_err(|error| format!("{}: {error}", file.display()))
}

/// Replaces the content of a file at once: an interruption leaves the old one.
pub fn replace(file: &Path, text: &str) -> Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // Git ignores it, if it stays.
    let temporary = file.with_file_name(format!(".regen-{name}.tmp"));
    at(file, fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaced_file_leaves_no_temporary_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.md");
        for text in ["one", "two"] {
            replace(&file, text).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let error = replace(&folder.path().join("missing/b.md"), "").unwrap_err();
        assert!(error.contains("b.md"), "{error}");
    }
}
