//! The workflows: what they run, and with which rights.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
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
        let blocks = workflow.split("run: |\n").skip(1).flat_map(|rest| rest.split("\n        env:").next());
        let lines = blocks.flat_map(|block| block.lines().take_while(|line| line.starts_with("          ")));
        assert!(lines.clone().all(|line| !line.contains("${{")), "{name}");
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
            let programs = ["run: gh ", "run: target/xtask/xtask ", "run: docker login "];
            assert!(programs.iter().any(|program| step.contains(program)), "{name}: {step}");
            tokens += 1;
        }
        assert!(!workflow.contains("\n    env:") && !workflow.contains("\nenv:"), "{name}: a token for all steps");
    }
    assert_eq!(tokens, 9);
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
