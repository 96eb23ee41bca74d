//! `cargo xtask update` and `cargo xtask release`, and the workflows that run them: what an update may change, what a
//! release may publish, and which programs of others they run.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{command, git, text};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

const SPEC: &str = "openapi/crypto-20260203.json";
const SOURCE: &str = "meld-client/v2026-02-03/src/crypto.rs";
const SNAPSHOT: &str = "tests/tests/snapshots/wire__a.snap";
const MANIFEST: &str = "meld-client/Cargo.toml";
const MANIFEST_TEXT: &str = "[package]\nname = \"meld-client\"\n\n[features]\n\
     # BEGIN generated: features\na = []\n# END generated: features\n";
const LOCK_TEXT: &str = "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\n\
     source = \"registry\"\n\n[[package]]\nname = \"meld-client\"\nversion = \"0.1.0\"\n\
     dependencies = [\n \"meld-client-v2026-02-03\",\n \"serde\",\n]\n\n\
     [[package]]\nname = \"meld-client-v2026-02-03\"\nversion = \"0.1.0\"\n";

/// A stub for `cargo metadata`: one published crate, and one that is not.
const METADATA: &str = r#"echo '{"packages":[
    {"name":"meld-client","version":"0.2.0","publish":null,"dependencies":[]},
    {"name":"xtask","version":"0.1.0","publish":[],"dependencies":[]}]}'"#;

/// A repository that is a clone of its origin, stubs for `cargo` and `gh`, and folders for the results of the jobs.
struct Workplace {
    folder: TempDir,
}

impl Workplace {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        for folder in ["bin", "update", "tested"] {
            fs::create_dir(place.path(folder)).unwrap();
        }
        git(place.folder.path(), &["init", "--quiet", "--bare", "--initial-branch=main", "origin"]);
        git(place.folder.path(), &["clone", "--quiet", "origin", "repository"]);
        place.write("CHANGELOG.md", "## [0.2.0] - 2026-11-28\n");
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

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A file of the repository.
    fn file(&self, path: &str) -> PathBuf {
        self.path("repository").join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.file(path).parent().unwrap()).unwrap();
        fs::write(self.file(path), text).unwrap();
    }

    fn make_executable(&self, path: &str) {
        fs::set_permissions(self.file(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A stub that is found before the program of the system.
    fn program(&self, name: &str, script: &str) {
        let file = self.path("bin").join(name);
        fs::write(&file, format!("#!/usr/bin/env bash\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.path("repository"), arguments)
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Runs a job on the repository.
    fn run(&self, arguments: &[&str]) -> Output {
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

    fn update(&self, command: &str) -> Output {
        let (update, tested) = (self.path("update"), self.path("tested"));
        let (update, tested) = (update.to_str().unwrap(), tested.to_str().unwrap());
        match command {
            "collect" => self.run(&["update", command, update]),
            _ => self.run(&["update", command, update, tested]),
        }
    }

    /// Runs a job of the update that succeeds, and returns its output.
    fn succeed(&self, command: &str) -> String {
        let output = self.update(command);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Checks that the patch is refused for this reason and nothing happens.
    fn assert_refused(&self, what: &str, reason: &str) {
        let output = self.update("propose");
        let error = text(&output.stderr);
        assert!(!output.status.success(), "{what} was accepted");
        assert!(error.contains(reason), "{what}: {error}");
        self.assert_untouched(what);
    }

    /// The arguments that the stubs were called with.
    fn calls(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Saves the changes of the tree as a patch and undoes them.
    fn save(&self, patch: &str) {
        self.git(&["add", "--all"]);
        let changes = self.git(&["diff", "--cached", "--binary"]);
        fs::write(self.path(patch), changes).unwrap();
        for file in ["update/text.md", "update/failures.md"] {
            fs::write(self.path(file), "").unwrap();
        }
        self.git(&["reset", "--quiet", "--hard"]);
    }

    /// Asserts that nothing was changed, pushed or sent to GitHub.
    fn assert_untouched(&self, what: &str) {
        assert_eq!(self.calls(), "", "{what}");
        assert_eq!(self.git(&["status", "--porcelain"]), "", "{what}");
        assert_eq!(self.git(&["branch", "--show-current"]), "main\n", "{what}");
        assert_eq!(git(&self.path("origin"), &["branch", "--list", "update-specs"]), "", "{what}");
    }
}

/// A new version, and changes of existing files.
fn change_listed_files(place: &Workplace) {
    place.write(SPEC, "{ \"a\": 1 }\n");
    place.write("openapi/crypto-20270115.json", "{}\n");
    place.write("openapi/sources.toml", "a = 1\n");
    place.write(SOURCE, "//! More.\n");
    for file in ["Cargo.toml", "README.md", "CHANGELOG.md", "interface.json", "src/lib.rs"] {
        place.write(&format!("meld-client/v2027-01-15/{file}"), "new\n");
    }
    place.write("meld-client/src/upgrading/2026-02-03-to-2027-01-15.md", "# New\n");
    place.write("meld-client/src/versions.rs", "// new\n");
    place.write(MANIFEST, MANIFEST_TEXT.replace("a = []", "a = []\nb = []"));
    let package = "\n[[package]]\nname = \"meld-client-v2027-01-15\"\nversion = \"0.1.0\"\n";
    let dependency = " \"meld-client-v2026-02-03\",\n \"meld-client-v2027-01-15\",\n";
    let lock = LOCK_TEXT.replace(" \"meld-client-v2026-02-03\",\n", dependency) + package;
    place.write("Cargo.lock", lock);
}

#[test]
fn update_of_generated_files_is_proposed() {
    let place = Workplace::new();
    change_listed_files(&place);
    place.save("update/changes.patch");
    place.write(SNAPSHOT, "b\n");
    place.save("tested/snapshots.patch");
    fs::write(place.path("update/text.md"), "Changes.\n").unwrap();
    fs::write(place.path("tested/failures.log"), "a\n``` b\x1b[31m\n::error::c\n").unwrap();
    fs::write(place.path("log.pulls"), "[]").unwrap();
    place.succeed("propose");
    assert!(place.calls().contains("pr create --head update-specs --base main"));
    let changed = git(&place.path("origin"), &["diff", "--name-only", "main", "update-specs"]);
    assert_eq!(changed.lines().count(), 14, "{changed}");
    assert!(changed.contains(SNAPSHOT), "{changed}");
    let body = fs::read_to_string(place.path("log.body")).unwrap();
    assert!(body.contains("\nChanges.\n\n## What failed\n\n**Tests failed**:\n"), "{body}");
    assert!(body.contains("\n``````text\na\n` b·[31m\n::error::c\n``````"), "{body}");
}

/// A change that no update may make: its name, and a function that makes it.
type Change = (&'static str, fn(&Workplace));

const REFUSED: &[Change] = &[
    ("a workflow", |place| place.write(".github/workflows/ci.yml", "a\n")),
    ("a script", |place| place.write(".ci/run", "a\n")),
    ("the generator", |place| place.write("meld-gen/src/lib.rs", "a\n")),
    ("a build script", |place| place.write("meld-client/v2026-02-03/build.rs", "a\n")),
    ("a test", |place| place.write("meld-client/v2026-02-03/tests/a.rs", "a\n")),
    ("a folder of sources", |place| place.write("meld-client/v2026-02-03/src/a/b.rs", "a\n")),
    ("a crate without a date", |place| place.write("meld-client/v2026/src/lib.rs", "a\n")),
    ("another file in openapi", |place| place.write("openapi/README.md", "a\n")),
    ("configuration of cargo", |place| place.write(".cargo/config.toml", "a\n")),
    ("attributes of git", |place| place.write("openapi/.gitattributes", "a\n")),
    ("a name with a line break", |place| place.write("openapi/a\nb-20260203.json", "a\n")),
    ("a snapshot beside sources", |place| place.write(SNAPSHOT, "b\n")),
    ("a deleted file", |place| fs::remove_file(place.file("meld-gen/src/lib.rs")).unwrap()),
    ("a program", |place| place.make_executable(SPEC)),
    ("a new program", |place| {
        place.write("openapi/new-20260203.json", "a\n");
        place.make_executable("openapi/new-20260203.json");
    }),
    ("a symbolic link", |place| {
        symlink("/etc/passwd", place.file("openapi/new-20260203.json")).unwrap();
    }),
    ("a link instead of a file", |place| {
        fs::remove_file(place.file(SPEC)).unwrap();
        symlink("/etc/passwd", place.file(SPEC)).unwrap();
    }),
    ("a file moved into openapi", |place| {
        fs::rename(place.file("meld-gen/src/lib.rs"), place.file("openapi/lib-20260203.json")).unwrap();
    }),
    ("a file moved out of a crate", |place| {
        fs::rename(place.file(SOURCE), place.file("meld-gen/src/crypto.rs")).unwrap();
    }),
    ("a submodule", |place| {
        let commit = place.git(&["rev-parse", "HEAD"]);
        let entry = format!("160000,{},openapi/new-20260203.json", commit.trim());
        place.git(&["update-index", "--add", "--cacheinfo", &entry]);
        // As it is after a clone.
        fs::create_dir(place.file("openapi/new-20260203.json")).unwrap();
    }),
    ("binary data", |place| place.write("openapi/new-20260203.json", b"a\0b")),
    ("a hand-written part of a manifest", |place| {
        place.write(MANIFEST, format!("{MANIFEST_TEXT}\n[build-dependencies]\nevil = \"1\"\n"));
    }),
    ("another dependency", |place| {
        place.write("Cargo.lock", LOCK_TEXT.replace("1.0.0", "1.0.1"));
    }),
    ("a generated crate from elsewhere", |place| {
        let package = "\n[[package]]\nname = \"meld-client-v2027-01-15\"\nversion = \"0.1.0\"\n\
                       source = \"git+https://example.com/evil\"\n";
        place.write("Cargo.lock", format!("{LOCK_TEXT}{package}"));
    }),
];

#[test]
fn update_of_other_files_is_refused() {
    let place = Workplace::new();
    for (what, change) in REFUSED {
        change(&place);
        // Beside it, an allowed change.
        place.write("openapi/other-20260203.json", "{}\n");
        place.save("update/changes.patch");
        place.assert_refused(what, "an update must");
    }
}

#[test]
fn update_cannot_leave_the_repository() {
    let place = Workplace::new();
    for path in ["../evil", "openapi/../../evil", ".git/hooks/post-commit", "/tmp/evil"] {
        let patch = format!(
            "diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n@@ -0,0 +1 @@\n+a\n"
        );
        fs::write(place.path("update/changes.patch"), patch).unwrap();
        place.assert_refused(path, "error: ");
        assert!(!place.path("evil").exists());
    }
}

#[test]
fn update_test_saves_only_snapshots() {
    let place = Workplace::new();
    place.write(SPEC, "{ \"a\": 1 }\n");
    place.save("update/changes.patch");
    place.program(
        "cargo",
        "echo \"$*\" >>\"$LOG\"; echo b >tests/tests/snapshots/wire__a.snap; echo c >meld-gen/src/lib.rs\n\
         echo d >meld-client/v2026-02-03/src/crypto.rs; echo ::error::evil; exit 1",
    );
    let log = place.succeed("test");
    assert_eq!(place.calls(), "test --workspace --no-fail-fast\n");
    assert!(log.contains("\n| ::error::evil\n"), "{log}");
    let patch = fs::read_to_string(place.path("tested/snapshots.patch")).unwrap();
    let changed: Vec<&str> = patch.lines().filter(|line| line.starts_with("+++")).collect();
    assert_eq!(changed, [format!("+++ b/{SNAPSHOT}")]);
    assert!(place.path("tested/failures.log").exists());

    place.git(&["reset", "--quiet", "--hard", "origin/main"]);
    place.write(SOURCE, "//! Evil.\n");
    place.save("tested/snapshots.patch");
    let output = place.update("check");
    assert!(text(&output.stderr).contains("an update must not change"), "{output:?}");
}

#[test]
fn collect_runs_no_generated_code() {
    let place = Workplace::new();
    place.program(
        "cargo",
        "echo \"$*\" >>\"$LOG\"\n\
         case \"$*\" in\n\
         'xtask fetch') echo '{ \"a\": 1 }' >openapi/crypto-20260203.json ;;\n\
         'xtask diff'*) echo 'A table.' ;;\n\
         'xtask regen') echo '//! New.' >meld-client/v2026-02-03/src/crypto.rs ;;\n\
         esac",
    );
    place.succeed("collect");
    let calls = "xtask fetch\nxtask diff --format markdown\nxtask regen\nupdate --workspace\n";
    assert_eq!(place.calls(), calls);
    let patch = fs::read_to_string(place.path("update/changes.patch")).unwrap();
    assert!(patch.contains(SPEC) && patch.contains(SOURCE), "{patch}");
    assert!(fs::read_to_string(place.path("update/text.md")).unwrap().starts_with("A table.\n"));
    assert_eq!(fs::read_to_string(place.path("update/failures.md")).unwrap(), "");
}

#[test]
fn digest_covers_each_file() {
    let place = Workplace::new();
    let update = place.path("update");
    let digest = || text(&place.run(&["update", "digest", update.to_str().unwrap()]).stdout);
    let mut seen = Vec::new();
    for [patch, body, failures] in [["a", "b", "c"], ["ab", "", "c"], ["a", "bc", ""], ["a", "b", "d"]] {
        for (file, text) in [("changes.patch", patch), ("text.md", body), ("failures.md", failures)] {
            fs::write(update.join(file), text).unwrap();
        }
        assert_eq!(digest().trim().len(), 64);
        assert!(!seen.contains(&digest()), "{patch} {body} {failures}");
        seen.push(digest());
    }
}

#[test]
fn update_logs_have_no_commands() {
    let place = Workplace::new();
    place.program(
        "cargo",
        "printf '::set-output name=a::b\\n\\033[31mred \\342\\200\\256 \\r\\n``````\\n# heading\\n'; exit 1",
    );
    let log = place.succeed("collect");
    let (_, after) = log.split_once("::stop-commands::").unwrap();
    let (token, after) = after.split_once('\n').unwrap();
    let (during, _) = after.split_once(&format!("::{token}::")).unwrap();
    assert!(token.len() >= 32, "{token}");
    assert!(during.lines().all(|line| line.starts_with("| ")), "{during}");
    assert!(during.contains("| ::set-output name=a::b\n| ·[31mred · ·\n"), "{during}");

    let failures = fs::read_to_string(place.path("update/failures.md")).unwrap();
    let fences = failures.lines().filter(|line| line.starts_with("``````")).count();
    assert_eq!(fences, 2, "{failures}");
    assert!(failures.contains("\n`\n# heading\n``````\n"), "{failures}");
    assert!(!failures.contains(['\x1b', '\r', '\u{202e}']), "{failures}");
}

#[test]
fn pull_requests_of_forks_are_ignored() {
    let place = Workplace::new();
    place.write(SPEC, "{ \"a\": 1 }\n");
    place.save("update/changes.patch");
    let pull = |number: u32, owner: &str, is_fork: bool| {
        format!(
            r#"{{"number": {number}, "headRepositoryOwner": {{"login": "{owner}"}}, "isCrossRepository": {is_fork}}}"#
        )
    };
    for (ours, call) in [(None, "pr create"), (Some(pull(3, "owner", false)), "pr edit 3 ")] {
        let theirs = [pull(1, "evil", true), pull(2, "owner", true)];
        let pulls: Vec<String> = theirs.into_iter().chain(ours).collect();
        fs::write(place.path("log.pulls"), format!("[{}]", pulls.join(","))).unwrap();
        place.succeed("propose");
        let calls = place.calls();
        let last = calls.lines().last().unwrap();
        assert!(last.starts_with(call), "{calls}");
        place.git(&["checkout", "--quiet", "--force", "main"]);
    }
}

#[test]
fn release_tag_must_be_on_main() {
    let place = Workplace::new();
    place.git(&["checkout", "--quiet", "-b", "other"]);
    place.write("meld-gen/src/lib.rs", "//! Not reviewed.\n");
    place.commit("not reviewed");
    place.git(&["tag", "v0.2.0"]);
    let check = || place.run(&["release", "tag", "v0.2.0"]);
    assert!(text(&check().stderr).contains("is not on main"), "{:?}", check());
    place.git(&["push", "--quiet", "origin", "other:main"]);
    place.git(&["fetch", "--quiet", "origin"]);
    assert!(check().status.success(), "{:?}", check());

    place.git(&["tag", "v0.3.0"]);
    for (tag, says) in [("v0.3.0", "the crates are 0.2.0"), ("v0.4.0", "there is no tag")] {
        let output = place.run(&["release", "tag", tag]);
        assert!(!output.status.success() && text(&output.stderr).contains(says), "{output:?}");
    }
    place.git(&["checkout", "--quiet", "HEAD^"]);
    assert!(text(&check().stderr).contains("is not what is checked out"), "{:?}", check());
}

/// All workflows: name and content.
fn workflows() -> Vec<(String, String)> {
    let files = fs::read_dir(root().join(".github/workflows")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    files.map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn actions_of_workflows_are_pinned() {
    let mut actions = 0;
    for (name, workflow) in workflows() {
        for line in workflow.lines() {
            let Some((_, action)) = line.split_once("uses:") else { continue };
            let (_, revision) = action.trim().split_once('@').unwrap();
            let commit = revision.split_whitespace().next().unwrap();
            let is_commit = commit.len() == 40 && commit.bytes().all(|one| one.is_ascii_hexdigit());
            assert!(is_commit, "{name}: {line}");
            actions += 1;
        }
    }
    assert!(actions > 0);
}

#[test]
fn workflows_have_few_permissions() {
    for (name, workflow) in workflows() {
        let top: Vec<&str> = workflow.split("\njobs:\n").collect();
        let permissions = top[0].split_once("\npermissions:").unwrap().1;
        let permissions = permissions.split("\n\n").next().unwrap().trim();
        assert!(["{}", "contents: read"].contains(&permissions), "{name}: {permissions}");
        // Strings from outside reach scripts only through the environment.
        let scripts = workflow.lines().filter(|line| line.trim_start().starts_with("- run:"));
        assert!(scripts.clone().all(|line| !line.contains("${{")), "{name}");
        let checkouts = workflow.matches("actions/checkout@").count();
        assert_eq!(workflow.matches("persist-credentials: false").count(), checkouts, "{name}");
    }
}

/// Build scripts and macros of dependencies must not see a token.
#[test]
fn steps_with_tokens_build_nothing() {
    let mut tokens = 0;
    for (name, workflow) in workflows() {
        for step in workflow.split("\n      - ").skip(1).filter(|step| step.contains("TOKEN:")) {
            assert!(step.contains("run: gh ") || step.contains("run: target/xtask/xtask "), "{name}: {step}");
            tokens += 1;
        }
        assert!(!workflow.contains("\n    env:") && !workflow.contains("\nenv:"), "{name}: a token for all steps");
    }
    assert_eq!(tokens, 7);
}

#[test]
fn prism_is_installed_from_a_lock_file() {
    let folder = root().join("tests/prism");
    let lock = fs::read_to_string(folder.join("package-lock.json")).unwrap();
    let lock: Value = serde_json::from_str(&lock).unwrap();
    let packages = lock["packages"].as_object().unwrap();
    assert!(packages.len() > 100);
    for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
        assert!(package["integrity"].as_str().unwrap().starts_with("sha512-"), "{name}");
        assert!(package.get("resolved").is_none(), "{name} names a registry");
    }
    let wanted = &lock["packages"][""]["dependencies"]["@stoplight/prism-cli"];
    assert_eq!(packages["node_modules/@stoplight/prism-cli"]["version"], *wanted);
}
