//! The work that a new API version leaves for a person.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use meld_gen::catalog::ApiVersion;
use meld_gen::emit::paths;
use meld_gen::pipeline::Generation;
use meld_gen::report::SpecReport;

/// The hand-written code that names versions.
const SOURCES: &str = "meld-client/src";

/// The file with a row for each version.
const ROWS: &str = "meld-client/src/for_versions.rs";

/// Returns the generated versions whose crates are not in the tree yet.
pub(super) fn new(root: &Path, generation: &Generation) -> Vec<ApiVersion> {
    let is_new = |version: &ApiVersion| {
        let file = paths::interface_file(*version);
        generation.tree.files.contains_key(&file) && !root.join(&file).exists()
    };
    versions(generation).into_iter().filter(is_new).collect()
}

/// Returns the problem of the newest version, which is the default of the client, if it has no row for the helpers. A
/// workspace without the file has no helpers.
pub(super) fn without_helpers(root: &Path, generation: &Generation) -> Option<String> {
    let rows = fs::read_to_string(root.join(ROWS)).ok()?;
    let newest = *versions(generation).last()?;
    let has_row = code(&rows).contains(&newest.feature());
    (!has_row).then(|| format!("{newest} has no row in {ROWS}, so that its clients have no helpers"))
}

/// Returns what is left to do for a new version, one step a line.
pub(super) fn steps(root: &Path, version: ApiVersion, generation: &Generation) -> Vec<String> {
    let before = versions(generation).into_iter().rfind(|before| *before < version);
    let mut steps = Vec::new();
    if let Some(before) = before {
        steps.push(format!(
            "review `cargo xtask diff {before} {version}`, which is also {}",
            super::shown(&paths::upgrade_guide_file(before, version))
        ));
        let files = files_without(root, before, version);
        if !files.is_empty() {
            steps.push(format!("add rows of the helpers, in files that name only {before}: {}", files.join(", ")));
        }
        for (family, repairs) in lost_repairs(&generation.reports, before, version) {
            let repairs = repairs.join(", ");
            steps.push(format!("{family}: check that the spec is correct without repairs of {before}: {repairs}"));
        }
    }
    steps.push("update snapshots: `INSTA_UPDATE=always cargo test -p meld-tests`, and read `git diff`".to_owned());
    if versions(generation).last() == Some(&version) {
        steps.push(format!("use {version} in README.md, guides and examples, then run `cargo xtask docs`"));
    }
    steps.push("commit `Cargo.lock`".to_owned());
    steps
}

fn versions(generation: &Generation) -> BTreeSet<ApiVersion> {
    generation.reports.iter().map(|spec| spec.version).collect()
}

/// Returns the repairs that applied to a family before and no longer apply, by family.
fn lost_repairs(specs: &[SpecReport], before: ApiVersion, version: ApiVersion) -> BTreeMap<&str, Vec<&'static str>> {
    let mut lost = BTreeMap::new();
    for new in specs.iter().filter(|spec| spec.version == version) {
        let Some(old) = specs.iter().find(|old| old.version == before && old.family == new.family) else { continue };
        let names = |spec: &SpecReport| -> BTreeSet<&'static str> {
            spec.repairs.iter().map(|applied| applied.repair).collect()
        };
        let repairs: Vec<_> = names(old).difference(&names(new)).copied().collect();
        if !repairs.is_empty() {
            lost.insert(new.family.as_str(), repairs);
        }
    }
    lost
}

/// Returns the hand-written files whose code names one version but not the other.
fn files_without(root: &Path, before: ApiVersion, version: ApiVersion) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![root.join(SOURCES)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_source = path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs");
            let Some(text) = is_source.then(|| fs::read_to_string(&path).ok()).flatten() else { continue };
            let code = code(&text);
            if code.contains(&before.feature()) && !code.contains(&version.feature()) {
                files.push(super::shown(path.strip_prefix(root).unwrap_or(&path)));
            }
        }
    }
    files.sort_unstable();
    files
}

/// Returns the lines of a file that are neither comments nor tests.
fn code(text: &str) -> String {
    let lines = text.lines().take_while(|line| *line != "#[cfg(test)]");
    let lines = lines.filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use meld_gen::interface::Surface;
    use meld_gen::repair::Applied;
    use meld_gen::report::Timings;

    use super::*;

    fn version(date: &str) -> ApiVersion {
        ApiVersion::parse(date).unwrap()
    }

    fn spec(date: &str, repairs: &[&'static str]) -> SpecReport {
        let applied = |repair: &&'static str| Applied { repair, pointer: String::new(), what: String::new() };
        SpecReport {
            file: String::new(),
            version: version(date),
            family: "crypto".to_owned(),
            operations: Vec::new(),
            surface: Surface::default(),
            types: 0,
            repairs: repairs.iter().map(applied).collect(),
            obsolete: Vec::new(),
            timings: Timings::default(),
        }
    }

    fn workspace(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join(SOURCES).join("crypto")).unwrap();
        files.iter().for_each(|(file, text)| fs::write(root.path().join(SOURCES).join(file), text).unwrap());
        root
    }

    #[test]
    fn new_version_lists_files_and_repairs() {
        let row = "#[cfg(feature = \"v2026-02-03\")]\n";
        let root = workspace(&[
            ("for_versions.rs", row),
            ("crypto/versions.rs", row),
            ("crypto.rs", &format!("// {row}#[cfg(test)]\n{row}")),
            ("versions.rs", &format!("{row}#[cfg(feature = \"v2026-11-01\")]\n")),
        ]);
        let reports = vec![spec("2026-02-03", &["cycle", "media-type"]), spec("2026-11-01", &["cycle"])];
        let mut generation = Generation { reports, ..Generation::default() };
        let new_version = version("2026-11-01");
        assert_eq!(new(root.path(), &generation), []);
        generation.tree.files.insert(paths::interface_file(new_version), String::new());
        assert_eq!(new(root.path(), &generation), [new_version]);
        let steps = steps(root.path(), new_version, &generation).join("\n");
        let files = "only 2026-02-03: meld-client/src/crypto/versions.rs, meld-client/src/for_versions.rs\n";
        assert!(steps.contains(files), "{steps}");
        assert!(steps.contains("crypto: check that the spec is correct without repairs of 2026-02-03: media-type\n"));
        assert!(steps.contains("upgrading/2026-02-03-to-2026-11-01.md"), "{steps}");
    }

    #[test]
    fn newest_version_needs_a_row() {
        let rows = "feature = \"v2026-02-03\"";
        let root = workspace(&[("for_versions.rs", rows)]);
        let of = |dates: &[&str]| Generation {
            reports: dates.iter().map(|date| spec(date, &[])).collect(),
            ..Generation::default()
        };
        assert_eq!(without_helpers(root.path(), &of(&["2022-07-19", "2026-02-03"])), None);
        let problem = without_helpers(root.path(), &of(&["2026-02-03", "2026-11-01"])).unwrap();
        assert!(problem.starts_with("2026-11-01 has no row in meld-client/src/for_versions.rs"), "{problem}");
        assert_eq!(without_helpers(workspace(&[]).path(), &of(&["2026-11-01"])), None);
    }
}
