//! `cargo xtask update` and `cargo xtask release`, and the workflows that run them: what an update may change, what a
//! release may publish, and which programs of others they run.

mod workflows;
mod workplace;

use std::fs;
use std::os::unix::fs::symlink;

use crate::support::{git, text};
use workplace::{LOCK_TEXT, MANIFEST, MANIFEST_TEXT, SNAPSHOT, SOURCE, SPEC, Workplace};

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
         'xtask regen') echo '//! New.' >meld-client/v2026-02-03/src/crypto.rs\n\
         echo 'next version of meld-client-v2026-02-03: 0.3.0; see a' ;;\n\
         esac",
    );
    place.program("oasdiff", "test \"$1\" = --version || cat \"$2\" \"$3\"");
    place.succeed("collect");
    let calls = "xtask fetch\nxtask diff --format markdown\nxtask regen\nupdate --workspace\n";
    assert_eq!(place.calls(), calls);
    let patch = fs::read_to_string(place.path("update/changes.patch")).unwrap();
    assert!(patch.contains(SPEC) && patch.contains(SOURCE), "{patch}");
    let body = fs::read_to_string(place.path("update/text.md")).unwrap();
    assert!(body.starts_with("A table.\n\n## Next versions\n\n- `meld-client-v2026-02-03`: 0.3.0\n"), "{body}");
    // Both versions of the spec.
    assert!(body.contains(&format!("oasdiff\n\n**{SPEC}**:\n\n``````text\n{{}}\n{{ \"a\": 1 }}\n``````")), "{body}");
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

#[test]
fn repository_url_is_set_everywhere() {
    let place = Workplace::new();
    place.write("README.md", "https://github.com/owner/name/issues, owner/name\n");
    place.commit("an address");
    let set = |url: &str| place.run(&["release", "repository", url]);
    assert!(!set("github.com/OWNER/meld-rs").status.success());
    assert!(set("https://github.com/OWNER/meld-rs").status.success());
    let read = |file: &str| fs::read_to_string(place.file(file)).unwrap();
    assert_eq!(read("Cargo.toml"), "[workspace.package]\nrepository = \"https://github.com/OWNER/meld-rs\"\n");
    assert_eq!(read("README.md"), "https://github.com/OWNER/meld-rs/issues, OWNER/meld-rs\n");
    // Nothing is published under the placeholder.
    place.commit("the placeholder");
    place.git(&["push", "--quiet", "origin", "HEAD:main"]);
    place.git(&["fetch", "--quiet", "origin"]);
    place.git(&["tag", "v0.2.0"]);
    let output = place.run(&["release", "tag", "v0.2.0"]);
    assert!(text(&output.stderr).contains("is the placeholder"), "{output:?}");
}
