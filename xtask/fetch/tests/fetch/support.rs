//! A workspace with a few small documents.

use std::fs;
use std::path::PathBuf;
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

pub use crate::server::*;

pub const CRYPTO: &str = "crypto-20260203.json";
pub const OLD_CRYPTO: &str = "crypto-20250304.json";
pub const WEBHOOKS: &str = "webhooks-20260203.json";

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
        let patience = patience();
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

/// As short as a busy machine allows.
pub fn patience() -> Patience {
    Patience {
        connect: Duration::from_secs(2),
        silence: Duration::from_secs(1),
        attempt: Duration::from_secs(5),
        attempts: 2,
        gap: Duration::from_millis(1),
        longest_gap: Duration::from_millis(20),
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
