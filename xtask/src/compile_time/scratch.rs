//! The folder of the builds.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Returns the folder for the builds of this job.
pub fn scratch(metadata: &Value) -> PathBuf {
    Path::new(metadata["target_directory"].as_str().unwrap_or_default()).join("compile-time")
}
