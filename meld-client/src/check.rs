//! The check of a client's configuration at startup.
//!
//! [`Meld::check`] sends one or two harmless requests, and returns a [`CheckReport`] instead of the first error.

mod clock;
mod evidence;
mod probes;
mod profile;
mod report;
mod verdicts;

pub use profile::CheckedProfile;
pub use report::{CheckEntry, CheckOutcome, CheckReport, CheckSubject};

use crate::client::Meld;

impl Meld {
    /// Checks the API key, the environment, the account, the API version, the clock and the webhook profiles.
    ///
    /// Call it when your service starts. It lists the webhook profiles in the newest enabled API version. Without the
    /// feature `webhooks`, or if the key may not list them, it reads one item of another enabled family. It changes
    /// nothing, and follows the retry policy and the timeout of the client.
    ///
    /// | Entry | Passes if |
    /// |---|---|
    /// | [`ApiKey`](CheckSubject::ApiKey) | Meld accepts the key |
    /// | [`Environment`](CheckSubject::Environment) | the host responds, and knows the key |
    /// | [`Account`](CheckSubject::Account) | a response names the account |
    /// | [`ApiVersion`](CheckSubject::ApiVersion) | the response has the requested version |
    /// | [`Clock`](CheckSubject::Clock) | the local clock and Meld's differ by at most 10 seconds |
    /// | [`Webhooks`](CheckSubject::Webhooks) | all webhook profiles are active |
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(all(feature = "v2026-02-03", feature = "webhooks"))]
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = meld_sandbox::Sandbox::start().await?;
    /// # let meld = meld_client::Meld::builder();
    /// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
    /// let report = meld.check().await;
    /// println!("{report}");
    /// if !report.is_ok() {
    ///     return Err("the configuration is wrong".into());
    /// }
    /// # Ok(())
    /// # }
    /// # #[cfg(not(all(feature = "v2026-02-03", feature = "webhooks")))]
    /// # fn main() {}
    /// ```
    pub async fn check(&self) -> CheckReport {
        verdicts::report(self.transport(), evidence::collect(self.transport()).await)
    }
}
