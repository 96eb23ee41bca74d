//! Installs what the other steps need and a fresh machine lacks.

use std::fs;
use std::path::Path;

use crate::tool::{Result, Tool, at};
use crate::workspace;

/// The arguments with which Prism is installed: exactly the versions of its lock file, and none of their scripts run.
const NPM: [&str; 4] = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];

pub fn run(root: &Path) -> Result<()> {
    // `--all-features` includes native-tls, which is OpenSSL on Linux. The commands of the README need neither.
    let has_openssl = || Tool::new(root, "pkg-config").args(["--exists", "openssl"]).succeeds();
    if cfg!(target_os = "linux") && !has_openssl() {
        install_packages(root, &["libssl-dev", "pkg-config"])?;
    }
    // Other systems bring it along, or the tests of pages say that it is missing.
    if cfg!(target_os = "linux") && !Tool::new(root, "chromedriver").arg("--version").succeeds() {
        install_packages(root, &["chromium", "chromium-driver"])?;
    }
    if cfg!(target_os = "linux") && !has_postgres() {
        install_packages(root, &["postgresql"])?;
    }
    prism(root)?;
    for (program, component) in [("rustfmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if !Tool::new(root, program).arg("--version").succeeds() {
            Tool::new(root, "rustup").args(["component", "add", component]).run()?;
        }
    }
    Ok(())
}

/// Returns `true` if the programs of a PostgreSQL server are installed. Debian keeps them out of `PATH`.
fn has_postgres() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian.chain(std::env::split_paths(&path)).any(|folder| folder.join("initdb").is_file())
}

/// Installs packages of Debian and its descendants.
fn install_packages(root: &Path, packages: &[&str]) -> Result<()> {
    if !Tool::new(root, "apt-get").arg("--version").succeeds() {
        return Ok(());
    }
    let is_root = Tool::new(root, "id").arg("-u").read()? == "0";
    let apt_get = || {
        if is_root { Tool::new(root, "apt-get") } else { Tool::new(root, "sudo").arg("apt-get") }
    };
    apt_get().arg("update").run()?;
    apt_get().args(["install", "--yes"]).args(packages).run()
}

/// Installs Prism, which compares the requests of the conformance tests with the specs.
fn prism(root: &Path) -> Result<()> {
    if !Tool::new(root, "npm").arg("--version").succeeds() {
        install_packages(root, &["nodejs", "npm"])?;
    }
    let source = root.join("tests/prism");
    let folder = workspace::target(root).join("prism");
    let lock = |folder: &Path| fs::read(folder.join("package-lock.json")).ok();
    // npm writes its own record of the installed packages last.
    let is_installed = folder.join("node_modules/.package-lock.json").is_file();
    if is_installed && lock(&source) == lock(&folder) {
        return Ok(());
    }
    at(&folder, fs::create_dir_all(&folder))?;
    for file in ["package.json", "package-lock.json"] {
        at(&folder, fs::copy(source.join(file), folder.join(file)))?;
    }
    Tool::new(&folder, "npm").args(NPM).run()
}

#[cfg(test)]
mod tests {
    #[test]
    fn prism_is_installed_without_scripts() {
        assert_eq!(super::NPM[0], "ci", "`npm install` would ignore the lock file");
        assert!(super::NPM.contains(&"--ignore-scripts"));
    }
}
