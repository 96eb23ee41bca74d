//! The index by task, which must name every operation of the newest API version.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::tool::{Result, at};

const PAGE: &str = "meld-client/src/guide/tasks.md";

pub fn missing(root: &Path) -> Result<Vec<String>> {
    let page = root.join(PAGE);
    let page = at(&page, fs::read_to_string(&page))?;
    let client = root.join("meld-client");
    let mut versions = Vec::new();
    for entry in at(&client, fs::read_dir(&client))? {
        let file = at(&client, entry)?.path().join("interface.json");
        versions.extend(file.is_file().then_some(file));
    }
    let Some(newest) = versions.into_iter().max() else { return Ok(Vec::new()) };
    let modules = at(&newest, fs::read_to_string(&newest))?;
    let modules: Vec<Value> =
        serde_json::from_str(&modules).map_err(|error| format!("{}: {error}", newest.display()))?;
    let mut missing = Vec::new();
    for module in &modules {
        let family = module["family"].as_str().unwrap_or_default();
        for operation in module["operations"].as_object().into_iter().flat_map(|operations| operations.values()) {
            let name = operation["rustName"].as_str().unwrap_or_default();
            if !page.contains(&format!("{family}::Client::{name})")) {
                missing.push(format!("{PAGE} does not name `{family}::Client::{name}`"));
            }
        }
    }
    Ok(missing)
}
