//! Headless Chromium for tests of pages, driven by WebDriver.
//!
//! Crates use it as a dev-dependency by path, which packaging drops.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod chromedriver;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities as _, DesiredCapabilities, WebDriver};

pub use thirtyfour;

use chromedriver::Chromedriver;

/// The switches of Chromium. The sandbox needs rights that containers lack, and nothing may be requested but the pages of
/// the test.
const SWITCHES: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--window-size=1280,1000",
];

/// A browser with an empty profile. It ends when it is dropped.
///
/// All methods of [`WebDriver`] can be called on it.
pub struct Browser {
    driver: Option<WebDriver>,
    // The profile is removed when nothing uses it any longer.
    _chromedriver: Chromedriver,
    _profile: TempDir,
}

/// Starts a browser. Returns `None`, and prints a note, if Chromium or chromedriver is not installed.
///
/// # Panics
/// Panics if it is not installed and `CI` is set on Linux, where `cargo xtask ci setup` installs it.
pub async fn start() -> Option<Browser> {
    let Some(program) = chromedriver::program() else {
        let missing = "Chromium or chromedriver is not installed";
        let is_required = cfg!(target_os = "linux") && std::env::var_os("CI").is_some();
        assert!(!is_required, "{missing}; `cargo xtask ci setup` installs them");
        eprintln!("{missing}: the page is not tested; `cargo xtask ci setup` installs them");
        return None;
    };
    let chromedriver = Chromedriver::start(&program);
    let profile = tempfile::tempdir().unwrap();
    let mut capabilities = DesiredCapabilities::chrome();
    for switch in SWITCHES {
        capabilities.add_arg(switch).unwrap();
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
    // Proxies of the environment are not for this machine.
    let client = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap();
    let driver = WebDriver::builder(chromedriver.url(), capabilities).client(client).await.unwrap();
    Some(Browser { driver: Some(driver), _chromedriver: chromedriver, _profile: profile })
}

impl Browser {
    /// Writes a screenshot of the page to `screenshots/NAME.png` in a folder of the build, and returns its path.
    ///
    /// Pass `env!("CARGO_TARGET_TMPDIR")` as the folder.
    pub async fn write_screenshot(&self, folder: &str, name: &str) -> PathBuf {
        let folder = Path::new(folder).join("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name).with_extension("png");
        self.screenshot(&path).await.unwrap();
        path
    }
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        self.driver.as_ref().expect("there is a driver until the drop")
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver would send a request, for which the runtime may be blocked by this drop.
        let _ = self.driver.take().map(WebDriver::leak);
    }
}
