//! What each provider thinks of a customer.

use meld_client_core::serde_json::{Map, Value};

use crate::SecretString;
use crate::chrono::{DateTime, Utc};
#[allow(unused_imports, reason = "no version need be chosen")]
use crate::for_versions::for_versions;

meld_client_core::string_enum! {
    /// How far a provider is with checking who a customer is (KYC). What providers say beyond this is kept.
    pub enum KycState {
        /// The provider takes the customer.
        Approved = "APPROVED",
        /// The provider, or the customer, is not done.
        Pending = "PENDING",
        /// The provider does not take the customer.
        Rejected = "REJECTED",
        /// The check was not finished in time, or is too long ago.
        Expired = "EXPIRED",
        /// The provider was never asked: not a status of Meld, but what it means that there is none.
        NotStarted = "NOT_STARTED",
    }
}

impl KycState {
    /// Whether the provider has come to an end: approved, rejected or expired.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Approved | Self::Rejected | Self::Expired)
    }
}

/// What a customer has to do at a provider in person. Whoever has an address of these acts as the customer.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct KycSteps {
    /// The page where the provider asks the customer for more (`HostedURL`).
    pub hosted_url: Option<SecretString>,
    /// The page with the provider's terms of service, to be accepted (`TosURL`).
    pub terms_url: Option<SecretString>,
}

impl KycSteps {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hosted_url.is_none() && self.terms_url.is_none()
    }
}

/// What one provider thinks of a customer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProviderKyc {
    /// The provider, as Meld names it: `NOAH`.
    pub provider: String,
    /// How far it is.
    pub state: KycState,
    /// When that changed last.
    pub updated_at: Option<DateTime<Utc>>,
    /// What the customer has to do; nothing any more when the state is final.
    pub steps: KycSteps,
}

impl ProviderKyc {
    #[allow(dead_code, reason = "no version with customers need be chosen")]
    fn new(
        provider: &str,
        status: Option<&str>,
        updated_at: Option<DateTime<Utc>>,
        additional_info: Option<&Map<String, Value>>,
    ) -> Self {
        let state = status.map_or(KycState::NotStarted, KycState::from);
        let address = |name: &str| {
            let found = additional_info.filter(|_| !state.is_final())?.get(name)?.as_str()?;
            (!found.is_empty()).then(|| SecretString::from(found))
        };
        let steps = KycSteps { hosted_url: address("HostedURL"), terms_url: address("TosURL") };
        Self { provider: provider.to_owned(), state, updated_at, steps }
    }
}

/// Reads of a customer what providers think.
///
/// Each provider decides for itself: that SUMSUB has approved a customer does not mean that NOAH has, even if the
/// documents were shared with it. A provider is named as Meld names it, in any letter case, or by a value of the
/// generated `ServiceProvider`.
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
///     let location = url.expose_secret(); // where to send the customer to
/// }
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "customer")))]
/// # fn main() {}
/// ```
pub trait KycExt {
    /// What every provider thinks that knows the customer, without those that have deleted the customer.
    fn provider_kycs(&self) -> Vec<ProviderKyc>;

    /// How far a provider is. If it has several entries, the one that changed last counts.
    fn kyc_at(&self, provider: impl AsRef<str>) -> KycState {
        latest(self.provider_kycs(), provider.as_ref())
            .map_or(KycState::NotStarted, |kyc| kyc.state)
    }

    /// Whether a provider has approved the customer.
    fn is_approved_at(&self, provider: impl AsRef<str>) -> bool {
        self.kyc_at(provider) == KycState::Approved
    }

    /// What the customer has to do at a provider in person.
    fn kyc_steps_at(&self, provider: impl AsRef<str>) -> KycSteps {
        latest(self.provider_kycs(), provider.as_ref()).map(|kyc| kyc.steps).unwrap_or_default()
    }
}

/// The entry of a provider that changed last; of equals the last.
pub(super) fn latest(kycs: Vec<ProviderKyc>, provider: &str) -> Option<ProviderKyc> {
    kycs.into_iter()
        .filter(|kyc| kyc.provider.eq_ignore_ascii_case(provider))
        .max_by_key(|kyc| kyc.updated_at)
}

/// Reads the customers of a version.
#[allow(unused_macros, reason = "no version need be chosen")]
macro_rules! kyc_progress {
    ($version:ident) => {
        impl KycExt for crate::$version::customer::types::Customer {
            fn provider_kycs(&self) -> Vec<ProviderKyc> {
                let known = self.service_provider_customers.iter();
                known
                    .filter(|known| known.deleted_at.is_none())
                    .filter_map(|known| {
                        let kyc = known.kyc.as_ref();
                        Some(ProviderKyc::new(
                            known.service_provider.as_ref()?.as_str(),
                            kyc.and_then(|kyc| Some(kyc.status.as_ref()?.as_str())),
                            kyc.and_then(|kyc| kyc.updated_at),
                            kyc.map(|kyc| &kyc.additional_info),
                        ))
                    })
                    .collect()
            }
        }
    };
}

for_versions!("customer", kyc_progress);

#[cfg(test)]
#[cfg(all(feature = "v2026-02-03", feature = "customer"))]
mod tests {
    use meld_client_core::serde_json;

    use super::*;
    use crate::ExposeSecret;
    use crate::v2026_02_03::customer::types::{Customer, ServiceProvider};

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
    fn pages_for_the_customer_are_given_until_the_end_and_never_shown() {
        let info = r#"{"HostedURL":"https://a.example/k","TosURL":"https://a.example/t"}"#;
        for (status, given) in [
            (r#""PENDING""#, true),
            (r#""SOMETHING_NEW""#, true),
            ("null", true),
            (r#""APPROVED""#, false),
            (r#""Rejected""#, false),
            (r#""EXPIRED""#, false),
        ] {
            let entry = format!(
                r#"[{{"serviceProvider":"NOAH","kyc":{{"status":{status},"additionalInfo":{info}}}}}]"#
            );
            let customer = customer(&entry);
            let steps = customer.kyc_steps_at("NOAH");
            assert_eq!(steps.is_empty(), !given, "{status}");
            assert!(same(steps.hosted_url.as_ref(), given.then_some("https://a.example/k")));
            assert!(same(steps.terms_url.as_ref(), given.then_some("https://a.example/t")));
            let shown = format!("{steps:?} {:?} {customer:?}", customer.provider_kycs());
            assert!(!shown.contains("a.example"), "{shown}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        for info in [r#"{"HostedURL":""}"#, r#"{"HostedURL":7}"#, r#"{"HostedURL":null}"#, "null"] {
            let entry = format!(
                r#"[{{"serviceProvider":"NOAH","kyc":{{"status":"PENDING","additionalInfo":{info}}}}}]"#
            );
            assert!(customer(&entry).kyc_steps_at("NOAH").is_empty(), "{info}");
        }
    }

    #[test]
    fn of_several_entries_the_last_change_counts_and_deleted_ones_do_not() {
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
