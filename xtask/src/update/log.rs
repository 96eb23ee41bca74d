//! Logs of programs whose output is not trusted: nothing in them is a command for GitHub or a terminal, or Markdown.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use meld_gen::escape;

use crate::tool::{Result, Tool, at};

/// Lines, characters of each, and bytes of all that a pull request shows of a log.
const SHOWN: (usize, usize, usize) = (40, 500, 4000);

/// Runs a program, writes its output to a log and prints it, and returns `true` if the program succeeds. With `output`,
/// its standard output goes to that file instead.
pub fn logged(tool: Tool, log: &Path, output: Option<&Path>) -> Result<bool> {
    let token = token()?;
    println!("\n== {}\n::stop-commands::{token}", tool.line());
    let succeeded = followed(tool, log, output);
    println!("::{token}::");
    succeeded
}

fn followed(tool: Tool, log: &Path, output: Option<&Path>) -> Result<bool> {
    let line = tool.line();
    let cannot = |error: io::Error| format!("`{line}` cannot be run ({error})");
    let (reader, writer) = io::pipe().map_err(cannot)?;
    let mut command = tool.into_command();
    match output {
        Some(file) => command.stdout(at(file, File::create(file))?),
        None => command.stdout(writer.try_clone().map_err(cannot)?),
    };
    let mut child = command.stderr(writer).spawn().map_err(cannot)?;
    // It holds the writing end of the pipe, which has to be closed for the reader to end.
    drop(command);
    let mut log_file = at(log, File::create(log))?;
    for line in BufReader::new(reader).split(b'\n') {
        let line = printable(&String::from_utf8_lossy(&line.map_err(cannot)?));
        println!("| {line}");
        at(log, writeln!(log_file, "{line}"))?;
    }
    Ok(child.wait().map_err(cannot)?.success())
}

/// A word that nobody can guess: until it comes, GitHub takes no line of a log for a command.
fn token() -> Result<String> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; 16];
    at(source, File::open(source).and_then(|mut source| source.read_exact(&mut bytes)))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// A line without control characters and invisible ones, such as those that reverse the direction of text.
fn printable(line: &str) -> String {
    let is_hidden = |one| one != '\t' && (escape::is_hidden(one) || "\u{200c}\u{200d}".contains(one));
    line.chars().map(|one| if is_hidden(one) { '·' } else { one }).collect()
}

/// The end of a log as a fenced block of Markdown. The fence has more backticks than any line has in a row.
pub fn fenced(title: &str, log: &Path) -> Result<String> {
    let (lines, characters, bytes) = SHOWN;
    let text = at(log, fs::read(log))?;
    let text = String::from_utf8_lossy(&text);
    let last = text.lines().rev().take(lines).collect::<Vec<_>>().into_iter().rev();
    let shown = last.map(|line| {
        let mut line: String = printable(line).chars().take(characters).collect();
        while line.contains("``") {
            line = line.replace("``", "`");
        }
        line
    });
    let shown = shown.collect::<Vec<_>>().join("\n");
    let least = shown.len().saturating_sub(bytes);
    let start = (least..shown.len()).find(|start| shown.is_char_boundary(*start));
    let shown = &shown[start.unwrap_or(shown.len())..];
    Ok(format!("**{title}**:\n\n``````text\n{shown}\n``````\n\n"))
}
