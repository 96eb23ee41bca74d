//! A PostgreSQL server of its own for a test.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A running server, until it is dropped.
pub struct Postgres {
    pub url: String,
    folder: String,
    pg_ctl: PathBuf,
}

/// Starts a server that listens on a socket in a folder of its own. Returns `None`, and prints a note, if PostgreSQL is not
/// installed.
pub fn start() -> Option<Postgres> {
    let Some(programs) = programs() else {
        let missing = "PostgreSQL is not installed";
        assert!(std::env::var_os("CI").is_none(), "{missing}");
        println!("{missing}: the copy of transactions is not tested");
        return None;
    };
    let folder = run("mktemp", &["--directory"]).trim().to_owned();
    let data = format!("{folder}/data");
    let program = |name: &str| programs.join(name).display().to_string();
    run(&program("initdb"), &["--pgdata", &data, "--username", "test", "--auth", "trust", "--no-sync"]);
    let options = format!("-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off");
    let log = format!("{folder}/log");
    run(&program("pg_ctl"), &["start", "--wait", "--pgdata", &data, "--log", &log, "--options", &options]);
    let url = format!("host={folder} user=test dbname=postgres");
    Some(Postgres { url, folder, pg_ctl: programs.join("pg_ctl") })
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let data = format!("{}/data", self.folder);
        run(&self.pg_ctl.display().to_string(), &["stop", "--mode", "immediate", "--pgdata", &data]);
        run("rm", &["-r", &self.folder]);
    }
}

/// Returns the folder of the programs: the newest of Debian's, or that of `PATH`.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut folders: Vec<PathBuf> = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    folders.sort();
    folders.reverse();
    folders.extend(std::env::split_paths(&std::env::var_os("PATH")?));
    folders.into_iter().find(|folder| folder.join("initdb").is_file())
}

/// Runs a program, and returns its output. PostgreSQL refuses to run as root, so its own user runs it then.
fn run(program: &str, arguments: &[&str]) -> String {
    let is_root =
        Path::new("/proc/self").metadata().is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0);
    let mut command = Command::new(if is_root { "runuser" } else { program });
    if is_root {
        command.args(["--user", "postgres", "--", program]);
    }
    let ran = command.args(arguments).current_dir("/").output().unwrap();
    assert!(ran.status.success(), "{program}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}
