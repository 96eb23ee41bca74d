//! Finding and making customers, and having them checked.

use std::sync::{Mutex, PoisonError};

use meld_client_core::serde::Serialize;
use meld_client_core::validate::Validate;

use super::creating::{Details, FoundOrCreated, own_id};
use super::kyc::{self, KycExt, KycState};
use super::outcome::{KycOutcome, KycStarted, Until};
use crate::http::StatusCode;
use crate::polling::Poll;
use crate::{Call, Error, Operation, Page, Polling, Request, ResponseValue, Transport};

/// Finds and makes customers, and has providers check who they are.
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
///     println!("Meld has another {:?}", found.differing);
/// }
/// let id = found.customer.id.clone().unwrap_or_default();
///
/// // Due Network wants to know an address before: `create_address`.
/// let request = InitiateKycRequest::builder()
///     .service_provider(KycProvider::Sumsub)
///     .mode(KycInitiationMode::HostedUrl)
///     .kyc_share_providers([ServiceProvider::Noah]);
/// let started = customers.start_or_update_kyc(&id, request).await?;
/// // The customer goes to `started.url`; then it is Noah that has to say yes, not SUMSUB alone.
/// # sandbox.decide_kyc(&id, meld_sandbox::KycStatus::Approved)?;
/// let waiting = Polling::default().timeout(Duration::from_secs(60));
/// match customers.wait_for_kyc(&id, ServiceProvider::Noah, waiting).await? {
///     KycOutcome::Approved => println!("a bank account can be opened"),
///     KycOutcome::NeedsCustomer(steps) => println!("Noah asks for more: {steps:?}"),
///     KycOutcome::Refused(state) => println!("no: {state}"),
///     KycOutcome::StillPending(_) => println!("the webhook will tell"),
/// }
/// # assert!(customers.by_id(&id).await?.is_some());
/// # Ok(())
/// # }
/// # #[cfg(not(all(feature = "v2026-02-03", feature = "customer")))]
/// # fn main() {}
/// ```
///
/// Deleting one is `delete`: the bank connections go as well, and the data at the providers named.
pub trait CustomersExt: Sync {
    /// A customer of this version.
    type Customer: KycExt + Send;
    /// What a customer is made of.
    type CreateRequest: Send;
    /// The call that makes one.
    type Create: Call<Output = Self::Customer>;
    /// How a check is begun.
    type KycRequest: Serialize + Validate + Clone + Send;
    /// The call that begins it.
    type InitiateKyc: Call;
    /// The call that searches for customers.
    type Search: Call<Output: Page<Item = Self::Customer>>;

    /// The customer with an id of your own (`externalId`): the one that is there, or a new one.
    ///
    /// What is blank of one who is there is filled in from `details`, nothing is overwritten (operationId
    /// `accounts-customers-create`, by Meld's guides). [`FoundOrCreated::differing`] says what is stored otherwise, to be
    /// set with `update`. If no response comes, it can be asked again: there is one customer for the id all the same.
    ///
    /// # Errors
    /// The id is empty or a detail cannot be sent, and those of sending.
    fn get_or_create(
        &self,
        external_id: &str,
        details: impl TryInto<Self::CreateRequest, Error: Into<Error>>,
    ) -> impl Future<Output = Result<FoundOrCreated<Self::Customer>, Error>> + Send {
        let details = details.try_into().map_err(Into::into);
        let external_id = own_id(external_id);
        async move { create(self, external_id?, details?).await }
    }

    /// The sub-account with an id of your own: a customer of type `BUSINESS`, to whom sessions and orders can be
    /// assigned for reports (`externalSubaccountCustomerId`).
    ///
    /// If the id belongs to a customer of another type, then `type` is among the
    /// [`differing`](FoundOrCreated::differing).
    ///
    /// # Errors
    /// Those of [`get_or_create`](Self::get_or_create).
    fn get_or_create_subaccount(
        &self,
        external_id: &str,
    ) -> impl Future<Output = Result<FoundOrCreated<Self::Customer>, Error>> + Send {
        let external_id = own_id(external_id);
        async move { create(self, external_id?, Self::subaccount()?).await }
    }

    /// A customer by Meld's id; nothing if there is none. By way of the search (`accounts-customers-search`), as no
    /// document has an operation for one customer.
    ///
    /// # Errors
    /// The id is empty or has a comma, and those of sending.
    fn by_id(
        &self,
        customer_id: impl Into<String>,
    ) -> impl Future<Output = Result<Option<Self::Customer>, Error>> + Send {
        let id = customer_id.into();
        let search = self.search_by_id(id.clone());
        async move { Ok(find::<Self>(search, |known, _| known == Some(&id)).await?.customer) }
    }

    /// A customer by an id of your own; nothing if there is none. The letter case counts.
    ///
    /// # Errors
    /// The id is empty, and those of sending.
    fn by_external_id(
        &self,
        external_id: impl Into<String>,
    ) -> impl Future<Output = Result<Option<Self::Customer>, Error>> + Send {
        let external_id = external_id.into();
        let search = own_id(&external_id).map(|id| self.search_by_external_id(id));
        async move {
            let found = find::<Self>(search?, |_, known| known == Some(&external_id)).await?;
            Ok(found.customer)
        }
    }

    /// Begins the check of a customer (`accounts-customers-kyc-initiate`), or changes one that was begun before: where
    /// the service responses that it was (409), the same body is sent as a `PATCH` to the same address, which stands in
    /// no document, but in Meld's guides.
    ///
    /// Due Network checks nobody without an address: make one (`create_address`) before sharing with it.
    ///
    /// # Errors
    /// The request is one that the service refuses: `TOKEN_IMPORT` without `serviceProviderDetails`, `HOSTED_URL` with
    /// them, and `RAW_DATA_IMPORT`, which cannot be sent as JSON. And those of sending, at last of the `PATCH`.
    fn start_or_update_kyc(
        &self,
        customer_id: impl Into<String>,
        request: impl TryInto<Self::KycRequest, Error: Into<Error>>,
    ) -> impl Future<Output = Result<ResponseValue<KycStarted>, Error>> + Send {
        let id = customer_id.into();
        let request = request.try_into().map_err(Into::into);
        async move {
            let request = request?;
            let update = Self::kyc_update(&request)?;
            let call = self.kyc_initiate_call(id.clone(), request.clone());
            let transport = call.transport().clone();
            let started = Self::InitiateKyc::send_request(&transport, call.into_request()?).await;
            let response = match started {
                Err(error) if error.status() == Some(StatusCode::CONFLICT) => {
                    let mut again = Request::new(update);
                    again.path("customerId", Some(&id))?;
                    again.required_body(Some(Ok(request)))?;
                    Self::InitiateKyc::send_request(&transport, again).await?
                }
                started => started?,
            };
            Ok(response.map(Self::kyc_started))
        }
    }

    /// Asks until a provider has decided about a customer, or it is the customer's turn.
    ///
    /// The provider is the one that is to pay or hold money: the approval of SUMSUB is not theirs. Use long gaps, and
    /// the webhook event `CUSTOMER_KYC_STATUS_CHANGE` where you can.
    ///
    /// # Errors
    /// There is no such customer, and those of sending.
    fn wait_for_kyc(
        &self,
        customer_id: impl Into<String>,
        provider: impl AsRef<str>,
        waiting: Polling,
    ) -> impl Future<Output = Result<KycOutcome, Error>> + Send {
        let (id, provider) = (customer_id.into(), provider.as_ref().to_owned());
        wait(self, id, provider, waiting, Until::SomethingToDo)
    }

    /// The same when the customer is already busy at the provider's page: never
    /// [`NeedsCustomer`](KycOutcome::NeedsCustomer).
    ///
    /// # Errors
    /// Those of [`wait_for_kyc`](Self::wait_for_kyc).
    fn wait_for_kyc_decision(
        &self,
        customer_id: impl Into<String>,
        provider: impl AsRef<str>,
        waiting: Polling,
    ) -> impl Future<Output = Result<KycOutcome, Error>> + Send {
        let (id, provider) = (customer_id.into(), provider.as_ref().to_owned());
        wait(self, id, provider, waiting, Until::Decision)
    }

    /// The call that makes a customer.
    #[doc(hidden)]
    fn create_call(&self, external_id: String, request: Self::CreateRequest) -> Self::Create;

    /// What a sub-account is made of.
    #[doc(hidden)]
    fn subaccount() -> Result<Self::CreateRequest, Error>;

    /// What is asked for.
    #[doc(hidden)]
    fn asked(request: &Self::CreateRequest) -> Details;

    /// What is stored.
    #[doc(hidden)]
    fn stored(customer: &Self::Customer) -> Details;

    /// The search for the customer with this id of Meld's.
    #[doc(hidden)]
    fn search_by_id(&self, customer_id: String) -> Self::Search;

    /// The search for the customer with this id of your own.
    #[doc(hidden)]
    fn search_by_external_id(&self, external_id: String) -> Self::Search;

    /// Meld's id and your own.
    #[doc(hidden)]
    fn ids(customer: &Self::Customer) -> (Option<&String>, Option<&String>);

    /// The call that begins a check.
    #[doc(hidden)]
    fn kyc_initiate_call(&self, id: String, request: Self::KycRequest) -> Self::InitiateKyc;

    /// What its response says.
    #[doc(hidden)]
    fn kyc_started(response: <Self::InitiateKyc as Call>::Output) -> KycStarted;

    /// The operation that changes a check, if the request is one to begin or change it with.
    #[doc(hidden)]
    fn kyc_update(request: &Self::KycRequest) -> Result<&'static Operation, Error>;
}

/// Makes a customer, or finds the one who is there.
async fn create<A: CustomersExt + ?Sized>(
    customers: &A,
    external_id: String,
    request: A::CreateRequest,
) -> Result<FoundOrCreated<A::Customer>, Error> {
    let asked = A::asked(&request);
    let call = customers.create_call(external_id, request);
    let transport = call.transport().clone();
    let customer = A::Create::send_request(&transport, call.into_request()?).await?;
    let stored = A::stored(&customer);
    Ok(FoundOrCreated::new(&asked, customer, &stored))
}

/// What a search for one customer found.
struct Found<Customer> {
    operation: &'static Operation,
    /// The page with that customer.
    page: ResponseValue<()>,
    customer: Option<Customer>,
}

/// The customer of a search that has the ids asked for.
async fn find<A: CustomersExt + ?Sized>(
    search: A::Search,
    is_wanted: impl Fn(Option<&String>, Option<&String>) -> bool + Send,
) -> Result<Found<A::Customer>, Error> {
    let transport = search.transport().clone();
    find_through::<A>(&transport, search, is_wanted).await
}

/// The same through a transport with settings of its own.
async fn find_through<A: CustomersExt + ?Sized>(
    transport: &Transport,
    search: A::Search,
    is_wanted: impl Fn(Option<&String>, Option<&String>) -> bool + Send,
) -> Result<Found<A::Customer>, Error> {
    let request = search.into_request()?;
    let operation = request.operation();
    let page = A::Search::send_request(transport, request).await?;
    let mut found = None;
    let page = page.map(|page| {
        found = page.into_items().into_iter().find(|customer| {
            let (id, external_id) = A::ids(customer);
            is_wanted(id, external_id)
        });
    });
    Ok(Found { operation, page, customer: found })
}

/// Asks for a customer until a provider has come to something.
async fn wait<A: CustomersExt + ?Sized>(
    customers: &A,
    id: String,
    provider: String,
    waiting: Polling,
    until: Until,
) -> Result<KycOutcome, Error> {
    let last = Mutex::new(KycState::NotStarted);
    let (id, provider, last_seen) = (&id, &provider, &last);
    let found = waiting.until(|left| async move {
        let search = customers.search_by_id(id.clone());
        let transport = left.limit(search.transport());
        let found = find_through::<A>(&transport, search, |known, _| known == Some(id)).await?;
        let retry_after = found.page.retry_after();
        let missing = || {
            let why = "there is no customer with this id of Meld's";
            let error = Error::unusable(&found.page, "customers".to_owned(), why);
            error.with_operation(found.operation)
        };
        let kyc = kyc::latest(found.customer.ok_or_else(missing)?.provider_kycs(), provider);
        let outcome = KycOutcome::of(kyc.as_ref(), until);
        let state = kyc.map_or(KycState::NotStarted, |kyc| kyc.state);
        *last_seen.lock().unwrap_or_else(PoisonError::into_inner) = state;
        Ok(outcome.map_or(Poll::Pending { retry_after }, Poll::Ready))
    });
    let found = found.await?;
    let last = last.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(found.unwrap_or(KycOutcome::StillPending(last)))
}
