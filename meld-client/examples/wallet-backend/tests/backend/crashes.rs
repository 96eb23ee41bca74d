//! A process that is killed in the middle of its work, and started again.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use meld_sandbox::{Fault, FaultRule, Outcome, Sandbox};
use tempfile::TempDir;

use crate::support::{Browser, database_url};

/// The program, which is killed when this is dropped.
pub struct Process {
    child: Child,
    pub url: String,
}

impl Process {
    /// Starts the program on a database, at an address that stays the same.
    pub fn start(sandbox: &Sandbox, folder: &TempDir, port: u16) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wallet-backend"));
        let variables = [
            ("MELD_API_KEY", sandbox.api_key()),
            ("MELD_BASE_URL", sandbox.base_url()),
            ("DATABASE_URL", &database_url(folder)),
            ("WALLET_LISTEN", &format!("127.0.0.1:{port}")),
            ("WALLET_CREATE_WEBHOOK", "1"),
            ("WALLET_LEASE_SECONDS", "3"),
            ("WALLET_PATIENCE_SECONDS", "1"),
        ];
        command.envs(variables).current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim().to_owned() }
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts a mock server whose slow responses do not arrive during a test.
pub async fn slow() -> Sandbox {
    Sandbox::builder().slow(Duration::from_secs(60)).start().await.unwrap()
}

/// Waits until the mock server has received requests to a path.
pub async fn wait_for_requests(sandbox: &Sandbox, path: &str, count: usize) {
    let end = Instant::now() + Duration::from_secs(30);
    while sandbox.requests().iter().filter(|request| request.path == path).count() < count {
        assert!(Instant::now() < end, "{path} was not requested");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_process_finishes_its_order() {
    let (sandbox, folder, port) = (slow().await, tempfile::tempdir().unwrap(), free_port());
    let process = Process::start(&sandbox, &folder, port);
    let browser = Browser::new(&process.url);
    // The session is opened at the mock server, and its response never arrives.
    sandbox.add_fault(FaultRule::new(Fault::Slow).operation("crypto-session-widget-create").nth(1)).unwrap();
    let order = browser.order("buy").await;
    wait_for_requests(&sandbox, "/crypto/session/widget", 1).await;
    process.kill();

    let process = Process::start(&sandbox, &folder, port);
    let page = browser.wait_for(&order, "Continue to checkout").await;
    let checkout = page.link("Continue to checkout");
    process.kill();
    // The customer pays while the service is down.
    sandbox.complete_session(checkout.rsplit('/').next().unwrap(), Outcome::Settled).unwrap();
    sandbox.clock().advance(Duration::from_secs(100));
    let _process = Process::start(&sandbox, &folder, port);
    browser.wait_for(&order, "state settled").await;
}
