//! Recordings of an API, and their replay.

mod replay;
mod secrets;

use std::fs;
use std::path::Path;

use meld_sandbox::Sandbox;
use meld_test_server::Server;
use serde_json::Value;

use crate::support::Meld;

/// Starts a server that records the API at a URL.
async fn recorder(url: &str, folder: &Path) -> Meld {
    Meld::with(Sandbox::builder().record(url, folder)).await
}

/// Starts an API that responds with one status and body.
async fn api(status: &'static str, body: Value) -> Server {
    Server::with(move |_| meld_test_server::response(status, "Content-Type: application/json\r\n", body.to_string()))
        .await
}

/// Returns the names and contents of the files of a folder, in order.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let text = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(&path).unwrap())
    };
    let mut files: Vec<(String, String)> = entries.map(text).collect();
    files.sort();
    files
}
