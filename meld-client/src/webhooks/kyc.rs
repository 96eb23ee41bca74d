//! Payloads of KYC events.

use meld_client_core::chrono::{DateTime, Utc};

use super::payload::{has_ids, payload};

payload! {
    /// The KYC status of a customer at a provider changed (`CUSTOMER_KYC_STATUS_CHANGE`).
    ///
    /// The status applies to this provider only: other providers decide for themselves.
    KycStatusChange {
        /// Your account at Meld, if the event itself does not have it.
        account_id: Option<String> = "accountId",
        /// Meld's id of the customer.
        customer_id: Option<String> = "customerId",
        /// The provider, such as `SUMSUB`.
        service_provider: Option<String> = "serviceProvider",
        /// The status at the provider.
        status: Option<KycStatus> = "status",
        /// The time of the change.
        status_updated_at: Option<DateTime<Utc>> = "statusUpdatedAt",
        /// The provider that the result was shared with.
        kyc_recipient: Option<KycRecipient> = "kycRecipient" also "kycRecepient",
        /// The id of the request that caused the event, for Meld's support.
        request_id: Option<String> = "requestId",
    }
}

has_ids!(KycStatusChange: request_id customer_id account_id);

payload! {
    /// A provider that another provider's KYC result was shared with.
    KycRecipient {
        /// The provider.
        service_provider: Option<String> = "serviceProvider",
        /// The status at the provider: `PENDING`, `APPROVED` or `REJECTED`.
        status: Option<KycStatus> = "status",
    }
}

meld_client_core::string_enum! {
    /// The KYC status of a customer at a provider.
    pub enum KycStatus {
        Pending = "PENDING",
        Approved = "APPROVED",
        Rejected = "REJECTED",
        Expired = "EXPIRED",
        UnknownValue = "UNKNOWN",
    }
}

/// Converts to the state that `KycExt` uses.
#[cfg(feature = "client")]
impl From<KycStatus> for crate::customers::KycState {
    fn from(status: KycStatus) -> Self {
        Self::from(status.as_str())
    }
}
