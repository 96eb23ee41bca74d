//! The KYC state of a customer at each provider.

use meld_client_core::SecretString;
use meld_client_core::chrono::{DateTime, Utc};

use super::versions::{Customer, KycFields};

meld_client_core::string_enum! {
    /// The state of a provider's identity check (KYC). Other values of providers are preserved.
    pub enum KycState {
        /// The provider has approved the customer.
        Approved = "APPROVED",
        /// The provider or the customer has not finished.
        Pending = "PENDING",
        /// The provider has refused the customer.
        Rejected = "REJECTED",
        /// The check was not finished in time, or is outdated.
        Expired = "EXPIRED",
        /// The check has not started. Not a value of Meld; it stands for a missing status.
        NotStarted = "NOT_STARTED",
    }
}

impl KycState {
    /// Returns `true` if the provider has decided: approved, rejected or expired.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Approved | Self::Rejected | Self::Expired)
    }
}

/// The pages of a provider on which the customer has to act. Anyone with one of these URLs can act as the customer.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct KycSteps {
    /// The page on which the provider requests more information (`HostedURL`).
    pub hosted_url: Option<SecretString>,
    /// The page on which the customer accepts the provider's terms of service (`TosURL`).
    pub terms_url: Option<SecretString>,
}

impl KycSteps {
    /// Returns `true` if there is no page to open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hosted_url.is_none() && self.terms_url.is_none()
    }
}

/// The KYC of a customer at one provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderKyc {
    /// Meld's name of the provider: `NOAH`.
    pub provider: String,
    /// The state.
    pub state: KycState,
    /// The time of the last change.
    pub updated_at: Option<DateTime<Utc>>,
    /// The pages on which the customer has to act. Empty once the state is final.
    pub steps: KycSteps,
    /// The provider's names of what is missing (`missingSteps`). Empty once the state is final.
    pub missing_steps: Vec<String>,
}

impl ProviderKyc {
    /// Returns `None` if there is no provider, or if it has deleted the customer.
    fn new(fields: KycFields<'_>) -> Option<Self> {
        let provider = fields.provider.filter(|_| !fields.is_deleted)?.to_owned();
        let state = fields.status.map_or(KycState::NotStarted, KycState::from);
        let info = fields.additional_info.filter(|_| !state.is_final());
        let url = |name: &str| {
            let found = info?.get(name)?.as_str()?;
            (!found.is_empty()).then(|| SecretString::from(found))
        };
        let steps = KycSteps { hosted_url: url("HostedURL"), terms_url: url("TosURL") };
        let missing = info.and_then(|info| info.get("missingSteps")?.as_array()).into_iter().flatten();
        let missing_steps = missing.filter_map(|step| step.as_str()).map(str::to_owned).collect();
        Some(Self { provider, state, updated_at: fields.updated_at, steps, missing_steps })
    }
}

/// Reads the KYC of a customer at each provider.
///
/// Every provider decides for itself: approval by SUMSUB does not imply approval by NOAH, even if the documents were
/// shared with it. Pass a provider by Meld's name in any case, or as a value of the generated `ServiceProvider`.
///
/// # Examples
///
/// ```
/// # #[cfg(all(feature = "v2026-02-03", feature = "customer"))]
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = meld_sandbox::Sandbox::start().await?;
/// # let meld = meld_client::Meld::builder();
/// # let meld = meld.api_key(sandbox.api_key()).base_url(sandbox.base_url()).build()?;
/// use meld_client::ExposeSecret;
/// use meld_client::customers::KycState;
/// use meld_client::v2026_02_03::customer::types::{CreateCustomerRequest, ServiceProvider};
/// use meld_client::v2026_02_03::prelude::*;
///
/// let customers = meld.v2026_02_03().customer();
/// let details = CreateCustomerRequest::builder().email("robin@example.com");
/// let customer = customers.get_or_create("user-17", details).await?.customer;
/// assert_eq!(customer.kyc_at(ServiceProvider::Noah), KycState::NotStarted);
/// if let Some(url) = customer.kyc_steps_at("NOAH").hosted_url {
///     let location = url.expose_secret(); // open this page
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "customer")))]
/// # fn main() {}
/// ```
pub trait KycExt: Customer {
    /// Returns the KYC at all providers that know the customer, except those that have deleted the customer.
    fn provider_kycs(&self) -> Vec<ProviderKyc> {
        provider_kycs(self)
    }

    /// Returns the state at a provider. The most recently changed of several entries counts.
    fn kyc_at(&self, provider: impl AsRef<str>) -> KycState {
        latest(self.provider_kycs(), provider.as_ref()).map_or(KycState::NotStarted, |kyc| kyc.state)
    }

    /// Returns `true` if a provider has approved the customer.
    fn is_approved_at(&self, provider: impl AsRef<str>) -> bool {
        self.kyc_at(provider) == KycState::Approved
    }

    /// Returns the pages of a provider on which the customer has to act.
    fn kyc_steps_at(&self, provider: impl AsRef<str>) -> KycSteps {
        latest(self.provider_kycs(), provider.as_ref()).map(|kyc| kyc.steps).unwrap_or_default()
    }
}

impl<C: Customer> KycExt for C {}

pub(super) fn provider_kycs(customer: &(impl Customer + ?Sized)) -> Vec<ProviderKyc> {
    customer.kycs().into_iter().filter_map(ProviderKyc::new).collect()
}

/// Returns the most recently changed entry of a provider, the last one if several are equal.
pub(super) fn latest(kycs: Vec<ProviderKyc>, provider: &str) -> Option<ProviderKyc> {
    kycs.into_iter().filter(|kyc| kyc.provider.eq_ignore_ascii_case(provider)).max_by_key(|kyc| kyc.updated_at)
}

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "customer"))]
mod tests {
    use meld_client_core::serde_json;

    use super::*;
    use crate::for_versions::v2026_02_03::customer::types::{Customer, ServiceProvider};
    use meld_client_core::ExposeSecret;

    fn same(one: Option<&SecretString>, other: Option<&str>) -> bool {
        one.map(ExposeSecret::expose_secret) == other
    }

    fn customer(providers: &str) -> Customer {
        let text = format!(r#"{{"id":"a","serviceProviderCustomers":{providers}}}"#);
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn each_provider_has_its_own_state() {
        let customer = customer(
            r#"[{"serviceProvider":"SUMSUB","kyc":{"status":"APPROVED"}},
                {"serviceProvider":"NOAH","kyc":{"status":"pending"}},
                {"serviceProvider":"DUENETWORK","kyc":{"status":"IN_REVIEW"}},
                {"serviceProvider":"BRALE","kyc":{"status":"UNKNOWN"}},
                {"serviceProvider":"TRANSAK","kyc":null},
                {"serviceProvider":"Virtual Account Provider","kyc":{"status":"EXPIRED"}},
                {"kyc":{"status":"APPROVED"}}]"#,
        );
        for (provider, state) in [
            ("SUMSUB", "APPROVED"),
            ("sumsub", "APPROVED"),
            ("NOAH", "PENDING"),
            ("DUENETWORK", "IN_REVIEW"),
            ("BRALE", "UNKNOWN"),
            ("TRANSAK", "NOT_STARTED"),
            ("virtual account provider", "EXPIRED"),
            ("YELLOWCARD", "NOT_STARTED"),
            ("", "NOT_STARTED"),
        ] {
            assert_eq!(customer.kyc_at(provider), state, "{provider}");
            assert_eq!(customer.is_approved_at(provider), state == "APPROVED", "{provider}");
        }
        assert!(matches!(customer.kyc_at(ServiceProvider::Noah), KycState::Pending));
        assert!(matches!(customer.kyc_at("BRALE"), KycState::Unknown(_)));
    }

    #[test]
    fn steps_are_given_until_the_end_and_redacted() {
        let info = r#"{"HostedURL":"https://a.example/k","TosURL":"https://a.example/t"}"#;
        for (status, given) in [
            (r#""PENDING""#, true),
            (r#""SOMETHING_NEW""#, true),
            ("null", true),
            (r#""APPROVED""#, false),
            (r#""Rejected""#, false),
            (r#""EXPIRED""#, false),
        ] {
            let entry =
                format!(r#"[{{"serviceProvider":"NOAH","kyc":{{"status":{status},"additionalInfo":{info}}}}}]"#);
            let customer = customer(&entry);
            let steps = customer.kyc_steps_at("NOAH");
            assert_eq!(steps.is_empty(), !given, "{status}");
            assert!(same(steps.hosted_url.as_ref(), given.then_some("https://a.example/k")));
            assert!(same(steps.terms_url.as_ref(), given.then_some("https://a.example/t")));
            let debug = format!("{steps:?} {:?} {customer:?}", customer.provider_kycs());
            assert!(!debug.contains("a.example"), "{debug}");
        }
    }

    #[test]
    fn missing_steps_are_given_until_the_end() {
        let kycs = |status: &str| {
            let info = r#"{"missingSteps":["SELFIE",7,"ADDRESS"]}"#;
            let kyc = format!(r#"{{"status":"{status}","additionalInfo":{info}}}"#);
            customer(&format!(r#"[{{"serviceProvider":"NOAH","kyc":{kyc}}}]"#)).provider_kycs()
        };
        assert_eq!(kycs("PENDING")[0].missing_steps, ["SELFIE", "ADDRESS"]);
        assert!(kycs("PENDING")[0].steps.is_empty() && kycs("APPROVED")[0].missing_steps.is_empty());
    }

    #[test]
    fn invalid_urls_are_none() {
        for info in [r#"{"HostedURL":""}"#, r#"{"HostedURL":7}"#, r#"{"HostedURL":null}"#, "null"] {
            let entry =
                format!(r#"[{{"serviceProvider":"NOAH","kyc":{{"status":"PENDING","additionalInfo":{info}}}}}]"#);
            assert!(customer(&entry).kyc_steps_at("NOAH").is_empty(), "{info}");
        }
    }

    #[test]
    fn last_change_counts_and_deleted_entries_do_not() {
        let customer = customer(
            r#"[{"serviceProvider":"NOAH","kyc":{"status":"APPROVED","updatedAt":"2026-01-01T00:00:00Z"}},
                {"serviceProvider":"NOAH","kyc":{"status":"REJECTED","updatedAt":"2026-02-02T00:00:00Z"}},
                {"serviceProvider":"NOAH","kyc":{"status":"PENDING"}},
                {"serviceProvider":"SUMSUB","deletedAt":"2026-01-01T00:00:00Z","kyc":{"status":"APPROVED"}}]"#,
        );
        assert_eq!(customer.kyc_at("NOAH"), KycState::Rejected);
        assert_eq!(customer.kyc_at("SUMSUB"), KycState::NotStarted);
    }
}
