//! A site on this machine that does what it is told, and a workspace with a few small documents.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use indicatif::ProgressBar;
use meld_fetch::error::{ErrorKind, Result};
use meld_fetch::job::Job;
use meld_fetch::origin::Origin;
use meld_fetch::report::{Outcome, Report};
use meld_fetch::web::Patience;
use meld_gen::catalog::ApiVersion;
use serde_json::{Value, json};
use tempfile::TempDir;

pub const CRYPTO: &str = "crypto-20260203.json";
pub const OLD_CRYPTO: &str = "crypto-20250304.json";
pub const WEBHOOKS: &str = "webhooks-20260203.json";

/// What the site does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Sends these bytes and closes the connection, which may be too early.
    Bytes(Vec<u8>),
    /// Sends a file, or 304 to whom has it.
    File { body: Vec<u8>, headers: String, etag: Option<String> },
    /// Says nothing for a while.
    Silence,
}

/// An answer without a body.
pub fn status(status: &str, headers: &str) -> Reply {
    Reply::Bytes(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n{headers}\r\n").into_bytes())
}

/// A file of this type.
pub fn file(kind: &str, body: impl Into<Vec<u8>>) -> Reply {
    Reply::File { body: body.into(), headers: format!("content-type: {kind}\r\n"), etag: None }
}

/// A document.
pub fn published(document: &Value) -> Reply {
    file("application/json", document.to_string())
}

/// A document that the server can tell from others.
pub fn tagged(document: &Value, etag: &str) -> Reply {
    let Reply::File { body, headers, .. } = published(document) else { unreachable!() };
    Reply::File { body, headers, etag: Some(etag.to_owned()) }
}

#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub if_none_match: Option<String>,
    pub sent: usize,
}

type Replies = Arc<Mutex<HashMap<String, VecDeque<Reply>>>>;

/// A site; what it was told nothing of is not there. The last reply for a path is given again and again.
pub struct Site {
    pub address: String,
    replies: Replies,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Site {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let site = Self { address, replies: Arc::default(), received: Arc::default() };
        let (replies, received) = (site.replies.clone(), site.received.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (replies, received) = (replies.clone(), received.clone());
                std::thread::spawn(move || serve(stream, &replies, &received));
            }
        });
        site
    }

    pub fn reply(&self, path: &str, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().insert(path.to_owned(), replies.into_iter().collect());
    }

    /// Publishes documents and mentions them.
    pub fn publish<'a>(&self, documents: impl IntoIterator<Item = (&'a str, Reply)>) {
        let mut links = String::new();
        for (name, reply) in documents {
            links.push_str(&format!("- [{name}](/openapi/{name})\n"));
            self.reply(&format!("/openapi/{name}"), [reply]);
        }
        self.reply("/llms.txt", [file("text/plain", links)]);
    }

    /// The requests for documents since the last call.
    pub fn requests(&self) -> Vec<Received> {
        let mut received = std::mem::take(&mut *self.received.lock().unwrap());
        received.retain(|request| request.path.starts_with("/openapi/"));
        received.sort_by(|one, other| one.path.cmp(&other.path));
        received
    }
}

fn serve(mut stream: TcpStream, replies: &Replies, received: &Mutex<Vec<Received>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    let mut headers = head.lines().filter_map(|line| line.split_once(": "));
    let if_none_match = headers
        .find(|(name, _)| name.eq_ignore_ascii_case("if-none-match"))
        .map(|(_, value)| value.to_owned());
    let reply = {
        let mut replies = replies.lock().unwrap();
        match replies.get_mut(&path) {
            Some(replies) if replies.len() > 1 => replies.pop_front().unwrap(),
            Some(replies) => replies[0].clone(),
            None => status("404 Not Found", ""),
        }
    };
    let (bytes, sent) = match reply {
        Reply::Bytes(bytes) => (bytes, 0),
        Reply::Silence => {
            std::thread::sleep(Duration::from_secs(5));
            return;
        }
        Reply::File { etag, .. } if etag.is_some() && etag == if_none_match => {
            (b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_vec(), 0)
        }
        Reply::File { body, mut headers, etag } => {
            if let Some(etag) = etag {
                headers.push_str(&format!("etag: {etag}\r\n"));
            }
            let length = body.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
            );
            ([head.into_bytes(), body].concat(), length)
        }
    };
    received.lock().unwrap().push(Received { path, if_none_match, sent });
    // The client may have stopped reading: that is for it to judge.
    drop(stream.write_all(&bytes));
}

/// A document with one operation, and text that says whose it is.
pub fn document(family: &str, date: &str, text: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {"title": format!("{family} {text}"), "version": date},
        "servers": [{"url": "https://api.meld.io", "description": text}],
        "paths": {format!("/{family}/things"): {"get": {
            "summary": text,
            "description": text,
            "operationId": "things-search",
            "parameters": [{
                "name": "limit", "in": "query", "description": text, "required": false,
                "schema": {"type": "integer", "format": "int32"}
            }],
            "responses": {"200": {
                "description": text,
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
            }}
        }}},
        "components": {"schemas": {"Thing": {
            "type": "object",
            "properties": {"id": {"type": "string", "description": text}}
        }}}
    })
}

/// The same with a field more, with everything that a site adds.
pub fn changed(family: &str, date: &str) -> Value {
    let mut document = document(family, date, "theirs");
    document["components"]["schemas"]["Thing"]["properties"]["added"] =
        json!({"type": "boolean", "description": "theirs", "example": "theirs"});
    document["paths"][format!("/{family}/things")]["get"]["x-mint"] = json!({"content": "theirs"});
    document
}

/// A workspace with two documents of crypto and one of webhooks, as `sources.toml` says.
pub struct Workspace {
    folder: TempDir,
    home: String,
}

impl Workspace {
    pub fn new(site: &Site) -> Self {
        let workspace = Self { folder: tempfile::tempdir().unwrap(), home: site.address.clone() };
        fs::create_dir(workspace.folder.path().join("openapi")).unwrap();
        for (name, family, date) in [
            (OLD_CRYPTO, "crypto", "2025-03-04"),
            (CRYPTO, "crypto", "2026-02-03"),
            (WEBHOOKS, "webhooks", "2026-02-03"),
        ] {
            workspace.write(name, &format!("{:#}\n", document(family, date, "ours")));
        }
        workspace.write("sources.toml", "# Where documents come from.\n");
        // An empty folder publishes nothing, and makes the entries.
        let nothing = tempfile::tempdir().unwrap();
        let report = workspace.job(nothing.path().to_str().unwrap()).run(&ProgressBar::hidden());
        assert!(report.unwrap().sources_differ);
        workspace.assert_true();
        workspace
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("openapi").join(name)
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// What is in the folder, with content and time stamp.
    pub fn all(&self) -> Vec<(String, Vec<u8>, SystemTime)> {
        let entries = fs::read_dir(self.folder.path().join("openapi")).unwrap();
        let mut all: Vec<_> = entries
            .map(|entry| {
                let entry = entry.unwrap();
                let modified = entry.metadata().unwrap().modified().unwrap();
                let name = entry.file_name().into_string().unwrap();
                (name, fs::read(entry.path()).unwrap(), modified)
            })
            .collect();
        all.sort();
        all
    }

    /// A job with short waits.
    pub fn job(&self, from: &str) -> Job {
        let patience = Patience {
            connect: Duration::from_secs(2),
            silence: Duration::from_millis(400),
            attempt: Duration::from_secs(5),
            attempts: 2,
            gap: Duration::from_millis(1),
            longest_gap: Duration::from_millis(20),
        };
        Job {
            root: self.root(),
            home: self.home.parse().unwrap(),
            origin: Origin::parse(from, &PathBuf::new(), patience).unwrap(),
            dates: Vec::new(),
            dry_run: false,
            with_descriptions: false,
        }
    }

    pub fn try_run(&self) -> Result<Report> {
        self.job(&self.home).run(&ProgressBar::hidden())
    }

    /// Runs, and checks what is to be true after every run.
    pub fn run(&self) -> Report {
        self.run_with(|_| ())
    }

    pub fn run_with(&self, change: impl FnOnce(&mut Job)) -> Report {
        let mut job = self.job(&self.home);
        change(&mut job);
        let before = self.all();
        let report = job.run(&ProgressBar::hidden()).unwrap();
        match job.dry_run {
            true => assert_eq!(self.all(), before),
            false => self.assert_true(),
        }
        report
    }

    /// `sources.toml` has an entry for each document, which is right, and nothing else lies around.
    pub fn assert_true(&self) {
        let sources: toml_edit::DocumentMut = self.read("sources.toml").parse().unwrap();
        let entries = sources["document"].as_array_of_tables().unwrap();
        let mut files = vec!["sources.toml".to_owned()];
        for entry in entries {
            let file = entry["file"].as_str().unwrap();
            let digest = meld_fetch::shelf::sha256(self.read(file).as_bytes());
            assert_eq!(entry["sha256"].as_str(), Some(digest.as_str()), "{file}");
            let published = format!("{}/openapi/{file}", self.home);
            assert_eq!(entry["published"].as_str(), Some(published.as_str()), "{file}");
            files.push(file.to_owned());
        }
        files.sort();
        let there: Vec<_> = self.all().into_iter().map(|(name, ..)| name).collect();
        assert_eq!(there, files);
    }
}

/// What became of a document.
pub fn outcome<'a>(report: &'a Report, file: &str) -> &'a Outcome {
    let found = report.lines.iter().find(|line| line.file == file);
    &found.unwrap_or_else(|| panic!("{file} is not among {:?}", report.lines)).outcome
}

/// Why a document was refused, and that the report says so.
pub fn refusal(report: &Report, file: &str) -> (ErrorKind, String) {
    let Outcome::Refused(error) = outcome(report, file) else {
        panic!("not refused: {:?}", report.lines)
    };
    assert!(report.has_failed());
    assert!(report.problems().contains(&format!("error: {error}")));
    (error.kind, error.to_string())
}

pub fn date(text: &str) -> ApiVersion {
    ApiVersion::parse(text).unwrap()
}
