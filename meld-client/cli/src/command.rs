//! The commands, built at run time from the operations.

mod global;
mod operation;
#[cfg(test)]
mod reference;
mod tools;
mod values;

use clap::{ArgMatches, Command};

use crate::catalog::{self, Entry, Family, kebab};
use crate::failure::{Failure, Kind};

pub use operation::{FIELD, PARAMETER};
pub use values::unknown_value;

/// The part of the commands that a command line needs. The rest stays a name, so that the program starts quickly.
#[derive(Debug, Default)]
pub struct Selection {
    /// The API version of `--version`.
    pub version: Option<String>,
    /// The family whose operations are listed.
    pub family: Option<&'static str>,
    /// The words after the family. The options of operations that they name are listed.
    pub words: Vec<String>,
    /// `true` to list the operations and options of all families, for completions and man pages.
    pub everything: bool,
}

impl Selection {
    /// Returns the selection for a command line without the name of the program.
    pub fn of(arguments: &[String]) -> Self {
        let mut rest = arguments.iter();
        let mut selection = Self::default();
        while let Some(argument) = rest.next() {
            match argument.strip_prefix("--version") {
                Some("") => selection.version = rest.clone().next().filter(|next| is_date(next)).cloned(),
                Some(value) => selection.version = value.strip_prefix('=').map(str::to_owned),
                None => {}
            }
            if selection.family.is_some() {
                selection.words.push(argument.clone());
            } else if let Some((family, _)) = catalog::families().into_iter().find(|(name, _)| kebab(name) == *argument)
            {
                selection.family = Some(family);
            } else if matches!(argument.as_str(), "completions" | "man") {
                selection.everything = true;
            }
        }
        selection
    }
}

/// The commands, and the family that is loaded.
pub struct Commands {
    pub root: Command,
    /// The operations of the selected family.
    pub family: Option<Family>,
}

/// Builds the commands for a selection.
pub fn build(selection: &Selection) -> Result<Commands, Failure> {
    let mut root = global::root();
    let mut loaded = None;
    for (name, about) in catalog::families() {
        let mut command = Command::new(kebab(name)).about(about).subcommand_required(true).arg_required_else_help(true);
        if selection.everything || selection.family == Some(name) {
            let family = Family::load(name, selection.version.as_deref())?;
            for entry in &family.entries {
                let is_selected = selection.everything || selection.words.contains(&entry.command());
                command = command.subcommand(operation::command(entry, is_selected));
            }
            if selection.family == Some(name) {
                loaded = Some(family);
            }
        }
        if name == "webhooks" {
            command = tools::webhooks(command);
        }
        root = root.subcommand(command);
    }
    Ok(Commands { root: tools::add(root), family: loaded })
}

pub fn entry<'f>(family: Option<&'f Family>, matches: &ArgMatches) -> Result<(&'f Entry, ArgMatches), Failure> {
    let (name, matches) = matches.subcommand().ok_or_else(|| Failure::usage("no operation is given"))?;
    let entry = family.and_then(|family| family.find(name));
    let entry = entry.ok_or_else(|| Failure::new(Kind::Usage, format!("unknown operation `{name}`")))?;
    Ok((entry, matches.clone()))
}

/// Returns `true` for a date such as `2026-02-03`.
fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<meld_client::ApiVersion>().is_ok()
}
