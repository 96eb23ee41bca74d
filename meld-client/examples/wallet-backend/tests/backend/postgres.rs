//! A PostgreSQL server for tests: that of `TEST_DATABASE_URL`, or a temporary one.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};
use tempfile::TempDir;

use crate::support::{Browser, config};

/// A server. A temporary one ends when it is dropped.
pub struct Postgres {
    /// The URL without the name of a database.
    url: String,
    _temporary: Option<Temporary>,
}

struct Temporary {
    programs: PathBuf,
    folder: TempDir,
}

impl Postgres {
    /// Starts a server. Returns `None`, and prints a note, if PostgreSQL is not installed.
    pub fn start() -> Option<Self> {
        if let Ok(url) = std::env::var("TEST_DATABASE_URL") {
            return Some(Self { url: url.trim_end_matches('/').to_owned(), _temporary: None });
        }
        let Some(programs) = programs() else {
            let is_required = cfg!(target_os = "linux") && std::env::var_os("CI").is_some();
            assert!(!is_required, "PostgreSQL is not installed; `cargo xtask ci setup` installs it");
            eprintln!("PostgreSQL is not installed: it is not tested; `cargo xtask ci setup` installs it");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("wallet-postgres").tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if is_root() {
            // The server refuses to run as root.
            run(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        let data = folder.path().join("data");
        let initialize = ["--auth=trust", "--username=wallet", "--encoding=UTF8", "--no-sync", "--pgdata"];
        run(program(&programs, "initdb").args(initialize).arg(&data));
        let options = format!("-p {port} -h 127.0.0.1 -k '' -c fsync=off");
        let log = folder.path().join("log");
        run(program(&programs, "pg_ctl").arg("-D").arg(&data).arg("-l").arg(log).args(["-w", "-o", &options, "start"]));
        let url = format!("postgres://wallet@127.0.0.1:{port}");
        Some(Self { url, _temporary: Some(Temporary { programs, folder }) })
    }

    pub async fn new_database(&self) -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("wallet_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&format!("{}/postgres", self.url)).await.unwrap();
        connection.execute(&*format!("CREATE DATABASE {name}")).await.unwrap();
        format!("{}/{name}", self.url)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        let stop = program(&self.programs, "pg_ctl").arg("-D").arg(data).args(["-m", "immediate", "stop"]).output();
        drop(stop);
    }
}

/// Returns the folder with the programs of the server.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = debian.chain(std::env::split_paths(&path));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

fn is_root() -> bool {
    cfg!(unix) && Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// Returns a command that is not run as root.
fn program(folder: &Path, name: &str) -> Command {
    let program = folder.join(name);
    let mut command = Command::new(if is_root() { Path::new("runuser") } else { &program });
    if is_root() {
        command.args(["-u", "postgres", "--"]).arg(&program);
    }
    // The folder of the test is not readable for the other user.
    command.current_dir("/").stdin(Stdio::null());
    command
}

/// Runs a command. Its output goes to files or nowhere, because the server keeps it open.
fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}");
}

#[tokio::test]
async fn postgres_serves_a_purchase() {
    let Some(server) = Postgres::start() else { return };
    let sandbox = meld_sandbox::Sandbox::start().await.unwrap();
    let url = server.new_database().await;
    // Two processes share the database, and only one opens the session.
    let first = wallet_backend::Service::start(config(&sandbox, &url)).await.unwrap();
    let second = wallet_backend::Service::start(config(&sandbox, &url)).await.unwrap();
    let browser = Browser::new(first.url());
    let order = browser.order("buy").await;
    let page = browser.wait_for(&order, "Continue to checkout").await;
    let checkout = page.link("Continue to checkout");
    let session = checkout.rsplit('/').next().unwrap();
    sandbox.complete_session(session, meld_sandbox::Outcome::Settled).unwrap();
    sandbox.clock().advance(Duration::from_secs(100));
    browser.wait_for(&order, "state settled").await;
    let sessions = sandbox.requests().iter().filter(|request| request.path == "/crypto/session/widget").count();
    assert_eq!(sessions, 1);
    first.stop().await;
    second.stop().await;
}
