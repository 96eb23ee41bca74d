//! The Secret Service, by the program `secret-tool` of libsecret.

use std::io::{ErrorKind, Write as _};
use std::process::{Command, Output, Stdio};

use super::SERVICE;
use crate::host::Host;

pub fn load(host: &Host<'_>, profile: &str) -> Result<Option<String>, String> {
    match run(host, "lookup", &[], profile, "") {
        // Also without a keyring, so that a variable can hold the key.
        Ok(output) if !output.status.success() => Ok(None),
        Ok(output) => {
            Ok(String::from_utf8(output.stdout).ok().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

pub fn store(host: &Host<'_>, profile: &str, key: &str) -> Result<(), String> {
    succeeded(run(host, "store", &["--label", &format!("meld profile {profile}")], profile, key))
}

pub fn remove(host: &Host<'_>, profile: &str) -> Result<(), String> {
    match run(host, "clear", &[], profile, "") {
        // A key that is not there.
        Ok(output) if output.stderr.is_empty() => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => succeeded(other),
    }
}

fn succeeded(result: std::io::Result<Output>) -> Result<(), String> {
    match result {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err("the program `secret-tool` is missing (package libsecret-tools or libsecret)".to_owned())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Runs the program with the attributes of a profile. The key is its standard input, which no list of processes shows.
fn run(host: &Host<'_>, command: &str, options: &[&str], profile: &str, key: &str) -> std::io::Result<Output> {
    let mut program = Command::new("secret-tool");
    program.arg(command).args(options).args(["service", SERVICE, "profile", profile]);
    // The variables of the run, which tests replace.
    program.env("PATH", host.variable("PATH").unwrap_or_default());
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read it fails by its status.
        let _ = input.write_all(key.as_bytes());
    }
    child.wait_with_output()
}
