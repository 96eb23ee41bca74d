//! The Keychain of macOS and the Credential Manager of Windows.

use keyring_core::{Entry, Error, set_default_store};

use super::SERVICE;
use crate::host::Host;

pub fn load(_: &Host<'_>, profile: &str) -> Result<Option<String>, String> {
    match entry(profile).and_then(|entry| entry.get_password()) {
        Ok(key) => Ok(Some(key)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

pub fn store(_: &Host<'_>, profile: &str, key: &str) -> Result<(), String> {
    entry(profile).and_then(|entry| entry.set_password(key)).map_err(|error| error.to_string())
}

pub fn remove(_: &Host<'_>, profile: &str) -> Result<(), String> {
    match entry(profile).and_then(|entry| entry.delete_credential()) {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn entry(profile: &str) -> Result<Entry, Error> {
    #[cfg(target_os = "macos")]
    set_default_store(apple_native_keyring_store::keychain::Store::new()?);
    #[cfg(windows)]
    set_default_store(windows_native_keyring_store::Store::new()?);
    Entry::new(SERVICE, profile)
}
