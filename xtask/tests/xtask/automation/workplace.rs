//! A repository with stubs, in which the jobs run.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Output;

use tempfile::TempDir;

use crate::support::{command, git, text};

pub const SPEC: &str = "openapi/crypto-20260203.json";
pub const SOURCE: &str = "meld-client/v2026-02-03/src/crypto.rs";
pub const SNAPSHOT: &str = "tests/tests/snapshots/wire__a.snap";
pub const MANIFEST: &str = "meld-client/Cargo.toml";
pub const MANIFEST_TEXT: &str = "[package]\nname = \"meld-client\"\n\n[features]\n\
     # BEGIN generated: features\na = []\n# END generated: features\n";
pub const LOCK_TEXT: &str = "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n\
     source = \"registry\"\n\n[[package]]\nname = \"meld-client\"\nversion = \"0.1.0\"\n\
     dependencies = [\n \"meld-client-v2026-02-03\",\n \"serde\",\n]\n\n\
     [[package]]\nname = \"meld-client-v2026-02-03\"\nversion = \"0.1.0\"\n";

/// A stub for `cargo metadata`: one published crate, and one that is not.
const METADATA: &str = r#"echo '{"packages":[
    {"name":"meld-client","version":"0.2.0","publish":null,"dependencies":[]},
    {"name":"xtask","version":"0.1.0","publish":[],"dependencies":[]}]}'"#;

/// A repository that is a clone of its origin, stubs for `cargo` and `gh`, and folders for the results of the jobs.
pub struct Workplace {
    folder: TempDir,
}

impl Workplace {
    pub fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["bin", "update", "tested"] {
            fs::create_dir(place.path(folder)).unwrap();
        }
        git(place.folder.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "origin"]);
        git(place.folder.path(), &["clone", "--quiet", "origin", "repository"]);
        place.write("CHANGELOG.md", "## [0.2.0] - 2026-11-28\n\n- New.\n");
        place.write("Cargo.toml", "[workspace.package]\nrepository = \"https://github.com/owner/name\"\n");
        place.write(SPEC, "{}\n");
        place.write(SOURCE, "//! Crypto.\n");
        place.write(SNAPSHOT, "a\n");
        place.write("meld-gen/src/lib.rs", "//! Generator.\n");
        place.write(MANIFEST, MANIFEST_TEXT);
        place.write("Cargo.lock", LOCK_TEXT);
        place.commit("start");
        place.git(&["push", "--quiet", "origin", "HEAD:main"]);
        place.git(&["fetch", "--quiet", "origin"]);
        place.program("cargo", METADATA);
        place.program(
            "gh",
            "echo \"$*\" >>\"$LOG\"\n\
             case \"$2\" in list) cat \"$LOG.pulls\" ;; create | edit) cp \"${@: -1}\" \"$LOG.body\" ;; esac",
        );
        place
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A file of the repository.
    pub fn file(&self, path: &str) -> PathBuf {
        self.path("repository").join(path)
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.file(path).parent().unwrap()).unwrap();
        fs::write(self.file(path), text).unwrap();
    }

    pub fn make_executable(&self, path: &str) {
        fs::set_permissions(self.file(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A stub that is found before the program of the system.
    pub fn program(&self, name: &str, script: &str) {
        let file = self.path("bin").join(name);
        fs::write(&file, format!("#!/usr/bin/env bash\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        git(&self.path("repository"), arguments)
    }

    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Runs a job on the repository.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let path = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        command(&self.path("repository"))
            .args(arguments)
            .env("PATH", path)
            .env("CARGO", self.path("bin/cargo"))
            .env("LOG", self.path("log"))
            .env("GITHUB_REPOSITORY", "owner/name")
            .output()
            .unwrap()
    }

    pub fn update(&self, command: &str) -> Output {
        let (update, tested) = (self.path("update"), self.path("tested"));
        let (update, tested) = (update.to_str().unwrap(), tested.to_str().unwrap());
        match command {
            "collect" => self.run(&["update", command, update]),
            _ => self.run(&["update", command, update, tested]),
        }
    }

    /// Runs a job of the update that succeeds, and returns its output.
    pub fn succeed(&self, command: &str) -> String {
        let output = self.update(command);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Checks that the patch is refused for this reason and nothing happens.
    pub fn assert_refused(&self, what: &str, reason: &str) {
        let output = self.update("propose");
        let error = text(&output.stderr);
        assert!(!output.status.success(), "{what} was accepted");
        assert!(error.contains(reason), "{what}: {error}");
        self.assert_untouched(what);
    }

    /// The arguments that the stubs were called with.
    pub fn calls(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Saves the changes of the tree as a patch and undoes them.
    pub fn save(&self, patch: &str) {
        self.git(&["add", "--all"]);
        let changes = self.git(&["diff", "--cached", "--binary"]);
        fs::write(self.path(patch), changes).unwrap();
        for file in ["update/text.md", "update/failures.md"] {
            fs::write(self.path(file), "").unwrap();
        }
        self.git(&["reset", "--quiet", "--hard"]);
    }

    /// Asserts that nothing was changed, pushed or sent to GitHub.
    pub fn assert_untouched(&self, what: &str) {
        assert_eq!(self.calls(), "", "{what}");
        assert_eq!(self.git(&["status", "--porcelain"]), "", "{what}");
        assert_eq!(self.git(&["branch", "--show-current"]), "main\n", "{what}");
        assert_eq!(git(&self.path("origin"), &["branch", "--list", "update-specs"]), "", "{what}");
    }
}
