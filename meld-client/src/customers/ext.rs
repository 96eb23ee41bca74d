//! The methods of customer clients.

use meld_client_core::{Error, ResponseValue};

use super::find::find;
use super::get_or_create::{self, FoundOrCreated, check_external_id};
use super::kyc_outcome::{self, KycOutcome, Until};
use super::kyc_request::{self, KycStarted};
use super::versions::Customers;
use crate::polling::Polling;

/// Finds and creates customers, and starts identity checks (KYC) at providers.
///
/// Implemented for the `customer` client of every API version. The associated types, such as `Self::Customer`, are
/// those of [`CustomersClient`](super::CustomersClient).
///
/// The generated `delete_customer` deletes a customer with its bank connections and its data at the named providers.
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
/// use std::time::Duration;
///
/// use meld_client::Polling;
/// use meld_client::customers::KycOutcome;
/// use meld_client::v2026_02_03::customer::types::{
///     CreateCustomerRequest, InitiateKycRequest, KycInitiationMode, KycProvider, ServiceProvider,
/// };
/// use meld_client::v2026_02_03::prelude::*;
///
/// let customers = meld.v2026_02_03().customer();
/// let details = CreateCustomerRequest::builder().email("robin@example.com");
/// let found = customers.get_or_create("user-17", details).await?;
/// if !found.matches_request() {
///     println!("stored with another {:?}", found.differing);
/// }
/// let id = found.customer.id.clone().unwrap_or_default();
///
/// // Due Network needs an address first: `create_address`.
/// let request = InitiateKycRequest::builder()
///     .service_provider(KycProvider::Sumsub)
///     .mode(KycInitiationMode::HostedUrl)
///     .kyc_share_providers([ServiceProvider::Noah]);
/// let started = customers.start_or_update_kyc(&id, request).await?;
/// // Open `started.url` for the customer. Then Noah has to approve too, not only SUMSUB.
/// # sandbox.decide_kyc(&id, meld_sandbox::KycStatus::Approved)?;
/// let polling = Polling::default().timeout(Duration::from_secs(60));
/// match customers.wait_for_kyc(&id, ServiceProvider::Noah, polling).await? {
///     KycOutcome::Approved => println!("a bank account can be opened"),
///     KycOutcome::NeedsCustomer(steps) => println!("Noah needs more: {steps:?}"),
///     KycOutcome::Refused(state) => println!("refused: {state}"),
///     KycOutcome::Pending(_) => println!("wait for the webhook"),
/// }
/// # assert!(customers.find_by_id(&id).await?.is_some());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "customer")))]
/// # fn main() {}
/// ```
pub trait CustomersExt: Customers {
    /// Returns the customer with your id (`externalId`), and creates it if there is none (operation
    /// `accounts-customers-create`).
    ///
    /// Missing fields of an existing customer are filled in from `details`; existing ones are not overwritten.
    /// [`FoundOrCreated::differing`] lists the fields that differ; change them with the generated update.
    ///
    /// The request can be repeated if its outcome is unknown: Meld keeps one customer per id.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the id is empty or a detail is
    /// invalid. Also returns the errors of the request.
    fn get_or_create(
        &self,
        external_id: &str,
        details: impl TryInto<Self::CreateRequest, Error: Into<Error>>,
    ) -> impl Future<Output = Result<FoundOrCreated<Self::Customer>, Error>> + Send {
        let details = details.try_into().map_err(Into::into);
        let external_id = check_external_id(external_id);
        async move { get_or_create::get_or_create(self, external_id?, details?).await }
    }

    /// Returns the sub-account with your id, and creates it if there is none.
    ///
    /// A sub-account is a customer of type `BUSINESS`. Sessions and orders can be assigned to it for reports
    /// (`externalSubaccountCustomerId`).
    ///
    /// If the id belongs to a customer of another type, [`FoundOrCreated::differing`] contains `type`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`get_or_create`](Self::get_or_create).
    fn get_or_create_subaccount(
        &self,
        external_id: &str,
    ) -> impl Future<Output = Result<FoundOrCreated<Self::Customer>, Error>> + Send {
        let external_id = check_external_id(external_id);
        async move { get_or_create::get_or_create(self, external_id?, Self::subaccount()?).await }
    }

    /// Finds a customer by Meld's id. `None` if there is none.
    ///
    /// Uses the search (operation `accounts-customers-search`), because no spec has an operation for one customer.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the id is empty or contains a comma.
    /// Also returns the errors of the request.
    fn find_by_id(
        &self,
        customer_id: impl Into<String>,
    ) -> impl Future<Output = Result<Option<Self::Customer>, Error>> + Send {
        let wanted = customer_id.into();
        let search = self.search_by_id(wanted.clone());
        async move { Ok(find(search, |id, _| id == Some(&wanted)).await?.customer) }
    }

    /// Finds a customer by your id. `None` if there is none. The id is case-sensitive.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the id is empty. Also returns the
    /// errors of the request.
    fn find_by_external_id(
        &self,
        external_id: impl Into<String>,
    ) -> impl Future<Output = Result<Option<Self::Customer>, Error>> + Send {
        let wanted = external_id.into();
        let search = check_external_id(&wanted).map(|id| self.search_by_external_id(id));
        async move { Ok(find(search?, |_, id| id == Some(&wanted)).await?.customer) }
    }

    /// Starts KYC for a customer (operation `accounts-customers-kyc-initiate`), or updates KYC that was started
    /// before.
    ///
    /// If the service responds with 409, the same body is sent as a `PATCH` to the same path. Meld documents this in its
    /// guides, not in its specs.
    ///
    /// Due Network needs the customer's address: call `create_address` before sharing with it.
    ///
    /// # Errors
    ///
    /// Returns [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the mode is
    ///
    /// - `TOKEN_IMPORT` without `serviceProviderDetails`,
    /// - `HOSTED_URL` with `serviceProviderDetails`, or
    /// - `RAW_DATA_IMPORT`, which cannot be sent as JSON.
    ///
    /// Also returns the errors of the requests.
    fn start_or_update_kyc(
        &self,
        customer_id: impl Into<String>,
        request: impl TryInto<Self::KycRequest, Error: Into<Error>>,
    ) -> impl Future<Output = Result<ResponseValue<KycStarted>, Error>> + Send {
        let id = customer_id.into();
        let request = request.try_into().map_err(Into::into);
        async move { kyc_request::start_or_update(self, id, request?).await }
    }

    /// Polls until a provider has decided about a customer, or the customer has to act.
    ///
    /// Name the provider that is to pay or hold money; an approval by SUMSUB is not an approval by that provider. Use
    /// long intervals, and the webhook event `CUSTOMER_KYC_STATUS_CHANGE` where you can.
    ///
    /// # Errors
    ///
    /// Returns an error if the customer does not exist. Also returns the errors of the requests.
    fn wait_for_kyc(
        &self,
        customer_id: impl Into<String>,
        provider: impl AsRef<str>,
        polling: Polling,
    ) -> impl Future<Output = Result<KycOutcome, Error>> + Send {
        let (id, provider) = (customer_id.into(), provider.as_ref().to_owned());
        kyc_outcome::wait(self, id, provider, polling, Until::CustomerStep)
    }

    /// Polls until a provider has decided about a customer, who is already on the provider's page.
    ///
    /// Works like [`wait_for_kyc`](Self::wait_for_kyc), but never returns
    /// [`NeedsCustomer`](KycOutcome::NeedsCustomer).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`wait_for_kyc`](Self::wait_for_kyc).
    fn wait_for_kyc_decision(
        &self,
        customer_id: impl Into<String>,
        provider: impl AsRef<str>,
        polling: Polling,
    ) -> impl Future<Output = Result<KycOutcome, Error>> + Send {
        let (id, provider) = (customer_id.into(), provider.as_ref().to_owned());
        kyc_outcome::wait(self, id, provider, polling, Until::Decision)
    }
}

impl<C: Customers> CustomersExt for C {}
