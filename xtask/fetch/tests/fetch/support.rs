//! A workspace with a few small specs.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use indicatif::ProgressBar;
use meld_fetch::error::{ErrorKind, Result};
use meld_fetch::http::HttpOptions;
use meld_fetch::job::Job;
use meld_fetch::origin::Origin;
use meld_fetch::report::{Outcome, Report};
use meld_gen::catalog::ApiVersion;
use serde_json::{Value, json};
use tempfile::TempDir;

pub use crate::server::*;

pub const CRYPTO: &str = "crypto-20260203.json";
pub const OLD_CRYPTO: &str = "crypto-20250304.json";
pub const WEBHOOKS: &str = "webhooks-20260203.json";

/// Returns a spec with one operation, and `text` as all of its text.
pub fn spec(family: &str, date: &str, text: &str) -> Value {
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

/// Returns a published spec with an additional field.
pub fn changed(family: &str, date: &str) -> Value {
    let mut spec = spec(family, date, "theirs");
    spec["components"]["schemas"]["Thing"]["properties"]["added"] =
        json!({"type": "boolean", "description": "theirs", "example": "theirs"});
    spec["paths"][format!("/{family}/things")]["get"]["x-mint"] = json!({"content": "theirs"});
    spec
}

/// A workspace with two specs of crypto and one of webhooks.
pub struct Workspace {
    folder: TempDir,
    home: String,
}

/// Starts a site and creates a workspace for it.
pub fn start() -> (Site, Workspace) {
    let site = Site::start();
    let workspace = Workspace::new(&site);
    (site, workspace)
}

impl Workspace {
    fn new(site: &Site) -> Self {
        let workspace = Self { folder: tempfile::tempdir().unwrap(), home: site.address.clone() };
        fs::create_dir(workspace.folder.path().join("openapi")).unwrap();
        for (name, family, date) in [
            (OLD_CRYPTO, "crypto", "2025-03-04"),
            (CRYPTO, "crypto", "2026-02-03"),
            (WEBHOOKS, "webhooks", "2026-02-03"),
        ] {
            workspace.write(name, &format!("{:#}\n", spec(family, date, "ours")));
        }
        workspace.write("sources.toml", "# The origin of the specs.\n");
        // A run without published specs adds the entries.
        let nothing = tempfile::tempdir().unwrap();
        let report = workspace.job(nothing.path().to_str().unwrap()).run(&ProgressBar::hidden());
        assert!(report.unwrap().sources_differ);
        workspace.assert_consistent();
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

    /// Returns the name, content and modification time of all files.
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

    /// Returns a job with short timeouts.
    pub fn job(&self, from: &str) -> Job {
        let options = options();
        Job {
            root: self.root(),
            home: self.home.parse().unwrap(),
            origin: Origin::parse(from, &PathBuf::new(), options).unwrap(),
            dates: Vec::new(),
            dry_run: false,
            with_descriptions: false,
            keep_withdrawn: true,
        }
    }

    pub fn try_run(&self) -> Result<Report> {
        self.job(&self.home).run(&ProgressBar::hidden())
    }

    /// Runs and checks the invariants of every run.
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
            false => self.assert_consistent(),
        }
        report
    }

    /// Asserts that `sources.toml` has a correct entry for each spec, and that there are no other files.
    pub fn assert_consistent(&self) {
        let sources: toml_edit::DocumentMut = self.read("sources.toml").parse().unwrap();
        let entries = sources["document"].as_array_of_tables().unwrap();
        let mut files = vec!["sources.toml".to_owned()];
        for entry in entries {
            let file = entry["file"].as_str().unwrap();
            let digest = meld_fetch::folder::sha256(self.read(file).as_bytes());
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

/// Returns timeouts as short as a busy machine allows.
pub fn options() -> HttpOptions {
    HttpOptions {
        connect_timeout: Duration::from_secs(2),
        read_timeout: Duration::from_secs(1),
        attempt_timeout: Duration::from_secs(5),
        max_attempts: 2,
        initial_backoff: Duration::from_millis(1),
        max_backoff: Duration::from_millis(20),
    }
}

pub fn outcome<'a>(report: &'a Report, file: &str) -> &'a Outcome {
    let found = report.lines.iter().find(|line| line.file == file);
    &found.unwrap_or_else(|| panic!("{file} is not among {:?}", report.lines)).outcome
}

/// Returns the error of a refused spec, and checks that the report has it.
pub fn refusal(report: &Report, file: &str) -> (ErrorKind, String) {
    let Outcome::Refused(error) = outcome(report, file) else { panic!("not refused: {:?}", report.lines) };
    assert!(report.has_failed());
    assert!(report.problems().contains(&format!("error: {error}")));
    (error.kind, error.to_string())
}

pub fn date(text: &str) -> ApiVersion {
    ApiVersion::parse(text).unwrap()
}
