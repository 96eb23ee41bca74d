//! API keys of files.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::SecretString;

use super::{ApiKeyFuture, ApiKeyProvider, is_api_key};
use crate::error::Error;

/// The size limit of a file, in bytes. Keys are much shorter.
const MAX_SIZE: u64 = 16 * 1024;

/// Provides the API key of a file, such as a secret that Kubernetes mounts. Changes of the file are noticed.
///
/// The file is read for each attempt; whitespace and a byte order mark around the key are removed. If it vanishes,
/// cannot be read or is not a key alone, the last good key stays in use, and a warning is logged once (`tracing` target
/// `meld_client::api_key`).
///
/// Links are followed, and must lead to a regular file of at most 16 KiB: reading a pipe such as `/dev/stdin` could block
/// each attempt, or take the key away from the next one.
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
    /// not exist, is not a regular file, cannot be read, is empty, is larger than 16 KiB, is not UTF-8, or has more than a
    /// key.
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
            key.map_err(|_| {
                Error::configuration("the file of the API key cannot be read, because the runtime is shutting down")
            })
        })
    }

    fn account_label(&self) -> Option<&str> {
        self.account_label.as_deref()
    }
}

/// Returns the key of a file. The error continues "the file".
fn read(path: &PathBuf) -> Result<SecretString, String> {
    let mut text = String::new();
    // Looks before it opens: opening a pipe blocks until another process writes to it.
    let is_regular = fs::metadata(path).map(|metadata| metadata.is_file());
    if !is_regular.map_err(|error| format!("cannot be read: {error}"))? {
        return Err("is not a regular file".to_owned());
    }
    let read = fs::File::open(path).and_then(|file| file.take(MAX_SIZE + 1).read_to_string(&mut text));
    if read.map_err(|error| format!("cannot be read: {error}"))? as u64 > MAX_SIZE {
        return Err("is larger than 16 KiB".to_owned());
    }
    match text.trim_start_matches('\u{feff}').trim() {
        "" => Err("is empty".to_owned()),
        key if is_api_key(key) => Ok(SecretString::from(key)),
        _ => Err("has more than the API key alone as the dashboard shows it".to_owned()),
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
        fs::write(&path, "\u{feff}third\r\n").unwrap();
        assert_eq!(current(), "third");
        let long = "x".repeat(10_000);
        for bad in ["BASIC fourth", "\"fourth\"", "KEY=fourth\nURL=x", "f\u{f6}urth", "f\u{0}urth", &long] {
            fs::write(&path, bad).unwrap();
            assert_eq!(current(), "third", "{bad}");
            let error = FileApiKey::open(&path).unwrap_err().to_string();
            assert!(error.ends_with("has more than the API key alone as the dashboard shows it"), "{error}");
        }
        fs::write(&path, " ".repeat(20_000) + "fourth").unwrap();
        assert!(FileApiKey::open(&path).unwrap_err().to_string().ends_with("is larger than 16 KiB"));
        assert!(!format!("{provider:?}").contains("third"));
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn folder_is_no_key() {
        let error = FileApiKey::open(std::env::temp_dir()).unwrap_err().to_string();
        assert!(error.ends_with("is not a regular file"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_regular_files() {
        use std::os::unix::fs::symlink;

        let folder = std::env::temp_dir().join(format!("meld-api-keys-{}", uuid::Uuid::new_v4()));
        fs::create_dir(&folder).unwrap();
        let path = |name: &str| folder.join(name);
        fs::write(path("file"), "key").unwrap();
        assert!(std::process::Command::new("mkfifo").arg(path("pipe")).status().unwrap().success());
        for name in ["file", "pipe"] {
            symlink(path(name), path(&format!("{name}-link"))).unwrap();
        }
        assert!(FileApiKey::open(path("file-link")).is_ok());
        // Opening the pipe would block.
        for path in [path("pipe"), path("pipe-link"), PathBuf::from("/dev/zero")] {
            let error = FileApiKey::open(path).unwrap_err().to_string();
            assert!(error.ends_with("is not a regular file"), "{error}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
