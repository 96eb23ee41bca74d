//! The files that an update may change, and what may change in them.

/// Returns `true` for files that `collect` may change: specs, generated crates, upgrade guides, and the files that are
/// generated in part; see [`by_hand`] and [`dependencies`].
pub fn is_generated(path: &str) -> bool {
    const WHOLE: [&str; 4] =
        ["openapi/sources.toml", "meld-client/src/versions.rs", "meld-client/Cargo.toml", "Cargo.lock"];
    if WHOLE.contains(&path) {
        return true;
    }
    if let Some(file) = path.strip_prefix("openapi/") {
        return is_spec(file.strip_prefix("supplements/").unwrap_or(file));
    }
    if let Some(file) = path.strip_prefix("meld-client/src/upgrading/") {
        return file.strip_suffix(".md").is_some_and(|name| is_name(name, "-"));
    }
    let inside = path.strip_prefix("meld-client/v").and_then(|rest| rest.split_once('/'));
    inside.is_some_and(|(date, file)| is_date(date) && is_file_of_version(file))
}

fn is_spec(file: &str) -> bool {
    let parts = file.strip_suffix(".json").and_then(|name| name.rsplit_once('-'));
    parts.is_some_and(|(family, date)| {
        is_name(family, "_-") && date.len() == 8 && date.bytes().all(|one| one.is_ascii_digit())
    })
}

fn is_date(text: &str) -> bool {
    let is_right = |(index, one): (usize, u8)| match index {
        4 | 7 => one == b'-',
        _ => one.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(is_right)
}

fn is_file_of_version(file: &str) -> bool {
    const FILES: [&str; 6] =
        ["Cargo.toml", "README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "interface.json"];
    const PARTS: [&str; 7] = ["client", "builder", "types", "types/builder", "codec", "validate", "operations"];
    let Some(source) = file.strip_prefix("src/").and_then(|name| name.strip_suffix(".rs")) else {
        return FILES.contains(&file);
    };
    match source.split_once('/') {
        Some((family, part)) => is_name(family, "_") && PARTS.contains(&part),
        None => is_name(source, "_"),
    }
}

/// Returns `true` for files that `test` may change: snapshots.
pub fn is_snapshot(path: &str) -> bool {
    let file = path.strip_prefix("tests/tests/snapshots/");
    let name = file.and_then(|file| file.strip_suffix(".snap"));
    name.is_some_and(|name| is_name(&name.to_ascii_lowercase(), "_-"))
}

/// Returns `true` for small letters, digits and these marks.
fn is_name(text: &str, marks: &str) -> bool {
    let is_right = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || marks.contains(one);
    !text.is_empty() && text.chars().all(is_right)
}

/// The part of a manifest that is written by hand.
pub fn by_hand(manifest: &str) -> String {
    let mut is_generated = false;
    let mut kept = String::new();
    for line in manifest.split_inclusive('\n') {
        is_generated |= line.starts_with("# BEGIN generated: ");
        if !is_generated {
            kept.push_str(line);
        }
        is_generated &= !line.starts_with("# END generated: ");
    }
    kept
}

/// A lock file without the generated crates, none of which comes from a registry.
pub fn dependencies(lock: &str) -> String {
    let is_generated = |package: &&str| {
        let name = package.trim_start().strip_prefix("[[package]]\nname = \"meld-client-v");
        let name = name.and_then(|rest| rest.split_once("\"\n"));
        name.is_some_and(|(date, _)| is_date(date)) && !package.contains("\nsource = ")
    };
    let packages = lock.split("\n\n").filter(|package| !is_generated(package));
    let is_kept = |line: &&str| {
        let name = line.strip_prefix(" \"meld-client-v").and_then(|line| line.strip_suffix("\","));
        !name.is_some_and(is_date)
    };
    let lines = packages.flat_map(|package| package.trim_matches('\n').lines().filter(is_kept));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_files_are_recognized() {
        for path in [
            "openapi/bank_linking-20260203.json",
            "openapi/network-partner-20260203.json",
            "openapi/supplements/crypto-20260203.json",
            "meld-client/v2026-02-03/LICENSE-MIT",
            "meld-client/v2026-02-03/src/bank_linking.rs",
            "meld-client/v2026-02-03/src/bank_linking/codec.rs",
            "meld-client/v2026-02-03/src/bank_linking/types/builder.rs",
            "meld-client/v2026-02-03/src/shared.rs",
            "meld-client/v2026-02-03/src/shared/types.rs",
            "meld-client/src/upgrading/2025-03-04-to-2026-02-03.md",
            "Cargo.lock",
        ] {
            assert!(is_generated(path), "{path}");
        }
        for path in [
            "openapi/README.md",
            "openapi/../a-20260203.json",
            "openapi/a/b-20260203.json",
            "openapi/supplements/a.json",
            "openapi/supplements/supplements/b-20260203.json",
            "openapi/-20260203.json.rs",
            "meld-client/v2026-02-03/build.rs",
            "meld-client/v2026-2-03/Cargo.toml",
            "meld-client/v2026-02-03/src/crypto/build.rs",
            "meld-client/v2026-02-03/src/crypto/types/a.rs",
            "meld-client/v2026-02-03/src/.rs",
            "meld-client/core/Cargo.toml",
            "Cargo.toml",
        ] {
            assert!(!is_generated(path), "{path}");
        }
    }

    #[test]
    fn snapshots_are_recognized() {
        assert!(is_snapshot("tests/tests/snapshots/wire__v2026-A.snap"));
        assert!(!is_snapshot("tests/tests/snapshots/a/b.snap") && !is_snapshot("tests/tests/a.snap"));
    }
}
