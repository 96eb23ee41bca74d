//! Customers, and their identity checks (KYC) at providers.
//!
//! - [`CustomersExt`] finds and creates customers, and starts and awaits KYC.
//! - [`VerificationsExt`] verifies email addresses and phone numbers.
//! - [`KycExt`] reads a customer's KYC at each provider.
//! - `KycFilesExt` imports and exports KYC with documents.
//! - [`KycSharingExt`] sends missing data to providers, and exports KYC.
//! - [`CustomerRequestExt`] names a customer in a request.

mod customer_ref;
mod customer_request;
mod ext;
mod find;
mod get_or_create;
// `versions` includes it.
#[cfg(rustfmt)]
mod hooks;
mod kyc;
#[cfg(all(feature = "customer", feature = "v2026-02-03"))]
mod kyc_files;
#[cfg(rustfmt)]
mod kyc_files_hooks;
mod kyc_outcome;
mod kyc_request;
mod kyc_sharing;
#[cfg(rustfmt)]
mod kyc_sharing_hooks;
mod verification;
mod verification_ext;
#[cfg(rustfmt)]
mod verification_hooks;
mod versions;

pub use customer_ref::CustomerRef;
pub use customer_request::CustomerRequestExt;
pub use ext::CustomersExt;
pub use get_or_create::FoundOrCreated;
pub use kyc::{KycExt, KycState, KycSteps, ProviderKyc};
#[cfg(all(feature = "customer", feature = "v2026-02-03"))]
pub use kyc_files::{KycExport, KycFilesExt};
pub use kyc_outcome::KycOutcome;
pub use kyc_request::KycStarted;
pub use kyc_sharing::{KycShareToken, KycSharingExt};
pub use verification::{
    Confirmation, Contact, ContactChannel, ContactState, PendingVerification, Resend, VerificationRecord,
    VerificationStart,
};
pub use verification_ext::VerificationsExt;
#[cfg(all(feature = "customer", feature = "v2026-02-03"))]
pub use versions::KycFilesClient;
pub use versions::{CustomersClient, KycSharingClient};
