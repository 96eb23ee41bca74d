//! API keys of files.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

use super::{ApiKeyFuture, ApiKeyProvider};
use crate::error::Error;

/// Provides the API key of a file, such as a secret that Kubernetes mounts. Changes of the file are noticed.
///
/// The file is read for each attempt; white space around the key is removed. If it vanishes, is empty or cannot be
/// read, the last good key stays in use, and a warning is logged once (`tracing` target `meld_client::api_key`).
///
/// # Examples
///
/// ```no_run
/// use meld_client_core::FileApiKey;
///
/// let provider = FileApiKey::open("/run/secrets/meld-api-key")?.with_account_label("main");
/// # Ok::<(), meld_client_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileApiKey {
    file: Arc<File>,
    account_label: Option<String>,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    last: Mutex<Last>,
}

/// The last good key.
#[derive(Debug)]
struct Last {
    key: SecretString,
    /// `true` if the file has been bad since, which was logged.
    is_stale: bool,
}

impl FileApiKey {
    /// Creates a provider for a file, which must have a key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Configuration`](crate::ErrorKind::Configuration), which names the file, if it does
    /// not exist, cannot be read, is empty or is not UTF-8.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        let key = read(&path).map_err(|reason| {
            Error::configuration(format!("the file of the API key, `{}`, {reason}", path.display()))
        })?;
        let last = Mutex::new(Last { key, is_stale: false });
        Ok(Self { file: Arc::new(File { path, last }), account_label: None })
    }

    /// Sets the label of the account; see [`ApiKeyProvider::account_label`].
    #[must_use]
    pub fn with_account_label(self, label: impl Into<String>) -> Self {
        Self { account_label: Some(label.into()), ..self }
    }
}

impl File {
    /// Returns the key of the file, or else the last good one.
    fn current(&self) -> SecretString {
        let result = read(&self.path);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(key) => *last = Last { key, is_stale: false },
            Err(reason) if !last.is_stale => {
                last.is_stale = true;
                tracing::warn!(
                    target: "meld_client::api_key", path = %self.path.display(), reason,
                    "the file of the API key is not usable; the last good key stays in use"
                );
            }
            Err(_) => {}
        }
        last.key.clone()
    }
}

impl ApiKeyProvider for FileApiKey {
    fn api_key(&self) -> ApiKeyFuture<'_> {
        let file = Arc::clone(&self.file);
        Box::pin(async move {
            // Reading may block, for example on a network file system.
            let key = tokio::task::spawn_blocking(move || file.current()).await;
            key.map_err(|_| Error::configuration("the file of the API key cannot be read, because the runtime ends"))
        })
    }

    fn account_label(&self) -> Option<&str> {
        self.account_label.as_deref()
    }
}

/// Returns the key of a file. The error continues "the file".
fn read(path: &PathBuf) -> Result<SecretString, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
    match text.trim() {
        "" => Err("is empty".to_owned()),
        key => Ok(SecretString::from(key)),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn file_is_reloaded_and_last_key_is_kept() {
        let path = std::env::temp_dir().join(format!("meld-api-key-{}", uuid::Uuid::new_v4()));
        let missing = FileApiKey::open(&path).unwrap_err().to_string();
        assert!(missing.contains(&*path.to_string_lossy()) && missing.contains("cannot be read"), "{missing}");
        fs::write(&path, " \n").unwrap();
        assert!(FileApiKey::open(&path).unwrap_err().to_string().ends_with("is empty"));

        fs::write(&path, "first\n").unwrap();
        let provider = FileApiKey::open(&path).unwrap();
        let current = || provider.file.current().expose_secret().to_owned();
        assert_eq!(current(), "first");
        fs::write(&path, "second\n").unwrap();
        assert_eq!(current(), "second");
        fs::write(&path, "").unwrap();
        assert_eq!(current(), "second");
        fs::remove_file(&path).unwrap();
        assert_eq!(current(), "second");
        fs::write(&path, "third").unwrap();
        assert_eq!(current(), "third");
        assert!(!format!("{provider:?}").contains("third"));
        fs::remove_file(&path).unwrap();
    }
}
