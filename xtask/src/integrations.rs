//! `cargo xtask integrations`: the examples with other frameworks, which are a workspace of their own, so that nobody else
//! compiles these frameworks.

use std::path::Path;

use crate::tool::{Result, Tool};
use crate::workspace;

const FOLDER: &str = "meld-client/examples/integrations";

/// Lints the examples and runs them with the mock server.
pub fn run(root: &Path) -> Result<()> {
    let folder = root.join(FOLDER);
    let target = workspace::target(root).join("integrations");
    let cargo = || {
        let cargo = Tool::cargo(&folder).env("CARGO_TARGET_DIR", &target).env("CARGO_INCREMENTAL", "0");
        cargo.env("CARGO_PROFILE_DEV_DEBUG", "0")
    };
    cargo().args(["fmt", "--check"]).run()?;
    cargo().args(["clippy", "--locked", "--all-features", "--all-targets", "--", "-D", "warnings"]).run()?;
    cargo().args(["test", "--locked", "--all-features"]).run()
}
