//! The file in which the state survives a restart.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::faults::SavedFaults;
use crate::server::Server;
use crate::specs::Operation;
use crate::state::State;
use crate::stubs::registry::SavedStubs;

const FORMAT: u32 = 1;
/// The minimum time between two writes.
const INTERVAL: Duration = Duration::from_millis(500);

/// Locked while a file is written: the last write of a server may overlap with an earlier one.
static WRITING: Mutex<()> = Mutex::new(());

#[derive(Deserialize, Serialize)]
pub(crate) struct Saved<S = State> {
    format: u32,
    pub api_key: String,
    /// The offset of the clock, in milliseconds.
    pub clock_offset: u64,
    /// The number of requests received.
    pub requests: u64,
    /// The position of the generator of ids.
    position: u64,
    /// The base URL, which the state has in its URLs.
    #[serde(default)]
    base_url: String,
    #[serde(default)]
    pub faults: SavedFaults,
    #[serde(default)]
    pub stubs: SavedStubs,
    pub state: S,
}

/// Reads the file. Returns `None` if it does not exist. URLs of the earlier server become those of this one.
///
/// # Errors
///
/// Returns [`Error::State`] if
///
/// - the file cannot be read,
/// - it was written with another seed or by another version, or
/// - it has stubs or fault rules that the specs do not allow.
pub(crate) fn read(
    path: &Path,
    seed: Option<u64>,
    base_url: &str,
    operations: &[Operation],
) -> Result<Option<Saved>, Error> {
    let failure = |message: String| Error::State { path: path.to_owned(), message };
    let mut text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failure(error.to_string())),
    };
    let parse = |text: &str| serde_json::from_str(text).map_err(|error| failure(error.to_string()));
    let mut saved: Saved = parse(&text)?;
    if saved.base_url != base_url && !saved.base_url.is_empty() {
        text = with_base_url(&text, &saved.base_url, base_url);
        saved = parse(&text)?;
    }
    if saved.format != FORMAT {
        return Err(failure(format!("its format is {}, but {FORMAT} is expected", saved.format)));
    }
    if let Some(seed) = seed.filter(|seed| *seed != saved.state.seed) {
        let written = saved.state.seed;
        return Err(failure(format!(
            "it was written with the seed {written}, not {seed}, and its ids continue by that seed; use the seed \
             {written}, set none, or take another file"
        )));
    }
    let faults = saved.faults.rules.iter().map(|(rule, _)| rule.validate(operations));
    let stubs = saved.stubs.entries.iter().map(|stub| stub.rule.validate(operations));
    faults.chain(stubs).collect::<Result<(), Error>>().map_err(|error| failure(error.to_string()))?;
    saved.state.set_position(saved.position.into());
    Ok(Some(saved))
}

/// Replaces the base URL of a server, also with the name `localhost`.
fn with_base_url(text: &str, old: &str, new: &str) -> String {
    let port = old.rsplit_once(':').map_or("", |(_, port)| port);
    let mut text = text.to_owned();
    for old in [old.to_owned(), format!("http://localhost:{port}"), format!("http://127.0.0.1:{port}")] {
        let mut parts = text.split(old.as_str());
        let mut replaced = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            // A longer port is that of another server.
            let is_port = !part.starts_with(|next: char| next.is_ascii_digit());
            replaced += if is_port { new } else { &old };
            replaced += part;
        }
        text = replaced;
    }
    text
}

/// Writes the file after changes, until the future is dropped.
pub(crate) async fn run(server: Arc<Server>, path: PathBuf) {
    let mut written = None;
    loop {
        let accesses = server.accesses.load(Ordering::Relaxed);
        if written != Some(accesses) {
            let (server, path) = (Arc::clone(&server), path.clone());
            let result = tokio::task::spawn_blocking(move || write(&server, &path)).await;
            // A failed write is tried again.
            written = matches!(result, Ok(Ok(()))).then_some(accesses);
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Writes the file. A write that was begun before the server stopped, and waits since, does nothing: another server may
/// use the file by now.
pub(crate) fn write(server: &Server, path: &Path) -> io::Result<()> {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    if server.is_stopped.load(Ordering::Relaxed) { Ok(()) } else { save(server, path) }
}

/// Writes the file when the server stops.
pub(crate) fn write_last(server: &Server, path: &Path) -> io::Result<()> {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    server.is_stopped.store(true, Ordering::Relaxed);
    save(server, path)
}

/// Writes the file, under a temporary name that is then renamed.
fn save(server: &Server, path: &Path) -> io::Result<()> {
    let (faults, stubs) = (server.saved_faults(), server.saved_stubs());
    let text = server.inspect(|state| {
        serde_json::to_vec(&Saved {
            format: FORMAT,
            api_key: server.api_key.clone(),
            clock_offset: u64::try_from(server.clock.offset().as_millis()).unwrap_or(u64::MAX),
            requests: server.requests.load(Ordering::Relaxed),
            position: u64::try_from(state.position()).unwrap_or(u64::MAX),
            base_url: server.base_url.clone(),
            faults,
            stubs,
            state,
        })
    })?;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".tmp");
    let mut file = create(Path::new(&temporary))?;
    file.write_all(&text)?;
    file.sync_all()?;
    fs::rename(&temporary, path)
}

/// Creates a file that only its owner may read: the state has the API key and data of customers. An earlier file of the
/// name may be readable by others, or a link.
fn create(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
