//! The payload of the events of KYC.

use meld_client_core::chrono::{DateTime, Utc};

use super::payload::payload;

payload! {
    /// A provider thinks otherwise of a customer (`CUSTOMER_KYC_STATUS_CHANGE`).
    ///
    /// It holds for the one provider that it names: that one has approved a customer does not say that another has.
    KycStatusChange {
        /// The account at Meld, where it does not stand in the event itself.
        account_id: Option<String> = "accountId",
        /// Meld's id of the customer.
        customer_id: Option<String> = "customerId",
        /// The provider: `SUMSUB`.
        service_provider: Option<String> = "serviceProvider",
        /// What it thinks.
        status: Option<KycStatus> = "status",
        /// Since when.
        status_updated_at: Option<DateTime<Utc>> = "statusUpdatedAt",
        /// The provider that what is known was shared with.
        kyc_recipient: Option<KycRecipient> = "kycRecipient" also "kycRecepient",
        /// The id of the request that caused the event, for Meld's support.
        request_id: Option<String> = "requestId",
    }
}

payload! {
    /// A provider that what another knows of a customer was shared with.
    KycRecipient {
        /// The provider.
        service_provider: Option<String> = "serviceProvider",
        /// What it thinks of the customer: `PENDING`, `APPROVED` or `REJECTED`.
        status: Option<KycStatus> = "status",
    }
}

meld_client_core::string_enum! {
    /// What a provider thinks of a customer.
    pub enum KycStatus {
        Pending = "PENDING",
        Approved = "APPROVED",
        Rejected = "REJECTED",
        Expired = "EXPIRED",
        UnknownValue = "UNKNOWN",
    }
}

/// What the provider thinks, in the terms in which customers are asked about it.
#[cfg(feature = "client")]
impl From<KycStatus> for crate::customers::KycState {
    fn from(status: KycStatus) -> Self {
        Self::from(status.as_str())
    }
}
