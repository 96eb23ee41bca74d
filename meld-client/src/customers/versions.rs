//! The hooks that the helpers of this family are built on, and their implementation for each API version.

use meld_client_core::chrono::{DateTime, Utc};
#[cfg(all(feature = "customer", feature = "v2026-02-03"))]
use meld_client_core::multipart::{FilePart, ReceivedFile};
use meld_client_core::serde::Serialize;
use meld_client_core::serde_json::{Map, Value};
use meld_client_core::validate::Validate;
use meld_client_core::{Call, Error, Idempotency, Method, Operation, Page, Parameter};

use super::CustomerRef;
use super::verification::contact::ContactChannel;

/// The `customer` client of an API version, and the types of that version.
///
/// [`CustomersExt`](super::CustomersExt) has the methods.
pub trait CustomersClient {
    /// The customer type, such as `v2026_02_03::customer::types::Customer`.
    type Customer;
    /// The request to create a customer, such as `v2026_02_03::customer::types::CreateCustomerRequest`.
    type CreateRequest;
    /// The request to start KYC, such as `v2026_02_03::customer::types::InitiateKycRequest`.
    type KycRequest;
}

/// The operations of a version.
pub trait Customers:
    CustomersClient<
        Customer: Customer + CustomerDetails + Send,
        CreateRequest: CustomerDetails + Send,
        KycRequest: KycRequest + Serialize + Validate + Clone + Send,
    > + Sync
    + Sized
{
    const VERSION: &'static str;

    const KYC_UPDATE: &'static Operation = &kyc_update(Self::VERSION);

    fn create(&self, external_id: String, request: Self::CreateRequest) -> impl Call<Output = Self::Customer>;

    /// Returns the request to create a sub-account.
    fn subaccount() -> Result<Self::CreateRequest, Error>;

    fn search_by_id(&self, id: String) -> impl Call<Output: Page<Item = Self::Customer>>;

    fn search_by_external_id(&self, id: String) -> impl Call<Output: Page<Item = Self::Customer>>;

    fn initiate_kyc(&self, id: String, request: Self::KycRequest) -> impl Call<Output: KycResponse>;
}

/// Returns the operation that updates KYC, which Meld documents in its guides but not in its specs.
const fn kyc_update(version: &'static str) -> Operation {
    const PARAMETERS: &[Parameter] = &[Parameter::path("customerId", "customer_id")];
    Operation {
        version,
        family: "customer",
        operation_id: "accounts-customers-kyc-update",
        method: Method::Patch,
        path: "/accounts/customers/{customerId}/kyc/initiate",
        rust_name: "start_or_update_kyc",
        parameters: PARAMETERS,
        has_body: true,
        idempotency: Idempotency::NotIdempotent,
        ..Operation::DEFAULT
    }
}

pub trait Customer {
    /// Returns Meld's id and your id.
    fn ids(&self) -> (Option<&str>, Option<&str>);

    fn kycs(&self) -> Vec<KycFields<'_>>;
}

/// The fields of a customer at one provider.
#[derive(Clone, Copy, Debug)]
pub struct KycFields<'a> {
    pub provider: Option<&'a str>,
    pub is_deleted: bool,
    pub status: Option<&'a str>,
    pub updated_at: Option<DateTime<Utc>>,
    pub additional_info: Option<&'a Map<String, Value>>,
}

/// The details of a customer, in a request or in a response.
pub trait CustomerDetails {
    fn details(&self) -> Details;
}

/// Names and values, in the same order in all that are compared.
pub struct Details(pub [(&'static str, Option<String>); 6]);

// Contains personal data, so `Debug` prints only the name of the type.
meld_client_core::opaque!(Details);

pub trait KycRequest {
    /// Returns the mode, and `true` if there are provider details.
    fn mode(&self) -> (&str, bool);
}

pub trait KycResponse {
    /// Returns the status and the URL of the provider's page.
    fn status_and_url(self) -> (Option<String>, Option<String>);
}

/// A `customer` client with KYC sharing, and its types for it.
///
/// [`KycSharingExt`](super::KycSharingExt) has the methods.
pub trait KycSharingClient {
    /// The request to update KYC, such as `v2026_02_03::customer::types::UpdateKycRequest`.
    type UpdateRequest;
}

/// The operations of a version with KYC sharing.
pub trait KycSharing: KycSharingClient<UpdateRequest: UpdateRequest> + Sync + Sized {
    fn update(&self, customer_id: String, request: Self::UpdateRequest) -> impl Call<Output: KycResponse>;

    fn export_token(&self, customer_id: String, recipient_client_id: String) -> impl Call<Output: ShareToken>;
}

pub trait UpdateRequest {
    /// Returns `true` if the details have a field with a value.
    fn has_detail(&self, name: &str) -> bool;
}

pub trait ShareToken: Send {
    fn applicant_and_token(&self) -> (Option<&str>, Option<&str>);
}

/// A `customer` client with raw KYC, and its types for it.
///
/// [`KycFilesExt`](super::KycFilesExt) has the methods.
#[cfg(all(feature = "customer", feature = "v2026-02-03"))]
pub trait KycFilesClient {
    /// The person and the documents, such as `v2026_02_03::customer::types::KycRawData`.
    type RawData;
}

/// The operations of a version with raw KYC.
#[cfg(all(feature = "customer", feature = "v2026-02-03"))]
pub trait KycFiles: KycFilesClient<RawData: RawKyc> + Sync + Sized {
    fn import(
        &self,
        customer_id: String,
        data: Self::RawData,
        files: Vec<(String, FilePart)>,
    ) -> impl Call<Output: KycResponse>;

    fn export(&self, customer_id: String) -> impl Call<Output: ExportedKyc<Data = Self::RawData>>;
}

#[cfg(all(feature = "customer", feature = "v2026-02-03"))]
pub trait RawKyc {
    /// Returns the part of each document.
    fn parts(&self) -> Vec<Option<&str>>;
}

#[cfg(all(feature = "customer", feature = "v2026-02-03"))]
pub trait ExportedKyc: Send {
    type Data;

    fn into_data_and_files(self) -> (Option<Self::Data>, Vec<ReceivedFile>);
}

/// The operations of a version with verifications.
pub trait Verifications: Sync + Sized {
    fn start(
        &self,
        customer_id: String,
        contact: (ContactChannel, String),
        service_provider: Option<String>,
    ) -> impl Call<Output: VerificationResponse>;

    fn confirm(&self, customer_id: String, id: String, code: String) -> impl Call<Output: ConfirmationResponse>;

    fn history(&self, customer_id: String, channel: ContactChannel) -> impl Call<Output: VerificationHistory>;
}

pub trait VerificationResponse: Send {
    fn fields(&self) -> VerificationFields<'_>;
}

pub trait VerificationHistory: Send {
    fn verifications(&self) -> Vec<VerificationFields<'_>>;
}

/// The fields of a verification.
#[derive(Clone, Copy, Debug, Default)]
pub struct VerificationFields<'a> {
    pub id: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub status: Option<&'a str>,
    pub target: Option<&'a str>,
    pub expires_at: Option<&'a str>,
    pub resend_available_at: Option<&'a str>,
}

pub trait ConfirmationResponse: Send {
    fn fields(&self) -> ConfirmationFields<'_>;
}

/// The fields of the result of a confirmation.
#[derive(Clone, Copy, Debug)]
pub struct ConfirmationFields<'a> {
    pub status: Option<&'a str>,
    pub attempts_remaining: Option<i32>,
    pub line_type: Option<&'a str>,
    pub verified_at: Option<&'a str>,
}

/// A request that names one customer, or a search by customer.
pub trait CustomerRequest: Sized {
    fn with_customer(self, customer: CustomerRef) -> Self;
}

/// Requests with a field for each kind of id.
#[cfg(any(feature = "bank_linking", feature = "beta", feature = "crypto", feature = "payments"))]
macro_rules! single_id {
    ($version:ident, $family:ident: $($($builder:ident)::+),+) => {
        $(impl CustomerRequest for crate::for_versions::$version::$family::$($builder)::+ {
            fn with_customer(self, customer: CustomerRef) -> Self {
                match customer {
                    CustomerRef::Id(id) => self.customer_id(id),
                    CustomerRef::ExternalId(id) => self.external_customer_id(id),
                }
            }
        })+
    };
}

/// Searches with a list for each kind of id. The other list is emptied, as both would have to match.
#[cfg(any(feature = "crypto", feature = "payments"))]
macro_rules! lists_of_ids {
    ($version:ident, $family:ident: $($builder:ident)::+) => {
        impl CustomerRequest for crate::for_versions::$version::$family::$($builder)::+ {
            fn with_customer(self, customer: CustomerRef) -> Self {
                let (ids, external_ids) = customer.into_ids();
                self.customer_ids(ids).external_customer_ids(external_ids)
            }
        }
    };
}

for_versions!("customer", include_hooks, "hooks.rs");
for_versions!("beta", single_id, beta: builder::SearchActivityLog);
for_versions!(
    "bank_linking",
    single_id,
    bank_linking: builder::SearchConnections,
    builder::SearchAccounts,
    builder::SearchTransactions,
    builder::SearchInvestmentHoldings,
    builder::SearchInvestmentTransactions
);
for_versions!("crypto", lists_of_ids, crypto: builder::SearchTransactions);
for_versions!("crypto", single_id, crypto: types::builder::SessionTokenForWidgetRequest);
for_versions!("payments", lists_of_ids, payments: builder::SearchTransactions);
for_versions!(
    "payments",
    single_id,
    payments: types::builder::PaymentTransactionRequest,
    types::builder::PayoutTransactionRequest
);

// Quotes exist from 2025-03-04 on.
#[cfg(all(feature = "v2025-03-04", feature = "crypto"))]
single_id!(v2025_03_04, crypto: types::builder::CryptoQuoteRequest);
#[cfg(all(feature = "v2026-02-03", feature = "crypto"))]
single_id!(v2026_02_03, crypto: types::builder::CryptoQuoteRequest);

// Verifications exist from 2026-02-03 on.
#[cfg(all(feature = "v2026-02-03", feature = "customer"))]
mod verifications {
    use super::*;
    use crate::payments::CheckedBody;

    include_hooks!(v2026_02_03, "verification_hooks.rs");
}

// So does KYC sharing.
#[cfg(all(feature = "v2026-02-03", feature = "customer"))]
mod kyc_sharing {
    use super::*;

    include_hooks!(v2026_02_03, "kyc_sharing_hooks.rs");
}

// So does raw KYC.
#[cfg(all(feature = "v2026-02-03", feature = "customer"))]
mod kyc_files {
    use meld_client_core::multipart::Multipart;

    use super::*;

    include_hooks!(v2026_02_03, "kyc_files_hooks.rs");
}
