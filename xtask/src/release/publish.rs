//! Publishing.

use std::path::Path;

use serde_json::{Deserializer, Value};

use super::version;
use crate::tool::{Result, Tool};
use crate::workspace;

/// Publishes every crate of this version that crates.io lacks.
pub fn run(root: &Path, dry_run: bool) -> Result<()> {
    let publish = Tool::cargo(root).args(["publish", "--workspace", "--locked"]);
    if dry_run {
        // Nothing leaves this machine, so that changes may be uncommitted.
        return publish.args(["--dry-run", "--allow-dirty"]).run();
    }
    let version = version::current(root)?;
    let crates = workspace::published(root)?;
    let mut publish = publish.arg("--no-verify");
    let mut missing = 0;
    for one in &crates {
        if is_published(root, &one.name, &version)? {
            println!("already published: {} {version}", one.name);
            publish = publish.args(["--exclude", &one.name]);
        } else {
            missing += 1;
        }
    }
    if missing == 0 {
        println!("crates.io has all of {version}");
        return Ok(());
    }
    publish.run()
}

/// Returns `true` if the index of crates.io lists this version of a crate.
fn is_published(root: &Path, name: &str, version: &str) -> Result<bool> {
    // Names of up to three letters would be in other folders; there are none here.
    let url = format!("https://index.crates.io/{}/{}/{name}", &name[..2], &name[2..4]);
    let curl = Tool::new(root, "curl").args(["--silent", "--show-error", "--retry", "3"]);
    let curl = curl.args(["--max-time", "30", "--write-out", "\n%{http_code}", &url]);
    let response = curl.read()?;
    let (index, status) = response.rsplit_once('\n').unwrap_or(("", &response));
    match status {
        "200" => Ok(lists(index, version)),
        "404" => Ok(false),
        _ => Err(format!("crates.io does not say whether it has {name} {version} (status {status}); try again")),
    }
}

/// Returns `true` if a file of the index, one JSON object for each version, has this version.
fn lists(index: &str, version: &str) -> bool {
    let versions = Deserializer::from_str(index).into_iter::<Value>();
    versions.flatten().any(|one| one["vers"] == version)
}

#[cfg(test)]
mod tests {
    #[test]
    fn index_lists_versions_exactly() {
        let index = "{\"name\":\"a\",\"vers\":\"0.1.0\"}\n{\"name\":\"a\",\"vers\":\"0.1.10\"}\n";
        assert!(super::lists(index, "0.1.0") && super::lists(index, "0.1.10"));
        assert!(!super::lists(index, "0.1.1") && !super::lists("", "0.1.0"));
    }
}
