//! Completions, man pages and the list of exit codes.

use std::fs;
use std::path::Path;

use clap::{ArgMatches, Command};
use clap_complete::Shell;

use crate::failure::{Failure, Kind};
use crate::host::Host;

/// Prints the completions for a shell.
pub fn completions(host: &mut Host<'_>, mut root: Command, matches: &ArgMatches) -> Result<(), Failure> {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return Err(Failure::usage("no shell is given")) };
    // In memory, because the generator panics if it cannot write.
    let mut text = Vec::new();
    clap_complete::generate(*shell, &mut root, "meld", &mut text);
    host.output.write_all(&text)?;
    Ok(host.output.flush()?)
}

/// Prints the man page, or writes those of all commands into a folder.
pub fn man(host: &mut Host<'_>, mut root: Command, matches: &ArgMatches) -> Result<(), Failure> {
    if let Some(folder) = matches.get_one::<String>("dir") {
        root.build();
        fs::create_dir_all(folder)?;
        return Ok(clap_mangen::generate_to(root, Path::new(folder))?);
    }
    let mut text = Vec::new();
    clap_mangen::Man::new(root).render(&mut text)?;
    host.output.write_all(&text)?;
    Ok(host.output.flush()?)
}

/// Prints the exit codes.
pub fn exit_codes(host: &mut Host<'_>) -> Result<(), Failure> {
    host.print("0   success")?;
    Kind::ALL.iter().try_for_each(|kind| host.print(&format!("{:<3} {}", kind.code(), kind.description())))
}
