//! The result of a check.

use std::fmt;

use meld_client_core::Error;
use meld_client_core::chrono::TimeDelta;

use super::profile::CheckedProfile;

/// The result of [`Meld::check`](crate::Meld::check): one entry for each subject.
///
/// `Display` prints a table with one line for each entry. Neither it nor `Debug` shows secrets.
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
/// use meld_client::check::{CheckOutcome, CheckSubject};
///
/// let report = meld.check().await;
/// assert_eq!(report.outcome(CheckSubject::ApiKey), CheckOutcome::Passed);
/// // No webhook profile exists yet.
/// for entry in report.warnings() {
///     println!("{}: {}", entry.subject, entry.advice.unwrap_or_default());
/// }
/// # assert!(report.is_ok());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "webhooks")))]
/// # fn main() {}
/// ```
#[derive(Debug)]
#[must_use]
pub struct CheckReport {
    pub(super) entries: Vec<CheckEntry>,
    pub(super) account_id: Option<String>,
    pub(super) version: Option<String>,
    pub(super) clock_skew: Option<TimeDelta>,
    pub(super) profiles: Vec<CheckedProfile>,
}

/// One entry of a report.
#[derive(Debug)]
#[non_exhaustive]
pub struct CheckEntry {
    /// The subject.
    pub subject: CheckSubject,
    /// The outcome.
    pub outcome: CheckOutcome,
    /// The finding or the reason of the outcome.
    pub reason: String,
    /// The way to correct it. `None` if the entry passed.
    pub advice: Option<&'static str>,
    /// The error of the request, if there is one.
    pub error: Option<Error>,
}

/// The subject of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum CheckSubject {
    /// The API key.
    ApiKey,
    /// The environment or base URL.
    Environment,
    /// The Meld account of the API key.
    Account,
    /// The API version of the response (header `Meld-Version`).
    ApiVersion,
    /// The local clock, which the signatures of webhooks are compared with.
    Clock,
    /// The webhook profiles.
    Webhooks,
}

/// The outcome of an entry. Match it exhaustively: there will be no other values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CheckOutcome {
    /// The subject is right.
    Passed,
    /// The subject may cause failures.
    Warning,
    /// The subject is wrong.
    Failed,
    /// No response shows anything about the subject.
    Skipped,
}

impl CheckReport {
    /// Returns `true` if no entry failed. Warnings and skipped entries do not count.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Returns all entries, in the order of [`CheckSubject`].
    #[must_use]
    pub fn entries(&self) -> &[CheckEntry] {
        &self.entries
    }

    /// Returns the entry of a subject.
    #[must_use]
    pub fn entry(&self, subject: CheckSubject) -> Option<&CheckEntry> {
        self.entries.iter().find(|entry| entry.subject == subject)
    }

    /// Returns the outcome of a subject.
    #[must_use]
    pub fn outcome(&self, subject: CheckSubject) -> CheckOutcome {
        self.entry(subject).map_or(CheckOutcome::Skipped, |entry| entry.outcome)
    }

    /// Returns the entries that failed.
    pub fn failures(&self) -> impl Iterator<Item = &CheckEntry> {
        self.entries.iter().filter(|entry| entry.outcome == CheckOutcome::Failed)
    }

    /// Returns the entries with a warning.
    pub fn warnings(&self) -> impl Iterator<Item = &CheckEntry> {
        self.entries.iter().filter(|entry| entry.outcome == CheckOutcome::Warning)
    }

    /// Returns the id of the Meld account. `None` if no response names it.
    #[must_use]
    pub fn account_id(&self) -> Option<&str> {
        self.account_id.as_deref()
    }

    /// Returns the API version of the response. `None` if there is no response with a version.
    #[must_use]
    pub fn api_version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Returns the local clock minus Meld's, which is positive if the local clock is ahead. `None` if no response has
    /// the header `Date`.
    ///
    /// The accuracy is one second.
    #[must_use]
    pub fn clock_skew(&self) -> Option<TimeDelta> {
        self.clock_skew
    }

    /// Returns the webhook profiles, at most 100.
    #[must_use]
    pub fn webhook_profiles(&self) -> &[CheckedProfile] {
        &self.profiles
    }
}

impl CheckSubject {
    /// Returns the name in the table: `API key`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "API key",
            Self::Environment => "environment",
            Self::Account => "account",
            Self::ApiVersion => "API version",
            Self::Clock => "clock",
            Self::Webhooks => "webhooks",
        }
    }
}

impl CheckOutcome {
    /// Returns the name in the table: `passed`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl fmt::Display for CheckSubject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Display for CheckOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Display for CheckEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:<12} {:<8} {}", self.subject, self.outcome, self.reason)?;
        match self.advice {
            Some(advice) => write!(formatter, "; {advice}"),
            None => Ok(()),
        }
    }
}

/// Prints a table with one line for each entry.
impl fmt::Display for CheckReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, entry) in self.entries.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            write!(formatter, "{entry}")?;
        }
        Ok(())
    }
}
