//! API keys in the keyring of the operating system: the Keychain of macOS, the Credential Manager of Windows, and elsewhere
//! the Secret Service by the program `secret-tool`.

#[cfg(any(target_os = "macos", windows))]
mod native;
#[cfg(not(any(target_os = "macos", windows)))]
mod secret_tool;

#[cfg(any(target_os = "macos", windows))]
use native as keyring;
#[cfg(not(any(target_os = "macos", windows)))]
use secret_tool as keyring;

use crate::failure::Failure;
use crate::host::Host;

/// The name that keys are stored under.
const SERVICE: &str = "meld-cli";

/// Returns the key of a profile; `None` if none is stored, or if there is no keyring, such as on a server.
pub fn load(host: &Host<'_>, profile: &str) -> Result<Option<String>, Failure> {
    keyring::load(host, profile).map_err(|reason| failure(&reason))
}

/// Stores the key of a profile.
pub fn store(host: &Host<'_>, profile: &str, key: &str) -> Result<(), Failure> {
    keyring::store(host, profile, key).map_err(|reason| failure(&reason))
}

/// Removes the key of a profile. A missing key is no failure.
pub fn remove(host: &Host<'_>, profile: &str) -> Result<(), Failure> {
    keyring::remove(host, profile).map_err(|reason| failure(&reason))
}

/// Asks for a key: at a terminal without showing it, else standard input is read.
pub fn ask(host: &mut Host<'_>) -> Result<String, Failure> {
    let key = if host.can_ask { rpassword::prompt_password("API key: ")? } else { host.read_text("-")? };
    match key.trim() {
        "" => Err(Failure::usage("no key was entered")),
        key => Ok(key.to_owned()),
    }
}

fn failure(reason: &str) -> Failure {
    let advice = "a variable can hold the key instead: `meld profile add NAME --key-variable VARIABLE`";
    Failure::configuration(format!("keyring: {reason}; {advice}"))
}
